//! Pages of what a member has: messages of the inbox and changes, as they are sent. A page is bounded by its bytes, too: clients keep limits of
//! their own, and nobody has to hold more of another's history in memory.

use serde::Serialize;

use crate::{
    base::{
        error::{INTERNAL, Result},
        id::AccountId,
    },
    domain::messaging::{
        change,
        message::{self, Message},
    },
    live::frame::{self, MessageView},
    store::View,
};

/// What a frame with a page may have.
const MOST_BYTES: usize = 256 << 10;
/// Of those, for what stands around the items.
const AROUND: usize = 1 << 10;

/// Items with their numbers, oldest first.
pub struct Page {
    pub items: Vec<(u64, String)>,
    /// Whether there is more after the last one.
    pub more: bool,
}

/// Messages after a number of the inbox, each as JSON. At least one where there is any.
pub fn messages(db: &View, member: AccountId, after: u64, limit: usize) -> Result<Page> {
    let json = |message: Message| {
        let seq = message.seq_of(member).unwrap_or(after);
        Ok((seq, to_json(&MessageView::for_reader(db, message, member)?)?))
    };
    cut(message::inbox_after(db, member, after).map(|message| json(message?)), limit)
}

/// The frames of changes after a number.
pub fn changes(db: &View, member: AccountId, after: u64, limit: usize) -> Result<Page> {
    let changes = change::after(db, member, after, limit + 1)?.into_iter();
    cut(changes.map(|change| Ok((change.number_of(member).unwrap_or(after), frame::change(db, &change, member)?))), limit)
}

fn cut(items: impl Iterator<Item = Result<(u64, String)>>, limit: usize) -> Result<Page> {
    let mut page = Page { items: Vec::new(), more: false };
    let mut left = MOST_BYTES - AROUND;
    for item in items {
        let item = item?;
        let bytes = item.1.len() + 1; // and a comma
        if page.items.len() == limit || (bytes > left && !page.items.is_empty()) {
            page.more = true;
            break;
        }
        left = left.saturating_sub(bytes);
        page.items.push(item);
    }
    Ok(page)
}

/// A `messages` frame, the answer to `sync`.
#[derive(Serialize)]
pub struct Head<'a> {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub id: Option<&'a str>,
    pub seq: u64,
    pub more: bool,
    /// The number that was asked for is not one of this copy of the clinic: the items are those from the beginning.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reset: bool,
}

impl Page {
    /// The page in one frame, behind its other members.
    pub fn frame(&self, head: &Head) -> Result<String> {
        let mut frame = to_json(head)?;
        frame.pop();
        frame.push_str(",\"items\":[");
        for (at, (_, item)) in self.items.iter().enumerate() {
            if at > 0 {
                frame.push(',');
            }
            frame.push_str(item);
        }
        frame.push_str("]}");
        Ok(frame)
    }
}

/// A `message` frame of a message that is JSON already.
pub fn message_frame(message: &str) -> String {
    format!("{{\"type\":\"message\",{}", message.trim_start_matches('{'))
}

fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| INTERNAL.caused_by(e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn a_page_ends_at_its_limit_or_its_bytes_and_has_one_item_in_any_case() {
        let page = |sizes: &[usize], limit| {
            let items = sizes.iter().zip(1..).map(|(size, seq)| Ok((seq, json!({ "x": "a".repeat(*size) }).to_string())));
            let page = cut(items, limit).unwrap();
            let head = Head { kind: "messages", id: Some("s1"), seq: 9, more: page.more, reset: false };
            let frame = page.frame(&head).unwrap();
            let read: Value = serde_json::from_str(&frame).unwrap();
            assert_eq!((read["items"].as_array().unwrap().len(), &read["more"]), (page.items.len(), &json!(page.more)));
            assert!(frame.len() <= MOST_BYTES || page.items.len() == 1, "{}", frame.len());
            (page.items.len(), page.more)
        };
        assert_eq!(page(&[], 3), (0, false));
        assert_eq!((page(&[5; 3], 3), page(&[5; 4], 3)), ((3, false), (3, true)));
        assert_eq!(page(&[100_000; 3], 10), (2, true));
        assert_eq!((page(&[300_000], 10), page(&[300_000, 1], 10)), ((1, false), (1, true)));
        assert_eq!(message_frame(r#"{"seq":1}"#), r#"{"type":"message","seq":1}"#);
    }
}
