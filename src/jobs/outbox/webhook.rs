//! Errands: what is carried to a webhook outside, at least once each, again and again with growing pauses, until it is taken or no longer worth
//! it. One that fails holds up no other.

use std::{collections::HashMap, future::Future, sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use tokio::sync::watch;

use crate::{
    app::App,
    base::{
        error::Result,
        time::{MINUTE, SECOND, Tick},
        trouble::Trouble,
    },
    domain::shared::event::Waiting,
    store::{DISK_FULL, Stream, Tx, View},
};

/// On their way at the same time.
const AT_ONCE: usize = 8;

/// How long those on their way may take after the stop: one that is taken and not noted as such comes twice.
const LAST: Duration = Duration::from_secs(5);

/// How the deliveries of a stream stand, by the numbers of their events.
#[derive(Default)]
struct Standing {
    /// What failed: how often, and when it is tried again. A restart tries all at once.
    pauses: HashMap<u64, (u32, Tick)>,
    /// What is over and could not be noted as such yet, as on a full disk: it must not be carried a second time. Whether it was carried at all.
    over: HashMap<u64, bool>,
}

/// A kind of delivery.
pub trait Delivery: Send + Sync {
    /// Where its events lie.
    const STREAM: Stream;
    type What: Send;

    /// What waits, oldest first.
    fn waiting(&self, db: &View) -> Result<Vec<Waiting<Self::What>>>;

    /// Takes it off our hands, or says why not.
    fn carry(&self, app: &App, what: Self::What) -> impl Future<Output = Result<(), String>> + Send;

    /// Notes, in the commit that forgets the event, that it was carried, or that it was not worth it any more.
    fn end(_: &mut Tx, _seq: u64, _was_carried: bool) -> Result<()> {
        Ok(())
    }

    /// Where its failures are told.
    fn trouble<'a>(&self, app: &'a App) -> &'a Trouble;
}

/// Runs until `stop` becomes true.
pub async fn run<E: Delivery>(app: Arc<App>, delivery: E, mut stop: watch::Receiver<bool>) {
    let mut committed = app.store.committed();
    let mut standing = Standing::default();
    loop {
        let mut stop_late = stop.clone();
        let late = async {
            let _ = stop_late.wait_for(|stop| *stop).await;
            tokio::time::sleep(LAST).await;
        };
        tokio::select! {
            done = round(&app, &delivery, &mut standing) => match done {
                Ok(()) => delivery.trouble(&app).works(ALL),
                // The store says that by itself.
                Err(error) if error.is(&DISK_FULL) => {}
                Err(error) => delivery.trouble(&app).failed(ALL, error.chain()),
            },
            () = late => return,
        }
        tokio::select! {
            _ = committed.changed() => {}
            () = tokio::time::sleep(Duration::from_secs(1)), if !standing.is_empty() => {}
            () = tokio::time::sleep(Duration::from_secs(60)) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// The matter of looking for deliveries at all. Events have numbers above it.
const ALL: u64 = 0;

impl Standing {
    fn is_empty(&self) -> bool {
        self.pauses.is_empty() && self.over.is_empty()
    }
}

/// Tries everything that is due once, and forgets what is over.
async fn round<E: Delivery>(app: &App, delivery: &E, standing: &mut Standing) -> Result<()> {
    let (now, waiting) = (app.clock.tick(), delivery.waiting(&app.store.view())?);
    // Nobody outside is told what a kill could take back.
    app.store.on_disk().await?;
    let waits = |seq: &u64| waiting.iter().any(|waiting| waiting.seq == *seq);
    standing.pauses.retain(|seq, _| waits(seq));
    standing.over.retain(|seq, _| waits(seq));
    delivery.trouble(app).keep(|seq| seq == ALL || waits(&seq));
    let is_due = |seq: &u64| !standing.over.contains_key(seq) && standing.pauses.get(seq).is_none_or(|(_, next)| *next <= now);
    let due: Vec<_> = waiting.into_iter().filter(|waiting| is_due(&waiting.seq)).collect();
    let carried = stream::iter(due).map(|waiting| async move {
        match waiting.what {
            Some(what) => (waiting.seq, delivery.carry(app, what).await.map(|()| true)),
            None => (waiting.seq, Ok(false)),
        }
    });
    let outcomes: Vec<_> = carried.buffer_unordered(AT_ONCE).collect().await;
    for (seq, outcome) in outcomes {
        match outcome {
            Ok(was_carried) => {
                standing.over.insert(seq, was_carried);
                delivery.trouble(app).works(seq);
            }
            Err(why) => {
                let tries = standing.pauses.get(&seq).map_or(0, |(tries, _)| *tries) + 1;
                standing.pauses.insert(seq, (tries, now.plus(pause(tries))));
                delivery.trouble(app).failed(seq, why);
            }
        }
    }
    if standing.over.is_empty() {
        return Ok(());
    }
    let over = standing.over.clone();
    let forget = move |db: &mut Tx| {
        for (seq, was_carried) in &over {
            E::end(db, *seq, *was_carried)?;
            db.forget_event(E::STREAM, *seq);
        }
        Ok(())
    };
    app.store.write(forget).await?;
    standing.over.clear();
    Ok(())
}

/// 1, 2, 4 … seconds, at most a minute.
fn pause(tries: u32) -> i64 {
    (SECOND << tries.saturating_sub(1).min(6)).min(MINUTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute() {
        assert_eq!([1, 2, 3, 6, 7, 100].map(pause), [SECOND, 2 * SECOND, 4 * SECOND, 32 * SECOND, MINUTE, MINUTE]);
    }
}
