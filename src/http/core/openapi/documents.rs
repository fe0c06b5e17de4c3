//! The documents that the APIs implement (`data/contract`, whose README gives the grammar), as JSON Schema: what the reference says of rows whose
//! handlers read their requests themselves, and of the documents' own words and examples for all others.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use crate::http::core::table::Endpoint;

const FILES: &[&str] = &[
    include_str!("../../../../data/contract/volunteer-doctor.json"),
    include_str!("../../../../data/contract/internet-hospital.json"),
    include_str!("../../../../data/contract/im-contact.json"),
    include_str!("../../../../data/contract/team-consult.json"),
    include_str!("../../../../data/contract/xuanhu.json"),
];

/// Values that the documents leave out of an enum although a state of the clinic needs them: document, structure, field, value.
#[rustfmt::skip]
pub const BEYOND_THE_ENUMS: &[(&str, &str, &str, &str)] = &[
    ("volunteer-doctor", "Diagnosis", "verify_status", "0"),    // a seat held until its deposit is paid
    ("volunteer-doctor", "Diagnosis", "refund_status", "null"), // nothing to give back
    ("volunteer-doctor", "Banner",    "jump_mode",     "2"),    // the document's own example
    ("volunteer-doctor", "Patient",   "sex",           "\"\""), // unknown until the identity number is
];

pub struct Document {
    pub name: &'static str,
    json: Value,
}

/// One endpoint of a document.
#[derive(Clone, Copy)]
pub struct Entry {
    document: &'static Document,
    pub json: &'static Value,
}

pub fn all() -> &'static [Document] {
    static ALL: OnceLock<Vec<Document>> = OnceLock::new();
    ALL.get_or_init(|| {
        let read = |text: &&'static str| {
            let json: Value = serde_json::from_str(text).expect("the contract files are JSON, as every test of the contract shows");
            Document { name: json["document"].as_str().unwrap_or_default().to_owned().leak(), json }
        };
        FILES.iter().map(read).collect()
    })
}

/// What the documents say of a row. One address may stand there several times, once for each role.
pub fn entries(row: &Endpoint) -> Vec<Entry> {
    let path = shape(row.path);
    let mut found = Vec::new();
    for document in all() {
        let fits =
            |entry: &&Value| entry["method"] == row.method.name() && entry["path"].as_str().is_some_and(|known| shape(known) == path);
        found.extend(list(&document.json["endpoints"]).filter(fits).map(|json| Entry { document, json }));
    }
    found
}

/// A path without the names of its parameters.
fn shape(path: &str) -> Vec<&str> {
    path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment }).collect()
}

pub fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// `components.schemas` of all structures: `volunteer-doctor.document.Patient`.
pub fn structures() -> Map<String, Value> {
    let mut schemas = Map::new();
    for document in all() {
        for (name, structure) in document.json["structures"].as_object().into_iter().flatten() {
            let schema = match structure["one_of"].as_array() {
                Some(choices) => {
                    json!({ "anyOf": choices.iter().filter_map(Value::as_str).map(|one| document.link(one)).collect::<Vec<_>>() })
                }
                None => document.object(structure, name),
            };
            schemas.insert(format!("{}.document.{name}", document.name), said(schema, structure["title"].as_str().unwrap_or_default()));
        }
    }
    schemas
}

/// The schema with a description; one that only refers to another keeps to that.
fn said(mut schema: Value, words: &str) -> Value {
    if !words.is_empty()
        && let Some(object) = schema.as_object_mut()
    {
        object.insert("description".into(), words.into());
    }
    schema
}

impl Document {
    fn link(&self, structure: &str) -> Value {
        json!({ "$ref": format!("#/components/schemas/{}.document.{structure}", self.name) })
    }

    /// The header that the document sends tokens in.
    pub fn token_header(&self) -> Option<&str> {
        self.json["auth"]["header"].as_str()
    }

    /// `owner` is the structure that the field stands in.
    fn schema(&self, kind: &Value, owner: &str) -> Value {
        let name = kind["type"].as_str().unwrap_or_default();
        let mut schema = match name {
            "any" => json!({}),
            "ref" => self.link(kind["ref"].as_str().unwrap_or_default()),
            "object" => self.object(kind, owner),
            "array" if kind["items"].is_object() => json!({ "type": "array", "items": self.schema(&kind["items"], owner) }),
            name => json!({ "type": name }),
        };
        let mut words = kind["doc"].as_str().unwrap_or_default().to_owned();
        if let Some(values) = kind["enum"].as_object() {
            let typed = |text: &String| match name {
                "integer" | "number" | "boolean" | "any" => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
                _ => json!(text),
            };
            let mut all: Vec<Value> = values.keys().map(typed).collect();
            let beyond = BEYOND_THE_ENUMS.iter().filter(|one| (one.0, one.1) == (self.name, owner) && kind["name"] == one.2);
            all.extend(beyond.filter_map(|one| serde_json::from_str(one.3).ok()));
            if kind["nullable"] == true && !all.contains(&Value::Null) {
                all.push(Value::Null);
            }
            schema = json!({ "enum": all });
            let meanings = values.iter().filter_map(|(value, meaning)| Some(format!("{value} {}", meaning.as_str()?)));
            let meanings = meanings.collect::<Vec<_>>().join("; ");
            if !meanings.is_empty() && words.is_empty() {
                words = meanings;
            }
        } else if kind["nullable"] == true {
            schema = match name {
                "ref" | "object" | "array" => json!({ "anyOf": [schema, { "type": "null" }] }),
                "any" => schema,
                name => json!({ "type": [name, "null"] }),
            };
        }
        said(schema, &words)
    }

    fn object(&self, kind: &Value, owner: &str) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in list(&kind["fields"]) {
            let Some(name) = field["name"].as_str() else { continue };
            properties.insert(name.into(), self.schema(field, owner));
            if field["optional"] != true {
                required.push(name);
            }
        }
        let mut schema = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        if kind["values"].is_object() {
            schema["additionalProperties"] = self.schema(&kind["values"], owner);
        }
        match kind["extends"].as_str() {
            Some(base) => json!({ "allOf": [self.link(base), schema] }),
            None => schema,
        }
    }
}

impl Entry {
    pub fn text(&self, key: &str) -> &'static str {
        self.json[key].as_str().unwrap_or_default()
    }

    /// `get-doctor-contact`
    pub fn name(&self) -> &'static str {
        self.text("id").rsplit('/').next().unwrap_or_default()
    }

    pub fn of_ours(&self) -> bool {
        self.document.name == "xuanhu"
    }

    pub fn parameters(&self) -> impl Iterator<Item = &'static Value> {
        list(&self.json["params"])
    }

    /// The schema of a parameter.
    pub fn parameter(&self, parameter: &Value) -> Value {
        let mut schema = self.document.schema(parameter, "");
        if let Some(object) = schema.as_object_mut() {
            object.remove("description");
            let default = &parameter["default"];
            let fits = object.get("enum").is_none_or(|all| list(all).any(|one| one == default));
            if !default.is_null() && fits {
                object.insert("default".into(), default.clone());
            }
        }
        schema
    }

    pub fn answers_any(&self) -> bool {
        self.json["payload"]["type"] == "any"
    }

    /// The whole answer, in the envelope that the document gives this endpoint.
    pub fn answer(&self) -> Value {
        let payload = &self.json["payload"];
        let own = &self.document.json;
        // What we add to another document answers in its envelope.
        let family = all().iter().find(|other| self.json["family"] == other.name);
        let envelope = family.map_or(&own["envelope"], |family| &family.json["envelope"]);
        if envelope["success"] == "<payload>" {
            return self.document.schema(payload, "");
        }
        let id = self.text("id");
        let templates = [&self.json["envelope"], &envelope["exceptions"][id], &envelope["success_by_endpoint"][id], &envelope["success"]];
        let Some(template) = templates.into_iter().find_map(Value::as_object) else { return json!({}) };
        let may_lack = payload["type"] == "null" || payload["optional"] == true;
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for (key, expected) in template {
            let mut needed = true;
            let schema = match expected.as_str() {
                Some("<payload>") if may_lack => {
                    // Only the volunteers' document prints the null.
                    needed = self.document.name == "volunteer-doctor";
                    json!({ "anyOf": [self.document.schema(payload, ""), { "type": "null" }] })
                }
                Some("<payload>") => self.document.schema(payload, ""),
                Some(text) if text.starts_with("<payload.") => {
                    let name = text.trim_start_matches("<payload.").trim_end_matches('>');
                    let field = list(&payload["fields"]).find(|field| field["name"] == name);
                    field.map_or_else(|| json!({}), |field| self.document.schema(field, ""))
                }
                Some(text) if text.starts_with("<integer") => json!({ "type": "integer" }),
                Some(_) if key == "msg" => json!({ "type": "string", "minLength": 1 }),
                _ => json!({ "const": expected }),
            };
            properties.insert(key.clone(), schema);
            if needed {
                required.push(key.as_str());
            }
        }
        json!({ "type": "object", "properties": properties, "required": required })
    }
}
