//! Where a server's data come from: a copy for looking, settings without secrets, another server that is taken over.

use std::{fs, path::Path};

use super::common::note;
use crate::{
    app::App,
    backup::{
        archive::{
            clinic::{self, Names},
            place::Place,
        },
        without_secrets::LEFT_OUT,
    },
    base::{
        error::{Kind, Reason, Result},
        settings::Settings,
        time::Clock,
    },
    store::{Mark, Store},
};

const NO_ARCHIVE_SET: Reason =
    Reason::new(Kind::Malformed, "no_archive_set", "--take-over is about the archive, and archive.dir is not set");

/// Whether what a server is about to work on is a copy, said at its start.
pub fn say_if_copy(app: &App) {
    if app.is_copy() {
        note(
            "This is a copy for looking: payment, SMS, push and WeChat are off whatever the settings say, and no backups are made by themselves.",
        );
        note("`xuanhu promote` makes it the clinic.");
    }
}

/// What a backup without secrets left out of the settings, said at each start until it is set again.
pub fn say_what_was_left_out(dir: &Path) {
    let text = fs::read_to_string(dir.join("xuanhu.toml")).unwrap_or_default();
    let missing: Vec<_> = text.lines().filter_map(|line| line.strip_prefix(LEFT_OUT)).collect();
    if !missing.is_empty() {
        tracing::warn!("xuanhu.toml comes from a backup without secrets; to be set again: {}", missing.join(", "));
    }
}

/// Makes the store a new era, and that the clinic, where the archive names another.
pub fn take_over(dir: &Path, settings: &Settings) -> Result<()> {
    let place = settings.archive.dir.as_deref().ok_or_else(|| NO_ARCHIVE_SET.err())?;
    let store = dir.join("store");
    let Some(mark) = Mark::read(&store)? else { return Ok(()) };
    if Place(place.to_owned()).newest()?.is_none_or(|newest| newest.era == mark.era) {
        return Ok(());
    }
    let era = Store::promote(&store)?;
    let names = Names { instance: mark.instance, era: era.clone(), parent: Some((mark.era, mark.commit)) };
    clinic::take_over(place, &names, Clock::system(0).now())?;
    note(&format!("This server has taken the clinic over; its era is {era}."));
    Ok(())
}
