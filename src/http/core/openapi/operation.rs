//! One row as an operation: what it answers, who may call it, and what is said of it. Its parameters and body are left to [`input`](super::input).

use serde_json::{Map, Value, json};

use super::{
    documents::{self, Entry},
    envelope,
    input::{Input, Spot, parameters},
    slugs::SLUGS,
};
use crate::{
    base::error::Kind,
    domain::identity::account::Role,
    http::core::{
        api::Api,
        signature::{AnswerSpec, Content, Schemas, Signature},
        table::{Endpoint, Method, Run},
    },
};

const ROLES: [Role; 4] = [Role::Patient, Role::Doctor, Role::Assistant, Role::Admin];

/// A row with what is known of it.
pub struct Operation<'a> {
    api: &'a Api,
    row: &'static Endpoint,
    entries: Vec<Entry>,
    signature: Option<Signature>,
}

impl<'a> Operation<'a> {
    pub fn new(api: &'a Api, row: &'static Endpoint, views: &mut Schemas) -> Operation<'a> {
        Operation { api, row, entries: documents::entries(row), signature: row.signature.map(|describe| describe(views)) }
    }

    /// Method and path, which no two rows share and clients rely on: `get_admin_hospitals_by_id`.
    pub fn id(&self) -> String {
        let mut id = self.row.method.name().to_ascii_lowercase();
        for part in self.row.path.split('/').filter(|part| !part.is_empty()) {
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => id.push_str(&format!("_by_{name}")),
                None => id.extend(std::iter::once('_').chain(part.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }))),
            }
        }
        id
    }

    /// The operation. The schema of its body goes to `schemas`.
    pub fn json(&self, tag: &str, schemas: &mut Map<String, Value>) -> Value {
        let inputs = parameters(self.row, self.signature.as_ref(), &self.entries);
        let (body, others): (Vec<Input>, Vec<Input>) = inputs.into_iter().partition(|input| matches!(input.spot, Spot::Body | Spot::File));
        let mut parameters: Vec<Value> = others.into_iter().map(Input::parameter).collect();
        if self.row.honours_key() {
            parameters.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
        }
        let mut operation = json!({
            "operationId": self.id(),
            "tags": [tag],
            "summary": self.row.title,
            "description": self.description(),
            "parameters": parameters,
            "responses": self.responses(),
            "security": self.security(),
        });
        if !body.is_empty() {
            operation["requestBody"] = self.body(&body, schemas);
        }
        if self.entries.iter().any(|entry| entry.json["deprecated"] == true) {
            operation["deprecated"] = true.into();
        }
        if let Some(notes) = self.entries.iter().map(|entry| entry.text("notes")).find(|notes| !notes.is_empty() && !is_english(notes)) {
            operation["x-notes-zh"] = notes.into();
        }
        operation
    }

    fn body(&self, fields: &[Input], schemas: &mut Map<String, Value>) -> Value {
        let name = request_name(&self.id());
        let properties: Map<String, Value> = fields.iter().map(|field| (field.name.clone(), field.property())).collect();
        let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
        let mut schema = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        let must = !required.is_empty();
        schemas.insert(name.clone(), schema);
        let link = json!({ "schema": { "$ref": format!("#/components/schemas/{name}") } });
        let mut content = Map::new();
        if matches!(self.row.run, Run::Upload(_)) {
            content.insert("multipart/form-data".into(), link);
        } else {
            let mut json = link.clone();
            if let Some(example) = self.entries.iter().map(|entry| &entry.json["request_example"]).find(|example| example.is_object()) {
                json["example"] = example.clone();
            }
            content.insert("application/json".into(), json);
            content.insert("application/x-www-form-urlencoded".into(), link);
        }
        json!({ "required": must, "content": content })
    }

    fn responses(&self) -> Value {
        let mut responses = Map::new();
        match (&self.signature, self.row.run) {
            (_, Run::Upgrade) => {
                responses.insert("101".into(), json!({ "description": "The connection speaks WebSocket from here on." }));
            }
            (_, Run::Reference) => {
                let content = json!({ "application/json": { "schema": { "type": "object", "required": ["openapi", "paths"] } } });
                responses.insert("200".into(), json!({ "description": "This document.", "content": content }));
            }
            (Some(signature), _) => self.typed(&signature.answer, &mut responses),
            (None, _) => self.documented(&mut responses),
        }
        for (kind, _) in SLUGS {
            let fits = match kind {
                Kind::MethodNotAllowed => false,
                Kind::Range => matches!(self.signature.as_ref().map(|signature| &signature.answer.content), Some(Content::Other(_))),
                Kind::UpgradeRequired => matches!(self.row.run, Run::Upgrade),
                Kind::NotAcceptable | Kind::Gone => self.api.name == "fhir",
                _ => true,
            };
            if fits {
                let link = json!({ "$ref": format!("#/components/responses/{}", refusal_name(self.api, *kind)) });
                responses.insert(kind.status().to_string(), link);
            }
        }
        Value::Object(responses)
    }

    fn typed(&self, answer: &AnswerSpec, responses: &mut Map<String, Value>) {
        let content = match &answer.content {
            Content::Json { data, beside } => self.in_json(envelope::success(&self.api.dialect, data.clone(), beside.clone())),
            Content::Bare(schema) => self.in_json(schema.clone()),
            Content::Other(media) => media.iter().map(|media| ((*media).to_owned(), json!({}))).collect(),
        };
        let words = if answer.status == 201 { "Made." } else { "Done." };
        responses.insert(answer.status.to_string(), json!({ "description": words, "content": content }));
        for (status, words) in answer.also {
            responses.insert(status.to_string(), json!({ "description": words }));
        }
    }

    fn documented(&self, responses: &mut Map<String, Value>) {
        let answers: Vec<Value> = self.entries.iter().map(Entry::answer).collect();
        let schema = match answers.as_slice() {
            [] => json!({}),
            [one] => one.clone(),
            several => json!({ "anyOf": several }),
        };
        let mut content = self.in_json(schema);
        if self.entries.iter().any(Entry::answers_any) {
            content.insert("*/*".into(), json!({}));
        }
        if self.row.method == Method::Post && self.entries.iter().any(|entry| entry.of_ours()) {
            responses.insert("201".into(), json!({ "description": "Made.", "content": content.clone() }));
        }
        responses.insert("200".into(), json!({ "description": "Done.", "content": content }));
    }

    /// With the document's example.
    fn in_json(&self, schema: Value) -> Map<String, Value> {
        let mut content = json!({ "schema": schema });
        if let Some(example) = self.entries.iter().map(|entry| &entry.json["response_example"]).find(|example| !example.is_null()) {
            content["example"] = example.clone();
        }
        Map::from_iter([("application/json".to_owned(), content)])
    }

    /// Any of the roles will do, its token in either header. Where everybody may call, a token is looked at all the same; where one signs in, none.
    fn security(&self) -> Value {
        let access = self.row.access;
        if access.ignores_token() {
            return json!([]);
        }
        let roles: Vec<&str> = ROLES.iter().filter(|role| access.admits(**role)).map(|role| role.name()).collect();
        let mut ways: Vec<Value> = roles.iter().map(|role| json!({ *role: [] })).collect();
        if let Some((name, _)) = documented_headers().find(|(name, _)| name.strip_suffix(HEADER) == Some(self.api.name)) {
            ways.push(json!({ name: roles }));
        }
        if access.is_public() {
            ways.insert(0, json!({}));
        }
        json!(ways)
    }

    fn description(&self) -> String {
        let mut words = Vec::new();
        let name = self.signature.as_ref().map(|signature| signature.handler.rsplit("::").next().unwrap_or_default());
        let name = name.or_else(|| self.entries.first().map(Entry::name)).unwrap_or(self.row.path);
        let mut lead = name.replace(['_', '-'], " ").trim().to_owned();
        if let Some(first) = lead.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        words.push(format!("{lead}."));
        words.push(self.row.about.to_owned());
        words.extend(self.signature.as_ref().map(|signature| signature.about.clone()).filter(|about| is_english(about)));
        words.extend(self.entries.iter().map(|entry| entry.text("notes").to_owned()).filter(|notes| is_english(notes)));
        if self.row.guarded {
            words.push("Failed tries are counted; too many are refused with 429 `too_many_logins`.".into());
        }
        if self.row.changes {
            words.push("Changes something although it is a `GET`: `HEAD` is refused.".into());
        }
        words.retain(|text| !text.is_empty());
        words.join("\n\n")
    }
}

/// Words of a Chinese document may be quoted.
fn is_english(text: &str) -> bool {
    let foreign = text.chars().filter(|c| !c.is_ascii()).count();
    foreign * 4 < text.chars().count().max(1)
}

/// Where the body of an operation stands in `components.schemas`.
pub fn request_name(operation: &str) -> String {
    format!("{operation}.request")
}

/// Where the refusals of an API with one status stand in `components.responses`.
pub fn refusal_name(api: &Api, kind: Kind) -> String {
    format!("{}.{}", api.name, kind.status())
}

/// A refusal of an API with one status.
pub fn refusal(api: &Api, kind: Kind) -> Value {
    let words = match kind {
        Kind::Malformed => "The request cannot be read, or a field is missing or badly written.",
        Kind::Unauthorized => "No token, one that does not hold, or a wrong password or code.",
        Kind::Forbidden => "Not for this caller.",
        Kind::NotFound => "There is no such thing, or not for this caller.",
        Kind::MethodNotAllowed => "The path has other methods.",
        Kind::NotAcceptable => "There is no answer of a type that the client takes.",
        Kind::Timeout => "The body came too slowly.",
        Kind::Conflict => "Something stands in the way.",
        Kind::Gone => "It was there and is not any more.",
        Kind::TooLarge => "The body is too large.",
        Kind::Unsupported => "The body is of a kind that is not read here.",
        Kind::Range => "The range lies beyond the end.",
        Kind::Rule => "The request breaks a rule of the clinic.",
        Kind::UpgradeRequired => "The path speaks WebSocket.",
        Kind::TooMany => "Too many requests or tries; `Retry-After` says when to come back.",
        Kind::Internal => "The server failed.",
        Kind::Busy => "The server is busy or stopping; `Retry-After` says when to come back.",
        Kind::Full => "The disk is full.",
    };
    let media = api.dialect.content_type_of_failure.split(';').next().unwrap_or_default();
    let mut refusal = json!({ "description": words, "content": { media: { "schema": envelope::failure(&api.dialect, kind) } } });
    if matches!(kind, Kind::TooMany | Kind::Busy) {
        refusal["headers"] = json!({ "Retry-After": { "description": "Seconds.", "schema": { "type": "integer", "minimum": 0 } } });
    }
    refusal
}

pub fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Asked for again under the same key within 24 hours, the write is answered as it was (`Idempotent-Replayed: true`) and not \
                        done again. 409 `in_progress` while the first is under way, 409 `key_reused` for another request under the same key.",
        "schema": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$" },
        "example": "0d3f7c1e",
    })
}

const HEADER: &str = ".header";

/// The headers in which the documents send tokens, each with the name of its scheme.
fn documented_headers() -> impl Iterator<Item = (String, &'static str)> {
    let header = |document: &'static documents::Document| Some((format!("{}{HEADER}", document.name), document.token_header()?));
    documents::all().iter().filter_map(header).filter(|(_, header)| *header != "Authorization")
}

pub fn security_schemes() -> Value {
    let mut schemes = Map::new();
    for role in ROLES {
        let words = match role {
            Role::Admin => {
                "The token of an administrator (`POST /admin/login`), or the content of `admin.token` in the data directory.".to_owned()
            }
            role => format!("The token that a {} gets by signing in.", role.name()),
        };
        schemes.insert(role.name().into(), json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": words }));
    }
    for (name, header) in documented_headers() {
        schemes.insert(
            name,
            json!({ "type": "apiKey", "in": "header", "name": header, "description": "The same token, as this API's document sends it." }),
        );
    }
    Value::Object(schemes)
}
