//! `GET /fhir/Binary/{id}`: an upload, for whoever may read a resource that names it.

use std::io::Read;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{
    ask::{self, Manner},
    caller::{Caller, Who},
    looks,
    reader::Reader,
    served::{self, Served},
};
use crate::{
    base::{
        error::{INTERNAL, NOT_FOUND, Result},
        id::AnyId,
    },
    domain::{
        clinic_wide::shown,
        identity::account::{Account, Role},
        shared::upload::Upload,
    },
    http::core::{context::Cx, reply::Reply, request::Request},
    store::Order,
};

/// Types whose resources name uploads.
const NAMING: &[&str] = &["Practitioner", "Patient", "DocumentReference", "Communication"];

pub fn show(cx: &Cx, request: &Request) -> Result<Reply> {
    ask::need_on(cx)?;
    let caller = Caller::of(cx, request)?;
    let clinic = ask::clinic(cx, request);
    let view = cx.view();
    let reader = Reader::new(&view, &clinic, &caller);
    let upload: Upload = view.get(request.path_id("id")?)?.ok_or_else(|| NOT_FOUND.err())?;
    if !matches!(caller.who, Who::Machine) && !is_named(cx, &reader, &upload)? {
        return Err(NOT_FOUND.err());
    }
    looks::note(cx, &caller, reader.looked(), "Binary")?;
    let stored = cx.app.files.find(&upload.name)?;
    let mime = stored.media.mime();
    if !Manner::asks_for_fhir(request) {
        let reply = Reply::file(mime, stored.file, 0, stored.length);
        return Ok(reply.header("cache-control", "private, no-cache").header("vary", "Authorization, Accept"));
    }
    let mut bytes = Vec::new();
    let mut file = stored.file;
    file.read_to_end(&mut bytes).map_err(|e| INTERNAL.caused_by(e))?;
    let binary =
        json!({ "resourceType": "Binary", "id": upload.id.to_string(), "contentType": mime, "data": BASE64_STANDARD.encode(bytes) });
    Manner::of(request)?.reply(&binary)
}

/// Whether a resource that the caller may read names the upload. It is looked for among what is its owner's.
fn is_named(cx: &Cx, reader: &Reader, upload: &Upload) -> Result<bool> {
    let address = format!("Binary/{}", upload.id);
    let owner = reader.view.get::<Account>(upload.owner)?;
    for served in NAMING.iter().filter_map(|kind| served::find(kind)).filter(|served| reader.caller.opens(served)) {
        for (number, source) in served.sources.iter().enumerate() {
            for row in candidates(cx, reader, (served, number), owner.as_ref())? {
                let whole = reader.whole(served, source, row)?;
                let naming: Vec<Value> = whole.into_iter().filter(|one| names(one, &address)).collect();
                if !naming.is_empty() {
                    reader.hand_out(source, row, naming)?;
                    return Ok(true);
                }
            }
        }
    }
    Ok(false)
}

/// Rows that may name an upload of that owner: the owner's own where it is a patient or a doctor, any where an administrator has put it there.
fn candidates(cx: &Cx, reader: &Reader, (served, number): (&Served, usize), owner: Option<&Account>) -> Result<Vec<AnyId>> {
    let source = &served.sources[number];
    let limit = cx.app.settings.fhir.scan_limit as usize;
    match (owner.map(|owner| (owner.role, owner.id)), source.matter) {
        (Some((Role::Patient, id)), Some(matter)) => shown::of_account(reader.view, matter, id.patient_account()),
        (Some((Role::Patient, id)), None) if served.kind == "Patient" => {
            Ok(shown::family(reader.view, id.patient_account())?.into_iter().map(|patient| patient.any()).collect())
        }
        (Some((Role::Patient, _)), None) => Ok(Vec::new()),
        (Some((Role::Doctor, id)), Some(matter)) => shown::of_doctor(reader.view, matter, id.doctor()),
        (Some((Role::Doctor | Role::Assistant, id)), None) if served.kind == "Practitioner" => Ok(vec![id.any()]),
        _ => reader.view.ids_of(source.table, None, Order::Newest).take(limit).collect(),
    }
}

fn names(value: &Value, address: &str) -> bool {
    match value {
        Value::String(text) => text == address,
        Value::Array(items) => items.iter().any(|item| names(item, address)),
        Value::Object(members) => members.values().any(|member| names(member, address)),
        _ => false,
    }
}
