//! The gateway's document as a contract: every frame that a test gets must be one that `im-gateway.md` shows, with the keys that it shows.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use serde_json::Value;

const DOCUMENT: &str = include_str!("../../../data/contract/im-gateway.md");

/// Frames whose keys do not depend on what is in them: all that the document shows must be there.
const WHOLE: &[&str] =
    &["welcome", "ack", "message", "retracted", "read", "call", "call_invite", "call_state", "call_end", "call_signal", "error", "pong"];

/// Keys that the document tells of in words, because they are there in a case of their own.
const NOW_AND_THEN: &[(&str, &str)] = &[("welcome", "reset"), ("messages", "reset")];

#[derive(Default)]
struct Shown {
    /// Keys by the type of the frame, in whatever depth they stand.
    server: BTreeMap<String, BTreeSet<String>>,
    client: BTreeSet<String>,
}

fn shown() -> &'static Shown {
    static SHOWN: OnceLock<Shown> = OnceLock::new();
    SHOWN.get_or_init(|| {
        let mut shown = Shown::default();
        for line in DOCUMENT.lines() {
            let Some((side, rest)) = line.split_once(" {\"type\":\"").filter(|(side, _)| ["→", "←"].contains(side)) else { continue };
            let kind = rest.split('"').next().unwrap().to_owned();
            match side {
                "→" => drop(shown.client.insert(kind)),
                _ => shown.server.entry(kind).or_default().extend(keys(object(&line["← ".len()..]))),
            }
        }
        shown
    })
}

/// The object at the beginning of a text, to its last brace.
fn object(text: &str) -> &str {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 {
            return &text[..=at];
        }
    }
    panic!("a frame without its end: {text}")
}

fn keys(frame: &str) -> BTreeSet<String> {
    let parts: Vec<&str> = frame.split('"').collect();
    // Every second part is quoted; a key is followed by a colon.
    let quoted = parts.iter().skip(1).step_by(2).zip(parts.iter().skip(2).step_by(2));
    quoted.filter(|(key, after)| **key != "type" && after.starts_with(':')).map(|(key, _)| (*key).to_owned()).collect()
}

fn found(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                keys.insert(key.clone());
                // What two clients tell each other is theirs.
                if key != "data" {
                    found(value, keys);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| found(item, keys)),
        _ => {}
    }
}

/// Panics where the document does not show such a frame.
#[track_caller]
pub fn check(frame: &Value) {
    let kind = frame["type"].as_str().unwrap_or_else(|| panic!("a frame without a type: {frame}"));
    let mut keys = BTreeSet::new();
    found(frame, &mut keys);
    keys.remove("type");
    let mut allowed = shown().server.get(kind).unwrap_or_else(|| panic!("the document shows no {kind}: {frame}")).clone();
    if kind == "messages" {
        allowed.extend(shown().server["message"].clone());
    }
    allowed.insert("id".into());
    let now_and_then = NOW_AND_THEN.iter().filter(|(of, _)| *of == kind).map(|(_, key)| *key);
    for key in now_and_then {
        keys.remove(key);
    }
    let extra: Vec<_> = keys.difference(&allowed).collect();
    assert!(extra.is_empty(), "the document does not show {extra:?} in a {kind}: {frame}");
    if WHOLE.contains(&kind) {
        allowed.remove("id");
        // The data of a signal may be anything.
        allowed.retain(|key| key != "sdp");
        let missing: Vec<_> = allowed.difference(&keys).collect();
        assert!(missing.is_empty(), "{missing:?} is missing in a {kind}: {frame}");
    }
}

/// What clients may send, by the document.
pub fn client_types() -> impl Iterator<Item = &'static str> {
    shown().client.iter().map(String::as_str)
}

#[test]
fn the_document_shows_both_sides() {
    let server: Vec<&str> = shown().server.keys().map(String::as_str).collect();
    assert_eq!(
        server,
        [
            "ack",
            "call",
            "call_end",
            "call_invite",
            "call_signal",
            "call_state",
            "error",
            "message",
            "messages",
            "ok",
            "pong",
            "presence",
            "read",
            "retracted",
            "welcome"
        ]
    );
    let client: Vec<&str> = client_types().collect();
    assert_eq!(
        client,
        [
            "call_create",
            "call_decline",
            "call_join",
            "call_leave",
            "call_signal",
            "login",
            "ping",
            "read",
            "retract",
            "send",
            "sync",
            "watch"
        ]
    );
    assert!(shown().server["message"].contains("from_name") && shown().server["call"].contains("state"));
}
