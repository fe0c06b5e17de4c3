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
    common::{Common, note, say},
    data_dir::DataDir,
};
use crate::{
    base::{
        error::{Error, Kind, Reason, Result},
        id::{AnyId, Id},
    },
    domain::identity::{
        account::Role,
        audit::{self, Action, Actor, Subject},
    },
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

pub fn export(common: &Common, table: &TableArgs) -> Result<()> {
    let sheet = tables::sheet(&table.kind)?;
    let bytes = match DataDir::find(common)? {
        DataDir::Running(server) => server.download(&format!("/admin/export/{}", sheet.name))?.to_vec(),
        DataDir::Stopped(app) => {
            let bytes = tables::export(&app.store.view(), sheet)?;
            app.store.write_blocking(|db| noted(db, Action::Export))?;
            bytes
        }
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
    let actor = Actor { account_id: Id::NONE, role: Role::Admin, address: "command line".to_owned() };
    audit::note(db, &actor, action, Subject::Table, AnyId::NONE)
}
