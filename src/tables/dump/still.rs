//! A clinic that stands still: a copy of the running one, for whoever reads for long what must belong together. It goes when it is read.

use std::{
    fs,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    backup::contents::cannot_write,
    base::{
        error::Result,
        secret,
        settings::Settings,
        time::{Clock, Time},
    },
    domain,
    store::{Loader, Origin, Store, View},
};

/// What a kill leaves begins like this.
const BEGINS: &str = "dump-";

pub struct Still {
    store: Store,
    /// When the running clinic was as it is here.
    pub as_of: Time,
    place: Place,
}

/// A directory that goes with whoever holds it.
struct Place(PathBuf);

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Still {
    /// Copies a store into a folder of `exports`. Blocks for as long as that takes; the writer goes on. Errors: `cannot_write`, those of a copy.
    pub fn of(store: &Store, exports: &Path, settings: &Arc<Settings>, clock: &Arc<Clock>) -> Result<Still> {
        let place = Place(exports.join(format!("{BEGINS}{}", secret::hex(&secret::random::<8>()))));
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&place.0).map_err(|e| cannot_write(&place.0, e))?;
        let dir = place.0.join("store");
        let mut loader = Loader::begin(&dir)?;
        let copied = store.copy(|chunk| loader.apply(&chunk))?;
        let origin = Origin { instance: store.instance().to_owned(), commit: copied.commit, is_copy: true, parent: None };
        loader.finish(origin, domain::TABLES)?;
        let store = Store::open_small(&dir, domain::TABLES, settings.clone(), clock.clone())?;
        Ok(Still { store, as_of: copied.time, place })
    }

    pub fn view(&self) -> View<'_> {
        self.store.view()
    }

    /// Room beside it, which goes with it.
    pub fn room(&self) -> Result<PathBuf> {
        let room = self.place.0.join("room");
        fs::create_dir_all(&room).map_err(|e| cannot_write(&room, e))?;
        Ok(room)
    }
}

/// Deletes what kills left behind.
pub fn sweep(exports: &Path) {
    for entry in fs::read_dir(exports).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(BEGINS)) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
