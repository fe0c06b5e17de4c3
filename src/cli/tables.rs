//! `xuanhu import`, `export` and `reindex`: tables in and out as CSV, and the search index built anew.

use std::{
    fs,
    io::{self, IsTerminal, Read, Write},
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    thread,
    time::Duration,
};

use clap::Args;

use super::{
    common::{Common, note, operator, say},
    data_dir::DataDir,
};
use crate::{
    base::{
        clean,
        error::{Error, Kind, Reason, Result},
        id::AnyId,
    },
    domain::identity::audit::{self, Action, Deed, Subject},
    providers::http::address,
    store::Tx,
    tables::{self, Progress},
};

/// Bring in a table (CSV with a header row): all rows or none
///
/// KIND is hospitals, departments, doctors, diagnosis-terms or regions; registrations, consultations and payments are only exported. What is there already, by name (doctors by phone, regions by id),
/// is updated; the same row twice in one file is refused. Read are UTF-8, UTF-16 and GB18030, commas, semicolons and tabs. Where a row is bad nothing changes and every bad row is named with its line. Works while the server runs and while it does not.
#[derive(Args)]
pub struct TableArgs {
    /// hospitals, departments, doctors, diagnosis-terms or regions; to export also registrations, consultations or payments
    kind: String,
    /// The CSV file; - is standard input or output
    file: PathBuf,
}

#[derive(Args)]
pub struct ExportArgs {
    #[command(flatten)]
    table: TableArgs,
    /// Mask nothing: the audit log keeps who was shown, and why
    #[arg(long, requires = "reason")]
    full: bool,
    /// Why, in a few words
    #[arg(long, value_name = "TEXT", requires = "full", value_parser = reason)]
    reason: Option<String>,
}

pub fn reason(text: &str) -> Result<String, &'static str> {
    match clean::line(text) {
        said if said.is_empty() => Err("say why"),
        said if said.chars().count() > 200 => Err("at most 200 characters"),
        said => Ok(said),
    }
}

const CANNOT_READ: Reason = Reason::new(Kind::Malformed, "cannot_read", "the file cannot be read");
const CANNOT_WRITE: Reason = Reason::new(Kind::Malformed, "cannot_write", "the file cannot be written");

pub fn import(common: &Common, table: &TableArgs) -> Result<()> {
    let kind = tables::kind(&table.kind)?;
    let bytes = read(&table.file)?;
    let imported = match DataDir::find(common)? {
        DataDir::Running(server) => {
            server.upload(&format!("/admin/import/{}", kind.name), &bytes).map(|json| (json["created"].clone(), json["updated"].clone()))
        }
        DataDir::Stopped(app) => {
            let progress = Arc::new(Progress::default());
            let watched = watch(progress.clone());
            let imported = tables::import(&app.store, kind, bytes.as_slice(), progress.clone(), |db| noted(db, Action::Import));
            progress.over.store(true, Ordering::Relaxed);
            let _ = watched.map(thread::JoinHandle::join);
            imported.map(|done| (done.created.into(), done.updated.into()))
        }
    };
    let (created, updated) = imported.inspect_err(name_rows)?;
    say(&format!("{}: {created} new, {updated} updated", kind.name));
    Ok(())
}

pub fn export(common: &Common, export: &ExportArgs) -> Result<()> {
    let ExportArgs { table, reason, .. } = export;
    let sheet = tables::sheet(&table.kind)?;
    let bytes = match (DataDir::find(common)?, reason.clone()) {
        (DataDir::Running(server), None) => server.download(&format!("/admin/export/{}", sheet.name))?.to_vec(),
        (DataDir::Running(server), Some(reason)) => {
            server.download(&address("", &format!("/admin/export/{}", sheet.name), &[("full", "1"), ("reason", &reason)]))?.to_vec()
        }
        (DataDir::Stopped(app), None) => {
            let table = tables::export(&app.store.view(), sheet, &operator())?;
            let deed = Deed::new(Action::Export, Subject::Table, AnyId::NONE).about(table.patients);
            app.store.write_blocking(move |db| audit::write(db, &operator(), &deed))?;
            table.bytes
        }
        (DataDir::Stopped(app), Some(reason)) => app.store.write_blocking(move |db| {
            audit::note_why(db, &operator(), Action::Export, Subject::Table, AnyId::NONE, reason.clone())?;
            tables::export_whole(db, sheet, &operator(), &reason)
        })?,
    };
    write(&table.file, &bytes)
}

pub fn reindex(common: &Common) -> Result<()> {
    let entries = match DataDir::find(common)? {
        DataDir::Running(server) => server.ask("POST", "/admin/reindex", None)?["entries"].clone(),
        DataDir::Stopped(app) => app.reindex()?.into(),
    };
    say(&format!("search index: {entries} entries"));
    Ok(())
}

/// Every bad row on a line of its own; the one line that says why the command failed comes after them.
fn name_rows(error: &Error) {
    for (row, problem) in error.fields() {
        note(&format!("{row}: {problem}"));
    }
}

/// A line that grows, for whoever sits before a terminal.
fn watch(progress: Arc<Progress>) -> Option<thread::JoinHandle<()>> {
    if !io::stderr().is_terminal() {
        return None;
    }
    Some(thread::spawn(move || {
        while !progress.over.load(Ordering::Relaxed) {
            let (done, total) = (progress.done.load(Ordering::Relaxed), progress.total.load(Ordering::Relaxed).max(1));
            let filled = done * 40 / total;
            let _ = write!(io::stderr(), "\r[{}{}] {done}/{total}", "#".repeat(filled), " ".repeat(40 - filled.min(40)));
            thread::sleep(Duration::from_millis(100));
        }
        let _ = writeln!(io::stderr());
    }))
}

fn read(file: &Path) -> Result<Vec<u8>> {
    let named = |e: io::Error| CANNOT_READ.with(format!("{}: {e}", file.display()));
    if file != Path::new("-") {
        return fs::read(file).map_err(named);
    }
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes).map_err(named)?;
    Ok(bytes)
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    let written = match file == Path::new("-") {
        true => io::stdout().write_all(bytes).and_then(|()| io::stdout().flush()),
        false => fs::write(file, bytes),
    };
    written.map_err(|e| CANNOT_WRITE.with(format!("{}: {e}", file.display())))
}

fn noted(db: &mut Tx, action: Action) -> Result<()> {
    audit::note(db, &operator(), action, Subject::Table, AnyId::NONE)
}
