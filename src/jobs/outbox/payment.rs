//! Asks the payment provider of the outside world what it does not tell by itself: whether an order was paid though no notification came,
//! each minute and once more before its time is over; and has it send refunds and close orders that nobody paid in time. Each matter is
//! tried again by itself, with growing pauses, and holds up no other. What was told meanwhile ends it too.

use super::{
    consumer::Consumer,
    independent::{Independent, Matter, Matters, Outcome},
};
use crate::{
    app::{App, Troubles},
    base::{error::Result, time::MINUTE, trouble::Trouble},
    domain::{
        clinic_wide::settlement::{self, Outstanding, Standing},
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
    store::{Stream, Tx, View},
};

/// Rests with the embedded provider.
pub const CONSUMER: Consumer = Consumer {
    stream: PAYMENT,
    trouble: Payments::trouble,
    begin: |app| app.payment.wechat().is_some().then(|| Box::new(Independent::new(Payments)) as _),
};

struct Payments;

impl Matters for Payments {
    const STREAM: Stream = PAYMENT;
    type What = Standing;

    fn waiting(&self, db: &View) -> Result<Vec<Matter<Standing>>> {
        Ok(settlement::outstanding(db)?.into_iter().map(matter).collect())
    }

    async fn attempt(&self, app: &App, seq: u64, standing: &Standing) -> Outcome {
        let Some(wechat) = app.payment.wechat() else { return Outcome::Later };
        let outcome = match standing {
            Standing::Over => Ok(Outcome::Done),
            Standing::Waiting(payment, _) => look(app, wechat, seq, payment, false).await,
            Standing::Closed(payment) => look(app, wechat, seq, payment, true).await,
            Standing::Due(refund) => give_back(app, wechat, seq, refund).await,
        };
        if matches!(outcome, Ok(Outcome::Done | Outcome::Booked)) {
            app.troubles.odd_payment.works(seq);
        }
        outcome.unwrap_or_else(|error| Outcome::Failed(format!("what it said could not be booked: {}", error.chain())))
    }

    fn trouble(troubles: &Troubles) -> &Trouble {
        &troubles.payment
    }
}

/// An order is first asked about after a minute, and once more when nothing can be paid any more and its time is not over yet. A refund, which
/// nobody stands waiting for, is tried again after ten minutes at most.
fn matter(Outstanding { seq, standing }: Outstanding) -> Matter<Standing> {
    let (mut not_before, mut last_look) = (None, None);
    let (stage, longest_pause) = match &standing {
        Standing::Waiting(payment, until) => {
            last_look = until.map(|until| until.plus(-SPARE / 3));
            let first = payment.created_at.plus(MINUTE);
            not_before = Some(last_look.map_or(first, |last| first.min(last)));
            (0, MINUTE)
        }
        Standing::Closed(_) => (1, MINUTE),
        Standing::Due(_) => (2, 10 * MINUTE),
        Standing::Over => (3, MINUTE),
    };
    Matter { seq, stage, what: standing, not_before, last_look, longest_pause }
}

/// Tries everything that is due now, and what follows from it.
pub async fn drain(app: &App) -> Result<()> {
    if app.payment.wechat().is_none() {
        return Ok(());
    }
    Independent::new(Payments).drain(app).await
}

/// Asks what became of an order; one that is `over` here and not there is closed there.
async fn look(app: &App, wechat: &WechatPay, seq: u64, payment: &Payment, over: bool) -> Result<Outcome> {
    let number = payment.out_trade_no.clone();
    let trade = match wechat.query(&number).await {
        Ok(trade) => trade,
        Err(error) => {
            return Ok(Outcome::Failed(format!("payment {number}: {}", error.chain())));
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
            Ok(Outcome::Stuck)
        }
        Trade::Paid(amount) => {
            tracing::info!(number, "a payment was found that no notification told of");
            end(app, seq, move |db| settlement::received(db, &number, amount)).await
        }
        Trade::Odd(state) => {
            if app.troubles.odd_payment.is_news(seq) {
                tracing::error!(number, state, "the provider has a payment in a state that nothing here brings about; nothing is booked");
            }
            Ok(Outcome::Stuck)
        }
        Trade::Over if over => Ok(Outcome::Done),
        Trade::Open if over => match wechat.close(&number).await {
            Ok(()) => Ok(Outcome::Done),
            Err(error) => Ok(Outcome::Failed(format!("payment {number} could not be closed: {}", error.chain()))),
        },
        Trade::Open | Trade::Over => Ok(Outcome::Later),
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
        Ok(Returned::OnItsWay) => Ok(Outcome::Later),
        Ok(Returned::Stuck(state)) => {
            let number = back.out_refund_no;
            if app.troubles.odd_payment.is_news(seq) {
                tracing::error!(number, state, "a refund is stuck at the provider's, where somebody has to see to it");
            }
            if refund.stuck != state {
                app.store.write(move |db| refund::note_stuck(db, id, state)).await?;
            }
            Ok(Outcome::Stuck)
        }
        Err(error) => Ok(Outcome::Failed(format!("refund {}: {}", back.out_refund_no, error.chain()))),
    }
}

/// Books what is known now and forgets the event, in one commit.
async fn end(app: &App, seq: u64, book: impl FnOnce(&mut Tx) -> Result<()> + Send + 'static) -> Result<Outcome> {
    app.store
        .write(move |db| {
            book(db)?;
            db.forget_event(PAYMENT, seq);
            Ok(Outcome::Booked)
        })
        .await
}
