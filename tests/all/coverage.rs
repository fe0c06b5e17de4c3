//! Every row of the tables is lived through by a scenario, and every endpoint of the documents has a row.
//!
//! What a scenario calls is read from its source: `.get("/city")`, `.post(format_args!("/project/{id}/join"), …)`,
//! `.request("POST", "/imgupload")`. So nobody keeps a list, and nobody claims what is not called. Where a path goes
//! through a function of the test's own, a line of the file's head names the row: ``//! Covers `GET /message`.`` and the path stands in a text
//! of the file. Tests that call everything to be refused do not count.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use xuanhu::http::APIS;

use crate::kit::contract::{self, fits};

/// They live through nothing.
const NO_SCENARIOS: &[&str] =
    &["access.rs", "hostile.rs", "cli.rs", "crash.rs", "coverage.rs", "house.rs", "golden.rs", "store.rs", "main.rs"];

#[test]
fn every_row_has_a_scenario() {
    let calls = calls();
    assert!(calls.len() > 30, "only {} calls were found: the reader of sources is broken", calls.len());
    let mut missing = Vec::new();
    for row in APIS.iter().flat_map(|family| family.endpoints()) {
        if !calls.iter().any(|(method, path)| *method == row.method.name() && fits(row.path, path).is_some()) {
            missing.push(format!("{} {}", row.method.name(), row.path));
        }
    }
    assert!(missing.is_empty(), "write a scenario that calls {missing:#?}");
}

#[test]
fn every_documented_endpoint_has_a_row() {
    let mut missing = Vec::new();
    for document in contract::documents() {
        for entry in document.endpoints() {
            let text = |key: &str| entry[key].as_str().unwrap();
            let (method, path) = (text("method"), text("path"));
            let is_there = contract::row(method, path).is_some_and(|(row, family)| {
                (contract::document_of(family.name) == Some(document.name.as_str()) || entry["family"] == family.name)
                    && fits(path, row.path).is_some()
                    && fits(row.path, path).is_some()
            });
            if !is_there {
                missing.push(format!("{} {}: {method} {path}", document.name, text("section")));
            }
        }
    }
    assert!(missing.is_empty(), "documented, without a row: {missing:#?}");
}

/// Our own document is written after the program: it may lack nothing.
#[test]
fn every_row_of_ours_is_documented() {
    let ours = APIS.iter().filter(|family| contract::document_of(family.name) == Some("xuanhu"));
    let rows = ours.flat_map(|family| family.endpoints());
    let missing: Vec<_> = rows.filter(|row| !contract::knows(row.method.name(), row.path)).map(|row| row.path).collect();
    assert!(missing.is_empty(), "without an entry in xuanhu.json: {missing:#?}");
}

/// Method and path of every call in the scenarios; `{…}` of a format stands for any segment.
fn calls() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (file, text) in files() {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            for opening in [format!(".{}(", method.to_lowercase()), format!(".request(\"{method}\",")] {
                for (at, _) in text.match_indices(&opening) {
                    let argument = text[at + opening.len()..].trim_start().trim_start_matches('&');
                    found.extend(paths(&text[..at], argument).into_iter().map(|path| (method.to_owned(), path)));
                }
            }
        }
        for line in text.lines().filter_map(|line| line.strip_prefix("//! Covers ")) {
            for row in line.split('`').skip(1).step_by(2) {
                let (method, path) = row.split_once(' ').unwrap();
                let stands = text.split('"').any(|piece| piece.starts_with('/') && fits(path, piece).is_some());
                assert!(stands, "{}: {row} is named in the head and called nowhere", file.display());
                found.insert((method.to_owned(), path.to_owned()));
            }
        }
    }
    found
}

/// The paths that an argument stands for: a text, a format, or a name that was given to one of them, or to a list of them, before.
fn paths(before: &str, argument: &str) -> Vec<String> {
    let argument = argument.trim_start();
    let text = argument.strip_prefix("format!(").or(argument.strip_prefix("format_args!(")).unwrap_or(argument).trim_start();
    if let Some(text) = text.strip_prefix('"') {
        return text.split('"').next().filter(|path| path.starts_with('/')).map(str::to_owned).into_iter().collect();
    }
    let name: String = argument.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let given = |binding: &str, open: &str| {
        before.rfind(&format!("{binding} {name} {open}")).map(|at| (at, binding.len() + name.len() + open.len() + 2))
    };
    match [given("let", "="), given("for", "in [")].into_iter().flatten().max() {
        Some((at, skip)) if before[at..].starts_with("let") => paths("", &before[at + skip..]),
        Some((at, skip)) => {
            let list = before[at + skip..].split(']').next().unwrap_or_default();
            list.split('"').filter(|piece| piece.starts_with('/')).map(str::to_owned).collect()
        }
        None => Vec::new(),
    }
}

fn files() -> Vec<(PathBuf, String)> {
    fn walk(dir: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => walk(&path, found),
                false if NO_SCENARIOS.contains(&path.file_name().unwrap().to_str().unwrap()) => {}
                false => found.push((path.clone(), fs::read_to_string(&path).unwrap())),
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all"), &mut found);
    found
}

mod tests {
    use super::*;

    #[test]
    fn calls_are_read() {
        for (before, argument, expected) in [
            ("", "\"/city\")", vec!["/city"]),
            ("", " format_args!(\"/a/{}/b\", x))", vec!["/a/{}/b"]),
            ("let path = format!(\"/a/{id}\");", "path)", vec!["/a/{id}"]),
            ("for path in [\"/a\", \"/b\"] {", "path)", vec!["/a", "/b"]),
            ("let path = \"/old\"; let path = \"/new\";", "path)", vec!["/new"]),
            ("", "unknown)", vec![]),
            ("", "\"json_key\")", vec![]),
        ] {
            assert_eq!(paths(before, argument), expected, "{before} {argument}");
        }
    }
}
