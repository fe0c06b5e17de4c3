//! `xuanhu check`: looks at everything that a clinic has, on a running server and on a stopped one, and repairs what follows from the rows.

use std::{fs, io};

use clap::Args;
use serde_json::json;

use super::{
    common::{Common, note, say},
    data_dir::DataDir,
};
use crate::{
    app::{App, Finding},
    base::{
        error::{INTERNAL, Kind, Reason, Result},
        time::Clock,
    },
    domain,
    store::Store,
};

/// Look at everything that the clinic has, and name what is wrong
///
/// Rows, indexes and counters, the ledgers, seats, inboxes, uploads and the search index: a line each, then what is wrong. Works while the server runs and
/// while it does not. Exit code 1 where something is wrong.
#[derive(Args)]
pub struct Check {
    /// Read every upload, and look for every entry of the search index
    #[arg(long)]
    deep: bool,
    /// Make anew what follows from the rows (indexes, counters, search index, store/MARK) and nothing else, after a backup into backups/
    #[arg(long)]
    repair: bool,
}

const PROBLEMS: Reason = Reason::new(Kind::Rule, "problems_found", "something is wrong with what this clinic has, see above");
const STOP_FIRST: Reason = Reason::new(Kind::Busy, "stop_first", "a repair needs the data directory for itself: stop the server first");

pub fn run(common: &Common, check: &Check) -> Result<()> {
    if check.repair {
        return repair(common, check);
    }
    match DataDir::find(common)? {
        DataDir::Stopped(app) => judge(&app.examine(check.deep)?),
        DataDir::Running(server) => {
            let answer = server.ask("POST", "/admin/check", Some(&json!({ "deep": u8::from(check.deep) })))?;
            let areas: Vec<Told> = serde_json::from_value(answer["items"].clone()).map_err(|e| INTERNAL.caused_by(e))?;
            say_all(areas.iter().map(|one| (one.area.as_str(), one.count, one.seconds, one.remark.as_deref(), one.problems.as_slice())))
        }
    }
}

/// An area, as a running server tells it.
#[derive(serde::Deserialize)]
struct Told {
    area: String,
    count: u64,
    seconds: f64,
    remark: Option<String>,
    problems: Vec<String>,
}

fn judge(all: &[Finding]) -> Result<()> {
    say_all(all.iter().map(|one| (one.area, one.count, one.seconds, one.remark.as_deref(), one.problems.as_slice())))
}

/// A line for each area, then what is wrong. Errors: `problems_found`.
fn say_all<'a>(all: impl Iterator<Item = (&'a str, u64, f64, Option<&'a str>, &'a [String])>) -> Result<()> {
    let mut problems = Vec::new();
    for (area, count, seconds, remark, wrong) in all {
        let verdict = if wrong.is_empty() { "well".to_owned() } else { format!("{} problems", wrong.len()) };
        let remark = remark.map_or_else(String::new, |remark| format!("  ({remark})"));
        say(&format!("{area:<12} {count:>10}  {seconds:>6.1} s  {verdict}{remark}"));
        problems.extend(wrong.iter().map(|problem| format!("{area}: {problem}")));
    }
    problems.iter().for_each(|problem| say(problem));
    match problems.len() {
        0 => Ok(()),
        number => Err(PROBLEMS.with(format!("{number} problems"))),
    }
}

fn repair(common: &Common, check: &Check) -> Result<()> {
    let dir = DataDir::need(common)?;
    let settings = common.settings(&[])?;
    let clock = || Clock::system(settings.clock.offset.ms());
    let opened = App::open_to_repair(dir, settings.clone(), clock());
    let app = opened.map_err(|e| if e.is(&crate::store::ALREADY_RUNNING) { STOP_FIRST.with(dir.display().to_string()) } else { e })?.app;
    note(&format!("a backup as it was: {}", app.backup_first()?));
    app.may_be_repaired()?;
    drop(app);
    Store::rebuild(&dir.join("store"), domain::TABLES)?;
    let index = dir.join("index");
    match fs::remove_dir_all(&index) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => note(&format!("{}: {error}; run `xuanhu reindex`", index.display())),
        _ => {}
    }
    note("indexes, counters and store/MARK were made anew");
    let app = App::open(dir, settings.clone(), clock())?.app;
    judge(&app.examine(check.deep)?)
}
