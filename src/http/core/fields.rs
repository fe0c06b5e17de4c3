//! The fields of a request, read leniently: numbers may come as strings and strings as numbers, arrays as JSON strings, booleans as
//! 0 and 1. What does not fit is refused with the field's name.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::base::{
    error::{Result, invalid, missing},
    id::Id,
    page::Page,
    phone,
};

/// Fields by name. An empty text and `null` count as missing.
#[derive(Debug, Default)]
pub struct Fields(pub Map<String, Value>);

impl Fields {
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// A text of 1 to `most` characters, trimmed.
    pub fn text(&self, name: &str, most: usize) -> Result<String> {
        self.text_or_none(name, most)?.ok_or_else(|| missing(name))
    }

    pub fn text_or_none(&self, name: &str, most: usize) -> Result<Option<String>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return Err(invalid(name, "应为文字")),
        };
        check_text(name, &text, most)?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// A text, empty where it is missing.
    pub fn text_or_empty(&self, name: &str, most: usize) -> Result<String> {
        Ok(self.text_or_none(name, most)?.unwrap_or_default())
    }

    /// A password as it was typed: nothing trimmed.
    pub fn password(&self, name: &str) -> Result<String> {
        let text = match self.value(name).ok_or_else(|| missing(name))? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(invalid(name, "应为文字")),
        };
        match text.chars().count() {
            6..=128 => Ok(text),
            _ => Err(invalid(name, "应为 6 到 128 个字符")),
        }
    }

    /// A password that is compared with a stored one: nothing trimmed, and a short one is wrong, not badly written.
    pub fn attempt(&self, name: &str) -> Result<String> {
        match self.value(name).ok_or_else(|| missing(name))? {
            Value::String(text) if text.len() <= 1_000 => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            _ => Err(invalid(name, "应为文字")),
        }
    }

    /// Whether the request names the field, be it with `null` or an empty text.
    pub fn names(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A mainland mobile number under any of these names, of which the first is the document's.
    pub fn phone(&self, names: &[&str]) -> Result<String> {
        let name = names.iter().find(|name| self.has(name)).or(names.first()).copied().unwrap_or("phone");
        phone::parse(&self.text(name, 32)?).map_err(|e| e.field(name, "应为 11 位手机号"))
    }

    pub fn integer(&self, name: &str, range: RangeInclusive<i64>) -> Result<i64> {
        self.integer_or_none(name, range)?.ok_or_else(|| missing(name))
    }

    pub fn integer_or_none(&self, name: &str, range: RangeInclusive<i64>) -> Result<Option<i64>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        match whole(value) {
            Some(number) if range.contains(&number) => Ok(Some(number)),
            Some(_) => Err(invalid(name, between(&range))),
            None => Err(invalid(name, "应为整数")),
        }
    }

    /// Money. Yes and no are numbers elsewhere, but no amounts.
    pub fn amount(&self, name: &str, range: RangeInclusive<i64>) -> Result<Option<i64>> {
        match self.value(name) {
            Some(Value::Bool(_)) => Err(invalid(name, "应为整数")),
            _ => self.integer_or_none(name, range),
        }
    }

    /// A small number in `range`.
    pub fn small(&self, name: &str, range: RangeInclusive<u8>) -> Result<u8> {
        let (from, to) = (i64::from(*range.start()), i64::from(*range.end()));
        Ok(u8::try_from(self.integer(name, from..=to)?).unwrap_or(*range.end()))
    }

    /// A day that is not after `today`: `1984-10-15`, also written `19841015`.
    pub fn birthday(&self, name: &str, today: Date) -> Result<Option<Date>> {
        let Some(text) = self.text_or_none(name, 20)? else { return Ok(None) };
        let dashed = match text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            true => format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]),
            false => text,
        };
        let date: Option<Date> = Some(&dashed).filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
        let date = date.filter(|date| date.year() >= 1850 && *date <= today);
        date.map(Some).ok_or_else(|| invalid(name, "应为 YYYY-MM-DD，且不晚于今天"))
    }

    pub fn id(&self, name: &str) -> Result<Id> {
        self.id_or_none(name)?.ok_or_else(|| missing(name))
    }

    pub fn id_or_none(&self, name: &str) -> Result<Option<Id>> {
        Ok(self.integer_or_none(name, 0..=i64::MAX)?.map(i64::unsigned_abs))
    }

    /// An id that may be left out or 0.
    pub fn id_or_zero(&self, name: &str) -> Result<Id> {
        Ok(self.id_or_none(name)?.unwrap_or(0))
    }

    pub fn flag(&self, name: &str) -> Result<bool> {
        self.flag_or_none(name)?.ok_or_else(|| missing(name))
    }

    pub fn flag_or_none(&self, name: &str) -> Result<Option<bool>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let flag = match value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            value => whole(value).filter(|n| (0..=1).contains(n)).map(|n| n == 1),
        };
        flag.map(Some).ok_or_else(|| invalid(name, "应为 0 或 1"))
    }

    /// Up to `most` texts of up to `length` characters; none where the field is missing.
    pub fn texts_or_empty(&self, name: &str, most: usize, length: usize) -> Result<Vec<String>> {
        Ok(self.texts_or_none(name, most, length)?.unwrap_or_default())
    }

    /// The same, required and not empty.
    pub fn texts(&self, name: &str, most: usize, length: usize) -> Result<Vec<String>> {
        self.texts_or_none(name, most, length)?.filter(|texts| !texts.is_empty()).ok_or_else(|| missing(name))
    }

    pub fn texts_or_none(&self, name: &str, most: usize, length: usize) -> Result<Option<Vec<String>>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let items = list(value).ok_or_else(|| invalid(name, "应为数组"))?;
        if items.len() > most {
            return Err(invalid(name, format!("最多 {most} 项")));
        }
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            let text = match item {
                Value::String(text) => text.trim().to_owned(),
                Value::Number(number) => number.to_string(),
                _ => return Err(invalid(name, "各项应为文字")),
            };
            check_text(name, &text, length)?;
            if !text.is_empty() {
                texts.push(text);
            }
        }
        Ok(Some(texts))
    }

    /// Any JSON, also where it comes as a text.
    pub fn json(&self, name: &str) -> Result<Option<Value>> {
        match self.value(name) {
            Some(Value::String(text)) => serde_json::from_str(text).map(Some).map_err(|_| invalid(name, "应为 JSON")),
            value => Ok(value.cloned()),
        }
    }

    /// `current_page` (from 1) and `page_size` (10; what is beyond `most` is cut to it).
    pub fn numbered_page(&self, most: i64) -> Result<(Page, u64, u64)> {
        let current = self.integer_or_none("current_page", 1..=i64::MAX)?.unwrap_or(1).unsigned_abs();
        let size = self.integer_or_none("page_size", 1..=i64::MAX)?.unwrap_or(10).min(most).unsigned_abs();
        Ok((Page::numbered(current, size), current, size))
    }

    /// `skip` (0) and `limit` (10; what is beyond 100 is cut to it).
    pub fn skip_page(&self) -> Result<Page> {
        let skip = self.integer_or_none("skip", 0..=i64::MAX)?.unwrap_or(0);
        let limit = self.integer_or_none("limit", 0..=i64::MAX)?.unwrap_or(10).min(100);
        Ok(Page { skip: usize::try_from(skip).unwrap_or(usize::MAX), limit: usize::try_from(limit).unwrap_or(100) })
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| match value {
            Value::Null => false,
            Value::String(text) => !text.trim().is_empty(),
            _ => true,
        })
    }
}

/// A whole number, also as a text (`"3"`) and as a float without a fraction (`3.0`).
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64().filter(|f| f.fract() == 0.0 && f.abs() < 9e15)?;
            Some(float as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(flag) => Some(i64::from(*flag)),
        _ => None,
    }
}

/// An array, an array written as a JSON text, or a lone value.
fn list(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(items) => Some(items.clone()),
        Value::String(text) if text.trim_start().starts_with('[') => serde_json::from_str(text).ok(),
        Value::String(_) | Value::Number(_) => Some(vec![value.clone()]),
        _ => None,
    }
}

fn check_text(name: &str, text: &str, most: usize) -> Result<()> {
    if text.chars().count() > most {
        return Err(invalid(name, format!("最多 {most} 个字符")));
    }
    match text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        true => Err(invalid(name, "含有不可用的控制字符")),
        false => Ok(()),
    }
}

fn between(range: &RangeInclusive<i64>) -> String {
    match (*range.start(), *range.end()) {
        (from, i64::MAX) => format!("应为不小于 {from} 的整数"),
        (from, to) => format!("应为 {from} 到 {to} 之间的整数"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(value: Value) -> Fields {
        Fields(value.as_object().unwrap().clone())
    }

    #[test]
    fn numbers_and_texts_change_places() {
        let f = fields(json!({"a": "3", "b": 4, "c": 5.0, "d": 1.5, "e": "x", "f": 2e300, "g": "-7"}));
        assert_eq!(f.integer("a", 0..=9).unwrap(), 3);
        assert_eq!(f.text("b", 9).unwrap(), "4");
        assert_eq!(f.integer("c", 0..=9).unwrap(), 5);
        for bad in ["d", "e", "f", "g"] {
            assert_eq!(f.integer(bad, 0..=9).unwrap_err().slug(), "invalid_field", "{bad}");
        }
        assert_eq!(f.integer("z", 0..=9).unwrap_err().slug(), "missing_field");
    }

    #[test]
    fn arrays_come_in_three_ways() {
        let f = fields(json!({"a": ["痛"], "b": "[\"痛\"]", "c": "痛", "d": [], "e": {"x": 1}, "f": "[1,"}));
        for name in ["a", "b", "c"] {
            assert_eq!(f.texts(name, 3, 9).unwrap(), ["痛"], "{name}");
        }
        assert_eq!(f.texts("d", 3, 9).unwrap_err().slug(), "missing_field");
        assert!(f.texts("e", 3, 9).is_err() && f.texts("f", 3, 9).is_err());
        assert!(f.texts("a", 0, 9).is_err() && f.texts("a", 3, 0).is_err());
    }

    #[test]
    fn pages_stay_in_bounds() {
        let f = fields(json!({"current_page": "3", "page_size": 5000, "skip": i64::MAX, "limit": 500}));
        assert_eq!(f.numbered_page(1000).unwrap(), (Page { skip: 2000, limit: 1000 }, 3, 1000));
        assert_eq!(f.skip_page().unwrap().limit, 100);
        assert!(fields(json!({"page_size": 0})).numbered_page(1000).is_err());
        assert!(fields(json!({"current_page": -1})).numbered_page(1000).is_err());
    }
}
