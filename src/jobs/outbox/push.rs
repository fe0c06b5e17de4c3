//! Has sleeping phones woken for new messages: those of members who are not connected.

use super::{
    consumer::Consumer,
    independent::{Independent, Matter, Matters, Outcome},
};
use crate::{
    app::{App, Troubles},
    base::{error::Result, trouble::Trouble},
    domain::{
        identity::push_token,
        relations::push::{self, PendingPush},
        shared::event,
    },
    providers::{
        push::{GONE, PushMessage},
        webhook::Undelivered,
    },
    store::{Stream, View},
};

/// Rests where nobody is woken.
pub const CONSUMER: Consumer = Consumer {
    stream: event::PUSH,
    trouble: Phones::trouble,
    begin: |app| app.push.is_some().then(|| Box::new(Independent::new(Phones)) as _),
};

struct Phones;

impl Matters for Phones {
    const STREAM: Stream = event::PUSH;
    /// `None` where it is no longer worth it.
    type What = Option<PendingPush>;

    fn waiting(&self, db: &View) -> Result<Vec<Matter<Option<PendingPush>>>> {
        Ok(push::waiting(db)?.into_iter().map(|one| Matter::new(one.seq, one.what)).collect())
    }

    async fn attempt(&self, app: &App, _: u64, push: &Option<PendingPush>) -> Outcome {
        let (Some(push), Some(provider)) = (push, &app.push) else { return Outcome::Done };
        if app.live.is_online(push.member) {
            return Outcome::Done;
        }
        let text = push.from.as_ref().map_or_else(|| "您有一条新通知".to_owned(), |from| format!("您有一条来自{from}的新消息"));
        let mut all = Outcome::Done;
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
                Ok(()) => continue,
                Err(Undelivered::Refused(GONE)) => {
                    let id = phone.id;
                    app.store.write(move |db| push_token::forget_phone(db, id)).await.map_err(|error| error.chain())
                }
                Err(error) => Err(error.to_string()),
            };
            if let Err(why) = woken {
                all = Outcome::Failed(why);
            }
        }
        all
    }

    fn trouble(troubles: &Troubles) -> &Trouble {
        &troubles.push
    }
}
