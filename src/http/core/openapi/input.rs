//! What an operation takes: the fields of a typed form, else the parameters that the documents name.

use serde_json::{Value, json};

use super::documents::Entry;
use crate::http::core::{
    signature::{FieldSpec, Place, Signature},
    table::{Endpoint, Method},
};

/// A parameter, or a field of the body.
pub struct Input {
    pub name: String,
    pub spot: Spot,
    pub required: bool,
    schema: Value,
    words: String,
    example: Option<Value>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    Path,
    Query,
    Header,
    Body,
    File,
}

impl Input {
    pub fn parameter(self) -> Value {
        let place = match self.spot {
            Spot::Path => "path",
            Spot::Header => "header",
            Spot::Query | Spot::Body | Spot::File => "query",
        };
        let mut parameter = json!({ "name": self.name, "in": place, "required": self.required, "schema": self.schema });
        if !self.words.is_empty() {
            parameter["description"] = self.words.into();
        }
        if let Some(example) = self.example {
            parameter["example"] = example;
        }
        parameter
    }

    pub fn property(&self) -> Value {
        let mut schema = match self.spot {
            Spot::File => json!({ "type": "string", "contentMediaType": "application/octet-stream" }),
            _ => self.schema.clone(),
        };
        if !self.words.is_empty() {
            schema["description"] = self.words.as_str().into();
        }
        schema
    }
}

/// All that a row takes, each name once.
pub fn parameters(row: &Endpoint, signature: Option<&Signature>, entries: &[Entry]) -> Vec<Input> {
    let mut inputs = match signature {
        Some(signature) => signature.fields.iter().map(|field| typed(row, field)).collect(),
        None => documented(row, entries),
    };
    for input in &mut inputs {
        input.example = entries.iter().map(|entry| &entry.json["request_example"][&input.name]).find(|example| !example.is_null()).cloned();
    }
    // A document may call a parameter of the path otherwise than the row does, or not mention it.
    let names: Vec<&str> = row.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
    let mut in_path: Vec<Input> = Vec::new();
    let (found, others): (Vec<Input>, Vec<Input>) = inputs.into_iter().partition(|input| input.spot == Spot::Path);
    let mut found: Vec<Option<Input>> = found.into_iter().map(Some).collect();
    for (at, name) in names.iter().enumerate() {
        let by_name = found.iter().position(|input| input.as_ref().is_some_and(|input| input.name == *name));
        let input = found.get_mut(by_name.unwrap_or(at)).and_then(Option::take);
        let unknown = || Input {
            name: String::new(),
            spot: Spot::Path,
            required: true,
            schema: json!({ "type": "string" }),
            words: String::new(),
            example: None,
        };
        in_path.push(Input { name: (*name).to_owned(), required: true, ..input.unwrap_or_else(unknown) });
    }
    in_path.extend(others);
    in_path
}

/// Where the fields of a request stand.
fn fields_of(row: &Endpoint) -> Spot {
    if matches!(row.method, Method::Get | Method::Delete) { Spot::Query } else { Spot::Body }
}

fn typed(row: &Endpoint, field: &FieldSpec) -> Input {
    let spot = match field.place {
        Place::Fields => fields_of(row),
        Place::Path => Spot::Path,
        Place::Header => Spot::Header,
        Place::File => Spot::File,
    };
    let mut words = field.about.clone();
    if !field.aliases.is_empty() {
        words = format!("{words} (also accepted as {})", field.aliases.join(", ")).trim().to_owned();
    }
    let schema = if spot == Spot::Query { without_null(field.schema.clone()) } else { field.schema.clone() };
    Input { name: field.name.clone(), spot, required: field.required, schema, words, example: None }
}

/// A query has no `null`.
fn without_null(mut schema: Value) -> Value {
    if let Some(kind) = schema["type"].as_array().and_then(|kinds| kinds.iter().find(|kind| *kind != "null")).cloned() {
        schema["type"] = kind;
        if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
            values.retain(|value| !value.is_null());
        }
    }
    schema
}

/// The documents' parameters; one that only some of several entries have is not required.
fn documented(row: &Endpoint, entries: &[Entry]) -> Vec<Input> {
    let mut inputs: Vec<Input> = Vec::new();
    for entry in entries {
        for parameter in entry.parameters() {
            let text = |key: &str| parameter[key].as_str().unwrap_or_default();
            let (name, required) = (text("name"), parameter["required"] == true);
            let spot = match text("in") {
                "path" => Spot::Path,
                "query" => Spot::Query,
                // Tokens are the security schemes' business, and the content type is the body's.
                "header" if name.to_ascii_lowercase().contains("token") || name.eq_ignore_ascii_case("content-type") => continue,
                "header" => Spot::Header,
                "file" => Spot::File,
                _ => fields_of(row),
            };
            match inputs.iter_mut().find(|input| input.name == name && input.spot == spot) {
                Some(known) => {
                    known.required &= required;
                    let schema = entry.parameter(parameter);
                    if known.schema != schema {
                        known.schema = json!({ "anyOf": [known.schema, schema] });
                    }
                }
                None => inputs.push(Input {
                    name: name.to_owned(),
                    spot,
                    required,
                    schema: entry.parameter(parameter),
                    words: [text("doc"), text("format")].join(" ").trim().to_owned(),
                    example: None,
                }),
            }
        }
    }
    for input in &mut inputs {
        let everywhere = entries.iter().all(|entry| entry.parameters().any(|parameter| parameter["name"] == input.name));
        input.required &= everywhere;
    }
    inputs
}
