//! Has sleeping phones woken for new messages: those of members who are not connected.

use std::sync::Arc;

use tokio::sync::watch;

use super::webhook::{self, Errand};
use crate::{
    app::Hall,
    base::error::Result,
    domain::{
        identity::push_token,
        messaging::push::{self, Push},
        shared::event::{self, Waiting},
    },
    providers::{
        push::{Call, GONE},
        webhook::Undelivered,
    },
    store::{Stream, View},
};

/// Runs until `stop` becomes true; not at all where nobody is woken.
pub(super) async fn run(hall: Arc<Hall>, stop: watch::Receiver<bool>) {
    if hall.push.is_some() {
        webhook::run(hall, Wake, stop).await;
    }
}

struct Wake;

impl Errand for Wake {
    const STREAM: Stream = event::PUSH;
    type What = Push;

    fn waiting(&self, db: &View) -> Result<Vec<Waiting<Push>>> {
        push::waiting(db)
    }

    async fn carry(&self, hall: &Hall, push: Push) -> bool {
        if hall.live.is_online(push.member) {
            return true;
        }
        let Some(provider) = &hall.push else { return false };
        let text = push.from.as_ref().map_or_else(|| "您有一条新通知".to_owned(), |from| format!("您有一条来自{from}的新消息"));
        let mut all = true;
        for phone in &push.phones {
            let call = Call {
                member: push.member,
                platform: phone.platform.name(),
                token: &phone.token,
                title: &hall.settings.clinic.name,
                text: &text,
                message: push.message.id,
                conversation: push.message.conversation_id,
            };
            all &= match provider.wake(&call).await {
                Ok(()) => true,
                Err(Undelivered::Refused(GONE)) => {
                    let id = phone.id;
                    hall.store.write(move |db| push_token::forget_phone(db, id)).await.is_ok()
                }
                Err(error) => {
                    tracing::warn!(message = push.message.id, member = push.member, %error, "a phone could not be woken");
                    false
                }
            };
        }
        all
    }
}
