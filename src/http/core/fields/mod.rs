//! The fields of a request, read leniently: numbers may come as strings and strings as numbers, arrays as JSON strings, booleans as
//! 0 and 1. What does not fit is refused with the field's name.

use std::{borrow::Cow, ops::RangeInclusive};

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::base::{
    address, clean,
    error::{Result, invalid, missing},
    id::Id,
    measure,
    page::Page,
    phone,
};

/// Of an address, in characters.
const MOST_ADDRESS: usize = 500;

/// Fields by name, each cleaned for its kind as it is read (`base::clean`). A text without anything to see and `null` count as missing.
#[derive(Debug, Default)]
pub struct Fields(pub Map<String, Value>);

impl Fields {
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// A name or another text of one line, 1 to `most` characters.
    pub fn text(&self, name: &str, most: usize) -> Result<String> {
        self.text_or_none(name, most)?.ok_or_else(|| missing(name))
    }

    pub fn text_or_none(&self, name: &str, most: usize) -> Result<Option<String>> {
        self.cleaned(name, most, clean::line)
    }

    /// A text, empty where it is missing.
    pub fn text_or_empty(&self, name: &str, most: usize) -> Result<String> {
        Ok(self.text_or_none(name, most)?.unwrap_or_default())
    }

    /// A long text, 1 to `most` characters: line breaks stay.
    pub fn prose(&self, name: &str, most: usize) -> Result<String> {
        self.prose_or_none(name, most)?.ok_or_else(|| missing(name))
    }

    pub fn prose_or_none(&self, name: &str, most: usize) -> Result<Option<String>> {
        self.cleaned(name, most, clean::prose)
    }

    pub fn prose_or_empty(&self, name: &str, most: usize) -> Result<String> {
        Ok(self.prose_or_none(name, most)?.unwrap_or_default())
    }

    /// A word, a date or a time, whose signs may come at full width.
    pub fn word(&self, name: &str, most: usize) -> Result<String> {
        self.word_or_none(name, most)?.ok_or_else(|| missing(name))
    }

    /// A longitude or latitude as it was written, at most `most` degrees to either side.
    pub fn degrees(&self, name: &str, most: f64) -> Result<String> {
        let text = self.word(name, 20)?;
        let degrees: f64 = text.parse().map_err(|_| invalid(name, "应为经纬度，如 127.000000"))?;
        // `contains` is false for NaN too.
        match (-most..=most).contains(&degrees) {
            true => Ok(text),
            false => Err(invalid(name, format!("应在 -{most} 至 {most} 之间"))),
        }
    }

    /// Where something lies on the map: `lng` and `lat` as they were written, both empty where neither is told.
    pub fn map_place(&self) -> Result<(String, String)> {
        match (self.word_or_none("lng", 20)?, self.word_or_none("lat", 20)?) {
            (None, None) => Ok(Default::default()),
            _ => Ok((self.degrees("lng", 180.0)?, self.degrees("lat", 90.0)?)),
        }
    }

    pub fn word_or_none(&self, name: &str, most: usize) -> Result<Option<String>> {
        self.cleaned(name, most, clean::plain)
    }

    /// A code or the number of something, without spaces and dashes.
    pub fn code(&self, name: &str, most: usize) -> Result<String> {
        self.cleaned(name, most, clean::code)?.ok_or_else(|| missing(name))
    }

    /// The six digits of an SMS.
    pub fn sms_code(&self, name: &str) -> Result<String> {
        self.sms_code_or_none(name)?.ok_or_else(|| missing(name))
    }

    pub fn sms_code_or_none(&self, name: &str) -> Result<Option<String>> {
        self.cleaned(name, 20, clean::sms_code)
    }

    /// The address of a picture or a recording.
    pub fn picture_or_none(&self, name: &str) -> Result<Option<String>> {
        let Some(text) = self.text_or_none(name, MOST_ADDRESS)? else { return Ok(None) };
        address::picture(&text).map(Some).ok_or_else(|| invalid(name, address::PICTURE))
    }

    pub fn picture_or_empty(&self, name: &str) -> Result<String> {
        Ok(self.picture_or_none(name)?.unwrap_or_default())
    }

    /// Up to `most` addresses of pictures; none where the field is missing.
    pub fn pictures_or_empty(&self, name: &str, most: usize) -> Result<Vec<String>> {
        let texts = self.texts_or_empty(name, most, MOST_ADDRESS)?;
        texts.iter().map(|text| address::picture(text).ok_or_else(|| invalid(name, address::PICTURE))).collect()
    }

    /// The same, required and not empty.
    pub fn pictures(&self, name: &str, most: usize) -> Result<Vec<String>> {
        Some(self.pictures_or_empty(name, most)?).filter(|list| !list.is_empty()).ok_or_else(|| missing(name))
    }

    /// The address of a page: on the web, or a path.
    pub fn page_address_or_empty(&self, name: &str) -> Result<String> {
        let text = self.text_or_empty(name, MOST_ADDRESS)?;
        if text.is_empty() { Ok(text) } else { address::page(&text).ok_or_else(|| invalid(name, address::PAGE)) }
    }

    pub fn email_or_none(&self, name: &str) -> Result<Option<String>> {
        self.checked(name, 100, address::email, address::EMAIL)
    }

    /// Centimetres.
    pub fn height_or_none(&self, name: &str) -> Result<Option<String>> {
        self.checked(name, 20, measure::height, measure::HEIGHT)
    }

    /// Kilogrammes.
    pub fn weight_or_none(&self, name: &str) -> Result<Option<String>> {
        self.checked(name, 20, measure::weight, measure::WEIGHT)
    }

    fn checked(&self, name: &str, most: usize, read: fn(&str) -> Option<String>, problem: &str) -> Result<Option<String>> {
        let Some(text) = self.word_or_none(name, most)? else { return Ok(None) };
        read(&text).map(Some).ok_or_else(|| invalid(name, problem))
    }

    fn cleaned(&self, name: &str, most: usize, clean: fn(&str) -> String) -> Result<Option<String>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let text = clean(&written(value).ok_or_else(|| invalid(name, "应为文字"))?);
        match text.chars().count() <= most {
            true => Ok(Some(text).filter(|text| !text.is_empty())),
            false => Err(invalid(name, format!("最多 {most} 个字符"))),
        }
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
        self.phone_of(names, phone::parse, "应为 11 位手机号")
    }

    /// The same, or a number of Hong Kong, Macau or Taiwan with its country code.
    pub fn any_phone(&self, names: &[&str]) -> Result<String> {
        self.phone_of(names, phone::parse_any, "应为 11 位手机号，或带区号的港澳台号码")
    }

    fn phone_of(&self, names: &[&str], parse: fn(&str) -> Result<String>, problem: &str) -> Result<String> {
        let name = names.iter().find(|name| self.has(name)).or(names.first()).copied().unwrap_or("phone");
        parse(&self.word(name, 40)?).map_err(|e| e.field(name, problem))
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
        let Some(text) = self.word_or_none(name, 20)? else { return Ok(None) };
        let dashed = match text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            true => format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]),
            false => text,
        };
        let date: Option<Date> = Some(&dashed).filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
        let date = date.filter(|date| date.year() >= 1850 && *date <= today);
        date.map(Some).ok_or_else(|| invalid(name, "应为 YYYY-MM-DD，且不晚于今天"))
    }

    pub fn id<K>(&self, name: &str) -> Result<Id<K>> {
        self.id_or_none(name)?.ok_or_else(|| missing(name))
    }

    pub fn id_or_none<K>(&self, name: &str) -> Result<Option<Id<K>>> {
        Ok(self.integer_or_none(name, 0..=i64::MAX)?.map(|id| Id::from_number(id.unsigned_abs())))
    }

    /// An id that may be left out or 0.
    pub fn id_or_zero<K>(&self, name: &str) -> Result<Id<K>> {
        Ok(self.id_or_none(name)?.unwrap_or_default())
    }

    pub fn flag(&self, name: &str) -> Result<bool> {
        self.flag_or_none(name)?.ok_or_else(|| missing(name))
    }

    pub fn flag_or_none(&self, name: &str) -> Result<Option<bool>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let flag = match value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if clean::plain(text).eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if clean::plain(text).eq_ignore_ascii_case("false") => Some(false),
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
        let Some(items) = self.items(name, most)? else { return Ok(None) };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            let text = clean::line(&written(&item).ok_or_else(|| invalid(name, "各项应为文字"))?);
            if text.chars().count() > length {
                return Err(invalid(name, format!("各项最多 {length} 个字符")));
            }
            if !text.is_empty() {
                texts.push(text);
            }
        }
        Ok(Some(texts))
    }

    /// Up to `most` ids, or a lone one; `None` where the field is missing.
    pub fn ids_or_none<K>(&self, name: &str, most: usize) -> Result<Option<Vec<Id<K>>>> {
        let lone = self.value(name).filter(|value| value.is_number()).map(|value| vec![value.clone()]);
        let items = if lone.is_some() { lone } else { self.items(name, most)? };
        let id =
            |item: &Value| if item.is_boolean() { None } else { whole(item).and_then(|id| u64::try_from(id).ok()).map(Id::from_number) };
        let ids = items.map(|items| items.iter().map(id).collect::<Option<Vec<_>>>().ok_or_else(|| invalid(name, "应为编号的数组")));
        ids.transpose()
    }

    /// The items of a list, without those that are null.
    fn items(&self, name: &str, most: usize) -> Result<Option<Vec<Value>>> {
        let Some(value) = self.value(name).filter(|value| value.as_str().is_none_or(|text| text.trim() != "null")) else { return Ok(None) };
        let mut items = list(value).ok_or_else(|| invalid(name, "应为数组"))?;
        items.retain(|item| !item.is_null());
        match items.len() <= most {
            true => Ok(Some(items)),
            false => Err(invalid(name, format!("最多 {most} 项"))),
        }
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
            Value::String(text) => !clean::is_blank(text),
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
        Value::String(text) => clean::plain(text).parse().ok(),
        Value::Bool(flag) => Some(i64::from(*flag)),
        _ => None,
    }
}

/// A text, or a number as its digits: of a whole one without a point.
fn written(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(_) => Some(whole(value).map_or_else(|| value.to_string(), |number| number.to_string()).into()),
        _ => None,
    }
}

/// An array, an array written as a JSON text, or a lone text. A lone number is none.
fn list(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(items) => Some(items.clone()),
        Value::String(text) if text.trim_start().starts_with('[') => serde_json::from_str(text).ok(),
        Value::String(_) => Some(vec![value.clone()]),
        _ => None,
    }
}

fn between(range: &RangeInclusive<i64>) -> String {
    match (*range.start(), *range.end()) {
        (from, i64::MAX) => format!("应为不小于 {from} 的整数"),
        (from, to) => format!("应为 {from} 到 {to} 之间的整数"),
    }
}

#[cfg(test)]
mod tests;
