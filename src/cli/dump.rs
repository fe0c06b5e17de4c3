//! `xuanhu dump`: the whole clinic as JSON lines, for leaving and for engines made for analysis.

use std::{
    fs::{self, File},
    io::BufWriter,
    path::PathBuf,
};

use clap::Args;

use super::{
    common::{Common, operator, say},
    data_dir::DataDir,
    tables::reason,
};
use crate::{
    backup::{
        contents::{cannot_read, cannot_write},
        site::Site,
    },
    base::error::{INTERNAL, Result},
    providers::http::address,
    tables::dump::{self, FIELDS, Source, parcel},
};

/// Write the whole clinic as JSON lines, one file an entity, with a description of every field and the uploads
///
/// For leaving, and for DuckDB, PostgreSQL or SQLite. Names, phones, ID numbers, addresses and what was written are masked, and only pictures that
/// everybody may see are in it, unless --full. Works while the server runs and while it does not. DIR is there whole or not at all.
#[derive(Args)]
pub struct Dump {
    /// A directory that is empty or not there
    dir: PathBuf,
    /// Mask nothing: the audit log keeps who was shown, and why
    #[arg(long, requires = "reason")]
    full: bool,
    /// Why, in a few words
    #[arg(long, value_name = "TEXT", requires = "full", value_parser = reason)]
    reason: Option<String>,
}

pub fn run(common: &Common, dump: &Dump) -> Result<()> {
    DataDir::need(common)?;
    let site = Site::begin(&dump.dir, "partial")?;
    let place = site.place();
    let uploads = match DataDir::open(common)? {
        DataDir::Stopped(app) => {
            let reason = dump.reason.clone();
            app.store.write_blocking(move |db| dump::note(db, &operator(), reason.as_deref()))?;
            let dumped = dump::write(&Source { view: app.store.view(), instance: app.store.instance(), full: dump.full }, place)?;
            dump::copy_uploads(&dumped, &app.dir.join("uploads"), place)?
        }
        DataDir::Running(server) => {
            let path = match &dump.reason {
                Some(reason) => address("", "/admin/dump", &[("full", "1"), ("reason", reason)]),
                None => "/admin/dump".to_owned(),
            };
            let sent = place.join(".sent");
            let mut out = BufWriter::new(File::create_new(&sent).map_err(|e| cannot_write(&sent, e))?);
            server.stream("POST", &path, &mut out)?;
            drop(out.into_inner().map_err(|e| cannot_write(&sent, e.into_error()))?);
            let uploads = parcel::unpack(File::open(&sent).map_err(|e| cannot_read(&sent, e))?, place)?;
            fs::remove_file(&sent).map_err(|e| cannot_write(&sent, e))?;
            uploads
        }
    };
    let path = place.join(FIELDS);
    let fields = fs::read(&path).map_err(|e| cannot_read(&path, e))?;
    let fields: serde_json::Value = serde_json::from_slice(&fields).map_err(|e| INTERNAL.caused_by(e))?;
    site.finish()?;
    let entities = fields["entities"].as_object().into_iter().flatten();
    let rows: u64 = entities.clone().filter_map(|(_, entity)| entity["rows"].as_u64()).sum();
    let masked = if dump.full { "nothing masked" } else { "masked" };
    say(&format!("{}: {rows} rows of {} entities, {uploads} files, {masked}", dump.dir.display(), entities.count()));
    Ok(())
}
