//! Backups by themselves: one every `backup.every` where `backup.dir` is set, carried elsewhere by `backup.after`, old ones thinned out.

use std::{process::Command, sync::Arc, time::Duration};

use tokio::{sync::watch, task::spawn_blocking, time::sleep};

use crate::{
    app::App,
    base::{
        error::{INTERNAL, Kind, Reason, Result},
        span::Span,
    },
};

pub const AFTER_FAILED: Reason = Reason::new(Kind::Internal, "backup_after", "the backup is made, and backup.after did not carry it on");

/// Before a backup that failed is tried again.
const AGAIN: Span = Span::minutes(5);
/// How long the loop sleeps at most, so that a clock that is set is noticed.
const LONGEST: Duration = Duration::from_secs(60);

/// Runs until `stop` becomes true.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    if app.settings.backup.dir.is_none() {
        return;
    }
    let mut not_before = app.clock.tick();
    loop {
        let every = app.settings.backup.every.ms();
        if app.clock.tick() >= not_before && app.backup_age().is_none_or(|age| age >= every) {
            let worker = app.clone();
            let done = spawn_blocking(move || round(&worker)).await.unwrap_or_else(|e| Err(INTERNAL.caused_by(e)));
            match done {
                Ok(()) => app.troubles.backup.works(0),
                Err(error) => {
                    not_before = app.clock.tick().plus(AGAIN.ms());
                    app.troubles.backup.failed(0, error.chain());
                }
            }
        }
        let left = app.backup_age().map_or(0, |age| every.saturating_sub(age)).max(not_before.since(app.clock.tick()));
        let pause = Duration::from_millis(left.max(100).unsigned_abs()).min(LONGEST);
        tokio::select! {
            () = sleep(pause) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// One backup, and what follows from it. Old ones go only after a new one is there.
fn round(app: &App) -> Result<()> {
    let begun = app.begin_backup()?;
    let made = app.make_backup(&begun.name, false)?;
    tracing::info!(name = made.name, bytes = made.bytes, "a backup was made");
    app.thin_out_backups()?;
    carry_on(app, &made.name)
}

fn carry_on(app: &App, name: &str) -> Result<()> {
    let Some(command) = &app.settings.backup.after else { return Ok(()) };
    let mut words = command.split_whitespace();
    let Some(program) = words.next() else { return Ok(()) };
    let output = Command::new(program).args(words).arg(app.backup_path(name)?).output();
    let output = output.map_err(|e| AFTER_FAILED.with(format!("{program}: {e}")))?;
    match output.status.success() {
        true => Ok(()),
        false => {
            let said = String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; ");
            Err(AFTER_FAILED.with(format!("{program}: {}: {said}", output.status)))
        }
    }
}
