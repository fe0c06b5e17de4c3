//! Who is told what: every story of the other rooms once more, asking only what each of its people was told. Together the stories tell every
//! row of the table.

mod care;
mod consultation;
mod session;
mod team;

use std::{collections::BTreeSet, sync::Mutex};

use xuanhu::domain::notice::notification::{Movement, TABLE, Whom};

use crate::kit::Client;

/// A row of the table.
type Told = (Movement, Whom);

/// What somebody was told, in order, as rows of the table for one of these.
pub fn told(person: &Client, whom: &[Whom]) -> Vec<Movement> {
    let list = person.get("/message?page_size=1000").ok()["list"].clone();
    let row = |message: &serde_json::Value| -> Told {
        let (title, content) = (message["title"].as_str().unwrap(), message["content"].as_str().unwrap());
        let fits = |(_, to, of, text): &&(Movement, Whom, &str, &str)| whom.contains(to) && *of == title && is_filled(text, content);
        let rows: Vec<_> = TABLE.iter().filter(fits).collect();
        assert_eq!(rows.len(), 1, "{title} {content} {rows:?}");
        (rows[0].0, rows[0].1)
    };
    let rows: Vec<Told> = list.as_array().unwrap().iter().rev().map(row).collect();
    SEEN.lock().unwrap().extend(&rows);
    rows.into_iter().map(|(movement, _)| movement).collect()
}

/// What the stories have seen so far.
static SEEN: Mutex<BTreeSet<Told>> = Mutex::new(BTreeSet::new());

/// Whether the content is the text with something in the place of every fact. Only `money` may be nothing.
fn is_filled(text: &str, content: &str) -> bool {
    let Some((before, rest)) = text.split_once('{') else { return text == content };
    let (name, after) = rest.split_once('}').unwrap();
    let Some(content) = content.strip_prefix(before) else { return false };
    let least = usize::from(name != "money");
    let ends = content.char_indices().map(|(at, _)| at).chain([content.len()]);
    ends.filter(|end| *end >= least).any(|end| is_filled(after, &content[end..]))
}

#[test]
fn every_movement_tells_whom_it_concerns() {
    care::stories();
    session::stories();
    consultation::stories();
    team::stories();
    let all: BTreeSet<Told> = TABLE.iter().map(|(movement, whom, ..)| (*movement, *whom)).collect();
    let seen = SEEN.lock().unwrap();
    let missing: Vec<_> = all.difference(&seen).collect();
    assert!(missing.is_empty(), "nobody was told {missing:?}");
}

#[test]
fn texts_are_recognized() {
    assert!(is_filled("订单 {number}：您已取消。{money}", "订单 H0-1：您已取消。"));
    assert!(is_filled("订单 {number}：您已取消。{money}", "订单 H0-1：您已取消。已退 1 元。"));
    assert!(!is_filled("订单 {number}：您已取消。", "订单 ：您已取消。"));
    assert!(!is_filled("订单 {number}：您已取消。", "订单 H0-1：您已取消。多"));
}
