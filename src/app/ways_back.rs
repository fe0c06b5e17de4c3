//! What can be restored, for the line that refuses a store.

use std::path::Path;

use crate::{
    backup::{archive::place::Place, shelf},
    base::error::{Error, Kind, Reason},
    store::{FORMAT_UNREADABLE, MARK_MISSING, MARK_UNREADABLE, STORE_BEHIND, STORE_MISSING, STORE_UNREADABLE},
};

pub const STORE_DAMAGED: Reason =
    Reason::new(Kind::Internal, "store_damaged", "the store has data that cannot be read any more; restore into a new directory");

/// How the engine says so.
const CORRUPTED: &str = "corrupted data";

/// What can be restored where a store cannot be used, for the line that refuses it.
fn ways_back(dir: &Path, backups: Option<&Path>, archive: Option<&Path>) -> String {
    let shelves = backups.map(Path::to_owned).into_iter().chain([dir.join("backups")]);
    let newest = shelves.filter_map(|shelf| Some((shelf.clone(), shelf::all(&shelf, None).ok()?.into_iter().next()?)));
    let archive = archive.filter(|place| Place(place.to_path_buf()).newest().is_ok_and(|newest| newest.is_some()));
    let archive = archive.map_or_else(String::new, |place| format!(", and the archive {}", place.display()));
    let backup = match newest.max_by_key(|(_, one)| one.created) {
        Some((shelf, one)) => format!("the newest backup is {}", shelf.join(one.name).display()),
        None => "no backup is known of".to_owned(),
    };
    backup + &archive
}

/// Adds to a refusal what can be restored. What the engine meets when it reads damaged files is said as what it is.
pub fn with_ways_back(error: Error, dir: &Path, backups: Option<&Path>, archive: Option<&Path>) -> Error {
    let is_damaged = error.chain().contains(CORRUPTED);
    let error = if is_damaged { STORE_DAMAGED.caused_by(error) } else { error };
    let is_lost = [&STORE_BEHIND, &STORE_MISSING, &STORE_UNREADABLE, &MARK_MISSING, &MARK_UNREADABLE, &FORMAT_UNREADABLE]
        .into_iter()
        .any(|reason| error.is(reason));
    if !is_lost && !is_damaged {
        return error;
    }
    let ways = ways_back(dir, backups, archive);
    let detail = error.own_detail().map_or_else(|| ways.clone(), |detail| format!("{detail}; {ways}"));
    error.detail(detail)
}
