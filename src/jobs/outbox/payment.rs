//! Asks the payment provider of the outside world what it does not tell by itself: whether an order was paid though no notification came,
//! each minute and once more before its time is over; and has it send refunds and close orders that nobody paid in time. Each matter is
//! tried again by itself, with growing pauses, and holds up no other. What was told meanwhile ends it too.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use tokio::sync::watch;

use crate::{
    app::App,
    base::{
        error::Result,
        time::{MINUTE, SECOND, Tick, Time},
    },
    domain::{
        clinic_wide::settlement::{self, Matter, Outstanding},
        money::{
            payment::Payment,
            refund::{self, Refund},
        },
        shared::event::PAYMENT,
    },
    providers::payment::{
        Return, Returned, Trade,
        wechat::{SPARE, WechatPay},
    },
    store::Tx,
};

/// Matters that are asked about at the same time.
const AT_ONCE: usize = 8;

/// How long those on their way may take after the stop.
const LAST: Duration = Duration::from_secs(5);

/// What an order waits for, which decides how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stage {
    Waiting,
    Closed,
    Due,
    Over,
}

/// What was tried without an end, by its event and stage: how often, and when it is tried again. A restart tries all at once.
type Pauses = HashMap<(u64, Stage), (u32, Tick)>;

/// The matter of looking for them at all. Events have numbers above it.
const ALL: u64 = 0;

/// What came of a try.
enum Outcome {
    /// Booked, closed, or over: the event is forgotten.
    Done,
    /// Nothing to wait for in a hurry: again in a minute.
    NotYet,
    /// Again, later each time.
    Failed,
}

/// Runs until `stop` becomes true; not at all with the embedded provider.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let Some(wechat) = app.payment.wechat() else { return };
    let mut committed = app.store.committed();
    let mut pauses = Pauses::new();
    loop {
        let mut stop_late = stop.clone();
        let late = async {
            let _ = stop_late.wait_for(|stop| *stop).await;
            tokio::time::sleep(LAST).await;
        };
        tokio::select! {
            done = round(&app, wechat, &mut pauses) => {
                match done {
                    Ok(_) => app.troubles.payment.works(ALL),
                    Err(error) => app.troubles.payment.failed(ALL, error.chain()),
                }
            }
            () = late => return,
        }
        tokio::select! {
            _ = committed.changed() => {}
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Tries everything that is due now, and what follows from it.
pub async fn drain(app: &App) -> Result<()> {
    let Some(wechat) = app.payment.wechat() else { return Ok(()) };
    let mut pauses = Pauses::new();
    while round(app, wechat, &mut pauses).await? > 0 {}
    Ok(())
}

/// Tries everything that is due, once. Answers how much of it has come to its end.
async fn round(app: &App, wechat: &WechatPay, pauses: &mut Pauses) -> Result<usize> {
    let (now, outstanding) = {
        let view = app.store.view();
        (view.now, settlement::outstanding(&view)?)
    };
    // Nobody outside is asked for what a kill could take back.
    app.store.on_disk().await?;
    pauses.retain(|(seq, stage), _| outstanding.iter().any(|one| one.seq == *seq && stage_of(&one.matter) == *stage));
    app.troubles.payment.keep(|seq| seq == ALL || outstanding.iter().any(|one| one.seq == seq));
    app.troubles.odd_payment.keep(|seq| outstanding.iter().any(|one| one.seq == seq));
    let tick = app.clock.tick();
    let due: Vec<_> = outstanding.into_iter().filter(|one| due(one, pauses, now, tick)).collect();
    let tried = stream::iter(due).map(|one| async move {
        let outcome = attempt(app, wechat, &one).await;
        (one, outcome)
    });
    let tried: Vec<_> = tried.buffer_unordered(AT_ONCE).collect().await;
    let mut done = 0;
    for (one, outcome) in tried {
        let key = (one.seq, stage_of(&one.matter));
        let tries = pauses.get(&key).map_or(0, |(tries, _)| *tries);
        let (tries, pause) = match outcome {
            Outcome::Done => {
                app.troubles.payment.works(one.seq);
                app.troubles.odd_payment.works(one.seq);
                done += 1;
                continue;
            }
            Outcome::NotYet => {
                app.troubles.payment.works(one.seq);
                (0, MINUTE)
            }
            Outcome::Failed => (tries + 1, pause(tries + 1, key.1)),
        };
        // A moment before the time is over it is looked at in any case.
        let pause = match last_look(&one.matter).filter(|last| *last > now) {
            Some(last) => pause.min(last.since(now)),
            None => pause,
        };
        pauses.insert(key, (tries, tick.plus(pause)));
    }
    Ok(done)
}

/// Whether it is the turn of a matter.
fn due(one: &Outstanding, pauses: &Pauses, now: Time, tick: Tick) -> bool {
    match (pauses.get(&(one.seq, stage_of(&one.matter))), &one.matter) {
        (Some((_, next)), _) => *next <= tick,
        (None, Matter::Waiting(payment, _)) => {
            let first = payment.created_at.plus(MINUTE);
            // One from the future was made before the clock was set back.
            payment.created_at > now || last_look(&one.matter).map_or(first, |last| first.min(last)) <= now
        }
        (None, _) => true,
    }
}

/// Nothing can be paid any more by then, and the time is not over yet.
fn last_look(matter: &Matter) -> Option<Time> {
    match matter {
        Matter::Waiting(_, Some(until)) => Some(until.plus(-SPARE / 3)),
        _ => None,
    }
}

fn stage_of(matter: &Matter) -> Stage {
    match matter {
        Matter::Waiting(..) => Stage::Waiting,
        Matter::Closed(_) => Stage::Closed,
        Matter::Due(_) => Stage::Due,
        Matter::Over => Stage::Over,
    }
}

/// Whatever speaks against it is logged.
async fn attempt(app: &App, wechat: &WechatPay, one: &Outstanding) -> Outcome {
    let outcome = match &one.matter {
        Matter::Over => end(app, one.seq, |_| Ok(())).await,
        Matter::Waiting(payment, _) => look(app, wechat, one.seq, payment, false).await,
        Matter::Closed(payment) => look(app, wechat, one.seq, payment, true).await,
        Matter::Due(refund) => give_back(app, wechat, one.seq, refund).await,
    };
    outcome.unwrap_or_else(|error| {
        app.troubles.payment.failed(one.seq, format_args!("what it said could not be booked: {}", error.chain()));
        Outcome::Failed
    })
}

/// Asks what became of an order; one that is `over` here and not there is closed there.
async fn look(app: &App, wechat: &WechatPay, seq: u64, payment: &Payment, over: bool) -> Result<Outcome> {
    let number = payment.out_trade_no.clone();
    let trade = match wechat.query(&number).await {
        Ok(trade) => trade,
        Err(error) => {
            app.troubles.payment.failed(seq, format_args!("payment {number}: {}", error.chain()));
            return Ok(Outcome::Failed);
        }
    };
    match trade {
        Trade::Paid(amount) if amount != payment.amount => {
            if app.troubles.odd_payment.is_news(seq) {
                tracing::error!(
                    number,
                    paid = amount.0,
                    asked = payment.amount.0,
                    "another amount was paid than was asked for; nothing is booked"
                );
            }
            Ok(Outcome::Failed)
        }
        Trade::Paid(amount) => {
            tracing::info!(number, "a payment was found that no notification told of");
            end(app, seq, move |db| settlement::received(db, &number, amount)).await
        }
        Trade::Odd(state) => {
            if app.troubles.odd_payment.is_news(seq) {
                tracing::error!(number, state, "the provider has a payment in a state that nothing here brings about; nothing is booked");
            }
            Ok(Outcome::Failed)
        }
        Trade::Over if over => end(app, seq, |_| Ok(())).await,
        Trade::Open if over => match wechat.close(&number).await {
            Ok(()) => end(app, seq, |_| Ok(())).await,
            Err(error) => {
                app.troubles.payment.failed(seq, format_args!("payment {number} could not be closed: {}", error.chain()));
                Ok(Outcome::Failed)
            }
        },
        Trade::Open | Trade::Over => Ok(Outcome::NotYet),
    }
}

/// Asks how a refund stands and, where the provider does not know of it yet, for the refund. Both may be asked again and again.
async fn give_back(app: &App, wechat: &WechatPay, seq: u64, refund: &Refund) -> Result<Outcome> {
    let id = refund.id;
    let back = Return {
        out_trade_no: refund.out_trade_no.clone(),
        out_refund_no: refund.out_refund_no.clone(),
        amount: refund.amount,
        reason: refund.reason.clone(),
    };
    let returned = match wechat.query_refund(&back).await {
        Ok(Some(returned)) => Ok(returned),
        Ok(None) => wechat.refund(&back).await,
        Err(error) => Err(error),
    };
    match returned {
        Ok(Returned::Done) => end(app, seq, move |db| settlement::refunded(db, id)).await,
        Ok(Returned::OnItsWay) => Ok(Outcome::NotYet),
        Ok(Returned::Stuck(state)) => {
            let number = back.out_refund_no;
            if app.troubles.odd_payment.is_news(seq) {
                tracing::error!(number, state, "a refund is stuck at the provider's, where somebody has to see to it");
            }
            if refund.stuck != state {
                app.store.write(move |db| refund::note_stuck(db, id, state)).await?;
            }
            Ok(Outcome::Failed)
        }
        Err(error) => {
            app.troubles.payment.failed(seq, format_args!("refund {}: {}", back.out_refund_no, error.chain()));
            Ok(Outcome::Failed)
        }
    }
}

/// Books what is known now and forgets the event, in one commit.
async fn end(app: &App, seq: u64, book: impl FnOnce(&mut Tx) -> Result<()> + Send + 'static) -> Result<Outcome> {
    app.store
        .write(move |db| {
            book(db)?;
            db.forget_event(PAYMENT, seq);
            Ok(Outcome::Done)
        })
        .await
}

/// 2, 4, 8 … seconds, at most a minute; a refund, which nobody stands waiting for, at most ten.
fn pause(tries: u32, stage: Stage) -> i64 {
    let most = if stage == Stage::Due { 10 * MINUTE } else { MINUTE };
    (SECOND << tries.min(10)).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow() {
        assert_eq!([1, 2, 5, 6, 99].map(|tries| pause(tries, Stage::Closed)), [2, 4, 32, 60, 60].map(|seconds| seconds * SECOND));
        assert_eq!([1, 9, 10, 99].map(|tries| pause(tries, Stage::Due)), [2, 512, 600, 600].map(|seconds| seconds * SECOND));
    }
}
