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
    store::{Stream, Tx, View},
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
            let noted = app.store.write(move |db| sms::lapse(db, seq)).await;
            return noted.map_or_else(|error| Outcome::Failed(error.chain()), |()| Outcome::Done);
        };
        let Err(error) = provider.deliver(&sms.phone, &sms.text, &sms.code).await else { return Outcome::Done };
        let (id, words, is_final) = (sms.id, error.words(), error.is_final());
        // Only what is new is written down: a message may be tried many times.
        if (words != sms.problem || is_final)
            && let Err(unsaved) = app.store.write(move |db| sms::note_problem(db, id, &words, is_final)).await
        {
            return Outcome::Failed(format!("{error}; {}", unsaved.chain()));
        }
        if !is_final {
            return Outcome::Failed(error.to_string());
        }
        tracing::error!(%error, message = id.number(), "the provider refuses a text message; /admin/outbox tells which");
        Outcome::Done
    }

    fn end(db: &mut Tx, seq: u64) -> Result<()> {
        sms::end(db, seq)
    }

    fn trouble(troubles: &Troubles) -> &Trouble {
        &troubles.sms
    }
}
