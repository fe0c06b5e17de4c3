//! The payment provider's side: the embedded `demo` provider settles a payment when it is told to, as a real one's callback would.

use serde_json::json;

use crate::{
    api::{
        call::Call,
        cx::Cx,
        reply::Reply,
        table::{ANYONE, Endpoint, Run::Write, post},
    },
    base::{
        error::{NOT_FOUND, Result},
        settings::PaymentProvider,
    },
    domain::{payment, settlement},
    store::Tx,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("own", "/payment/demo/{outTradeNo}/pay", ANYONE, Write(pay_demo), "演示支付：付款"),
];

/// Pays, whatever the payment is for. No token, as a provider has none; doing it again changes nothing.
fn pay_demo(cx: &Cx, db: &mut Tx, call: &Call) -> Result<Reply> {
    if cx.hall.settings.payment.provider != PaymentProvider::Demo {
        return Err(NOT_FOUND.err());
    }
    let number = call.segment("outTradeNo");
    settlement::paid(db, number, None)?;
    let payment = payment::by_number(db, number)?.ok_or_else(|| NOT_FOUND.err())?;
    Reply::of(&json!({ "outTradeNo": payment.out_trade_no, "totalFee": payment.amount.0, "status": payment.status.name() }))
}
