//! `xuanhu dump`: every entity as JSON lines, one file each, with a description of every field and the uploads: for leaving, and for engines made
//! for analysis. What is written follows from the types of the rows; nothing is told twice.
//!
//! Masked as it is by itself: names, phones, ID numbers, addresses, birthdays, and every text that nobody has said is harmless (see `cover`).
//! Secrets (password hashes, codes, tokens) are in no dump.

mod about;
mod cover;
mod entity;
mod fields;
pub mod parcel;
mod still;
mod value;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::Path,
};

use serde_json::{Value, json};

pub use entity::{ENTITIES, LEFT_OUT};
pub use still::{Still, sweep};

use crate::{
    backup::contents::{cannot_read, cannot_write},
    base::error::{INTERNAL, Result},
    base::id::AnyId,
    domain::{
        identity::{
            account::Role,
            audit::{self, Action, Actor, Subject},
        },
        relations::privacy,
        shared::upload::Upload,
    },
    store::{Order, Tx, View},
};

/// What describes a dump, written last: without it a dump is not whole.
pub const FIELDS: &str = "fields.json";
pub const README: &str = "README.md";
pub const UPLOADS: &str = "uploads";

/// The clinic that is dumped.
pub struct Source<'a> {
    /// Nobody writes while it is read: a stopped store, or a copy.
    pub view: View<'a>,
    pub instance: &'a str,
    /// Nothing is masked.
    pub full: bool,
}

/// What a dump holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dumped {
    /// By entity.
    pub rows: BTreeMap<&'static str, u64>,
    /// The names of the uploads that belong to it: all of them where nothing is masked, else those that everybody may see.
    pub uploads: BTreeSet<String>,
}

impl Dumped {
    pub fn all_rows(&self) -> u64 {
        self.rows.values().sum()
    }
}

/// Writes down that somebody takes a dump; where nothing is masked, with the reason, and that everybody in it was looked at.
pub fn note(db: &mut Tx, actor: &Actor, reason: Option<&str>) -> Result<()> {
    let Some(reason) = reason else { return audit::note(db, actor, Action::Export, Subject::Table, AnyId::NONE) };
    audit::note_why(db, actor, Action::Export, Subject::Table, AnyId::NONE, reason.to_owned())?;
    for role in [Role::Patient, Role::Doctor, Role::Assistant] {
        privacy::reveal_all(db, actor, role, reason)?;
    }
    Ok(())
}

/// Writes everything but the uploads into a directory that is there. Blocks. Errors: `cannot_write`.
pub fn write(source: &Source, into: &Path) -> Result<Dumped> {
    let mut dumped = Dumped::default();
    let mut entities = serde_json::Map::new();
    for entity in ENTITIES {
        let mut described = fields::Described::of(entity);
        let path = into.join(entity.file());
        let mut out = BufWriter::new(File::create_new(&path).map_err(|e| cannot_write(&path, e))?);
        let mut rows = 0;
        let mut line = |row: Value| -> Result<()> {
            let told = value::told(&described, row, source.full, &mut dumped.uploads);
            serde_json::to_writer(&mut out, &told).map_err(|e| cannot_write(&path, e.into()))?;
            rows += 1;
            out.write_all(b"\n").map_err(|e| cannot_write(&path, e))
        };
        (entity.read)(&source.view, &mut line)?;
        out.into_inner().map_err(io::IntoInnerError::into_error).and_then(|file| file.sync_all()).map_err(|e| cannot_write(&path, e))?;
        dumped.rows.insert(entity.name, rows);
        entities.insert(entity.name.to_owned(), described.view(rows));
    }
    if source.full {
        for upload in source.view.all::<Upload>(Order::Oldest) {
            dumped.uploads.insert(upload?.name);
        }
    }
    put(&into.join(README), about::README.as_bytes())?;
    let settings = &source.view.settings;
    let fields = json!({
        "product": concat!("xuanhu ", env!("CARGO_PKG_VERSION")),
        "clinic": settings.clinic.name,
        "instance": source.instance,
        "zone": settings.clinic.zone.0.iana_name().unwrap_or("UTC"),
        "created": source.view.now.rfc3339(),
        "masked": !source.full,
        "left_out": LEFT_OUT.iter().map(|(name, why)| ((*name).to_owned(), (*why).into())).collect::<serde_json::Map<_, _>>(),
        "entities": entities,
    });
    put(&into.join(FIELDS), &serde_json::to_vec_pretty(&fields).map_err(|e| INTERNAL.caused_by(e))?)?;
    Ok(dumped)
}

fn put(path: &Path, text: &[u8]) -> Result<()> {
    let written = File::create_new(path).and_then(|mut file| file.write_all(text).and_then(|()| file.sync_all()));
    written.map_err(|e| cannot_write(path, e))
}

/// Copies the uploads of a dump; answers how many there were. One that is gone, as after its row was deleted, is passed over.
pub fn copy_uploads(dumped: &Dumped, from: &Path, into: &Path) -> Result<u64> {
    let folder = into.join(UPLOADS);
    fs::create_dir_all(&folder).map_err(|e| cannot_write(&folder, e))?;
    let mut copied = 0;
    for name in &dumped.uploads {
        let (source, target) = (from.join(name), folder.join(name));
        match fs::copy(&source, &target) {
            Ok(_) => copied += 1,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(cannot_read(&source, error)),
        }
    }
    Ok(copied)
}
