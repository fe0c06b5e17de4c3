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
    store::{Stream, View},
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
        provider.deliver(&sms.phone, &sms.text, &sms.code).await.map_err(|error| error.to_string())
    }

    fn trouble<'a>(&self, app: &'a App) -> &'a Trouble {
        &app.troubles.sms
    }
}
