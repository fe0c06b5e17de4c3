//! Has the official WeChat account write to patients, by templates.

use super::{
    consumer::Consumer,
    independent::{Independent, Matter, Matters, Outcome},
};
use crate::{
    app::{App, Troubles},
    base::{
        error::{INTERNAL, Result},
        time::DAY,
        trouble::Trouble,
    },
    domain::{
        identity::account::Account,
        shared::event::{self, TemplateDue, TemplateKind},
    },
    providers::template::{About, Facts},
    store::{Stream, View},
};

/// Rests where `push.provider` is something else.
pub const CONSUMER: Consumer = Consumer {
    stream: event::TEMPLATE,
    trouble: Letters::trouble,
    begin: |app| app.templates.is_some().then(|| Box::new(Independent::new(Letters)) as _),
};

struct Letters;

/// To whom, and what.
type Letter = (String, TemplateDue);

impl Matters for Letters {
    const STREAM: Stream = event::TEMPLATE;
    /// `None` where it is no longer worth it, or nobody is there to read it.
    type What = Option<Letter>;

    fn waiting(&self, db: &View) -> Result<Vec<Matter<Option<Letter>>>> {
        let read = |event: Result<crate::store::Event>| {
            let event = event?;
            let due: TemplateDue = serde_json::from_slice(&event.bytes).map_err(|e| INTERNAL.caused_by(e))?;
            let account = db.get::<Account>(due.account)?.filter(|_| db.now.since(due.at) < DAY);
            Ok(Matter::new(event.seq, account.and_then(|account| account.official_open_id).map(|open_id| (open_id, due))))
        };
        db.events_after(event::TEMPLATE, 0).map(read).collect()
    }

    async fn attempt(&self, app: &App, _: u64, letter: &Option<Letter>) -> Outcome {
        let (Some((open_id, due)), Some(templates)) = (letter, &app.templates) else { return Outcome::Done };
        let about = match due.kind {
            TemplateKind::Visit => About::Visit,
            TemplateKind::Answer => About::Answer,
            TemplateKind::Refund => About::Refund,
        };
        let TemplateDue { what, who, when, amount, text, .. } = due;
        let Some((template, data)) = templates.filled(about, &Facts { what, who, when, amount, text }) else { return Outcome::Done };
        match app.wechat.send_template(open_id, template, &data).await {
            Ok(()) => Outcome::Done,
            Err(error) if error.is_final() => {
                tracing::warn!(%error, member = due.account.number(), "WeChat takes no message for this patient");
                Outcome::Done
            }
            Err(error) => Outcome::Failed(error.to_string()),
        }
    }

    fn trouble(troubles: &Troubles) -> &Trouble {
        &troubles.push
    }
}
