//! The payment provider's side: the embedded `demo` provider settles a payment when it is told to, as a real one's callback would;
//! WeChat Pay's notifications. Each is here only where it is the provider.

use serde_json::json;

use crate::{
    base::{
        error::{NOT_FOUND, Result},
        settings::PaymentProvider,
    },
    domain::{
        clinic_wide::settlement,
        money::payment::{self, Payment},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ANYONE, Endpoint,
            Run::{Heavy, Write},
            post,
        },
    },
    providers::payment::wechat::{HEADS, Notification},
    store::Tx,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("own", "/payment/demo/{outTradeNo}/pay", ANYONE, Write(pay_demo), "演示支付：付款"),
    post("own", "/payment/wechat/notify",         ANYONE, Heavy(hear_wechat), "微信支付：结果通知"),
];

/// Pays, whatever the payment is for. No token, as a provider has none; doing it again changes nothing.
fn pay_demo(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let number = request.segment("outTradeNo");
    let is_demo = |payment: &Payment| payment.provider(db) == Some(PaymentProvider::Demo);
    let embedded = cx.app.settings.payment.provider == Some(PaymentProvider::Demo);
    let payment = payment::by_number(db, number)?.filter(|payment| embedded && is_demo(payment));
    let payment = payment.ok_or_else(|| NOT_FOUND.err())?;
    settlement::paid_in_time(db, &payment)?;
    let payment: Payment = db.need(payment.id)?;
    Reply::of(&json!({ "outTradeNo": payment.out_trade_no, "totalFee": payment.amount.0, "status": payment.status.name() }))
}

/// What WeChat Pay tells by itself: nobody's token, but its signature. It tells the same again until it is answered `SUCCESS`.
fn hear_wechat(cx: &Cx, request: &Request) -> Result<Reply> {
    let wechat = cx.app.payment.wechat().ok_or_else(|| NOT_FOUND.err())?;
    match wechat.notification(HEADS.map(|name| request.header(name).unwrap_or_default()), &request.raw).and_then(|told| book(cx, told)) {
        Ok(()) => Reply::of(&json!({ "code": "SUCCESS" })),
        Err(error) => {
            tracing::warn!(error = error.chain(), address = %cx.address, "a payment notification was refused");
            Reply::bare(error.status(), &json!({ "code": "FAIL", "message": error.message(), "error": error.slug() }))
        }
    }
}

fn book(cx: &Cx, told: Notification) -> Result<()> {
    match told {
        Notification::Paid { out_trade_no, amount } => cx.write(move |db| settlement::received(db, &out_trade_no, amount)),
        Notification::Returned { out_trade_no, out_refund_no, amount } => {
            cx.write(move |db| settlement::returned(db, &out_trade_no, &out_refund_no, amount))
        }
        Notification::Other(what) => {
            tracing::warn!(what, "a payment notification that moves no money");
            Ok(())
        }
    }
}
