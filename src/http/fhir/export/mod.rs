//! `$export` (Bulk Data Access): kicked off, asked after, fetched file by file, taken away. [`write`] makes the files.

mod write;

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    ask,
    caller::{Caller, Who},
    outcome::{BAD_DATE, BAD_VALUE, EXPORT_FAILED, EXPORT_HEADERS, FHIR_JSON, NOT_FOR_ROLE, TYPE_NOT_OPEN, UNKNOWN_PARAMETER},
    search::date,
    served::{self, SERVED},
};
use crate::{
    app::{Export, ExportFile, ExportState, Work},
    base::{
        error::{INTERNAL, NOT_FOUND, Result},
        gzip,
        settings::Handling,
        time::Time,
    },
    http::core::{context::Cx, reply::Reply, request::Request, stream::Pieces},
};

const FORMATS: &[&str] = &["application/fhir+ndjson", "application/ndjson", "ndjson"];
const NDJSON: &str = "application/fhir+ndjson";

/// `GET /fhir/$export`
pub fn begin(cx: &Cx, request: &Request) -> Result<Reply> {
    ask::need_on(cx)?;
    let caller = reader(cx, request)?;
    // The command line of this machine has no headers to choose.
    if !matches!(caller.who, Who::Machine) || request.header("prefer").is_some() {
        let accept = request.header("accept").unwrap_or_default();
        if !accept.contains("application/fhir+json") || !ask::wants_async(request) {
            let diagnostics = "Send Accept: application/fhir+json and Prefer: respond-async.";
            return Err(EXPORT_HEADERS.err().field("Prefer", diagnostics));
        }
    }
    let clinic = ask::clinic(cx, request);
    let (since, types) = parameters(cx, request, &caller)?;
    let told: Vec<(String, String)> =
        request.fields.0.iter().flat_map(|(name, value)| ask::texts(value).into_iter().map(|text| (name.clone(), text))).collect();
    let query = serde_urlencoded::to_string(told).unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    let export = Export {
        id: String::new(),
        caller: caller.key.clone(),
        request: format!("{}/$export{mark}{query}", clinic.base()),
        base: clinic.base(),
        since: since.map(|since| since.0),
        types,
        state: ExportState::Running,
        attempts: 0,
        time: 0,
        output: Vec::new(),
        deleted: Vec::new(),
        expires: 0,
    };
    let (export, work) = cx.app.exports.begin(export, cx.app.clock.now())?;
    let address = format!("{}/export/{}", clinic.base(), export.id);
    go(cx, caller, export, work);
    let body = json!({
        "resourceType": "OperationOutcome",
        "issue": [{ "severity": "information", "code": "informational", "details": { "text": "导出已开始" }, "diagnostics": address }],
    });
    let reply = Reply::bytes(FHIR_JSON, serde_json::to_vec(&body).map_err(|e| INTERNAL.caused_by(e))?);
    Ok(reply.status(202).header("content-location", address))
}

/// Whoever may export at all: everybody who reads without regard of persons.
fn reader(cx: &Cx, request: &Request) -> Result<Caller> {
    let caller = Caller::of(cx, request)?;
    match caller.reads_everybody() {
        true => Ok(caller),
        false => Err(NOT_FOR_ROLE.err()),
    }
}

/// Since when, and the types.
fn parameters(cx: &Cx, request: &Request, caller: &Caller) -> Result<(Option<Time>, Vec<String>)> {
    let zone = &cx.app.settings.clinic.zone;
    let (mut since, mut named) = (None, Vec::new());
    for (name, value) in &request.fields.0 {
        for text in ask::texts(value) {
            match name.as_str() {
                "_since" => {
                    let at = date::stretch(&text, zone).ok_or_else(|| {
                        BAD_DATE.with(text.as_str()).field("_since", "An instant is written as YYYY-MM-DDThh:mm:ss.sss+zz:zz.")
                    })?;
                    since = Some(at.from);
                }
                "_type" => named.extend(text.split(',').map(|kind| kind.trim().to_owned()).filter(|kind| !kind.is_empty())),
                "_outputFormat" if FORMATS.contains(&text.replace(' ', "+").as_str()) => {}
                "_outputFormat" => {
                    return Err(BAD_VALUE.with("_outputFormat").field("_outputFormat", "Only application/fhir+ndjson is written."));
                }
                "_pretty" | "_format" | "_" => {}
                _ if ask::handling(cx, request) == Handling::Lenient => {}
                other => {
                    let diagnostics = "$export understands _since, _type and _outputFormat.";
                    return Err(UNKNOWN_PARAMETER.with(other).field(other, diagnostics));
                }
            }
        }
    }
    for kind in &named {
        let served =
            served::find(kind).ok_or_else(|| BAD_VALUE.with(kind.as_str()).field("_type", "There is no such type. See /fhir/metadata."))?;
        caller.need_open(served)?;
    }
    let wanted = |kind: &str| named.is_empty() || named.iter().any(|one| one == kind);
    let types: Vec<String> =
        SERVED.iter().filter(|served| caller.opens(served) && wanted(served.kind)).map(|served| served.kind.to_owned()).collect();
    if types.is_empty() {
        return Err(TYPE_NOT_OPEN.err());
    }
    Ok((since, types))
}

/// Makes the files on a thread of their own.
fn go(cx: &Cx, caller: Caller, export: Export, work: Arc<Work>) {
    let cx = cx.clone();
    let run = move || {
        let id = export.id.clone();
        let failed = Export { state: ExportState::Failed, ..export.clone() };
        let ended = write::write(&cx, &caller, export, &work).unwrap_or_else(|error| {
            tracing::error!(error = error.chain(), export = id, "an export failed");
            failed
        });
        if let Err(error) = cx.app.exports.end(&ended) {
            tracing::error!(error = error.chain(), export = id, "an export could not be noted");
        }
    };
    if let Err(error) = std::thread::Builder::new().name("fhir-export".into()).spawn(run) {
        tracing::error!(%error, "no thread for an export");
    }
}

/// The export that a path names, for who asked for it. Errors: `not_found`.
fn find(cx: &Cx, request: &Request) -> Result<(Caller, Export, Option<Arc<Work>>)> {
    ask::need_on(cx)?;
    let caller = reader(cx, request)?;
    let now = cx.app.clock.now();
    cx.app.exports.sweep(now);
    let (export, work) = cx.app.exports.find(request.segment("job"), now)?;
    match export.caller == caller.key || matches!(caller.who, Who::Machine) {
        true => Ok((caller, export, work)),
        false => Err(NOT_FOUND.err()),
    }
}

/// `GET /fhir/export/{job}`
pub fn status(cx: &Cx, request: &Request) -> Result<Reply> {
    let (caller, export, work) = find(cx, request)?;
    let waiting = |percent: u8| {
        Reply::bytes(FHIR_JSON, Vec::new()).status(202).header("x-progress", format!("{percent} %")).header("retry-after", "5")
    };
    match (export.state, work) {
        (ExportState::Done, _) => manifest(&export),
        (ExportState::Failed, _) => Err(EXPORT_FAILED.err()),
        (ExportState::Running, Some(work)) => Ok(waiting(work.percent())),
        // A stop has cut it off. Who asked goes on with it.
        (ExportState::Running, None) if export.caller == caller.key => match cx.app.exports.begin_again(export)? {
            Some((export, work)) => {
                go(cx, caller, export, work);
                Ok(waiting(0))
            }
            None => Err(EXPORT_FAILED.err()),
        },
        (ExportState::Running, None) => Ok(waiting(0)),
    }
}

fn manifest(export: &Export) -> Result<Reply> {
    let files = |files: &[ExportFile]| -> Vec<Value> {
        let address = |file: &ExportFile| format!("{}/export/{}/{}", export.base, export.id, file.name);
        files.iter().map(|file| json!({ "type": file.kind, "url": address(file), "count": file.count })).collect()
    };
    let manifest = json!({
        "transactionTime": Time(export.time).rfc3339(),
        "request": export.request,
        "requiresAccessToken": true,
        "output": files(&export.output),
        "deleted": files(&export.deleted),
        "error": [],
    });
    let reply = Reply::bytes("application/json", serde_json::to_vec(&manifest).map_err(|e| INTERNAL.caused_by(e))?);
    Ok(reply.header("expires", super::read::http_date(&Time(export.expires).rfc3339())).header("cache-control", "private, no-cache"))
}

/// `DELETE /fhir/export/{job}`
pub fn remove(cx: &Cx, request: &Request) -> Result<Reply> {
    let (_, export, _) = find(cx, request)?;
    cx.app.exports.remove(&export.id)?;
    Ok(Reply::bytes(FHIR_JSON, Vec::new()).status(202))
}

/// `GET /fhir/export/{job}/{file}`
pub fn file(cx: &Cx, request: &Request) -> Result<Reply> {
    let (_, export, _) = find(cx, request)?;
    let file = cx.app.exports.file(&export, request.segment("file"))?;
    let length = file.metadata().map_err(|e| INTERNAL.caused_by(e))?.len();
    let offers = request.headers.get_all("accept-encoding").iter().filter_map(|value| value.to_str().ok());
    if !gzip::accepted(offers) {
        return Ok(Reply::file(NDJSON, file, 0, length).header("cache-control", "private, no-cache"));
    }
    let (send, pieces) = tokio::sync::mpsc::channel(Pieces::WAITING);
    std::thread::spawn(move || {
        let mut out = Pieces::new(send);
        match gzip::stream(file, &mut out) {
            Ok(()) => out.end(),
            Err(_) => out.break_off(),
        }
    });
    Ok(Reply::stream(NDJSON, pieces).header("content-encoding", "gzip").header("cache-control", "private, no-cache"))
}
