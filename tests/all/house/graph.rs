//! The module graph of `src`, read with `syn`: which file names what of which other file. Code under `#[cfg(test)]` is left out.
//!
//! A name is followed through `pub use` to the file that defines it, so that a room's front (`store::View`) hides nothing. Macros are not
//! expanded: the paths in their arguments are read like any others.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, File, Item, UseTree};

/// A path from the root of the crate: `[domain, team, member]`.
pub type Module = Vec<String>;

/// One file of `src`.
pub struct Source {
    /// `src/domain/team/mod.rs`
    pub path: String,
    pub module: Module,
    pub text: String,
    /// Without what stands under `#[cfg(test)]`; comments are gone, texts and attributes are not.
    pub items: Vec<Item>,
}

/// All files and what they take from each other.
pub struct Graph {
    pub sources: Vec<Source>,
    modules: BTreeSet<Module>,
    /// What a module passes on from elsewhere: (module, name) to a path from the root.
    passed_on: BTreeMap<(Module, String), Module>,
}

/// `from` names `name`, which `to` defines; both are modules.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub from: Module,
    pub to: Module,
    pub name: String,
}

impl Source {
    /// The code as tokens with spaces between them: `x . unwrap ()`.
    pub fn code(&self) -> String {
        self.items.iter().map(|item| item.to_token_stream().to_string()).collect::<Vec<_>>().join("\n")
    }

    /// The beginnings of all paths of more than one part, and of imports.
    pub fn libraries(&self) -> BTreeSet<String> {
        fn imports(items: &[Item], found: &mut BTreeSet<String>) {
            for item in items {
                match item {
                    Item::Use(item) => found.extend(leaves(&item.tree).into_iter().map(|(path, _)| path[0].clone())),
                    Item::Mod(module) => module.content.iter().for_each(|(_, items)| imports(items, found)),
                    _ => {}
                }
            }
        }
        let mut found = BTreeSet::new();
        imports(&self.items, &mut found);
        let paths = self.items.iter().filter(|item| !matches!(item, Item::Use(_))).flat_map(|item| paths(item.to_token_stream()));
        found.extend(paths.filter(|path| path.len() > 1).map(|path| path[0].clone()));
        found
    }
}

impl Graph {
    pub fn read() -> Graph {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        walk(&root.join("src"), &mut files);
        let texts = files.into_iter().map(|file| {
            let path = file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            (path, fs::read_to_string(file).unwrap())
        });
        Graph::of(texts.collect())
    }

    /// Of files by path.
    pub fn of(files: Vec<(String, String)>) -> Graph {
        let sources = files.into_iter().map(|(path, text)| {
            let parsed: File = syn::parse_file(&text).unwrap_or_else(|e| panic!("{path}: {e}"));
            // A file or a folder of tests is declared under cfg(test) by its parent.
            let tests = path.ends_with("/tests.rs") || path.contains("/tests/");
            let items = if tests { Vec::new() } else { without_tests(parsed.items) };
            Source { module: module(&path), path, text, items }
        });
        let mut sources: Vec<Source> = sources.collect();
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        let modules = sources.iter().map(|source| source.module.clone()).collect();
        let mut graph = Graph { sources, modules, passed_on: BTreeMap::new() };
        graph.passed_on = graph.sources.iter().flat_map(|source| graph.passes_on(source)).collect();
        graph
    }

    /// What each file takes from others, without the root, which only declares.
    pub fn edges(&self) -> BTreeSet<Edge> {
        let files = self.sources.iter().filter(|source| !source.module.is_empty());
        files
            .flat_map(|source| {
                let names = self.names(source);
                names
                    .into_iter()
                    .filter_map(|name| self.defined(&name))
                    .filter(|(to, _)| *to != source.module && !to.is_empty())
                    .map(|(to, name)| Edge { from: source.module.clone(), to, name })
            })
            .collect()
    }

    /// The module that defines what a path names, and the name within it. A path that ends at a module names nothing of it.
    fn defined(&self, path: &[String]) -> Option<(Module, String)> {
        let mut path = path.to_vec();
        for _ in 0..8 {
            let at = (0..=path.len()).rev().find(|at| self.modules.contains(&path[..*at]))?;
            let name = path.get(at)?.clone();
            match self.passed_on.get(&(path[..at].to_vec(), name.clone())) {
                Some(real) => path = real.iter().chain(&path[at + 1..]).cloned().collect(),
                None => return Some((path[..at].to_vec(), name)),
            }
        }
        None
    }

    fn passes_on(&self, source: &Source) -> Vec<((Module, String), Module)> {
        let mut found = Vec::new();
        for item in &source.items {
            let Item::Use(item) = item else { continue };
            for (path, name) in leaves(&item.tree) {
                // Private imports are followed too: a child may name what its parent imported.
                if let Some(path) = self.resolve(&source.module, &BTreeMap::new(), &path)
                    && name != "*"
                {
                    found.push(((source.module.clone(), name), path));
                }
            }
        }
        found
    }

    /// Every path of the crate that a file names, from the root.
    fn names(&self, source: &Source) -> BTreeSet<Module> {
        let mut names = BTreeSet::new();
        self.collect(&source.items, &source.module, &mut names);
        names
    }

    fn collect(&self, items: &[Item], scope: &[String], names: &mut BTreeSet<Module>) {
        let mut known = BTreeMap::new();
        for item in items {
            let Item::Use(item) = item else { continue };
            for (path, name) in leaves(&item.tree) {
                if let Some(path) = self.resolve(scope, &BTreeMap::new(), &path) {
                    known.insert(name, path.clone());
                    names.insert(path);
                }
            }
        }
        for item in items {
            match item {
                Item::Use(_) => {}
                Item::Mod(inner) if inner.content.is_some() => {
                    let scope: Module = scope.iter().cloned().chain([inner.ident.to_string()]).collect();
                    self.collect(&inner.content.as_ref().unwrap().1, &scope, names);
                }
                item => {
                    for path in paths(item.to_token_stream()) {
                        names.extend(self.resolve(scope, &known, &path));
                    }
                }
            }
        }
    }

    /// The path from the root; `None` where it leads out of the crate.
    fn resolve(&self, scope: &[String], known: &BTreeMap<String, Module>, path: &[String]) -> Option<Module> {
        let first = path.first()?;
        if first == "crate" {
            return Some(path[1..].to_vec());
        }
        let ups = path.iter().take_while(|part| *part == "super").count();
        if ups > 0 {
            return Some([scope.get(..scope.len().checked_sub(ups)?)?, &path[ups..]].concat());
        }
        if first == "self" {
            return Some([scope, &path[1..]].concat());
        }
        if let Some(begin) = known.get(first) {
            return Some([begin, &path[1..]].concat());
        }
        let child = [scope, &path[..1]].concat();
        self.modules.contains(&child).then(|| [scope, path].concat())
    }
}

fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => walk(&path, files),
            false if path.extension().is_some_and(|extension| extension == "rs") => files.push(path),
            false => {}
        }
    }
}

/// `src/domain/team/mod.rs` is `[domain, team]`.
fn module(path: &str) -> Module {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    inner.split('/').filter(|part| !["mod", "lib"].contains(part)).map(str::to_owned).collect()
}

fn without_tests(items: Vec<Item>) -> Vec<Item> {
    let kept = items.into_iter().filter(|item| !attributes(item).iter().any(is_cfg_test));
    kept.map(|item| match item {
        Item::Mod(mut module) => {
            module.content = module.content.map(|(brace, items)| (brace, without_tests(items)));
            Item::Mod(module)
        }
        item => item,
    })
    .collect()
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_cfg_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.meta.to_token_stream().to_string().replace(' ', "") == "cfg(test)"
}

/// The leaves of an import: the path and the name by which it is known.
fn leaves(tree: &UseTree) -> Vec<(Module, String)> {
    fn go(tree: &UseTree, before: &[String], found: &mut Vec<(Module, String)>) {
        let with = |name: &dyn ToString| before.iter().cloned().chain([name.to_string()]).collect::<Module>();
        match tree {
            UseTree::Path(path) => go(&path.tree, &with(&path.ident), found),
            UseTree::Group(group) => group.items.iter().for_each(|tree| go(tree, before, found)),
            UseTree::Glob(_) => found.push((with(&"*"), "*".to_owned())),
            UseTree::Name(name) if name.ident == "self" => found.push((before.to_vec(), before.last().unwrap().clone())),
            UseTree::Name(name) => found.push((with(&name.ident), name.ident.to_string())),
            UseTree::Rename(name) if name.ident == "self" => found.push((before.to_vec(), name.rename.to_string())),
            UseTree::Rename(name) => found.push((with(&name.ident), name.rename.to_string())),
        }
    }
    let mut found = Vec::new();
    go(tree, &[], &mut found);
    found
}

/// Every `a::b::c`, and every single name.
fn paths(tokens: TokenStream) -> BTreeSet<Module> {
    let mut found = BTreeSet::new();
    let mut path: Module = Vec::new();
    // Colons since the last name: two of them go on with the path.
    let mut colons = 0;
    let mut after_dot = false;
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                if colons != 2 {
                    found.extend((!path.is_empty()).then(|| std::mem::take(&mut path)));
                }
                if !after_dot || colons == 2 {
                    path.push(name.to_string());
                }
                (colons, after_dot) = (0, false);
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            other => {
                found.extend((!path.is_empty()).then(|| std::mem::take(&mut path)));
                colons = 0;
                after_dot = matches!(&other, TokenTree::Punct(punct) if punct.as_char() == '.');
                if let TokenTree::Group(group) = other {
                    found.extend(paths(group.stream()));
                }
            }
        }
    }
    found.extend((!path.is_empty()).then_some(path));
    found
}

/// Groups of modules that can be reached from each other, each with the edges that tie it.
pub fn circles(edges: &BTreeSet<Edge>) -> Vec<Vec<Edge>> {
    let mut next: BTreeMap<&Module, BTreeSet<&Module>> = BTreeMap::new();
    for edge in edges {
        next.entry(&edge.from).or_default().insert(&edge.to);
    }
    let reached = |start: &Module| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![start.clone()]);
        while let Some(module) = open.pop() {
            for to in next.get(&module).into_iter().flatten() {
                if seen.insert((*to).clone()) {
                    open.push((*to).clone());
                }
            }
        }
        seen
    };
    let reach: BTreeMap<Module, BTreeSet<Module>> = next.keys().map(|module| ((*module).clone(), reached(module))).collect();
    let mut done = BTreeSet::new();
    let mut circles = Vec::new();
    for (module, to) in &reach {
        if !to.contains(module) || done.contains(module) {
            continue;
        }
        let circle: BTreeSet<&Module> = to.iter().filter(|other| reach.get(*other).is_some_and(|back| back.contains(module))).collect();
        done.extend(circle.iter().map(|module| (*module).clone()));
        circles.push(edges.iter().filter(|edge| circle.contains(&edge.from) && circle.contains(&edge.to)).cloned().collect());
    }
    circles
}

mod tests {
    use super::*;

    fn graph(files: &[(&str, &str)]) -> Graph {
        Graph::of(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }

    fn edges(files: &[(&str, &str)]) -> Vec<String> {
        let edges = graph(files).edges();
        edges.into_iter().map(|edge| format!("{} → {}: {}", edge.from.join("::"), edge.to.join("::"), edge.name)).collect()
    }

    #[test]
    fn edges_go_to_the_file_that_defines_the_name() {
        let files = [
            ("src/lib.rs", "pub mod a; pub mod b;"),
            ("src/a/mod.rs", "pub mod inner; pub use inner::Thing; pub const HERE: u8 = 1;"),
            ("src/a/inner.rs", "pub struct Thing; use super::HERE;"),
            (
                "src/b.rs",
                "use crate::a::{self, Thing}; fn f() { vec![a::HERE]; x.a::<u8>(); } #[cfg(test)] mod tests { use crate::a::inner::Other; }",
            ),
        ];
        assert_eq!(edges(&files), ["a → a::inner: Thing", "a::inner → a: HERE", "b → a: HERE", "b → a::inner: Thing"]);
    }

    #[test]
    fn circles_are_found_and_chains_are_not() {
        let files = [
            ("src/a.rs", "use crate::b::B; pub struct A;"),
            ("src/b.rs", "use crate::c::C; pub struct B;"),
            ("src/c.rs", "fn f() { crate::a::A } pub struct C;"),
            ("src/d.rs", "use crate::a::A;"),
        ];
        let circles = circles(&graph(&files).edges());
        assert_eq!(circles.len(), 1, "{circles:?}");
        assert_eq!(circles[0].len(), 3, "{circles:?}");
    }
}
