//! What can be restored, for the line that refuses a store.

use std::path::Path;

use crate::{
    backup::shelf,
    base::error::Error,
    store::{FORMAT_UNREADABLE, MARK_MISSING, MARK_UNREADABLE, STORE_BEHIND, STORE_MISSING, STORE_UNREADABLE},
};

/// What can be restored where a store cannot be used, for the line that refuses it.
fn ways_back(dir: &Path, backups: Option<&Path>) -> String {
    let shelves = backups.map(Path::to_owned).into_iter().chain([dir.join("backups")]);
    let newest = shelves.filter_map(|shelf| Some((shelf.clone(), shelf::all(&shelf, None).ok()?.into_iter().next()?)));
    match newest.max_by_key(|(_, one)| one.created) {
        Some((shelf, one)) => format!("the newest backup is {}", shelf.join(one.name).display()),
        None => "no backup is known of".to_owned(),
    }
}

/// Adds to a refusal what can be restored.
pub fn with_ways_back(error: Error, dir: &Path, backups: Option<&Path>) -> Error {
    let is_lost = [&STORE_BEHIND, &STORE_MISSING, &STORE_UNREADABLE, &MARK_MISSING, &MARK_UNREADABLE, &FORMAT_UNREADABLE]
        .into_iter()
        .any(|reason| error.is(reason));
    if !is_lost {
        return error;
    }
    let ways = ways_back(dir, backups);
    let detail = error.own_detail().map_or_else(|| ways.clone(), |detail| format!("{detail}; {ways}"));
    error.detail(detail)
}
