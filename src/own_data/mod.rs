//! A person's own data, as one ZIP that needs no program of ours: to read (`index.html`), to hand on (`data.json`, `files/`), and to see who has
//! looked at it (`access.csv`).
//!
//! What belongs to a person is not listed anywhere: it is every row that names the person, or names such a row, as the tables themselves declare
//! ([`Row::refers_to`](crate::store::Row::refers_to)). So a new table is in it as soon as it is in [`TABLES`](crate::domain::TABLES).
//!
//! Source: 个人信息保护法 Art. 45 (to see and to copy).

mod access;
mod gather;
mod page;
mod text;

use std::io::{Read, Write};

use serde_json::{Value, json};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

pub use gather::Whose;

use crate::{
    app::App,
    base::{
        error::{INTERNAL, Result},
        time::Time,
    },
};

const README: &str = include_str!("readme.txt");

/// Writes everything of a person, as fast as `out` takes it. Blocks.
///
/// Errors: `internal` where a row cannot be read or `out` does not take it.
pub fn write(app: &App, whose: &Whose, out: impl Write) -> Result<()> {
    let db = app.store.view();
    let rows = gather::rows(&db, whose)?;
    let mut zip = ZipWriter::new_stream(out);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).unix_permissions(0o600);
    let put = |zip: &mut ZipWriter<_>, name: &str, bytes: &[u8]| -> Result<()> {
        zip.start_file(name, options).map_err(|e| INTERNAL.caused_by(e))?;
        zip.write_all(bytes).map_err(|e| INTERNAL.caused_by(e))
    };
    put(&mut zip, "README.txt", README.as_bytes())?;
    put(&mut zip, "index.html", page::of(&db, whose)?.as_bytes())?;
    let data = json!({
        "clinic": app.settings.clinic.name,
        "made_at": db.now.rfc3339(),
        "patients": whose.patients.iter().map(|patient| patient.id).collect::<Vec<_>>(),
        "tables": rows,
    });
    put(&mut zip, "data.json", &serde_json::to_vec_pretty(&data).map_err(|e| INTERNAL.caused_by(e))?)?;
    put(&mut zip, "access.csv", access::csv(&db, &whose.patients, Time(i64::MAX))?.as_bytes())?;
    for name in gather::files(&Value::Object(rows.into_iter().collect())) {
        // One that is named and gone is no reason to give nothing.
        let Ok(stored) = app.files.find(&name) else { continue };
        let (mut file, mut bytes) = (stored.file, Vec::new());
        file.read_to_end(&mut bytes).map_err(|e| INTERNAL.caused_by(e))?;
        put(&mut zip, &format!("files/{name}"), &bytes)?;
    }
    zip.finish().map(drop).map_err(|e| INTERNAL.caused_by(e))
}
