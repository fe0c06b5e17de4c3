//! Matters that depend on each other in nothing: what is carried to somebody outside, or asked there, again and again with growing pauses until
//! it has come to its end or is no longer worth it. One that fails holds up no other.

use std::{
    collections::{HashMap, HashSet},
    future::Future,
    sync::Arc,
    time::Duration,
};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};

use super::consumer::{ALL, IDLE, Rounds};
use crate::{
    app::{App, Troubles},
    base::{
        error::Result,
        time::{MINUTE, SECOND, Tick, Time},
        trouble::Trouble,
    },
    store::{Stream, Tx, View},
};

/// On their way at the same time.
const AT_ONCE: usize = 8;

/// So many are tried in a round, those first that never were: what comes meanwhile waits for a few of the others, not for all.
const IN_A_ROUND: usize = 4 * AT_ONCE;

/// The longest time to a first try, in milliseconds.
const FIRST: i64 = MINUTE;

/// How often it is looked whether something that waits is due.
const LOOK: Duration = Duration::from_secs(1);

/// What waits for its end.
pub struct Matter<T> {
    /// The number of its event.
    pub seq: u64,
    /// What it waits for, where that changes: a new stage is tried at once.
    pub stage: u8,
    pub what: T,
    /// Not tried before, at first: at most a minute after its event.
    pub not_before: Option<Time>,
    /// Tried once more at this moment, whatever the pause.
    pub last_look: Option<Time>,
    /// The longest pause after a failure, in milliseconds.
    pub longest_pause: i64,
}

impl<T> Matter<T> {
    /// One that is tried at once.
    pub fn new(seq: u64, what: T) -> Matter<T> {
        Matter { seq, stage: 0, what, not_before: None, last_look: None, longest_pause: MINUTE }
    }
}

/// What came of a try.
pub enum Outcome {
    /// It has come to its end: the event is to be forgotten.
    Done,
    /// The same, and the commit that booked it has forgotten the event.
    Booked,
    /// Nothing to wait for in a hurry: again in a minute.
    Later,
    /// Again, later each time; somebody was told why.
    Stuck,
    /// Again, later each time: why.
    Failed(String),
}

/// A kind of matter.
pub trait Matters: Send + Sync + 'static {
    /// Where its events lie.
    const STREAM: Stream;
    type What: Send + Sync;

    /// What waits, oldest first.
    fn waiting(&self, db: &View) -> Result<Vec<Matter<Self::What>>>;

    /// Tries to bring it to its end.
    fn attempt(&self, app: &App, seq: u64, what: &Self::What) -> impl Future<Output = Outcome> + Send;

    /// Notes, in the commit that forgets the event, that it is done.
    fn end(_: &mut Tx, _seq: u64) -> Result<()> {
        Ok(())
    }

    /// Where its failures are told.
    fn trouble(troubles: &Troubles) -> &Trouble;
}

/// The matters of a stream, and how they stand, by the numbers of their events. A restart tries all at once.
pub struct Independent<M> {
    matters: M,
    /// What was tried without an end, by its stage too: how often, and when it is tried again.
    pauses: HashMap<(u64, u8), (u32, Tick)>,
    /// What came to its end and could not be noted as such yet, as on a full disk: it must not be done a second time.
    done: HashSet<u64>,
    /// Whether anything waits, and whether that is due already.
    some_wait: bool,
    more_due: bool,
}

impl<M: Matters> Rounds for Independent<M> {
    fn round<'a>(&'a mut self, app: &'a Arc<App>) -> BoxFuture<'a, Result<Duration>> {
        async {
            self.once(app).await?;
            Ok(match (self.more_due, self.some_wait) {
                (true, _) => Duration::ZERO,
                (false, true) => LOOK,
                (false, false) => IDLE,
            })
        }
        .boxed()
    }
}

impl<M: Matters> Independent<M> {
    pub fn new(matters: M) -> Independent<M> {
        Independent { matters, pauses: HashMap::new(), done: HashSet::new(), some_wait: false, more_due: false }
    }

    /// Tries everything that is due, and what follows from it.
    pub async fn drain(&mut self, app: &App) -> Result<()> {
        while self.once(app).await? > 0 || self.more_due {}
        Ok(())
    }

    /// Tries some of what is due, once. Answers how much of it has come to its end.
    async fn once(&mut self, app: &App) -> Result<usize> {
        let (now, waiting) = {
            let view = app.store.view();
            (view.now, self.matters.waiting(&view)?)
        };
        // Nobody outside is told or asked what a kill could take back.
        app.store.on_disk().await?;
        let (tick, trouble) = (app.clock.tick(), M::trouble(&app.troubles));
        let stages: HashSet<(u64, u8)> = waiting.iter().map(|one| (one.seq, one.stage)).collect();
        let events: HashSet<u64> = waiting.iter().map(|one| one.seq).collect();
        self.pauses.retain(|key, _| stages.contains(key));
        self.done.retain(|seq| events.contains(seq));
        trouble.keep(|seq| seq == ALL || events.contains(&seq));
        self.some_wait = !waiting.is_empty();
        let mut due: Vec<_> = waiting.into_iter().filter(|one| self.is_due(one, now, tick)).collect();
        due.sort_by_key(|one| (self.pauses.get(&(one.seq, one.stage)).map(|(_, next)| *next), one.seq));
        self.more_due = due.len() > IN_A_ROUND;
        due.truncate(IN_A_ROUND);
        let matters = &self.matters;
        let tried = stream::iter(due).map(|one| async move {
            let outcome = matters.attempt(app, one.seq, &one.what).await;
            (one, outcome)
        });
        let tried: Vec<_> = tried.buffer_unordered(AT_ONCE).collect().await;
        let mut ended = 0;
        for (one, outcome) in tried {
            let key = (one.seq, one.stage);
            let tries = self.pauses.get(&key).map_or(0, |(tries, _)| *tries);
            let (tries, pause) = match outcome {
                Outcome::Done | Outcome::Booked => {
                    trouble.works(one.seq);
                    if matches!(outcome, Outcome::Done) {
                        self.done.insert(one.seq);
                    }
                    ended += 1;
                    continue;
                }
                Outcome::Later => {
                    trouble.works(one.seq);
                    (0, MINUTE)
                }
                Outcome::Stuck => (tries + 1, pause(tries + 1, one.longest_pause)),
                Outcome::Failed(why) => {
                    trouble.failed(one.seq, why);
                    (tries + 1, pause(tries + 1, one.longest_pause))
                }
            };
            // A moment before its time is over it is looked at in any case.
            let pause = one.last_look.filter(|last| *last > now).map_or(pause, |last| pause.min(last.since(now)));
            self.pauses.insert(key, (tries, tick.plus(pause)));
        }
        self.forget(app).await?;
        Ok(ended)
    }

    fn is_due(&self, one: &Matter<M::What>, now: Time, tick: Tick) -> bool {
        !self.done.contains(&one.seq)
            && match self.pauses.get(&(one.seq, one.stage)) {
                Some((_, next)) => *next <= tick,
                // What is further away than any first try was made before the clock was set back.
                None => one.not_before.is_none_or(|first| first <= now || first.since(now) > FIRST),
            }
    }

    async fn forget(&mut self, app: &App) -> Result<()> {
        if self.done.is_empty() {
            return Ok(());
        }
        let done = self.done.clone();
        let forget = move |db: &mut Tx| {
            for seq in &done {
                M::end(db, *seq)?;
                db.forget_event(M::STREAM, *seq);
            }
            Ok(())
        };
        app.store.write(forget).await?;
        self.done.clear();
        Ok(())
    }
}

/// 1, 2, 4 … seconds, at most `longest` milliseconds.
fn pause(tries: u32, longest: i64) -> i64 {
    (SECOND << tries.saturating_sub(1).min(20)).min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest() {
        let seconds = |list: [i64; 6]| list.map(|seconds| seconds * SECOND);
        assert_eq!([1, 2, 3, 6, 7, 100].map(|tries| pause(tries, MINUTE)), seconds([1, 2, 4, 32, 60, 60]));
        assert_eq!([1, 2, 9, 10, 11, 100].map(|tries| pause(tries, 10 * MINUTE)), seconds([1, 2, 256, 512, 600, 600]));
    }
}
