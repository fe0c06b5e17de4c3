//! What is empty is left out: FHIR knows no `""`, no `null`, no empty list and no empty object.

use serde_json::Value;

/// The value without what is empty in it; `None` where nothing is left.
pub fn kept(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) => text_of(text).map(Value::String),
        Value::Array(items) => {
            let items: Vec<Value> = items.into_iter().filter_map(kept).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::Object(fields) => {
            let fields: serde_json::Map<_, _> = fields.into_iter().filter_map(|(name, value)| Some((name, kept(value)?))).collect();
            (!fields.is_empty()).then_some(Value::Object(fields))
        }
        Value::Bool(_) | Value::Number(_) => Some(value),
    }
}

/// A whole resource without what is empty in it.
pub fn tidy(resource: Value) -> Value {
    kept(resource).unwrap_or_default()
}

/// A FHIR string holds something that is seen, and no control characters but tabs and ends of lines.
fn text_of(text: String) -> Option<String> {
    let foreign = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    let text = if text.contains(foreign) { text.chars().filter(|c| !foreign(*c)).collect() } else { text };
    (!text.trim().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_empty_is_left_out() {
        let full = json!({ "a": "", "b": null, "c": [], "d": {}, "e": [{ "f": [""] }], "g": "x\u{0}", "h": false, "i": 0, "j": ["", "k"], "l": " \n" });
        assert_eq!(tidy(full), json!({ "g": "x", "h": false, "i": 0, "j": ["k"] }));
        assert_eq!(kept(json!({ "a": [{ "b": "" }] })), None);
    }
}
