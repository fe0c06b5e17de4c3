//! `xuanhu audit`: the log of who did and who looked at what, checked and taken out.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use serde::Deserialize;

use super::{
    common::{Common, operator, private, say},
    data_dir::DataDir,
};
use crate::{
    backup::contents::cannot_write,
    base::{
        error::{INTERNAL, Kind, Reason, Result},
        id::AnyId,
        secret,
    },
    domain::identity::audit::{
        self, Action, Deed, Subject,
        chain::{self, Head},
    },
    providers::http::address,
};

/// The audit log: check its chain of hashes, print the newest, take it out
///
/// Works while the server runs and while it does not. Whoever owns the disk can write the whole chain anew: keep its head elsewhere.
#[derive(Args)]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Look at every record; exit code 1 where one is not as it was written
    Verify {
        /// A hash that was kept elsewhere: one of the records must have it
        #[arg(long, value_name = "HASH", value_parser = hash)]
        head: Option<audit::Hash>,
    },
    /// Print the newest record's number, hash and time
    Head,
    /// Write the records to FILE, a JSON object a line, oldest first
    Export {
        /// The first day or moment: 2026-11-29, 2026-11-29T08:00:00+08:00
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
        /// The last day, or the moment before which it ends
        #[arg(long, value_name = "TIME")]
        until: Option<String>,
        /// - is standard output
        file: PathBuf,
    },
}

const BROKEN: Reason = Reason::new(Kind::Rule, "audit_broken", "the audit log is not as it was written");
const BAD_MOMENT: Reason =
    Reason::new(Kind::Malformed, "bad_moment", "should be a day or a moment, such as 2026-11-29 or 2026-11-29T08:00:00+08:00");

fn hash(text: &str) -> Result<audit::Hash, &'static str> {
    chain::hash_from_hex(text.trim()).ok_or("should be 64 hexadecimal digits, as `xuanhu audit head` prints them")
}

pub fn run(common: &Common, audit: &Audit) -> Result<()> {
    match &audit.command {
        Command::Verify { head } => verify(common, head.as_ref()),
        Command::Head => head(common),
        Command::Export { since, until, file } => export(common, (since.as_deref(), until.as_deref()), file),
    }
}

/// The newest record, as a running server tells it.
#[derive(Deserialize)]
struct Told {
    seq: u64,
    hash: String,
    at: Option<String>,
}

impl Told {
    fn of(head: Option<Head>) -> Told {
        match head {
            Some(head) => Told { seq: head.seq, hash: head.hex(), at: Some(head.at.rfc3339()) },
            None => Told { seq: 0, hash: String::new(), at: None },
        }
    }

    fn say(&self) {
        match &self.at {
            Some(at) => say(&format!("{} {} {at}", self.seq, self.hash)),
            None => say("0"),
        }
    }
}

/// What looking at the chain found, likewise.
#[derive(Deserialize)]
struct Verdict {
    records: u64,
    older: u64,
    head: Told,
    broken: Option<Broken>,
}

#[derive(Deserialize)]
struct Broken {
    seq: u64,
    problem: String,
}

fn verify(common: &Common, kept: Option<&audit::Hash>) -> Result<()> {
    let verdict = match DataDir::find(common)? {
        DataDir::Running(server) => {
            let path =
                kept.map_or_else(|| "/admin/audit/verify".to_owned(), |kept| format!("/admin/audit/verify?head={}", secret::hex(kept)));
            serde_json::from_value(server.ask("GET", &path, None)?).map_err(|e| INTERNAL.caused_by(e))?
        }
        DataDir::Stopped(app) => {
            let found = chain::verify(&app.store.view(), kept)?;
            let broken = found.broken.map(|broken| Broken { seq: broken.seq, problem: broken.why.to_owned() });
            Verdict { records: found.records, older: found.older, head: Told::of(found.head), broken }
        }
    };
    match verdict.broken {
        Some(Broken { seq, problem }) => Err(BROKEN.with(format!("record {seq}: {problem}"))),
        None => {
            say(&format!("{} records are as they were written, {} are older than the chain", verdict.records, verdict.older));
            verdict.head.say();
            Ok(())
        }
    }
}

fn head(common: &Common) -> Result<()> {
    let told = match DataDir::find(common)? {
        DataDir::Running(server) => {
            serde_json::from_value(server.ask("GET", "/admin/audit/head", None)?).map_err(|e| INTERNAL.caused_by(e))?
        }
        DataDir::Stopped(app) => Told::of(chain::head(&app.store.view())?),
    };
    told.say();
    Ok(())
}

fn export(common: &Common, (since, until): (Option<&str>, Option<&str>), file: &Path) -> Result<()> {
    let zone = common.settings(&[])?.clinic.zone;
    let read = |text: Option<&str>, ends| match text {
        Some(text) => zone.day_or_moment(text, ends).map(Some).ok_or_else(|| BAD_MOMENT.with(text)),
        None => Ok(None),
    };
    let period = (read(since, false)?, read(until, true)?);
    let source = DataDir::find(common)?;
    let failed = |e: io::Error| cannot_write(file, e);
    let mut out = private(file)?;
    match source {
        DataDir::Running(server) => {
            let times = (period.0.map(|time| time.rfc3339()), period.1.map(|time| time.rfc3339()));
            let fields: Vec<(&str, &str)> = [("since", times.0.as_deref()), ("until", times.1.as_deref())]
                .into_iter()
                .filter_map(|(name, time)| Some((name, time?)))
                .collect();
            server.stream("POST", &address("", "/admin/audit/export", &fields), &mut out)?;
        }
        DataDir::Stopped(app) => {
            app.store.write_blocking(|db| audit::write(db, &operator(), &Deed::new(Action::Export, Subject::Audit, AnyId::NONE)))?;
            chain::export(&app.store.view(), period, |line| writeln!(out, "{line}").map_err(failed))?;
        }
    }
    out.flush().map_err(failed)
}
