//! The house rules that the compiler does not check: layers, contexts and cycles, who names which library, headers, sizes, the one clock.

mod graph;
mod ids;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use graph::{Edge, Graph, Module};

/// Layers from the ground up. An import goes to a lower layer or stays in its room; rooms of one layer do not know each other.
#[rustfmt::skip]
const LAYERS: &[&[&str]] = &[
    &["base"],
    &["store", "search", "providers"],
    &["domain"],
    &["live", "backup"],
    &["app"],
    &["demo", "tables", "jobs", "own_data"],
    &["http", "gateway", "web"],
    &["server"],
    &["cli"],
    &["main"],
];

/// The contexts of the domain, each of which uses only those before it.
#[rustfmt::skip]
const CONTEXTS: &[&str] = &[
    "shared", "identity", "notice", "directory", "care", "money", "free_clinic", "team", "messaging", "consultation", "team_consult", "relations",
    "clinic_wide",
];

/// Libraries that only some rooms may name, and where.
#[rustfmt::skip]
const LIBRARIES: &[(&str, &[&str])] = &[
    ("sled",       &["src/store/"]),
    ("bincode",    &["src/store/"]),
    ("tantivy",    &["src/search/"]),
    ("warp",       &["src/http/core/", "src/gateway/", "src/server/", "src/web/"]),
    ("hyper",      &["src/http/core/", "src/gateway/", "src/server/", "src/web/", "src/providers/", "src/cli/"]),
    ("hyper_util", &["src/server/accept.rs", "src/gateway/", "src/providers/", "src/cli/"]),
    ("tokio_tungstenite", &["src/gateway/"]),
    ("matchit",    &["src/http/core/routes.rs"]),
    // Rows and what stands in them say what they are, for whoever reads a dump.
    ("schemars",   &["src/http/", "src/base/", "src/domain/", "src/tables/dump/"]),
    ("multer",     &["src/http/core/body/"]),
    ("socket2",    &["src/server/accept.rs"]),
    ("pinyin",     &["src/base/sound.rs"]),
    ("unicode_normalization", &["src/base/clean.rs", "src/base/fold.rs", "src/base/sound.rs"]),
    ("csv",        &["src/app/", "src/tables/"]),
    ("encoding_rs", &["src/tables/"]),
    ("clap",       &["src/cli/", "src/main.rs"]),
    ("argon2",     &["src/domain/identity/account.rs"]),
    ("image",      &["src/app/picture.rs", "src/app/shrink.rs", "src/base/captcha.rs", "src/base/qr.rs"]),
    ("jpeg_decoder", &["src/app/picture.rs"]),
    ("qrcode",     &["src/base/qr.rs"]),
    ("tar",        &["src/backup/"]),
    ("zstd",       &["src/backup/"]),
    ("age",        &["src/backup/"]),
    ("zip",        &["src/own_data/"]),
];

/// Who may ask the machine for the time: the clock itself, measurements, a name for a copy.
#[rustfmt::skip]
const CLOCKS: &[(&str, &str)] = &[
    ("Timestamp::now",  "src/base/time.rs"),
    ("Instant::now",    "src/base/time.rs"),          // how long since the process began
    ("Instant::now",    "src/http/core/dispatch.rs"), // how long a request took
    ("Instant::now",    "src/gateway/connection.rs"), // how long a client has been silent, and how fast it is
    ("SystemTime::now", "src/store/open.rs"),         // names the copy of a broken store
];

const MOST_LINES: usize = 500;

/// Rule and file: known, and on its way out. An entry that is no longer needed is an error too.
#[rustfmt::skip]
const EXCEPTIONS: &[(&str, &str)] = &[
];

/// Complaints of one rule, without the known ones.
fn report(rule: &str, complaints: &[(String, String)]) {
    let known: BTreeSet<_> = EXCEPTIONS.iter().filter(|(of, _)| *of == rule).map(|(_, file)| *file).collect();
    let found: BTreeSet<_> = complaints.iter().map(|(file, _)| file.as_str()).collect();
    let news: Vec<_> = complaints.iter().filter(|(file, _)| !known.contains(file.as_str())).collect();
    assert!(news.is_empty(), "{rule}: {news:#?}");
    let over: Vec<_> = known.difference(&found).collect();
    assert!(over.is_empty(), "{rule}: {over:?} keep the rule now, take them off the list of exceptions");
}

fn complaint(edge: &Edge) -> (String, String) {
    (edge.from.join("::"), format!("names {} of {}", edge.name, edge.to.join("::")))
}

#[test]
fn imports_go_down() {
    let layer = |module: &Module| LAYERS.iter().position(|rooms| rooms.contains(&module[0].as_str()));
    let edges = Graph::read().edges();
    assert!(edges.len() > 1_000, "only {} imports were found: the reader of imports is broken", edges.len());
    let upward = edges.iter().filter(|edge| {
        let (from, to) = (layer(&edge.from), layer(&edge.to));
        edge.from[0] != edge.to[0] && (from.is_none() || to.is_none() || to >= from)
    });
    report("layers", &upward.map(complaint).collect::<Vec<_>>());
}

#[test]
fn contexts_use_earlier_contexts() {
    let place = |module: &Module| CONTEXTS.iter().position(|context| module.get(1).is_some_and(|room| room == context));
    let edges = Graph::read().edges();
    let inside = edges.iter().filter(|edge| edge.from[0] == "domain" && edge.to[0] == "domain" && edge.from.len() > 1);
    let upward =
        inside.filter(|edge| edge.from.get(1) != edge.to.get(1) && (place(&edge.from).is_none() || place(&edge.to) >= place(&edge.from)));
    report("contexts", &upward.map(complaint).collect::<Vec<_>>());
}

/// No two files need each other, not even by way of others: each can be read with only those before it.
#[test]
fn no_file_imports_itself_by_way_of_others() {
    let circles = graph::circles(&Graph::read().edges());
    let ties: Vec<Vec<_>> = circles.iter().map(|circle| circle.iter().map(complaint).collect()).collect();
    assert!(ties.is_empty(), "{} circles: {ties:#?}", ties.len());
}

/// The order of bare ids is a habit; that of typed ones is the compiler's to check.
#[test]
fn no_function_takes_two_bare_ids() {
    let complaints: Vec<_> = Graph::read().sources.iter().flat_map(ids::swappable).collect();
    assert!(complaints.is_empty(), "give them kinds (`base::id`): {complaints:#?}");
}

#[test]
fn apis_do_not_know_each_other() {
    let graph = Graph::read();
    let apis: BTreeSet<_> =
        graph.sources.iter().filter(|source| source.text.contains("pub const API: Api")).map(|source| source.module.clone()).collect();
    assert!(apis.len() >= 6, "{apis:?}");
    let home = |module: &Module| apis.iter().find(|api| module.starts_with(api)).cloned();
    let strange = graph.edges().into_iter().filter(|edge| {
        let (from, to) = (home(&edge.from), home(&edge.to));
        to.is_some() && edge.from != ["http"] && from != to
    });
    report("apis", &strange.map(|edge| complaint(&edge)).collect::<Vec<_>>());
}

#[test]
fn libraries_stay_in_their_rooms() {
    let mut complaints = Vec::new();
    for source in &Graph::read().sources {
        let named = source.libraries();
        for (library, homes) in LIBRARIES {
            if named.contains(*library) && !homes.iter().any(|home| source.path.starts_with(home)) {
                complaints.push((source.path.clone(), format!("names {library}, which belongs to {homes:?}")));
            }
        }
    }
    report("libraries", &complaints);
}

/// An interface calls verbs of the domain: it knows neither how rows are found nor how they are written.
#[test]
fn interfaces_name_no_index() {
    let mut complaints = Vec::new();
    for source in &Graph::read().sources {
        if !source.module.first().is_some_and(|room| ["http", "gateway", "web"].contains(&room.as_str())) {
            continue;
        }
        let code = source.code();
        for word in ["BY_", "Index <", ". put (& ", "db . put (", "db . delete", "key (& [", ". rows (&"] {
            if code.contains(word) {
                complaints.push((source.path.clone(), format!("names {word}")));
            }
        }
    }
    report("indexes", &complaints);
}

/// Path and text of every file below a folder.
fn texts(dir: &str) -> Vec<(String, String)> {
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
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    walk(&root.join(dir), &mut files);
    files.sort();
    files
        .into_iter()
        .map(|file| (file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&file).unwrap()))
        .collect()
}

#[test]
fn every_file_says_what_it_is() {
    let files = ["src", "tests/all", "examples"].into_iter().flat_map(texts);
    let silent = files.filter(|(_, text)| !text.starts_with("//! "));
    report("header", &silent.map(|(path, _)| (path, "does not open with //!".to_owned())).collect::<Vec<_>>());
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let files = ["src", "tests/all", "examples"].into_iter().flat_map(texts);
    let long = files.map(|(path, text)| (path, text.lines().count())).filter(|(_, lines)| *lines > MOST_LINES);
    report("lines", &long.map(|(path, lines)| (path, format!("{lines} lines"))).collect::<Vec<_>>());
}

#[test]
fn names_are_nouns_of_the_trade() {
    const EMPTY: &[&str] = &["utils", "util", "helpers", "helper", "manager", "service", "services", "types", "misc", "prelude"];
    let graph = Graph::read();
    let empty = graph.sources.iter().filter(|source| source.module.iter().any(|part| EMPTY.contains(&part.as_str())));
    report("names", &empty.map(|source| (source.path.clone(), "says nothing about the trade".to_owned())).collect::<Vec<_>>());
}

#[test]
fn nothing_panics_on_purpose_and_nothing_is_left_undone() {
    let mut complaints = Vec::new();
    for source in &Graph::read().sources {
        let code = source.code();
        for word in [". unwrap ()", "todo !", "unimplemented !", "dbg !", ". expect (\"\")"] {
            let found = code.matches(word).count();
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
    for source in &Graph::read().sources {
        let code = source.code().replace(" :: ", "::");
        for word in ["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now"] {
            match CLOCKS.iter().find(|(asks, file)| *asks == word && *file == source.path) {
                _ if !code.contains(word) => {}
                Some(allowed) => drop(used.insert(allowed)),
                None => complaints.push((source.path.clone(), format!("asks {word} instead of base::time"))),
            }
        }
    }
    report("clock", &complaints);
    assert_eq!(used.len(), CLOCKS.len(), "CLOCKS lists who no longer asks: only {used:?} do");
}
