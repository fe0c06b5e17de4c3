//! What the fields make of what clients send.

use super::*;
use crate::base::id::{AnyId, kind};
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
fn null_is_missing_in_lists_and_a_bare_number_is_none() {
    let f = fields(json!({"a": [null, "痛", "\u{200b}", 5.0], "b": "null", "c": null, "d": "[null]", "e": 5, "f": [["x"]], "g": true}));
    assert_eq!(f.texts("a", 2, 9).unwrap_err().slug(), "invalid_field", "three that are not null");
    assert_eq!(f.texts("a", 3, 9).unwrap(), ["痛", "5"]);
    for name in ["b", "c", "d"] {
        assert!(f.texts_or_empty(name, 3, 9).unwrap().is_empty(), "{name}");
    }
    for name in ["e", "f", "g"] {
        assert_eq!(f.texts_or_empty(name, 3, 9).unwrap_err().slug(), "invalid_field", "{name}");
    }
    let f = fields(json!({"a": 7, "b": ["７", 8, null], "c": "[7]", "d": "x", "e": [true], "f": [-1]}));
    let numbers = |ids: Vec<AnyId>| ids.into_iter().map(AnyId::number).collect::<Vec<_>>();
    for (name, ids) in [("a", vec![7]), ("b", vec![7, 8]), ("c", vec![7])] {
        assert_eq!(f.ids_or_none(name, 2).unwrap().map(numbers), Some(ids), "{name}");
    }
    for name in ["d", "e", "f"] {
        assert_eq!(f.ids_or_none::<kind::Any>(name, 2).unwrap_err().slug(), "invalid_field", "{name}");
    }
}

#[test]
fn texts_are_cleaned_for_their_kind() {
    let f = fields(json!({
        "name": "\u{202a}张\n三\u{202c}", "long": "一\u{c}二\u{0}\n三", "blank": "\u{200b}\u{feff} ", "code": 2260, "phone": "＋８６ 199-0000-1234",
        "n": "１２", "flag": "Ｔｒｕｅ", "day": "１９８４－１０－１５", "mail": "ａ＠ｂ．ｃｎ", "no_mail": "not-mail", "tall": "172cm", "no_tall": "-5",
        "picture": "javascript:alert(1)", "pictures": ["/files/a.jpg", "data:x"], "text": [1],
    }));
    assert_eq!(f.text("name", 2).unwrap(), "张三");
    assert_eq!(f.prose("long", 9).unwrap(), "一\n二\n三");
    assert!(!f.has("blank") && f.names("blank") && f.text_or_none("blank", 9).unwrap().is_none());
    assert_eq!(f.text("blank", 9).unwrap_err().slug(), "missing_field");
    assert_eq!((f.sms_code("code").unwrap(), f.phone(&["phone"]).unwrap()), ("002260".to_owned(), "19900001234".to_owned()));
    assert_eq!((f.integer("n", 0..=99).unwrap(), f.flag("flag").unwrap()), (12, true));
    assert_eq!(f.birthday("day", Date::constant(2026, 1, 1)).unwrap().unwrap().to_string(), "1984-10-15");
    assert_eq!(f.email_or_none("mail").unwrap().as_deref(), Some("a@b.cn"));
    assert_eq!(f.height_or_none("tall").unwrap().as_deref(), Some("172"));
    let refusals = [
        f.email_or_none("no_mail").err(),
        f.height_or_none("no_tall").err(),
        f.picture_or_none("picture").err(),
        f.pictures("pictures", 3).err(),
    ];
    for (refusal, name) in refusals.into_iter().zip(["no_mail", "no_tall", "picture", "pictures"]) {
        let refusal = refusal.expect(name);
        assert_eq!((refusal.slug(), refusal.fields()[0].0.as_str()), ("invalid_field", name));
        assert!(refusal.message().contains(name), "{refusal}");
    }
    assert_eq!(f.text("text", 9).unwrap_err().slug(), "invalid_field");
}

#[test]
fn pages_stay_in_bounds() {
    let f = fields(json!({"current_page": "3", "page_size": 5000, "skip": i64::MAX, "limit": 500}));
    assert_eq!(f.numbered_page(1000).unwrap(), (Page { skip: 2000, limit: 1000 }, 3, 1000));
    assert_eq!(f.skip_page().unwrap().limit, 100);
    assert!(fields(json!({"page_size": 0})).numbered_page(1000).is_err());
    assert!(fields(json!({"current_page": -1})).numbered_page(1000).is_err());
}
