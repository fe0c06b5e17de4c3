//! A dump on its way from a running server: a tar, whose last member is `fields.json`.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::Path,
};

use super::{Dumped, FIELDS, UPLOADS};
use crate::{
    backup::contents::{cannot_read, cannot_write},
    base::error::{Kind, Reason, Result},
};

pub const NO_DUMP: Reason = Reason::new(Kind::Rule, "no_dump", "what the server sent is no dump, or not a whole one; try again");

/// Packs what was written into `from`, and the uploads that belong to it. Errors: `cannot_read`; whatever `out` fails with.
pub fn pack<W: Write>(from: &Path, uploads: &Path, dumped: &Dumped, out: W) -> Result<W> {
    let mut tar = tar::Builder::new(out);
    let mut add = |name: &str, path: &Path| -> Result<()> {
        let mut file = match File::open(path) {
            // Deleted a moment ago, with its row.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            file => file.map_err(|e| cannot_read(path, e))?,
        };
        let mut header = tar::Header::new_gnu();
        header.set_size(file.metadata().map_err(|e| cannot_read(path, e))?.len());
        header.set_mode(0o600);
        tar.append_data(&mut header, name, &mut file).map_err(|e| cannot_read(path, e))
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(from).map_err(|e| cannot_read(from, e))? {
        names.extend(entry.map_err(|e| cannot_read(from, e))?.file_name().into_string().ok().filter(|name| name != FIELDS));
    }
    names.sort();
    names.iter().try_for_each(|name| add(name, &from.join(name)))?;
    dumped.uploads.iter().try_for_each(|name| add(&format!("{UPLOADS}/{name}"), &uploads.join(name)))?;
    add(FIELDS, &from.join(FIELDS))?;
    tar.into_inner().map_err(|e| cannot_read(from, e))
}

/// Takes it apart into a directory that is there. Answers how many uploads there were. Errors: `no_dump`, `cannot_write`.
pub fn unpack(from: impl Read, into: &Path) -> Result<u64> {
    let broken = |e: io::Error| NO_DUMP.with(e.to_string());
    let folder = into.join(UPLOADS);
    fs::create_dir_all(&folder).map_err(|e| cannot_write(&folder, e))?;
    let (mut uploads, mut is_whole) = (0, false);
    for entry in tar::Archive::new(from).entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let name = entry.path().ok().and_then(|path| path.to_str().map(str::to_owned)).unwrap_or_default();
        let plain = name.strip_prefix(UPLOADS).and_then(|name| name.strip_prefix('/')).unwrap_or(&name);
        if is_whole
            || !entry.header().entry_type().is_file()
            || plain.is_empty()
            || plain.starts_with('.')
            || plain.contains(['/', '\\', '\0'])
        {
            return Err(NO_DUMP.with(name));
        }
        let path = into.join(&name);
        let mut file = File::create_new(&path).map_err(|e| cannot_write(&path, e))?;
        io::copy(&mut entry, &mut file).map_err(broken)?;
        file.sync_all().map_err(|e| cannot_write(&path, e))?;
        uploads += u64::from(plain != name);
        is_whole = name == FIELDS;
    }
    if is_whole { Ok(uploads) } else { Err(NO_DUMP.err()) }
}
