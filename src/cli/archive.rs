//! `xuanhu restore` of an archive, `follow`, and `promote`.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use tokio::{
    runtime,
    signal::unix::{SignalKind, signal},
};

use super::{
    common::{Common, note, say},
    data_dir::DataDir,
    key_files::KeyFiles,
};
use crate::{
    backup::archive::reading::{self, CANNOT_GO_ON, Follower, FromArchive, Wanted},
    base::{
        error::{INTERNAL, Kind, Reason, Result},
        time::{Clock, SECOND, Time},
    },
    store::{ALREADY_RUNNING, Mark, Store},
};

/// Restore an archive into an empty data directory and keep applying what arrives in it: a warm standby
///
/// Ended by Ctrl-C, or by `xuanhu promote` on the same data directory, which makes it the clinic. Until then it is a copy for looking.
#[derive(Args)]
pub struct Follow {
    /// The archive's directory
    archive: PathBuf,
    #[command(flatten)]
    keys: KeyFiles,
}

const NOT_A_COPY: Reason = Reason::new(Kind::Rule, "not_a_copy", "this is the clinic already, not a copy for looking; nothing was changed");
/// Asks a follower on the same directory to end; it removes both when it does.
const STOP: &str = "follow.stop";
const FOLLOWING: &str = "following";

/// How often a follower looks for news.
const PAUSE: Duration = Duration::from_secs(1);

pub fn restore(dir: &Path, archive: &Path, keys: &KeyFiles, wanted: &Wanted) -> Result<FromArchive> {
    let clock = Clock::system(0);
    let restored = reading::restore(archive, || keys.read(), dir, wanted)?;
    let kind = if wanted.is_copy { "a copy for looking; `xuanhu promote` makes it the clinic" } else { "the clinic" };
    let rows: u64 = restored.loaded.rows.values().sum();
    let seconds = clock.tick().0 / SECOND;
    say(&format!("{}: {rows} rows in {} tables, {seconds} s; this is {kind}", dir.display(), restored.loaded.rows.len()));
    let time = restored.time.map_or_else(|| "its newest base".to_owned(), Time::rfc3339);
    say(&format!(
        "{} as of {time}, commit {} of era {}, now era {}",
        restored.manifest.clinic, restored.commit, restored.from, restored.loaded.era
    ));
    for name in &restored.missing {
        note(&format!("the upload {name} is missing in the archive"));
    }
    if restored.has_new_key {
        note("The archive has no secret.key; a new one was made, and everybody has to sign in again.");
    }
    Ok(restored)
}

pub fn follow(common: &Common, follow: &Follow) -> Result<()> {
    let dir = &common.data_dir;
    let wanted = Wanted { until: None, is_copy: true, allow_missing_uploads: true };
    let restored = restore(dir, &follow.archive, &follow.keys, &wanted)?;
    let mut follower = Follower::begin(&follow.archive, follow.keys.read()?, dir, &restored)?;
    fs::write(dir.join(FOLLOWING), "").map_err(|e| INTERNAL.caused_by(e))?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(|e| INTERNAL.caused_by(e))?;
    let ended = runtime.block_on(keep_following(dir, &mut follower));
    drop(follower);
    for name in [FOLLOWING, STOP] {
        let _ = fs::remove_file(dir.join(name));
    }
    ended
}

async fn keep_following(dir: &Path, follower: &mut Follower) -> Result<()> {
    let clock = Clock::system(0);
    let on = |kind| signal(kind).map_err(|e| INTERNAL.caused_by(e));
    let (mut interrupt, mut terminate) = (on(SignalKind::interrupt())?, on(SignalKind::terminate())?);
    say("following");
    let mut complained = false;
    loop {
        match follower.catch_up() {
            Ok(applied) => {
                complained = false;
                if applied > 0 {
                    let behind = follower.time.map_or(0, |time| clock.now().since(time).max(0) / SECOND);
                    say(&format!("commit {}, {behind} s behind", follower.last));
                }
            }
            Err(error) if error.is(&CANNOT_GO_ON) => return Err(error),
            // A place that is gone may come back.
            Err(error) if !complained => {
                complained = true;
                note(&format!("the archive cannot be read, tried again: {}", super::common::line(&error)));
            }
            Err(_) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = interrupt.recv() => return Ok(()),
            _ = terminate.recv() => return Ok(()),
        }
        if dir.join(STOP).exists() {
            return follower.catch_up().map(drop);
        }
    }
}

pub fn promote(common: &Common) -> Result<()> {
    let dir = DataDir::need(common)?;
    match Mark::read(&dir.join("store"))? {
        Some(mark) if mark.copy => {}
        _ => return Err(NOT_A_COPY.with(dir.display().to_string())),
    }
    if dir.join(FOLLOWING).exists() {
        fs::write(dir.join(STOP), "").map_err(|e| INTERNAL.caused_by(e))?;
    }
    let mut promoted = Store::promote(&dir.join("store"));
    // A follower looks every second, and may be in the middle of much.
    for _ in 0..60 {
        match &promoted {
            Err(error) if error.is(&ALREADY_RUNNING) && dir.join(STOP).exists() => std::thread::sleep(PAUSE / 2),
            _ => break,
        }
        promoted = Store::promote(&dir.join("store"));
    }
    for name in [FOLLOWING, STOP] {
        let _ = fs::remove_file(dir.join(name));
    }
    say(&format!("{}: this is the clinic now, era {}", dir.display(), promoted?));
    Ok(())
}
