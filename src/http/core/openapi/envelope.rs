//! Envelopes as schemas, found by asking each API's own: what it wraps around a marker is what it wraps around every answer.

use serde_json::{Map, Value, json};

use super::slugs;
use crate::{
    base::error::{Kind, NOT_FOUND},
    http::core::api::Dialect,
};

/// Stands for the payload.
const MARK: &str = r#""\u0001""#;

/// The schema of a success: `data` under the key of the API, or alone where it has none, and `beside` beside it.
pub fn success(dialect: &Dialect, data: Option<Value>, beside: Option<Value>) -> Value {
    let bytes = (dialect.success)(data.is_some().then_some(MARK.as_bytes()), beside.is_some().then_some(b"{}".as_slice()));
    let mark: Value = serde_json::from_str(MARK).unwrap_or_default();
    let template: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let wrapped = match template {
        Value::Object(members) => {
            let required: Vec<String> = members.keys().cloned().collect();
            let schema = |member: Value| if member == mark { data.clone().unwrap_or_default() } else { json!({ "const": member }) };
            let properties: Map<String, Value> = members.into_iter().map(|(key, member)| (key, schema(member))).collect();
            match properties.is_empty() {
                true => json!({ "type": "object" }),
                false => json!({ "type": "object", "properties": properties, "required": required }),
            }
        }
        _ => data.unwrap_or_else(|| json!({})),
    };
    match beside {
        Some(beside) if wrapped.get("properties").is_some() => json!({ "allOf": [wrapped, beside] }),
        Some(beside) => beside,
        None => wrapped,
    }
}

/// The schema of a refusal with this status.
pub fn failure(dialect: &Dialect, kind: Kind) -> Value {
    let sample = NOT_FOUND.err().with_row(1, 1).field("name", "problem");
    let (status, slug) = (NOT_FOUND.kind.status(), NOT_FOUND.slug);
    let members: Map<String, Value> = serde_json::from_slice(&(dialect.failure)(&sample)).unwrap_or_default();
    let optional = ["fields", "id"];
    let required: Vec<String> = members.keys().filter(|key| !optional.contains(&key.as_str())).cloned().collect();
    let schema = |key: &str, member: &Value| match member {
        _ if key == "fields" => json!({
            "type": "object", "additionalProperties": { "type": "string" }, "description": "What is wrong with each field that is at fault.",
        }),
        _ if key == "id" => json!({ "type": ["integer", "string"], "description": "The row that stands in the way." }),
        Value::Number(number) if number.as_u64() == Some(status.into()) => json!({ "const": kind.status() }),
        Value::String(text) if text == slug => json!({ "$ref": format!("#/components/schemas/{}", slugs::schema_name(kind)) }),
        Value::String(_) => json!({ "type": "string", "minLength": 1 }),
        Value::Array(_) => json!({ "type": "array", "minItems": 1 }),
        member => json!({ "const": member }),
    };
    let properties: Map<String, Value> = members.iter().map(|(key, member)| (key.clone(), schema(key, member))).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}
