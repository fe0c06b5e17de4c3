//! Carries text messages to the provider, until the code in one has lost its use.

use super::{
    consumer::Consumer,
    independent::{Independent, Matter, Matters, Outcome},
};
use crate::{
    app::{App, Troubles},
    base::{error::Result, trouble::Trouble},
    domain::{
        identity::sms::{self, Sms},
        shared::event,
    },
    store::{Stream, View},
};

/// Rests where messages stay in the outbox.
pub const CONSUMER: Consumer = Consumer {
    stream: event::SMS,
    trouble: Texts::trouble,
    begin: |app| app.sms.is_some().then(|| Box::new(Independent::new(Texts)) as _),
};

struct Texts;

impl Matters for Texts {
    const STREAM: Stream = event::SMS;
    /// `None` where it is no longer worth it.
    type What = Option<Sms>;

    fn waiting(&self, db: &View) -> Result<Vec<Matter<Option<Sms>>>> {
        Ok(sms::waiting(db)?.into_iter().map(|one| Matter::new(one.seq, one.what)).collect())
    }

    async fn attempt(&self, app: &App, seq: u64, sms: &Option<Sms>) -> Outcome {
        let (Some(sms), Some(provider)) = (sms, &app.sms) else {
            tracing::warn!(event = seq, "a text message was not delivered in time and is not worth sending any more");
            return Outcome::Done;
        };
        provider.deliver(&sms.phone, &sms.text, &sms.code).await.map_or_else(|error| Outcome::Failed(error.to_string()), |()| Outcome::Done)
    }

    fn trouble(troubles: &Troubles) -> &Trouble {
        &troubles.sms
    }
}
