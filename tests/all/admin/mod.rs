//! `/admin`: a scenario for every row, chapter by chapter.

mod backups;
mod exchange;
mod listing;
mod me;
mod messages;
mod money;
mod orgs;
mod overview;
mod pages;
mod people;
mod places;
mod sessions;
mod spreadsheets;
mod words;

use serde_json::Value;

use crate::kit::{Answer, Client};

/// The number of a row.
pub fn id(row: &Value) -> u64 {
    row["id"].as_u64().unwrap_or_else(|| panic!("a row without an id: {row}"))
}

/// The ids of a collection's page, and its total.
pub fn ids(answer: &Answer) -> (Vec<u64>, u64) {
    let list = answer.ok();
    (list["items"].as_array().unwrap().iter().map(id).collect(), list["total"].as_u64().unwrap())
}

/// What the audit log says of one thing, newest first.
pub fn deeds(admin: &Client, subject: &str, id: u64) -> Vec<String> {
    let records = admin.get(format_args!("/admin/audit?subject={subject}&subject_id={id}&page_size=100")).ok();
    records["items"].as_array().unwrap().iter().map(|record| record["action"].as_str().unwrap().to_owned()).collect()
}
