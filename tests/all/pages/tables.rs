//! Tables of words in the administrator's page, held against what they tell of.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use xuanhu::{base::settings::KEYS, tables::KINDS};

fn script(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/web").join(name)).unwrap()
}

/// What stands in quotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('"').skip(1).step_by(2).collect()
}

/// Settings whose value is one of a few words, and these words.
const CHOICES: &[&str] = &[
    "sms.provider",
    "payment.provider",
    "push.provider",
    "log.format",
    "log.level",
    "fhir.handling",
    "care.consent",
    "care.first_visit",
    "care.judge",
    "care.stop_refund",
];
const ALL_CHOICES: &[&str] = &[
    "outbox", "webhook", "aliyun", "tencent", "demo", "wechat", "none", "json", "error", "warn", "info", "debug", "trace", "strict",
    "lenient", "off", "ask", "require", "refuse", "allow", "explicit", "by_reply", "always",
];

#[test]
fn every_setting_has_its_meaning_in_chinese() {
    let text = script("admin/meanings.js");
    let words = quoted(text.split_once("export default").unwrap().1);
    let told: BTreeMap<&str, &str> = words.chunks(2).map(|pair| (pair[0], pair[1])).collect();
    assert_eq!(told.len() * 2, words.len(), "a setting is told twice");
    let known: BTreeSet<&str> = KEYS.iter().map(|key| key.name).collect();
    assert_eq!(told.keys().copied().collect::<BTreeSet<_>>(), known);
    for (key, meaning) in &told {
        assert!(meaning.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c)), "{key}: {meaning}");
    }
    // Whoever chooses must know what there is.
    for key in KEYS.iter().filter(|key| CHOICES.contains(&key.name)) {
        let words: Vec<&str> = key.doc.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        for choice in ALL_CHOICES.iter().filter(|choice| words.contains(choice)) {
            assert!(told[key.name].contains(choice), "{} does not tell of {choice}: {}", key.name, told[key.name]);
        }
    }
}

#[test]
fn columns_of_imports_are_the_servers_and_have_titles() {
    let (text, words) = (script("admin/columns.js"), script("words/admin-zh-CN.js"));
    for kind in KINDS {
        let line = text
            .lines()
            .map(str::trim)
            .find(|line| line.trim_start_matches('"').starts_with(kind.name))
            .unwrap_or_else(|| panic!("{}", kind.name));
        assert!(line.contains(&format!("needed: {},", kind.required)), "{line}");
        assert_eq!(quoted(line.split_once("names:").unwrap().1), kind.columns, "{}", kind.name);
        for column in kind.columns {
            assert!(words.contains(&format!("\"f.{column}\": ")), "{column} has no title");
        }
    }
    assert_eq!(text.matches("needed: ").count(), KINDS.len());
}
