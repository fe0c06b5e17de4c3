//! The head of the audit log: said in the log once a day, and handed to whoever keeps it elsewhere (`audit.webhook_url`). Only a head that is kept
//! elsewhere proves that nobody wrote the whole chain anew.

use std::{sync::Arc, time::Duration};

use jiff::civil::Date;
use serde_json::json;
use tokio::{sync::watch, time::sleep};

use crate::{
    app::App,
    base::error::{INTERNAL, Result},
    domain::identity::audit::chain,
};

/// How often it is looked whether the day has changed, and one that could not be handed over is tried again.
const PAUSE: Duration = Duration::from_secs(60);

/// Runs until `stop` becomes true.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut told = None;
    loop {
        match round(&app, &mut told).await {
            Ok(()) => app.troubles.audit.works(0),
            Err(error) => app.troubles.audit.failed(0, error.chain()),
        }
        tokio::select! {
            () = sleep(PAUSE) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Tells of the head, once a day of the clinic. Errors: where it could not be handed over.
pub async fn round(app: &App, told: &mut Option<Date>) -> Result<()> {
    let today = app.settings.clinic.zone.today(app.clock.now());
    if *told == Some(today) {
        return Ok(());
    }
    // What a kill could take back proves nothing.
    app.store.on_disk().await?;
    let Some(head) = chain::head(&app.store.view())? else { return Ok(()) };
    tracing::info!(seq = head.seq, hash = head.hex(), "the audit log's newest record");
    if let Some(keeper) = &app.audit_keeper {
        let body = json!({
            "clinic": app.settings.clinic.name,
            "instance": app.store.instance(),
            "seq": head.seq,
            "hash": head.hex(),
            "at": head.at.rfc3339(),
        });
        keeper.post(&body).await.map_err(|error| INTERNAL.caused_by(error.to_string()))?;
    }
    *told = Some(today);
    Ok(())
}
