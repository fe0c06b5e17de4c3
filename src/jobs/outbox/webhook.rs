//! Errands: what is carried to a webhook outside, at least once each, again and again with growing pauses, until it is taken or no longer worth
//! it. One that fails holds up no other.

use std::{collections::HashMap, future::Future, sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use tokio::sync::watch;

use crate::{
    app::App,
    base::{
        error::Result,
        time::{MINUTE, SECOND, Time},
    },
    domain::shared::event::Waiting,
    store::{Stream, View},
};

/// On their way at the same time.
const AT_ONCE: usize = 8;

/// How long those on their way may take after the stop: one that is taken and not noted as such comes twice.
const LAST: Duration = Duration::from_secs(5);

/// What failed, by the number of its event: how often, and when it is tried again. A restart tries all at once.
type Pauses = HashMap<u64, (u32, Time)>;

/// A kind of errand.
pub trait Delivery: Send + Sync {
    /// Where its events lie.
    const STREAM: Stream;
    type What: Send;

    /// What waits, oldest first.
    fn waiting(&self, db: &View) -> Result<Vec<Waiting<Self::What>>>;

    /// Whether it is off our hands.
    fn carry(&self, app: &App, what: Self::What) -> impl Future<Output = bool> + Send;
}

/// Runs until `stop` becomes true.
pub async fn run<E: Delivery>(app: Arc<App>, errand: E, mut stop: watch::Receiver<bool>) {
    let mut committed = app.store.committed();
    let mut pauses = Pauses::new();
    loop {
        let mut stop_late = stop.clone();
        let late = async {
            let _ = stop_late.wait_for(|stop| *stop).await;
            tokio::time::sleep(LAST).await;
        };
        tokio::select! {
            done = round(&app, &errand, &mut pauses) => {
                if let Err(error) = done {
                    tracing::error!(stream = E::STREAM.0, error = error.chain(), "errands could not be looked through; trying again");
                }
            }
            () = late => return,
        }
        tokio::select! {
            _ = committed.changed() => {}
            () = tokio::time::sleep(Duration::from_secs(1)), if !pauses.is_empty() => {}
            () = tokio::time::sleep(Duration::from_secs(60)) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Tries everything that is due once, and forgets what was taken.
async fn round<E: Delivery>(app: &App, errand: &E, pauses: &mut Pauses) -> Result<()> {
    let (now, waiting) = {
        let view = app.store.view();
        (view.now, errand.waiting(&view)?)
    };
    // Nobody outside is told what a kill could take back.
    app.store.on_disk().await?;
    pauses.retain(|seq, _| waiting.iter().any(|waiting| waiting.seq == *seq));
    let due: Vec<_> = waiting.into_iter().filter(|waiting| pauses.get(&waiting.seq).is_none_or(|(_, next)| *next <= now)).collect();
    let carried = stream::iter(due).map(|waiting| async move {
        match waiting.what {
            Some(what) => (waiting.seq, errand.carry(app, what).await),
            None => (waiting.seq, true),
        }
    });
    let outcomes: Vec<_> = carried.buffer_unordered(AT_ONCE).collect().await;
    let mut taken = Vec::new();
    for (seq, was_taken) in outcomes {
        match was_taken {
            true => taken.push(seq),
            false => {
                let tries = pauses.get(&seq).map_or(0, |(tries, _)| *tries) + 1;
                pauses.insert(seq, (tries, now.plus(pause(tries))));
            }
        }
    }
    if taken.is_empty() {
        return Ok(());
    }
    let forget = move |db: &mut crate::store::Tx| {
        taken.iter().for_each(|seq| db.forget_event(E::STREAM, *seq));
        Ok(())
    };
    app.store.write(forget).await
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
