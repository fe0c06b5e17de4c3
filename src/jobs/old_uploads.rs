//! Frees what an earlier release kept of uploads as they came: position, camera, names. Once for each file, a few at a time, beside everything else.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, task::spawn_blocking, time::sleep};

use crate::{
    app::App,
    base::error::{INTERNAL, Result},
    domain::shared::{
        upgrade_step,
        upload::{self, Upload},
    },
    store::DISK_FULL,
};

/// Files between two notes of how far it has come.
const SOME: usize = 20;
/// Before what did not work is tried again: the disk may have room by then.
const PAUSE: Duration = Duration::from_secs(60);

/// Runs until all are clean, or `stop` becomes true.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut complained = false;
    while !*stop.borrow() {
        let worker = app.clone();
        let done = spawn_blocking(move || clean_some(&worker)).await.unwrap_or_else(|e| Err(INTERNAL.caused_by(e)));
        match done {
            Ok(true) => return,
            Ok(false) => {}
            Err(error) => {
                if !complained {
                    tracing::error!(error = error.chain(), "older uploads cannot be freed of what they tell of their makers; tried again");
                    complained = true;
                }
                tokio::select! {
                    () = sleep(PAUSE) => {}
                    _ = stop.wait_for(|stop| *stop) => return,
                }
            }
        }
    }
}

/// Answers whether all are clean now.
fn clean_some(app: &App) -> Result<bool> {
    let (step, uploads) = {
        let db = app.store.view();
        let Some(step) = upgrade_step::begun(&db, upgrade_step::CLEAN_UPLOADS)? else { return Ok(true) };
        let uploads = upload::after(&db, step.cursor.of(), SOME)?;
        (step, uploads)
    };
    let mut changed: Vec<Upload> = Vec::new();
    for upload in &uploads {
        match app.files.free(&upload.name) {
            // Also of a file that was cleaned before a kill, when its row was not yet written.
            Ok(Some(size)) if size != upload.size => changed.push(Upload { size, ..upload.clone() }),
            Ok(_) => {}
            // The disk may have room later; one file that cannot be read must not keep the others as they are.
            Err(error) if error.is(&DISK_FULL) => return Err(error),
            Err(error) => tracing::error!(upload = upload.id.number(), error = error.chain(), "an older upload could not be cleaned"),
        }
    }
    let (last, all) = (uploads.last().map_or(step.cursor, |last| last.id.any()), uploads.len() < SOME);
    let cleaned = changed.len();
    app.store.write_blocking(move |db| {
        for upload in changed {
            // Whose it is may have changed meanwhile.
            if let Some(now) = db.get::<Upload>(upload.id)? {
                db.put(&Upload { size: upload.size, ..now })?;
            }
        }
        upgrade_step::go_on(db, step, last, all)
    })?;
    if cleaned > 0 {
        tracing::info!(cleaned, "older uploads were freed of what they tell beside picture and sound");
    }
    Ok(all)
}
