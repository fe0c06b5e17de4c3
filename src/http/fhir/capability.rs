//! `GET /fhir/metadata`: what this face can do, read from the table of what is served. Public, and the same until the next start.

use serde_json::{Value, json};

use super::{
    ask::{self, Manner},
    print::ClinicFacts,
    resource::terminology,
    served::{ParamKind, SERVED, Served},
};
use crate::{
    base::error::{NOT_FOUND, Result},
    http::core::{context::Cx, reply::Reply, request::Request},
};

pub fn metadata(cx: &Cx, request: &Request) -> Result<Reply> {
    let manner = open(cx, request)?;
    let etag = format!("W/\"{:x}\"", cx.app.process);
    if request.header("if-none-match").is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == etag)) {
        return Ok(Reply::bytes("", Vec::new()).status(304).header("etag", etag));
    }
    let statement = statement(&ask::clinic(cx, request), cx);
    Ok(manner.reply(&statement)?.header("etag", etag))
}

/// `GET /fhir/StructureDefinition/slot-seats`
pub fn structure_definition(cx: &Cx, request: &Request) -> Result<Reply> {
    let manner = open(cx, request)?;
    match request.segment("id") {
        "slot-seats" => manner.reply(&terminology::slot_seats()),
        _ => Err(NOT_FOUND.err()),
    }
}

/// `GET /fhir/CodeSystem/{name}`
pub fn code_system(cx: &Cx, request: &Request) -> Result<Reply> {
    let manner = open(cx, request)?;
    manner.reply(&terminology::code_system(request.segment("id")).ok_or_else(|| NOT_FOUND.err())?)
}

/// What everybody may read: there is no caller whose requests could be counted, so the address's are.
fn open(cx: &Cx, request: &Request) -> Result<Manner> {
    ask::need_on(cx)?;
    cx.app.throttle.request(cx.address)?;
    Manner::of(request)
}

fn statement(clinic: &ClinicFacts, cx: &Cx) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    let zone = cx.app.settings.text("clinic.time_zone");
    json!({
        "resourceType": "CapabilityStatement",
        "id": "xuanhu",
        "url": format!("{}/metadata", clinic.base()),
        "version": version,
        "name": "XuanhuFhir",
        "title": "悬壶 FHIR R4 只读接口",
        "status": "active",
        "date": clinic.zone.rfc3339(cx.app.fhir.begun),
        "publisher": clinic.name,
        "kind": "instance",
        "instantiates": ["http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data"],
        "software": { "name": "Xuanhu", "version": version },
        "implementation": { "description": clinic.name, "url": clinic.base() },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [{
            "mode": "server",
            "documentation": format!(
                "Read-only. Unknown parameters are refused unless Prefer: handling=lenient. Dates without a zone are days of {zone}. Searches may \
                 be sent as POST [type]/_search too, which keeps names and numbers out of the logs of proxies."
            ),
            "security": {
                "cors": !cx.app.settings.http.cors_origins.is_empty(),
                "service": [{ "text": "Bearer token of an integration, a doctor or a patient" }],
                "description": "Authorization: Bearer",
            },
            "resource": SERVED.iter().map(resource).collect::<Vec<_>>(),
            "operation": [{ "name": "export", "definition": "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export" }],
        }],
    })
}

fn resource(served: &Served) -> Value {
    let params: Vec<Value> = served
        .all_params()
        .map(|param| json!({ "name": param.name, "type": param.kind.name(), "documentation": words(param.kind) }))
        .collect();
    let mut resource = json!({
        "type": served.kind,
        "profile": format!("http://hl7.org/fhir/StructureDefinition/{}", served.kind),
        "interaction": [{ "code": "read" }, { "code": "search-type" }],
        "versioning": "versioned",
        "readHistory": false,
        "conditionalRead": "full-support",
        "searchParam": params,
    });
    if !served.includes.is_empty() {
        resource["searchInclude"] = served.includes.iter().map(|include| format!("{}:{}", served.kind, include.name)).collect();
    }
    if served.kind == "Patient" {
        resource["operation"] =
            json!([{ "name": "everything", "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything" }]);
    }
    resource
}

fn words(kind: ParamKind) -> &'static str {
    match kind {
        ParamKind::Id => "one or more ids",
        ParamKind::Token => "system|code, |code or code",
        ParamKind::Phone => "a telephone number",
        ParamKind::Text => "what it begins with, or its pinyin; :exact, :contains",
        ParamKind::Date | ParamKind::Updated => "prefixes eq ge gt le lt",
        ParamKind::Reference(_) => "an id, Type/id or our own address",
    }
}
