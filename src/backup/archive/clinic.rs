//! Which server is the clinic: what `archive.json` says of it, and who may say so.

use std::path::Path;

use super::place::{ARCHIVE_DAMAGED, Era, Newest, Place};
use crate::base::{
    error::{Kind, Reason, Result},
    time::Time,
};

pub const TAKEN_OVER_ELSEWHERE: Reason = Reason::new(
    Kind::Rule,
    "taken_over",
    "another server has taken this clinic over: its archive names an era that was made after this one; see which of the two is the clinic, and start this \
     one with --take-over only if it is",
);
pub const ANOTHER_CLINIC: Reason =
    Reason::new(Kind::Rule, "another_clinic", "archive.dir holds the archive of another clinic; give this one a place of its own");

/// The clinic, as its archive names it.
#[derive(Clone, Debug)]
pub struct Names {
    pub instance: String,
    pub era: String,
    /// The copy that this one was made of, and how far that had come.
    pub parent: Option<(String, u64)>,
}

/// Whether the server may be the clinic by what its archive says; a place that cannot be reached says nothing.
///
/// Errors: `taken_over`, `another_clinic`, `archive_damaged`.
pub fn may_be_the_clinic(place: &Path, names: &Names) -> Result<()> {
    let place = Place(place.to_owned());
    let newest = match place.newest() {
        Ok(Some(newest)) => newest,
        Ok(None) => return Ok(()),
        Err(error) if error.is(&ARCHIVE_DAMAGED) => return Err(error),
        Err(error) => {
            tracing::warn!(error = error.chain(), "archive.dir cannot be read, so nobody knows whether another server is the clinic");
            return Ok(());
        }
    };
    if newest.instance != names.instance {
        return Err(ANOTHER_CLINIC.with(place.0.display().to_string()));
    }
    if newest.era == names.era || comes_from(&place, names.parent.clone().map(|(era, _)| era), &newest.era)? {
        return Ok(());
    }
    Err(TAKEN_OVER_ELSEWHERE.with(format!("{} names era {}, this one is {}", place.0.display(), newest.era, names.era)))
}

/// Names this server the clinic, whatever the archive says. Errors: `another_clinic`, those of the place.
pub fn take_over(place: &Path, names: &Names, now: Time) -> Result<()> {
    let place = Place(place.to_owned());
    if place.newest()?.is_some_and(|newest| newest.instance != names.instance) {
        return Err(ANOTHER_CLINIC.with(place.0.display().to_string()));
    }
    let (parent, parent_commit) = names.parent.clone().unzip();
    let (instance, era) = (names.instance.clone(), names.era.clone());
    place.set_era(&Era { instance: instance.clone(), era: era.clone(), created: now.rfc3339(), parent, parent_commit })?;
    place.set_newest(&Newest { instance, era })
}

/// Whether an era, or one that it was made of, is `ancestor`.
pub fn comes_from(place: &Place, mut era: Option<String>, ancestor: &str) -> Result<bool> {
    // Nobody promotes so often; a circle would have no end.
    for _ in 0..1_000 {
        match era {
            None => return Ok(false),
            Some(name) if name == ancestor => return Ok(true),
            Some(name) => era = place.era(&name)?.and_then(|era| era.parent),
        }
    }
    Ok(false)
}
