//! What can be said of the pages without a browser: words, forbidden code, the vendored files, who asks for which endpoint.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::kit::contract;

const MOST_LINES: usize = 300;

/// What the patient's screens live on, screen by screen (web pages, 6). `*` stands for what the address itself chooses.
#[rustfmt::skip]
const OF_PATIENTS: &[&str] = &[
    // Signing in.
    "POST /phone/verifycode", "POST /verifycode", "POST /login/phone", "POST /session", "POST /reset/pwd", "DELETE /session",
    // Home, finding, a doctor.
    "GET /custom/homepage", "GET /custom/center", "GET /custom/diagnoses", "GET /custom/need/comment", "GET /project", "GET /doctor/list", "GET /hospital", "GET /org",
    "GET /sp_project", "GET /sp_project/{}", "POST /api/department/list", "GET /custom/doctor/{}/project", "GET /doctor/{}/comment", "DELETE /follow/user/{}",
    "GET /follow/user/{}", "POST /api/doctor/detail", "POST /api/doctor/list", "POST /api/doctorCollection/create", "POST /api/doctorCollection/list",
    "POST /api/doctorCollection/delete",
    // Booking and paying.
    "GET /project/{}", "GET /project/{}/casebook", "POST /project/{}/join", "GET /project/{}/queue", "GET /user", "PUT /user", "GET /city", "GET /order/query/{}",
    "POST /consultation/payment/create", "POST /consultation/payment/query", "POST /payment/demo/{}/pay",
    // Visits.
    "GET /custom/project/{}/cancel", "GET /custom/payment/diagnoses", "POST /custom/diagnoses/{}/comment", "POST /custom/diagnoses/{}/move",
    // Asking, conversations.
    "POST /api/patient/list", "POST /api/consultationReason/list", "POST /consultation/create", "POST /consultation/update", "POST /consultation/list",
    "POST /treatment/diagnisis/queryByConsultation", "POST /api/consultation/evaluate", "GET /chat", "POST /chat", "GET /im/messages", "POST /im/messages",
    "POST /im/messages/{}/retract", "GET /im/conversations", "GET /im/ice",
    // Teams.
    "GET /team/{}", "POST /team/{}/member", "POST /consult", "GET /consult/in_process_list", "GET /consult/history_list", "GET /consult/{}", "GET /consult/{}/vas",
    "POST /vas/{}/confirm", "POST /vas/{}/reject", "GET /member/team", "GET /team/search", "POST /team/join",
    // Contacts, family, wallet, me.
    "GET /api/im/pContactList", "GET /api/im/doctor-contact", "GET /api/im/p-talk-status", "GET /api/im/patient-call-to", "POST /api/im/doctor-nickname",
    "GET /family", "POST /family", "PUT /family/{}", "DELETE /family/{}", "POST /api/patient/bindcard", "GET /member/profile", "PUT /member/profile",
    "GET /member/expenses", "POST /wallet/recharge", "GET /message", "GET /custom/follow", "GET /custom/assistant", "GET /news/1/list", "GET /news/{}",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/web")
}

/// Every file below `assets/web`, by its path there.
fn files() -> BTreeMap<String, PathBuf> {
    fn walk(dir: &Path, found: &mut BTreeMap<String, PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => walk(&path, found),
                false => drop(found.insert(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned(), path)),
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(&root(), &mut found);
    found
}

/// Our own scripts with their text, without what comments say.
fn scripts() -> Vec<(String, String)> {
    let ours = files().into_iter().filter(|(name, _)| name.ends_with(".js") && !name.starts_with("vendor/"));
    ours.map(|(name, path)| (name, fs::read_to_string(path).unwrap())).collect()
}

fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//") && !line.trim_start().starts_with("/**")).collect::<Vec<_>>().join("\n")
}

/// The server leaves lines of comment out. Within a template they would be text.
#[test]
fn no_line_of_a_template_begins_like_a_comment() {
    for (name, text) in scripts() {
        let mut inside: Vec<Option<usize>> = vec![Some(0)];
        for (number, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("//") || line.trim_start().starts_with("/*") {
                assert!(inside.last() != Some(&None), "{name}:{}: {line}", number + 1);
                continue;
            }
            read_line(line, &mut inside);
        }
        assert_eq!(inside, [Some(0)], "{name} was not read to its end");
    }
}

/// What stands open behind a line: `None` for a template, `Some(braces)` for code.
fn read_line(line: &str, inside: &mut Vec<Option<usize>>) {
    let (mut rest, mut before) = (line.chars().peekable(), '=');
    while let Some(c) = rest.next() {
        let after = before;
        before = if c.is_whitespace() { before } else { c };
        match (c, inside.last().copied().flatten()) {
            ('\\', _) => drop(rest.next()),
            ('`', None) => drop(inside.pop()),
            ('$', None) if rest.next_if_eq(&'{').is_some() => inside.push(Some(0)),
            (_, None) => {}
            ('`', _) => inside.push(None),
            ('"' | '\'', _) => while rest.next().is_some_and(|next| if next == '\\' { rest.next().is_some() } else { next != c }) {},
            ('/', _) if rest.peek() == Some(&'/') => return,
            // A regular expression stands where no value ended.
            ('/', _) if "(,=:[!&|?{};>".contains(after) => {
                let mut class = false;
                while let Some(next) = rest.next() {
                    match next {
                        '\\' => drop(rest.next()),
                        '[' => class = true,
                        ']' => class = false,
                        '/' if !class => break,
                        _ => {}
                    }
                }
            }
            ('{', Some(open)) => *inside.last_mut().unwrap() = Some(open + 1),
            ('}', Some(0)) => drop(inside.pop()),
            ('}', Some(open)) => *inside.last_mut().unwrap() = Some(open - 1),
            _ => {}
        }
    }
}

/// The keys of a catalogue in their order: texts that a colon follows.
fn keys(name: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("words").join(name)).unwrap();
    let mut found = Vec::new();
    for line in text.lines().filter(|line| line.trim_start().starts_with('"')) {
        let mut rest = line;
        while let Some(start) = rest.find('"') {
            let (string, after) = string_at(&rest[start + 1..]);
            if after.starts_with(':') {
                found.push(string);
            }
            rest = after;
        }
    }
    found
}

/// A text up to its closing quote, and what follows.
fn string_at(text: &str) -> (String, &str) {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return (text[..at].to_owned(), &text[at + 1..]),
            _ => {}
        }
    }
    (text.to_owned(), "")
}

/// The Chinese catalogues: that of all pages, and those that some pages have besides, with what comes before the language in their names.
fn catalogues() -> Vec<String> {
    let names = files().into_keys().filter_map(|name| Some(name.strip_prefix("words/")?.strip_suffix("zh-CN.js")?.to_owned()));
    names.collect()
}

#[test]
fn both_catalogues_have_the_same_words() {
    let mut all = Vec::new();
    for name in catalogues() {
        let (chinese, english) = (keys(&format!("{name}zh-CN.js")), keys(&format!("{name}en.js")));
        assert_eq!(chinese, english, "{name}");
        all.extend(chinese);
    }
    assert!(all.len() > 400, "{}", all.len());
    let unique: BTreeSet<_> = all.iter().collect();
    let twice: Vec<_> = unique.iter().filter(|key| all.iter().filter(|other| other == *key).count() > 1).collect();
    assert!(twice.is_empty(), "these stand twice: {twice:?}");
}

#[test]
fn every_word_is_there_and_is_used() {
    let known: BTreeSet<String> = catalogues().iter().flat_map(|name| keys(&format!("{name}zh-CN.js"))).collect();
    let texts: Vec<_> = scripts().into_iter().filter(|(name, _)| !name.starts_with("words/")).collect();
    let all: String = texts.iter().map(|(_, text)| code(text)).collect::<Vec<_>>().join("\n");
    let mut missing = Vec::new();
    for (at, _) in all.match_indices("t(\"") {
        let before = all[..at].chars().next_back().unwrap_or(' ');
        let (key, _) = string_at(&all[at + 3..]);
        if !before.is_alphanumeric() && before != '_' && before != '.' && !known.contains(&key) {
            missing.push(key);
        }
    }
    assert!(missing.is_empty(), "these words are in no catalogue: {missing:?}");
    // A key is named as it is, or put together: t(`order.${status}`), and problem.* by the slug of a refusal.
    let prefixes: Vec<&str> = all.match_indices("t(`").filter_map(|(at, _)| all[at + 3..].split("${").next()).collect();
    let named = |key: &String| {
        all.contains(&format!("\"{key}\""))
            || key.starts_with("problem.")
            || prefixes.iter().any(|prefix| !prefix.is_empty() && key.starts_with(prefix))
    };
    let unused: Vec<_> = known.iter().filter(|key| !named(key)).collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
}

#[test]
fn nothing_is_in_the_pages_that_their_policy_forbids() {
    const FORBIDDEN: &[&str] = &[
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "unsafeHTML",
        "unsafeSVG",
        " style=\"",
        "http://",
        "srcdoc",
        "javascript:",
    ];
    let mut found = Vec::new();
    for (name, text) in scripts() {
        let text = code(&text);
        found.extend(FORBIDDEN.iter().filter(|word| text.contains(**word)).map(|word| format!("{name}: {word}")));
        // onclick="…" in a template; @click=${…} and element.onload = … are other things.
        for (at, _) in text.match_indices("=\"") {
            let attribute = text[..at].rsplit([' ', '\n', '<']).next().unwrap_or_default();
            if attribute.starts_with("on") && attribute.len() > 3 && attribute.bytes().all(|b| b.is_ascii_lowercase()) {
                found.push(format!("{name}: {attribute}=\""));
            }
        }
        // Browsers without an import map know no bare names.
        for (at, _) in text.match_indices("from \"").chain(text.match_indices("import(\"")) {
            let path = text[at..].split('"').nth(1).unwrap_or_default();
            if !path.starts_with('.') {
                found.push(format!("{name}: imports {path}"));
            }
        }
    }
    for (name, path) in files().into_iter().filter(|(name, _)| name.ends_with(".html")) {
        let text = fs::read_to_string(path).unwrap();
        found.extend(
            ["<style", "style=", "onclick", "<script>", "http://"]
                .iter()
                .filter(|word| text.contains(**word))
                .map(|word| format!("{name}: {word}")),
        );
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_file_is_short_says_what_it_is_and_is_reached() {
    let texts: BTreeMap<String, String> =
        files().into_iter().filter_map(|(name, path)| Some((name, fs::read_to_string(path).ok()?))).collect();
    let mut wrong = Vec::new();
    for (name, text) in texts.iter().filter(|(name, _)| !name.starts_with("vendor/")) {
        let kind = name.rsplit('.').next().unwrap();
        if matches!(kind, "js" | "css" | "html") && text.lines().count() > MOST_LINES {
            wrong.push(format!("{name} has {} lines", text.lines().count()));
        }
        if kind == "js" && !text.starts_with("// ") || kind == "css" && name.starts_with("style/") && !text.starts_with("/*") {
            wrong.push(format!("{name} does not say what it is"));
        }
    }
    // A file is reached where another one names it; a style sheet also by its bare name, which screens give.
    for name in texts.keys().filter(|name| !name.ends_with("index.html") && !name.ends_with(".md") && !name.ends_with(".txt")) {
        let file = name.rsplit('/').next().unwrap();
        let bare = format!("\"{}\"", file.trim_end_matches(".css"));
        let landing = fs::read_to_string(root().join("../index.html")).unwrap();
        let reached = landing.contains(file)
            || texts.iter().any(|(other, text)| {
                other != name && (text.contains(&format!("/{file}")) || file.ends_with(".css") && text.contains(&bare))
            });
        if !reached {
            wrong.push(format!("nothing names {name}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn shared_parts_import_no_screen_and_screens_no_other_screen() {
    let mut wrong = Vec::new();
    for (name, text) in scripts() {
        let folder = name.split('/').next().unwrap();
        let is_screen = |text: &str| text.contains("\nexport const view = ") && text.contains("\nexport const title = ");
        for (at, _) in text.match_indices("from \"") {
            let path = text[at + 6..].split('"').next().unwrap();
            if folder == "shared" && !path.starts_with("./") && !path.starts_with("../vendor/") && !path.starts_with("../words/") {
                wrong.push(format!("{name} imports {path}"));
            }
            if folder != "shared" && folder != "words" && path.starts_with("./") && !name.ends_with("/app.js") {
                let other = fs::read_to_string(root().join(folder).join(&path[2..])).unwrap();
                if is_screen(&other) {
                    wrong.push(format!("{name} imports the screen {path}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn vendored_files_are_what_their_table_says() {
    let folders = [root().join("vendor"), Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/axe")];
    for folder in folders {
        let table = fs::read_to_string(folder.join("README.md")).unwrap();
        let mut told = BTreeSet::new();
        for row in table.lines().filter(|line| line.starts_with("| ")).skip(2) {
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            let (file, hash) = (cells[1], cells[6]);
            let bytes = fs::read(folder.join(file)).unwrap();
            let is: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(is, hash, "{file}");
            told.insert(file.to_owned());
        }
        for entry in fs::read_dir(&folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let text = ["README.md", "LICENSES.txt", "LICENSE"].contains(&name.as_str());
            assert!(text || told.contains(&name), "{name} is not in the table of {}", folder.display());
        }
    }
}

/// `ask("GET", "/project/{}")`, also through `cx.ask`.
pub fn asked() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (_, text) in scripts() {
        let text = code(&text);
        for (at, _) in text.match_indices("ask(\"") {
            let rest = &text[at + 5..];
            let Some((method, rest)) = rest.split_once("\", ") else { continue };
            let quote = rest.chars().next().unwrap_or(' ');
            if quote != '"' && quote != '`' {
                continue;
            }
            let path = rest[1..].split(quote).next().unwrap_or_default();
            // What is put in is a parameter, and what stands behind a question mark is not part of the path.
            let mut plain = String::new();
            let mut pieces = path.split("${");
            plain.push_str(pieces.next().unwrap_or_default());
            for piece in pieces {
                plain.push_str("{}");
                plain.push_str(piece.split_once('}').map_or("", |(_, after)| after));
            }
            found.insert((method.to_owned(), plain.split('?').next().unwrap_or_default().to_owned()));
        }
    }
    found
}

#[test]
fn every_endpoint_that_pages_ask_for_exists() {
    let asked = asked();
    assert!(asked.len() > 60, "only {} were found: the reader of scripts is broken", asked.len());
    let exists = |method: &str, path: &str| contract::row(method, &path.replace("{}", "1")).is_some();
    // Pages themselves, and the document of the reference, are served beside the tables.
    let ours = |path: &str| path.starts_with("/web/") || path == "/openapi.json";
    let missing: BTreeSet<String> = asked
        .iter()
        // What a table of the administrator's page names is asked for as `{list}/{id}`.
        .filter(|(method, path)| !path.starts_with("{}") && !ours(path) && !exists(method, path))
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert!(missing.is_empty(), "pages ask for what is not there: {missing:?}");
}

#[test]
fn the_patients_screens_use_what_is_there_for_them() {
    let told: BTreeSet<String> = asked().into_iter().map(|(method, path)| format!("{method} {path}")).collect();
    // An address that is put together, `ask(fresh ? "POST" : "PUT", …)` or `set("/api/im/…")`, is found by its text.
    let texts: String = scripts()
        .into_iter()
        .filter(|(name, _)| name.starts_with("patient/") || name.starts_with("shared/"))
        .map(|(_, text)| text)
        .collect();
    let spelled = |path: &str| {
        let pieces: Vec<&str> = path.split("{}").filter(|piece| piece.len() > 1).collect();
        pieces.iter().all(|piece| texts.contains(piece))
    };
    let missing: Vec<_> =
        OF_PATIENTS.iter().filter(|one| !told.contains(**one) && !one.split_once(' ').is_some_and(|(_, path)| spelled(path))).collect();
    assert!(missing.is_empty(), "no screen asks for {missing:?}");
    let unknown: Vec<_> = OF_PATIENTS
        .iter()
        .filter(|one| one.split_once(' ').is_none_or(|(method, path)| contract::row(method, &path.replace("{}", "1")).is_none()))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
