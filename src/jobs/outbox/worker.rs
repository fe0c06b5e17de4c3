//! Takes events in order and carries out what they ask for. An event is forgotten in the commit that notes its work as
//! done, so it is carried out at least once; the work is made so that twice is as good as once.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};

use super::consumer::{Consumer, IDLE, Rounds};
use crate::{
    app::App,
    base::{
        error::Result,
        id::{AccountId, MessageId, NoticeId},
    },
    domain::{
        clinic_wide::settlement,
        messaging::system,
        notice::{self, Audience, Notice},
        shared::event::{self, Event, WORK},
    },
    store::{Tx, View},
};

pub const CONSUMER: Consumer = Consumer { stream: WORK, trouble: |troubles| &troubles.work, begin: |_| Some(Box::new(Working)) };

struct Working;

impl Rounds for Working {
    fn round<'a>(&'a mut self, app: &'a Arc<App>) -> BoxFuture<'a, Result<Duration>> {
        async {
            drain(app).await?;
            Ok(IDLE)
        }
        .boxed()
    }
}

/// Carries out all events that wait.
pub async fn drain(app: &App) -> Result<()> {
    loop {
        let (notices, last) = notices_to_one(&app.store.view())?;
        if last > 0 {
            let deliver = move |db: &mut Tx| {
                notices.iter().try_for_each(|(notice, account)| system::deliver(db, *notice, &[*account]))?;
                db.forget_events(WORK, last)
            };
            app.store.write(deliver).await?;
            continue;
        }
        // Nothing borrowed from the store is held while the work is done.
        let next = app.store.view().events_after(WORK, 0).next().transpose()?;
        let Some(next) = next else { return Ok(()) };
        let seq = next.seq;
        match event::read(&next.bytes)? {
            Event::RefundDue(id) => {
                // The embedded provider sends money back at once.
                app.store
                    .write(move |db| {
                        settlement::refunded(db, id)?;
                        db.forget_events(WORK, seq)
                    })
                    .await?;
            }
            Event::NoticeWithdrawn(id) => {
                let mut after = Some(MessageId::NONE);
                while let Some(last) = after {
                    after = app.store.write(move |db| system::withdraw(db, id, last)).await?;
                }
                app.store.write(move |db| db.forget_events(WORK, seq)).await?;
            }
            // Of a stream of its own, see `payment`.
            Event::PaymentAsked(_) => app.store.write(move |db| db.forget_events(WORK, seq)).await?,
            Event::NoticeDue(id) => {
                let view = app.store.view();
                let accounts = view.get::<Notice>(id)?.map_or(Ok(Vec::new()), |notice| notice::recipients(&view, &notice))?;
                drop(view);
                // A few at a time, so that a notice to everybody holds nobody up.
                for some in accounts.chunks(100).map(<[_]>::to_vec) {
                    app.store.write(move |db| system::deliver(db, id, &some)).await?;
                }
                app.store.write(move |db| db.forget_events(WORK, seq)).await?;
            }
        }
    }
}

/// The next events as far as each is a notice to one account, some of them, with the number of the last, 0 for none: what moves tells several
/// people, and one commit delivers it to all of them.
fn notices_to_one(db: &View) -> Result<(Vec<(NoticeId, AccountId)>, u64)> {
    const SOME: usize = 50;
    let (mut notices, mut last) = (Vec::new(), 0);
    for next in db.events_after(WORK, 0).take(SOME) {
        let next = next?;
        let Event::NoticeDue(id) = event::read(&next.bytes)? else { break };
        match db.get::<Notice>(id)?.map(|notice| notice.audience) {
            Some(Audience::One(account)) => notices.push((id, account)),
            Some(Audience::Everybody | Audience::Everyone(_)) => break,
            None => {} // withdrawn before it arrived
        }
        last = next.seq;
    }
    Ok((notices, last))
}
