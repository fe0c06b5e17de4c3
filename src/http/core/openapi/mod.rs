//! The reference of all HTTP APIs (OpenAPI 3.1), made from the rows: `xuanhu openapi` prints it, `GET /openapi.json` answers it, `/docs` shows it.
//!
//! What a row takes and gives it knows from its [signature](super::signature), or, where its handler reads the request itself, from its document.
//! Envelopes are asked of the APIs, slugs stand in [`slugs`]. Titles are Chinese as in the documents, descriptions English. The order is that of the
//! rows, so that the same program always prints the same text.

mod conform;
pub mod documents;
mod envelope;
mod input;
mod operation;
pub mod slugs;

use std::collections::BTreeSet;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::{
    api::Api,
    table::{Endpoint, Method},
};
use operation::Operation;

/// Where the views of one API are while its operations are made.
const VIEWS: &str = "/views";

const ABOUT: &str = "Everything that this server answers over HTTP. One clinic is behind all of it: the same doctor, patient and visit through each API.

Each API has an envelope of its own, for successes and for refusals. Every refusal carries a stable slug in `error`; the message beside it is for people, in Chinese. Schemas list the members that are promised; others may stand beside them.

Requests are read leniently. A body may be JSON, `application/x-www-form-urlencoded` or `multipart/form-data`; fields may stand in the query, too. Numbers may come as strings and the other way round, arrays and objects as JSON texts, yes and no as 0 and 1. `null` and an empty text are missing. A trailing slash is ignored, `HEAD` is the `GET` without a body.

One token serves all APIs: `Authorization: Bearer`, `X-Auth-Token` or `token`. A bad token is refused with 401 also where none is needed, except by endpoints through which one signs in.

Where the setting `http.always_200` is on, refusals of the four client APIs have the HTTP status 200; their envelope says what it is.";

/// The names of the APIs for people. One that is not listed goes by its own name.
const TITLES: &[(&str, &str, &str)] = &[
    ("clinic", "运维", "Health, files, payment notifications, this reference"),
    ("admin", "管理", "Administration of the clinic. Collections answer `{items, total}`, refusals are problem+json (RFC 9457)"),
    ("volunteer-doctor", "志愿医生", "The volunteer doctors' API: sessions, registrations, visits"),
    ("internet-hospital", "互联网医院", "The internet hospital's API: patients, consultations, diagnoses"),
    ("im-contact", "医患联系", "Contacts of patients and doctors, and who may talk to whom"),
    ("team-consult", "团队咨询", "Team consults, teams, wallets, messages; the live gateway's HTTP side"),
    ("fhir", "FHIR", "FHIR R4"),
];

/// The reference as text.
pub fn text(apis: &[Api]) -> String {
    let mut text = serde_json::to_string_pretty(&document(apis)).unwrap_or_default();
    text.push('\n');
    text
}

/// The reference.
pub fn document(apis: &[Api]) -> Value {
    let (mut paths, mut tags, mut schemas, mut responses) = (Map::new(), Tags::default(), documents::structures(), Map::new());
    for (kind, slugs) in slugs::SLUGS {
        schemas.insert(slugs::schema_name(*kind), slugs::schema(slugs));
    }
    for api in apis {
        let (title, about) = named(api);
        let mut views = settings().into_generator();
        let mut operations = Vec::new();
        for row in api.endpoints() {
            let operation = Operation::new(api, row, &mut views);
            let tag = tags.of(title, about, row);
            let mut json = operation.json(&tag, &mut schemas);
            json["x-family"] = api.name.into();
            operations.push((row, operation.id(), json));
        }
        for (name, schema) in views.definitions() {
            schemas.insert(format!("{}.{name}", api.name), relinked(schema.clone(), api));
        }
        for (row, id, json) in operations {
            if let Some(body) = schemas.get_mut(&operation::request_name(&id)) {
                *body = relinked(body.take(), api);
            }
            let path = paths.entry(row.path).or_insert_with(|| json!({}));
            path[method(row)] = relinked(json, api);
        }
        for (kind, _) in slugs::SLUGS {
            responses.insert(operation::refusal_name(api, *kind), operation::refusal(api, *kind));
        }
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "悬壶 Xuanhu",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A whole telemedicine server for a small clinic",
            "description": ABOUT,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/", "description": "The server that answers this reference" }],
        "tags": tags.list,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": responses,
            "parameters": { "IdempotencyKey": operation::idempotency_key() },
            "securitySchemes": operation::security_schemes(),
        },
    });
    drop_wrong_examples(&mut document);
    document
}

fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12().for_serialize().with(|settings| settings.definitions_path = VIEWS.into())
}

fn named(api: &Api) -> (&str, &'static str) {
    TITLES.iter().find(|(name, _, _)| *name == api.name).map_or((api.name, ""), |(_, title, about)| (*title, *about))
}

fn method(row: &Endpoint) -> &'static str {
    match row.method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Put => "put",
        Method::Patch => "patch",
        Method::Delete => "delete",
    }
}

/// Two APIs may have views of one name: in the document they bear the API's, too.
fn relinked(mut value: Value, api: &Api) -> Value {
    match &mut value {
        Value::Object(members) => {
            for (key, member) in members {
                let view = member
                    .as_str()
                    .filter(|_| key == "$ref")
                    .and_then(|link| link.strip_prefix('#')?.strip_prefix(VIEWS)?.strip_prefix('/'));
                let view = view.map(str::to_owned);
                *member = match view {
                    Some(view) => format!("#/components/schemas/{}.{view}", api.name).into(),
                    None => relinked(member.take(), api),
                };
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = relinked(item.take(), api)),
        _ => {}
    }
    value
}

/// The chapters of the APIs, in their order.
#[derive(Default)]
struct Tags {
    list: Vec<Value>,
    known: BTreeSet<String>,
}

impl Tags {
    /// `志愿医生 3.2`, `管理 hospitals`; what operators ask for stands together, as `运维`.
    fn of(&mut self, title: &str, about: &str, row: &Endpoint) -> String {
        let numbers: Vec<&str> = row.section.split('.').collect();
        let is_number = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (chapter, text) = match (numbers.as_slice(), row.section) {
            ([first, second, _], _) if is_number(first) => {
                (format!("{first}.{second}"), format!("{about}. Section {first}.{second} of its document."))
            }
            ([first, ..], _) if is_number(first) => ((*first).to_owned(), format!("{about}. Section {first} of its document.")),
            (_, "own" | "admin") if title == "运维" => (String::new(), format!("{about}.")),
            (_, "own" | "admin") => {
                let noun = row.path.split('/').find(|part| !part.is_empty() && *part != "admin").unwrap_or_default();
                (noun.to_owned(), format!("{about}. Beside its document: `{noun}`."))
            }
            (_, section) => (section.to_owned(), format!("{about}: {section}.")),
        };
        let tag = format!("{title} {chapter}").trim_end().to_owned();
        if self.known.insert(tag.clone()) {
            self.list.push(json!({ "name": tag, "description": text }));
        }
        tag
    }
}

/// The documents' examples were written for people: those that their own schema refuses are left out.
fn drop_wrong_examples(document: &mut Value) {
    let root = document.clone();
    let operations = document["paths"].as_object_mut().into_iter().flatten().filter_map(|(_, path)| path.as_object_mut()).flatten();
    for (_, operation) in operations {
        let Some(operation) = operation.as_object_mut() else { continue };
        let mut holders: Vec<&mut Value> = Vec::new();
        for (key, member) in operation {
            match key.as_str() {
                "parameters" => holders.extend(member.as_array_mut().into_iter().flatten()),
                "requestBody" => holders.extend(contents(member)),
                "responses" => holders.extend(member.as_object_mut().into_iter().flatten().flat_map(|(_, response)| contents(response))),
                _ => {}
            }
        }
        for holder in holders.into_iter().filter_map(Value::as_object_mut) {
            let fits =
                holder.get("example").zip(holder.get("schema")).is_none_or(|(example, schema)| conform::fits(schema, example, &root));
            if !fits {
                holder.remove("example");
            }
        }
    }
}

/// What stands under the media types of a body.
fn contents(holder: &mut Value) -> impl Iterator<Item = &mut Value> {
    holder.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten().map(|(_, content)| content)
}
