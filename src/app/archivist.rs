//! Who archives: begun as soon as the store is open, where this server may be the clinic.

use std::{path::Path, sync::Arc};

use crate::{
    backup::{
        Keys, Seal,
        archive::{
            clinic::{self, Names},
            writing::{Archivist, Begin},
        },
    },
    base::{error::Result, settings::Settings, time::Clock},
    domain::shared::upload::Upload,
    store::{Row, Store},
};

/// Begins to archive where `archive.dir` is set. Errors: `taken_over`, `another_clinic`, `archive_damaged`, those of the keys.
pub fn begin(store: &Store, dir: &Path, settings: &Settings, clock: &Arc<Clock>) -> Result<Option<Archivist>> {
    let Some(place) = &settings.archive.dir else { return Ok(None) };
    let names = Names { instance: store.instance().to_owned(), era: store.era().to_owned(), parent: store.parent() };
    clinic::may_be_the_clinic(place, &names)?;
    Archivist::begin(Begin {
        place: place.clone(),
        names,
        dir: dir.to_owned(),
        seal: Seal::of(&settings.backup)?,
        passphrase: Keys::read(None, settings.backup.passphrase_file.as_deref())?,
        every: settings.archive.every,
        clock: clock.clone(),
        upload_table: Upload::TABLE.code,
        taken_over: store.taken_over().clone(),
        tees: Box::new(store.tees()),
    })
    .map(Some)
}
