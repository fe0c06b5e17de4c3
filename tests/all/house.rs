//! The house rules that the compiler does not check: floors and cycles, who names which library, headers, sizes, the one clock.
//!
//! Rules look at code: comments, texts and everything under `#[cfg(test)]` are blanked out first.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Rooms by floor. An import goes to a lower floor or stays in its room.
#[rustfmt::skip]
const FLOORS: &[(&str, u8)] = &[
    ("base", 0),
    ("store", 1), ("search", 1), ("gateways", 1),
    ("domain", 2),
    ("hall", 3),
    ("jobs", 4),
    ("api", 5), ("im", 5), ("web", 5),
    ("server", 6),
    ("cli", 7),
    ("main", 8),
];

/// Libraries that only some rooms may name, and where.
#[rustfmt::skip]
const LIBRARIES: &[(&str, &[&str])] = &[
    ("sled",       &["src/store/"]),
    ("bincode",    &["src/store/"]),
    ("tantivy",    &["src/search/"]),
    ("warp",       &["src/api/*.rs", "src/api/body/", "src/im/", "src/web/"]),
    ("hyper",      &["src/api/*.rs", "src/api/body/", "src/im/", "src/web/", "src/gateways/", "src/cli/"]),
    ("hyper_util", &["src/api/accept.rs", "src/im/", "src/gateways/", "src/cli/"]),
    ("tokio_tungstenite", &["src/im/"]),
    ("matchit",    &["src/api/routes.rs"]),
    ("multer",     &["src/api/body/"]),
    ("clap",       &["src/cli/", "src/main.rs"]),
    ("argon2",     &["src/domain/account.rs"]),
    ("image",      &["src/hall/files.rs", "src/base/captcha.rs", "src/base/qr.rs"]),
    ("qrcode",     &["src/base/qr.rs"]),
];

/// Who may ask the machine for the time: the clock itself, measurements, a name for a copy.
#[rustfmt::skip]
const CLOCKS: &[(&str, &str)] = &[
    ("Timestamp::now",  "src/base/time.rs"),
    ("Instant::now",    "src/api/serve.rs"),    // how long a request took
    ("Instant::now",    "src/im/connection.rs"), // how long a client has been silent, and how fast it is
    ("Instant::now",    "src/store/writer.rs"), // how long since the last look at the disk
    ("SystemTime::now", "src/store/open.rs"),   // names the copy of a broken store
];

const MOST_LINES: usize = 500;

/// Rule and file: known, and on its way out. An entry that is no longer needed is an error too.
#[rustfmt::skip]
const EXCEPTIONS: &[(&str, &str)] = &[
];

struct Source {
    /// `src/domain/project/mod.rs`
    path: String,
    text: String,
    /// Without comments, texts and tests.
    code: String,
}

impl Source {
    /// `[domain, project]`
    fn module(&self) -> Vec<&str> {
        let inner = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        inner.split('/').filter(|part| *part != "mod").collect()
    }

    fn is_sign(&self) -> bool {
        self.path == "src/lib.rs"
    }

    /// Every path that begins with `crate` or `super`, as a path from the root.
    fn imports(&self) -> BTreeSet<Vec<String>> {
        let module = self.module();
        paths(&self.code).into_iter().filter_map(|path| resolve(&module, &path)).collect()
    }
}

fn sources(dir: &str) -> Vec<Source> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    walk(&root.join(dir), &mut files);
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let text = fs::read_to_string(&file).unwrap();
            let path = file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            // A file of tests is declared under cfg(test) by its parent.
            let code = if path.ends_with("/tests.rs") { String::new() } else { without_tests(&blank(&text)) };
            Source { path, text, code }
        })
        .collect()
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

/// Complaints of one rule, without the known ones.
fn report(rule: &str, complaints: &[(String, String)]) {
    let known: BTreeSet<_> = EXCEPTIONS.iter().filter(|(of, _)| *of == rule).map(|(_, file)| *file).collect();
    let found: BTreeSet<_> = complaints.iter().map(|(file, _)| file.as_str()).collect();
    let news: Vec<_> = complaints.iter().filter(|(file, _)| !known.contains(file.as_str())).collect();
    assert!(news.is_empty(), "{rule}: {news:#?}");
    let over: Vec<_> = known.difference(&found).collect();
    assert!(over.is_empty(), "{rule}: {over:?} keep the rule now, take them off the list of exceptions");
}

#[test]
fn imports_go_down() {
    let floor = |room: &str| FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor);
    let mut complaints = Vec::new();
    let mut imports = 0;
    for source in sources("src").iter().filter(|source| !source.is_sign()) {
        let room = source.module()[0].to_owned();
        let Some(from) = floor(&room) else {
            complaints.push((source.path.clone(), format!("the room {room} stands on no floor")));
            continue;
        };
        for import in source.imports() {
            imports += 1;
            let Some(to) = floor(&import[0]) else {
                complaints.push((source.path.clone(), format!("imports {}, which stands on no floor", import.join("::"))));
                continue;
            };
            if import[0] != room && to >= from {
                complaints.push((source.path.clone(), format!("imports {} from floor {from}", import.join("::"))));
            }
        }
    }
    assert!(imports > 300, "only {imports} imports were found: the reader of imports is broken");
    report("floors", &complaints);
}

/// Rooms of the field use only earlier rooms: patient → account, never back.
#[test]
fn the_field_has_no_cycles() {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources("src/domain") {
        let module = source.module();
        let Some(room) = module.get(1) else { continue };
        let others = source.imports().into_iter().filter(|import| import[0] == "domain" && import.len() > 1);
        let others = others.map(|import| import[1].clone()).filter(|other| other != room);
        uses.entry((*room).to_owned()).or_default().extend(others);
    }
    let rooms: BTreeSet<_> = uses.keys().cloned().collect();
    assert!(rooms.contains("account") && uses["patient"].contains("account"), "{uses:?}");
    // Who uses nobody that is left leaves, and who is used by nobody that is left; what stays goes round in circles.
    let mut left = rooms;
    loop {
        let used: BTreeSet<_> = left.iter().flat_map(|room| uses[room].iter().cloned()).collect();
        let gone: Vec<_> = left.iter().filter(|room| uses[*room].is_disjoint(&left) || !used.contains(*room)).cloned().collect();
        if gone.is_empty() {
            break;
        }
        left.retain(|room| !gone.contains(room));
    }
    let circle = left.iter().map(|room| (format!("src/domain/{room}"), format!("uses {:?}", uses[room].intersection(&left))));
    report("cycles", &circle.collect::<Vec<_>>());
}

#[test]
fn families_do_not_know_each_other() {
    let sources = sources("src/api");
    let families: BTreeSet<_> = sources
        .iter()
        .filter(|source| source.code.contains("pub const FAMILY"))
        .map(|source| source.module()[1].to_owned())
        .filter(|room| room != "family")
        .collect();
    assert!(families.len() >= 6, "{families:?}");
    let mut complaints = Vec::new();
    for source in &sources {
        let module = source.module();
        let Some(home) = module.get(1).filter(|room| families.contains(**room)) else { continue };
        for import in source.imports() {
            if import[0] == "api" && import.get(1).is_some_and(|other| other != home && families.contains(other)) {
                complaints.push((source.path.clone(), format!("imports {}", import.join("::"))));
            }
        }
    }
    report("families", &complaints);
}

#[test]
fn libraries_stay_in_their_rooms() {
    let mut complaints = Vec::new();
    for source in sources("src") {
        for (library, homes) in LIBRARIES {
            let at_home = homes.iter().any(|home| match home.strip_suffix("*.rs") {
                Some(dir) => source.path.strip_prefix(dir).is_some_and(|rest| !rest.contains('/')),
                None => source.path.starts_with(home),
            });
            if !at_home && names(&source.code, library) {
                complaints.push((source.path.clone(), format!("names {library}, which belongs to {homes:?}")));
            }
        }
    }
    report("libraries", &complaints);
}

/// A library is named by a path (`sled::Db`) or an import (`use sled`), not by a variable of the same name.
fn names(code: &str, library: &str) -> bool {
    let places = |pattern: String, after: fn(&str) -> bool| {
        code.match_indices(&pattern).any(|(at, _)| {
            let before = code[..at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') && after(&code[at + pattern.len()..])
        })
    };
    places(format!("{library}::"), |_| true) || places(format!("use {library}"), |rest| rest.starts_with([';', ' ', ':']))
}

#[test]
fn every_file_says_what_it_is() {
    let files = sources("src").into_iter().chain(sources("tests/all"));
    let silent = files.filter(|source| !source.text.starts_with("//! "));
    report("header", &silent.map(|source| (source.path, "does not open with //!".to_owned())).collect::<Vec<_>>());
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let files = sources("src").into_iter().chain(sources("tests/all"));
    let long = files.map(|source| (source.path, source.text.lines().count())).filter(|(_, lines)| *lines > MOST_LINES);
    report("lines", &long.map(|(path, lines)| (path, format!("{lines} lines"))).collect::<Vec<_>>());
}

#[test]
fn names_are_nouns_of_the_trade() {
    const EMPTY: &[&str] = &["utils", "util", "helpers", "helper", "manager", "service", "services", "types", "misc", "prelude"];
    let empty = sources("src").into_iter().filter(|source| source.module().iter().any(|part| EMPTY.contains(part)));
    report("names", &empty.map(|source| (source.path, "says nothing about the trade".to_owned())).collect::<Vec<_>>());
}

#[test]
fn nothing_panics_on_purpose_and_nothing_is_left_undone() {
    let mut complaints = Vec::new();
    for source in sources("src") {
        for word in [".unwrap()", "todo!", "unimplemented!", "dbg!", ".expect(\"\")"] {
            let found = source.code.matches(word).count();
            if found > 0 {
                complaints.push((source.path.clone(), format!("{found} × {word}")));
            }
        }
        for word in ["TODO", "FIXME", "XXX"] {
            if source.text.contains(word) {
                complaints.push((source.path.clone(), format!("says {word}")));
            }
        }
    }
    report("undone", &complaints);
}

#[test]
fn there_is_one_clock() {
    let mut complaints = Vec::new();
    let mut used = BTreeSet::new();
    for source in sources("src") {
        for word in ["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now"] {
            match CLOCKS.iter().find(|(asks, file)| *asks == word && *file == source.path) {
                _ if !source.code.contains(word) => {}
                Some(allowed) => drop(used.insert(allowed)),
                None => complaints.push((source.path.clone(), format!("asks {word} instead of base::time"))),
            }
        }
    }
    report("clock", &complaints);
    assert_eq!(used.len(), CLOCKS.len(), "CLOCKS lists who no longer asks: only {used:?} do");
}

/// Whoever opens a session must know that its account may be opened, in the same job: one room does.
#[test]
fn sessions_are_opened_by_signing_in_alone() {
    let doors: Vec<_> =
        sources("src").into_iter().filter(|source| source.code.contains("session::open(")).map(|source| source.path).collect();
    assert_eq!(doors, ["src/domain/sign_in.rs"]);
}

/// Whoever sees more of a patient than a stranger has a right to it: one room knows who has.
#[test]
fn sights_are_given_by_privacy_alone() {
    let givers: Vec<_> =
        sources("src").into_iter().filter(|source| source.code.contains("Sight::seen_by(")).map(|source| source.path).collect();
    assert_eq!(givers, ["src/domain/privacy.rs"]);
}

/// Comments and the inside of texts become spaces; lines stay where they are.
fn blank(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    let hide = |c: char| if c == '\n' { '\n' } else { ' ' };
    while i < chars.len() {
        let word_before = i > 0 && (at(i - 1).is_alphanumeric() || at(i - 1) == '_');
        let raw = at(i) == 'r' && !word_before && (at(i + 1) == '"' || (at(i + 1) == '#' && (at(i + 2) == '"' || at(i + 2) == '#')));
        if at(i) == '/' && at(i + 1) == '/' {
            while i < chars.len() && at(i) != '\n' {
                i += 1;
            }
        } else if at(i) == '/' && at(i + 1) == '*' {
            while i < chars.len() && !(at(i) == '*' && at(i + 1) == '/') {
                out.push(hide(at(i)));
                i += 1;
            }
            i += 2;
        } else if raw {
            let hashes = (i + 1..).take_while(|j| at(*j) == '#').count();
            i += 2 + hashes;
            out.push('"');
            while i < chars.len() && !(at(i) == '"' && (1..=hashes).all(|j| at(i + j) == '#')) {
                out.push(hide(at(i)));
                i += 1;
            }
            out.push('"');
            i += 1 + hashes;
        } else if at(i) == '"' {
            out.push('"');
            i += 1;
            while i < chars.len() && at(i) != '"' {
                if at(i) == '\\' {
                    out.push(' ');
                    i += 1;
                }
                out.push(hide(at(i)));
                i += 1;
            }
            out.push('"');
            i += 1;
        } else if at(i) == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            // A character; a lifetime has no second quote there.
            i += if at(i + 1) == '\\' { 3 } else { 2 };
            while i < chars.len() && at(i) != '\'' {
                i += 1;
            }
            out.push_str("' '");
            i += 1;
        } else {
            out.push(at(i));
            i += 1;
        }
    }
    out
}

/// Cuts out what stands under `#[cfg(test)]`: an item up to its closing brace or its semicolon.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::new();
    let mut rest = code;
    while let Some(start) = rest.find(MARK) {
        out.push_str(&rest[..start]);
        rest = &rest[start + MARK.len()..];
        let mut depth = 0;
        let end = rest.char_indices().find(|(_, c)| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth == 0 && matches!(c, '}' | ';')
        });
        rest = end.map_or("", |(at, _)| &rest[at + 1..]);
    }
    out + rest
}

/// Paths beginning with `crate` or `super`, with the braces of imports unfolded.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for root in ["crate::", "super::"] {
        for (at, _) in code.match_indices(root) {
            let before = code[..at].chars().next_back();
            if !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                unfold(&code[at..], Vec::new(), &mut found);
            }
        }
    }
    found
}

/// Reads one path tree at the beginning of `code`; answers what is left behind it.
fn unfold<'a>(code: &'a str, mut path: Vec<String>, found: &mut Vec<Vec<String>>) -> &'a str {
    let mut rest = code.trim_start();
    loop {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        if end > 0 {
            path.push(rest[..end].to_owned());
            rest = &rest[end..];
        } else if let Some(inner) = rest.strip_prefix('{') {
            let mut inner = inner.trim_start();
            while !inner.starts_with('}') && !inner.is_empty() {
                inner = unfold(inner, path.clone(), found).trim_start();
                // ` as name` and the comma.
                let end = inner.find([',', '}']).unwrap_or(inner.len());
                inner = inner[end..].trim_start_matches(',').trim_start();
            }
            return inner.strip_prefix('}').unwrap_or("");
        } else {
            path.push("*".to_owned());
        }
        match rest.strip_prefix("::") {
            Some(next) if next.trim_start().starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '{' || c == '*') => {
                rest = next.trim_start();
            }
            _ => break,
        }
    }
    found.push(path);
    rest
}

/// The path from the root: `super::account` in `domain::patient` is `domain::account`.
fn resolve(module: &[&str], path: &[String]) -> Option<Vec<String>> {
    let supers = path.iter().take_while(|part| *part == "super").count();
    let base = if supers > 0 { module.get(..module.len().checked_sub(supers)?)? } else { &[] };
    let whole: Vec<_> = base.iter().map(|part| (*part).to_owned()).chain(path[supers.max(1)..].iter().cloned()).collect();
    let whole: Vec<_> = whole.into_iter().filter(|part| part != "self" && part != "*").collect();
    (!whole.is_empty()).then_some(whole)
}

mod tests {
    use super::*;

    #[test]
    fn imports_are_read() {
        let code =
            "use crate::{base::{id::Id, time::*}, store::{self, View as V}, hall};\nfn f() { crate::jobs::run(); super::account::need() }";
        let module = ["domain", "patient"];
        let found: BTreeSet<_> = paths(code).iter().filter_map(|path| resolve(&module, path)).map(|path| path.join("::")).collect();
        let expected = ["base::id::Id", "base::time", "store", "store::View", "hall", "jobs::run", "domain::account::need"];
        assert_eq!(found, expected.into_iter().map(str::to_owned).collect());
    }

    #[test]
    fn texts_comments_and_tests_are_no_code() {
        let text = "let a = \"sled::x \\\" .unwrap()\"; // todo!\nlet b = r#\"dbg!\"#; let c = '\"'; let d: &'static str = x;\n\
                    #[cfg(test)]\nmod tests { fn f() { y.unwrap() } }\nfn g() { z.unwrap() }";
        let code = without_tests(&blank(text));
        assert!(!names(&code, "sled") && !code.contains("todo!") && !code.contains("dbg!"), "{code}");
        assert_eq!(code.matches(".unwrap()").count(), 1, "{code}");
        assert!(code.contains("z.unwrap()") && code.contains("'static str = x"));
    }

    #[test]
    fn a_library_is_told_from_a_word() {
        assert!(names("let x = sled::open()", "sled") && names("use sled;", "sled") && names("use warp::{x}", "warp"));
        assert!(!names("let image = a.images(image)", "image") && !names("my_sled::x", "sled") && !names("use sledge;", "sled"));
    }
}
