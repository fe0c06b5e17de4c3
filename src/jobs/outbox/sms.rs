//! Carries text messages to the provider, until the code in one has lost its use.

use std::sync::Arc;

use tokio::sync::watch;

use super::webhook::{self, Delivery};
use crate::{
    app::App,
    base::{error::Result, trouble::Trouble},
    domain::{
        identity::sms::{self, Sms},
        shared::event::{self, Waiting},
    },
    store::{Stream, Tx, View},
};

/// Runs until `stop` becomes true; not at all where messages stay in the outbox.
pub async fn run(app: Arc<App>, stop: watch::Receiver<bool>) {
    if app.sms.is_some() {
        webhook::run(app, Deliver, stop).await;
    }
}

struct Deliver;

impl Delivery for Deliver {
    const STREAM: Stream = event::SMS;
    type What = Sms;

    fn waiting(&self, db: &View) -> Result<Vec<Waiting<Sms>>> {
        let waiting = sms::waiting(db)?;
        for late in waiting.iter().filter(|waiting| waiting.what.is_none()) {
            tracing::warn!(event = late.seq, "a text message was not delivered in time and is not worth sending any more");
        }
        Ok(waiting)
    }

    async fn carry(&self, app: &App, sms: Sms) -> Result<(), String> {
        let Some(provider) = &app.sms else { return Err("there is no provider".to_owned()) };
        let Err(error) = provider.deliver(&sms.phone, &sms.text, &sms.code).await else { return Ok(()) };
        let (id, words, is_final) = (sms.id, error.words(), error.is_final());
        if is_final {
            tracing::error!(%error, message = id.number(), "the provider refuses a text message; /admin/outbox tells which");
        }
        // Only what is new is written down: a message may be tried many times.
        let is_noted = words == sms.problem && !is_final;
        let noted = if is_noted { Ok(()) } else { app.store.write(move |db| sms::note_problem(db, id, &words, is_final)).await };
        match noted {
            Ok(()) if is_final => Ok(()),
            Ok(()) => Err(error.to_string()),
            Err(unsaved) => Err(format!("{error}; {}", unsaved.chain())),
        }
    }

    fn end(db: &mut Tx, seq: u64, was_carried: bool) -> Result<()> {
        sms::end(db, seq, was_carried)
    }

    fn trouble<'a>(&self, app: &'a App) -> &'a Trouble {
        &app.troubles.sms
    }
}
