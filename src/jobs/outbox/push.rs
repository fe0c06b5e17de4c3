//! Has sleeping phones woken for new messages: those of members who are not connected.

use std::sync::Arc;

use tokio::sync::watch;

use super::webhook::{self, Delivery};
use crate::{
    app::App,
    base::{error::Result, trouble::Trouble},
    domain::{
        identity::push_token,
        relations::push::{self, PendingPush},
        shared::event::{self, Waiting},
    },
    providers::{
        push::{GONE, PushMessage},
        webhook::Undelivered,
    },
    store::{Stream, View},
};

/// Runs until `stop` becomes true; not at all where nobody is woken.
pub async fn run(app: Arc<App>, stop: watch::Receiver<bool>) {
    if app.push.is_some() {
        webhook::run(app, Wake, stop).await;
    }
}

struct Wake;

impl Delivery for Wake {
    const STREAM: Stream = event::PUSH;
    type What = PendingPush;

    fn waiting(&self, db: &View) -> Result<Vec<Waiting<PendingPush>>> {
        push::waiting(db)
    }

    async fn carry(&self, app: &App, push: PendingPush) -> Result<(), String> {
        if app.live.is_online(push.member) {
            return Ok(());
        }
        let Some(provider) = &app.push else { return Err("there is no provider".to_owned()) };
        let text = push.from.as_ref().map_or_else(|| "您有一条新通知".to_owned(), |from| format!("您有一条来自{from}的新消息"));
        let mut all = Ok(());
        for phone in &push.phones {
            let call = PushMessage {
                member: push.member,
                platform: phone.platform.name(),
                token: &phone.token,
                title: &app.settings.clinic.name,
                text: &text,
                message: push.message.id,
                conversation: push.message.conversation_id,
            };
            let woken = match provider.wake(&call).await {
                Ok(()) => Ok(()),
                Err(Undelivered::Refused(GONE)) => {
                    let id = phone.id;
                    app.store.write(move |db| push_token::forget_phone(db, id)).await.map_err(|error| error.chain())
                }
                Err(error) => Err(error.to_string()),
            };
            all = all.and(woken);
        }
        all
    }

    fn trouble<'a>(&self, app: &'a App) -> &'a Trouble {
        &app.troubles.push
    }
}
