//! Whether an example fits its schema: as much of JSON Schema as the reference uses. The tests hold the outcome against a whole implementation.

use serde_json::Value;

use super::documents::list;

/// `root` is what references begin at.
pub fn fits(schema: &Value, value: &Value, root: &Value) -> bool {
    let Some(rules) = schema.as_object() else { return schema != &Value::Bool(false) };
    rules.iter().all(|(rule, says)| match rule.as_str() {
        "$ref" => says.as_str().and_then(|link| root.pointer(link.trim_start_matches('#'))).is_some_and(|schema| fits(schema, value, root)),
        "type" => match says {
            Value::Array(kinds) => kinds.iter().any(|kind| is(kind, value)),
            kind => is(kind, value),
        },
        "enum" => list(says).any(|one| one == value),
        "const" => says == value,
        "allOf" => list(says).all(|schema| fits(schema, value, root)),
        "anyOf" => list(says).any(|schema| fits(schema, value, root)),
        "oneOf" => list(says).filter(|schema| fits(schema, value, root)).count() == 1,
        "required" => value.as_object().is_none_or(|object| list(says).filter_map(Value::as_str).all(|name| object.contains_key(name))),
        "properties" => {
            says.as_object().into_iter().flatten().all(|(name, schema)| value.get(name).is_none_or(|value| fits(schema, value, root)))
        }
        "additionalProperties" => value.as_object().is_none_or(|object| {
            let mut others = object.iter().filter(|(name, _)| schema["properties"].get(name.as_str()).is_none());
            others.all(|(_, value)| fits(says, value, root))
        }),
        "maxProperties" => within(value.as_object().map(|object| object.len()), says, |size, most| size <= most),
        "items" => list(value).all(|item| fits(says, item, root)),
        "minItems" => within(value.as_array().map(Vec::len), says, |size, least| size >= least),
        "maxItems" => within(value.as_array().map(Vec::len), says, |size, most| size <= most),
        "minLength" => within(value.as_str().map(|text| text.chars().count()), says, |size, least| size >= least),
        "maxLength" => within(value.as_str().map(|text| text.chars().count()), says, |size, most| size <= most),
        "minimum" => value.as_f64().is_none_or(|number| says.as_f64().is_none_or(|least| number >= least)),
        "maximum" => value.as_f64().is_none_or(|number| says.as_f64().is_none_or(|most| number <= most)),
        _ => true,
    })
}

fn within(size: Option<usize>, says: &Value, keeps: fn(u64, u64) -> bool) -> bool {
    size.is_none_or(|size| says.as_u64().is_none_or(|limit| keeps(size as u64, limit)))
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap_or_default() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}
