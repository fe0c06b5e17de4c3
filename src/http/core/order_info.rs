//! `orderInfo`: what a client hands to its payment SDK, as a JSON text. More than one family shows it.
//!
//! With the embedded provider it is known at once. Another one has to be asked, after the commit that made the payment: see [`answer`].

use std::collections::HashMap;

use futures_util::future::join_all;

use super::{context::Cx, reply::Reply};
use crate::{
    base::error::Result,
    domain::{
        clinic_wide::settlement,
        identity::account::Account,
        money::payment::{Payment, PaymentStatus},
    },
    providers::payment::{PAYMENT_REFUSED, PaymentOrder},
    store::View,
};

/// What is known for each payment.
pub struct OrderInfo(HashMap<String, String>);

impl OrderInfo {
    /// Empty where there is nothing to pay with: the payment is over, somebody else's, another provider's, or the provider was not to be reached.
    pub fn of(&self, payment: &Payment) -> String {
        self.0.get(&payment.out_trade_no).cloned().unwrap_or_default()
    }
}

/// What becomes of an answer without a word from the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// It is refused: the word is what was asked for, and can be asked for again.
    Refuses,
    /// It goes out without: the rest of it has happened, and other endpoints show the word later.
    LeavesOut,
}

/// Finishes an answer that shows how these payments are made. `finish` runs at once where nobody has to be asked.
///
/// Errors: `payment_unreachable`, `payment_refused`, where silence refuses.
pub fn answer<'a>(
    cx: &Cx,
    db: &View,
    payments: impl IntoIterator<Item = &'a Payment>,
    silence: Silence,
    finish: impl FnOnce(&OrderInfo) -> Result<Reply> + Send + 'static,
) -> Result<Reply> {
    let (mut known, mut orders) = (HashMap::new(), Vec::new());
    for payment in payments {
        // Another provider took it on before the clinic changed to this one: nothing to pay with here, and its time ends soon.
        if payment.provider(db) != cx.app.settings.payment.provider {
            match payment.status {
                PaymentStatus::WaitForPay if silence == Silence::Refuses => return Err(PAYMENT_REFUSED.err()),
                _ => continue,
            }
        }
        match cx.app.payment.order_info_at_once(&payment.out_trade_no) {
            Some(info) => drop(known.insert(payment.out_trade_no.clone(), info)),
            None if payment.status == PaymentStatus::WaitForPay && cx.me()?.account == payment.payer.account() => {
                orders.push(order(cx, db, payment)?)
            }
            None => {}
        }
    }
    if orders.is_empty() {
        return finish(&OrderInfo(known));
    }
    let app = cx.app.clone();
    Reply::later(async move {
        let said = join_all(orders.iter().map(|order| app.payment.order_info(order))).await;
        for (order, info) in orders.into_iter().zip(said) {
            match info {
                Ok(info) => drop(known.insert(order.out_trade_no, info)),
                Err(error) if silence == Silence::Refuses => return Err(error),
                Err(error) => tracing::warn!(number = order.out_trade_no, error = error.chain(), "an answer goes out without orderInfo"),
            }
        }
        finish(&OrderInfo(known))
    })
}

fn order(cx: &Cx, db: &View, payment: &Payment) -> Result<PaymentOrder> {
    Ok(PaymentOrder {
        out_trade_no: payment.out_trade_no.clone(),
        amount: payment.amount,
        description: payment.description.clone(),
        created_at: payment.created_at,
        until: settlement::payable_until(db, payment)?,
        open_id: db.get::<Account>(payment.payer.account())?.and_then(|account| account.open_id),
        address: cx.address,
    })
}
