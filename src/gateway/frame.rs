//! Frames of clients: JSON objects with a `type` and, where the client wants to know the answer again, an `id`. And the frames that answer.

use serde_json::{Map, Value, json};

use crate::base::{
    clean,
    error::{Error, INVALID_FIELD, Kind, MISSING_FIELD, Reason, Result},
    id::Id,
};

pub const MALFORMED: Reason = Reason::new(Kind::Malformed, "malformed", "报文格式有误");
pub const UNKNOWN_TYPE: Reason = Reason::new(Kind::Malformed, "unknown_type", "不认识这种报文");
pub const LOGIN_REQUIRED: Reason = Reason::new(Kind::Unauthorized, "login_required", "请先登录");
pub const TOO_FAST: Reason = Reason::new(Kind::TooMany, "too_fast", "发送过快，请稍后再试");

const MOST_ID: usize = 64;

#[derive(Debug)]
pub struct Frame {
    pub kind: String,
    pub id: Option<String>,
    fields: Map<String, Value>,
}

impl Frame {
    /// Reads a frame. What is wrong with it comes with its id, where that can be told.
    pub fn parse(text: &str) -> Result<Frame, (Option<String>, Error)> {
        let Ok(Value::Object(fields)) = serde_json::from_str(text) else { return Err((None, MALFORMED.with("应为 JSON 对象"))) };
        let id = match fields.get("id") {
            None | Some(Value::Null) => None,
            Some(Value::String(id)) if (1..=MOST_ID).contains(&id.chars().count()) => Some(id.clone()),
            Some(_) => return Err((None, MALFORMED.with(format!("id 应为 1 到 {MOST_ID} 个字符的文字")))),
        };
        match fields.get("type") {
            Some(Value::String(kind)) if !kind.is_empty() => Ok(Frame { kind: kind.clone(), id, fields }),
            _ => Err((id, MALFORMED.with("缺少 type"))),
        }
    }

    /// Whether the key is there with anything but null.
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// A text that is not empty.
    pub fn text(&self, name: &str) -> Result<&str> {
        match self.need(name)? {
            Value::String(text) if clean::is_blank(text) => Err(wrong(name, "不能为空")),
            Value::String(text) => Ok(text),
            _ => Err(wrong(name, "应为文字")),
        }
    }

    pub fn number(&self, name: &str) -> Result<u64> {
        self.need(name)?.as_u64().ok_or_else(|| wrong(name, "应为非负整数"))
    }

    pub fn id<K>(&self, name: &str) -> Result<Id<K>> {
        self.number(name).map(Id::from_number)
    }

    pub fn text_or_none(&self, name: &str) -> Result<Option<&str>> {
        self.has(name).then(|| self.text(name)).transpose()
    }

    pub fn number_or_none(&self, name: &str) -> Result<Option<u64>> {
        self.has(name).then(|| self.number(name)).transpose()
    }

    /// Ids, however many fit into a frame: what is too many is a rule's to say.
    pub fn ids<K>(&self, name: &str) -> Result<Vec<Id<K>>> {
        let ids = self
            .need(name)?
            .as_array()
            .and_then(|items| items.iter().map(|item| item.as_u64().map(Id::from_number)).collect::<Option<Vec<_>>>());
        ids.ok_or_else(|| wrong(name, "应为编号的数组"))
    }

    pub fn ids_at_most<K>(&self, name: &str, most: usize) -> Result<Vec<Id<K>>> {
        let ids = self.ids(name)?;
        match ids.len() <= most {
            true => Ok(ids),
            false => Err(wrong(name, &format!("最多 {most} 项"))),
        }
    }

    /// Texts; none where the key is missing. What is null among them is missing too.
    pub fn texts(&self, name: &str) -> Result<Vec<String>> {
        let Some(value) = self.value(name) else { return Ok(Vec::new()) };
        let text = |item: &Value| item.as_str().map(str::to_owned);
        let items = value.as_array().and_then(|items| items.iter().filter(|item| !item.is_null()).map(text).collect::<Option<Vec<_>>>());
        items.filter(|items| items.iter().all(|item| !clean::is_blank(item))).ok_or_else(|| wrong(name, "应为文字的数组"))
    }

    pub fn object(&self, name: &str) -> Result<&Value> {
        let value = self.need(name)?;
        if value.is_object() { Ok(value) } else { Err(wrong(name, "应为 JSON 对象")) }
    }

    fn need(&self, name: &str) -> Result<&Value> {
        self.value(name).ok_or_else(|| MALFORMED.with(format!("缺少 {name}")))
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }
}

fn wrong(name: &str, problem: &str) -> Error {
    MALFORMED.with(format!("{name} {problem}"))
}

/// Whether a text that is no good frame was meant to be a login.
pub fn is_login(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|frame| frame["type"] == "login")
}

/// An answer: its members, its type, and the id of what it answers.
pub fn answer(kind: &str, id: Option<&str>, mut members: Value) -> String {
    members["type"] = kind.into();
    members["id"] = id.into();
    members.to_string()
}

/// Answers a frame that is refused. Fields that are at fault are to a client of the gateway a malformed frame.
pub fn error(id: Option<&str>, error: &Error) -> String {
    let slug = if error.is(&INVALID_FIELD) || error.is(&MISSING_FIELD) { MALFORMED.slug } else { error.slug() };
    answer("error", id, json!({ "code": error.status(), "error": slug, "message": error.message() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::{AccountId, kind};
    use proptest::prelude::*;

    #[test]
    fn what_is_no_frame_is_refused_with_its_id() {
        for (text, id) in [
            ("", None),
            ("[]", None),
            ("{\"type\":", None),
            ("{}", None),
            (r#"{"id":"a"}"#, Some("a")),
            (r#"{"id":"a","type":7}"#, Some("a")),
            (r#"{"id":"a","type":""}"#, Some("a")),
            (r#"{"id":7,"type":"ping"}"#, None),
            (r#"{"id":"","type":"ping"}"#, None),
        ] {
            let (found, error) = Frame::parse(text).unwrap_err();
            assert_eq!((found.as_deref(), error.slug()), (id, "malformed"), "{text}");
        }
        let long = format!(r#"{{"id":"{}","type":"ping"}}"#, "长".repeat(65));
        assert!(Frame::parse(&long).is_err());
        assert_eq!(Frame::parse(&long.replacen('长', "", 1)).unwrap().id.unwrap().chars().count(), 64);
    }

    #[test]
    fn keys_have_their_kind() {
        let text = r#"{"type":"x","n":5,"f":1.5,"m":-1,"s":"a","e":" ","l":[1,2],"t":["a"],"o":{},"z":null}"#;
        let frame = Frame::parse(text).unwrap();
        assert_eq!((frame.number("n").unwrap(), frame.text("s").unwrap()), (5, "a"));
        assert_eq!(
            (frame.ids_at_most("l", 2).unwrap(), frame.texts("t").unwrap()),
            (vec![AccountId::from_number(1), AccountId::from_number(2)], vec!["a".to_owned()])
        );
        assert!(frame.object("o").is_ok() && frame.texts("none").unwrap().is_empty() && frame.number_or_none("z").unwrap().is_none());
        for refused in [
            frame.number("f").err(),
            frame.number("m").err(),
            frame.number("s").err(),
            frame.number("z").err(),
            frame.text("n").err(),
            frame.text("e").err(),
            frame.ids_at_most::<kind::Any>("l", 1).err(),
            frame.ids::<kind::Any>("t").err(),
            frame.texts("l").err(),
            frame.object("l").err(),
        ] {
            assert_eq!(refused.unwrap().slug(), "malformed");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,60}|[\\[\\]{}\":,a-z0-9]{0,60}") {
            if let Err((_, refusal)) = Frame::parse(&text) {
                prop_assert!(serde_json::from_str::<Value>(&error(None, &refusal)).is_ok());
            }
        }
    }
}
