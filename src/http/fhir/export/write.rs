//! The files of an export: a type each, a resource a line, and Bundles of what was deleted.

use std::{
    collections::BTreeSet,
    io::{BufWriter, Write},
};

use serde_json::{Value, json};

use crate::{
    app::{Export, ExportFile, ExportState, Work},
    base::{
        error::{INTERNAL, Result},
        id::{AnyId, Id, PatientId},
        time::Time,
    },
    domain::{
        clinic_wide::shown,
        identity::audit::{self, Action, Deed, Purpose, Subject},
    },
    http::{
        core::context::Cx,
        fhir::{
            caller::{Caller, Who},
            element,
            print::ClinicFacts,
            reader::Reader,
            served::{self, OpenTo, Served},
            source::{Made, Source},
        },
    },
    store::{Moment, Order, View, short_instance},
};

/// Lines of a file.
const IN_A_FILE: u64 = 100_000;
/// Rows that are read of one view.
const OF_A_VIEW: usize = 500;
/// Deletions that a Bundle holds.
const IN_A_BUNDLE: usize = 500;

/// Lines of one type, file after file.
struct Lines<'a> {
    cx: &'a Cx,
    export: &'a str,
    kind: &'a str,
    files: Vec<ExportFile>,
    out: Option<BufWriter<std::fs::File>>,
}

impl Lines<'_> {
    fn line(&mut self, line: &Value) -> Result<()> {
        if self.files.last().is_none_or(|file| file.count == IN_A_FILE) {
            self.flush()?;
            let name = format!("{}-{}.ndjson", self.kind, self.files.len() + 1);
            self.out = Some(BufWriter::new(self.cx.app.exports.create(self.export, &name)?));
            let kind = if self.kind == DELETED { "Bundle" } else { self.kind };
            self.files.push(ExportFile { kind: kind.to_owned(), name, count: 0 });
        }
        if let (Some(out), Some(file)) = (&mut self.out, self.files.last_mut()) {
            serde_json::to_writer(&mut *out, line).map_err(|e| INTERNAL.caused_by(e))?;
            out.write_all(b"\n").map_err(|e| INTERNAL.caused_by(e))?;
            file.count += 1;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        let Some(mut out) = self.out.take() else { return Ok(()) };
        let flushed = out.flush().and_then(|()| out.get_ref().sync_all());
        flushed.map_err(|e| INTERNAL.caused_by(e))
    }

    fn end(mut self) -> Result<Vec<ExportFile>> {
        self.flush()?;
        Ok(self.files)
    }
}

/// The name of the files of what was deleted.
const DELETED: &str = "deleted";

/// What an export is written of, and what it has seen.
struct Writing<'a> {
    cx: &'a Cx,
    caller: &'a Caller,
    clinic: ClinicFacts,
    since: Option<Time>,
    patients: BTreeSet<PatientId>,
    deleted: Vec<String>,
}

/// Writes all files and answers how the export stands then. Everybody in it was looked at: that is on disk before it is said to be done.
pub fn write(cx: &Cx, caller: &Caller, mut export: Export, work: &Work) -> Result<Export> {
    // Before the first row: what changes later comes again next time.
    export.time = cx.app.store.stamp()?.0;
    let settings = &cx.app.settings;
    let clinic = ClinicFacts {
        name: settings.clinic.name.clone(),
        phone: settings.clinic.phone.clone(),
        zone: settings.clinic.zone.clone(),
        instance: short_instance(cx.app.store.instance()).to_owned(),
        site: export.base.trim_end_matches("/fhir").to_owned(),
    };
    let mut writing = Writing { cx, caller, clinic, since: export.since.map(Time), patients: BTreeSet::new(), deleted: Vec::new() };
    let types: Vec<&Served> = export.types.iter().filter_map(|kind| served::find(kind)).collect();
    let (mut output, all) = (Vec::new(), types.len().max(1));
    for (number, served) in types.into_iter().enumerate() {
        let mut lines = Lines { cx, export: &export.id, kind: served.kind, files: Vec::new(), out: None };
        for source in served.sources {
            writing.rows(served, source, &mut lines, work)?;
        }
        output.extend(lines.end()?);
        work.comes_to(u8::try_from((number + 1) * 100 / all).unwrap_or(99));
        if work.is_given_up() {
            return Ok(Export { state: ExportState::Failed, ..export });
        }
    }
    writing.restricted(&export.types)?;
    let mut lines = Lines { cx, export: &export.id, kind: DELETED, files: Vec::new(), out: None };
    for some in writing.deleted.chunks(IN_A_BUNDLE) {
        let entries: Vec<Value> = some.iter().map(|url| json!({ "request": { "method": "DELETE", "url": url } })).collect();
        lines.line(&json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries }))?;
    }
    let deleted = lines.end()?;
    note(cx, caller, writing.patients)?;
    Ok(Export { state: ExportState::Done, output, deleted, ..export })
}

impl Writing<'_> {
    fn rows(&mut self, served: &Served, source: &Source, lines: &mut Lines, work: &Work) -> Result<()> {
        let (mut last, mut time) = (None, self.since.map(|since| Moment { time: since, commit: 0, id: Id::NONE }));
        loop {
            let view = self.cx.view();
            let some = match time {
                Some(beyond) => changed(&view, source, beyond)?,
                None => rows(&view, source, last)?,
            };
            let Some(end) = some.last() else { return Ok(()) };
            (last, time) = (Some(end.row), time.and(end.moment));
            let reader = Reader::new(&view, (&self.clinic, &self.cx.app.fhir), self.caller);
            for one in &some {
                let whole = if one.is_deleted { Vec::new() } else { reader.whole(served, source, one.row)? };
                if self.since.is_some() && (one.is_deleted || (whole.is_empty() && is_gone(&reader, source, one.row)?)) {
                    self.deleted.push(format!("{}/{}", served.kind, one.row));
                }
                for resource in reader.hand_out(source, one.row, whole)? {
                    lines.line(&resource)?;
                }
            }
            self.patients.extend(reader.looked());
            if work.is_given_up() {
                return Ok(());
            }
        }
    }
}

impl Writing<'_> {
    /// What is about somebody whose records are not used any more since then is told as deleted.
    fn restricted(&mut self, types: &[String]) -> Result<()> {
        let (Who::Integration { restricted, .. }, Some(since)) = (&self.caller.who, self.since) else { return Ok(()) };
        let view = self.cx.view();
        let reader = Reader::new(&view, (&self.clinic, &self.cx.app.fhir), self.caller);
        for patient in restricted.iter().filter(|(_, at)| **at >= since).map(|(patient, _)| *patient) {
            let Some(owner) = shown::owner_of(&view, patient)? else { continue };
            for served in types.iter().filter_map(|kind| served::find(kind)).filter(|served| served.open_to != OpenTo::All) {
                for source in served.sources {
                    let rows = source.matter.map_or_else(|| Ok(vec![patient.any()]), |matter| shown::of_account(&view, matter, owner))?;
                    for row in rows {
                        let Made::All(all) = reader.made(source, row)? else { continue };
                        let about = all.iter().filter(|one| element::patient(one) == Some(patient));
                        self.deleted.extend(about.map(|one| format!("{}/{}", served.kind, element::id(one))));
                    }
                }
            }
        }
        self.deleted.sort();
        self.deleted.dedup();
        Ok(())
    }
}

struct One {
    row: AnyId,
    moment: Option<Moment>,
    is_deleted: bool,
}

/// Some rows behind one.
fn rows(view: &View, source: &Source, last: Option<AnyId>) -> Result<Vec<One>> {
    let ids = view.ids_of(source.table, last, Order::Oldest).take(OF_A_VIEW);
    ids.map(|row| Ok(One { row: row?, moment: None, is_deleted: false })).collect()
}

/// Some changes behind one.
fn changed(view: &View, source: &Source, beyond: Moment) -> Result<Vec<One>> {
    let touches = view.touches(source.table, Some(beyond), Order::Oldest).take(OF_A_VIEW);
    let one = |touch: Result<(Moment, bool)>| {
        let (moment, is_deleted) = touch?;
        Ok(One { row: moment.id, moment: Some(moment), is_deleted })
    };
    touches.map(one).collect()
}

/// The export, and who is in it.
fn note(cx: &Cx, caller: &Caller, patients: BTreeSet<PatientId>) -> Result<()> {
    let (actor, patients) = (caller.actor.clone(), patients.into_iter().collect::<Vec<_>>());
    cx.app.store.write_blocking(move |db| {
        let deed = Deed::new(Action::Export, Subject::Table, AnyId::NONE).purpose(Purpose::Fhir).fields(["$export"]);
        audit::write(db, &actor, &deed.about(patients))
    })
}

/// Whether a row is there and marked as deleted.
fn is_gone(reader: &Reader, source: &Source, row: AnyId) -> Result<bool> {
    Ok(matches!(reader.made(source, row)?, Made::Gone))
}
