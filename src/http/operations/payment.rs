//! The payment provider's side: the embedded `demo` provider settles a payment when it is told to, as a real one's callback would;
//! WeChat Pay's notifications. Each is here only where it is the provider.

use bytes::Bytes;
use schemars::JsonSchema;
use serde::Serialize;
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
        signature::{FieldSpec, Place, Schemas},
        table::{ANYONE, Endpoint},
        typed::{Field, Names, Path, Prepared, Source, form, post, run},
    },
    providers::payment::wechat::{HEADS, Notification},
    store::Tx,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("own", "/payment/demo/{outTradeNo}/pay", ANYONE, run!(Write(pay_demo)), "演示支付：付款"),
    post("own", "/payment/wechat/notify",         ANYONE, run!(Heavy(hear_wechat)), "微信支付：结果通知"),
];

form! {
    struct PayDemo {
        /// 商户订单号
        number = "outTradeNo": Path<String>,
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PaidView {
    out_trade_no: String,
    /// Fen.
    total_fee: i64,
    status: &'static str,
}

/// Pays, whatever the payment is for. No token, as a provider has none; doing it again changes nothing.
fn pay_demo(cx: &Cx, db: &mut Tx, PayDemo { number }: PayDemo) -> Result<PaidView> {
    let is_demo = |payment: &Payment| payment.provider(db) == Some(PaymentProvider::Demo);
    let embedded = cx.app.settings.payment.provider == Some(PaymentProvider::Demo);
    let payment = payment::by_number(db, &number)?.filter(|payment| embedded && is_demo(payment));
    let payment = payment.ok_or_else(|| NOT_FOUND.err())?;
    settlement::paid_in_time(db, &payment)?;
    let payment: Payment = db.need(payment.id)?;
    Ok(PaidView { out_trade_no: payment.out_trade_no, total_fee: payment.amount.0, status: payment.status.name() })
}

form! {
    /// As WeChat Pay signs and encrypts it (APIv3).
    struct Heard {
        sealed: Sealed,
    }
}

/// A notification as it came: the headers of its signature, and the body that they sign.
struct Sealed {
    heads: [String; HEADS.len()],
    raw: Bytes,
}

impl Field for Sealed {
    type Value = Sealed;

    fn take(source: &Source, _: Names) -> Result<Sealed> {
        let heads = HEADS.map(|name| source.request.header(name).unwrap_or_default().to_owned());
        Ok(Sealed { heads, raw: source.request.raw.clone() })
    }

    fn describe(_: Names, _: &str, _: &mut Schemas, fields: &mut Vec<FieldSpec>) {
        let text = |name: &str, place| {
            let (name, schema) = (name.to_owned(), json!({ "type": "string" }));
            FieldSpec { name, aliases: Vec::new(), place, required: true, schema, about: String::new() }
        };
        fields.extend(HEADS.iter().map(|name| text(name, Place::Header)));
        let sealed = FieldSpec { schema: json!({ "type": "object" }), ..text("resource", Place::Fields) };
        fields.push(sealed);
    }
}

#[derive(Serialize, JsonSchema)]
struct HeardView {
    code: HeardCode,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum HeardCode {
    Success,
}

/// What WeChat Pay tells by itself: nobody's token, but its signature. It tells the same again until it is answered `SUCCESS`.
fn hear_wechat(cx: &Cx, Heard { sealed }: Heard) -> Result<Prepared<HeardView>> {
    let wechat = cx.app.payment.wechat().ok_or_else(|| NOT_FOUND.err())?;
    let heads = sealed.heads.each_ref().map(String::as_str);
    let reply = match wechat.notification(heads, &sealed.raw).and_then(|told| book(cx, told)) {
        Ok(()) => Reply::of(&HeardView { code: HeardCode::Success }),
        Err(error) => {
            tracing::warn!(error = error.chain(), address = %cx.address, "a payment notification was refused");
            Reply::bare(error.status(), &json!({ "code": "FAIL", "message": error.message(), "error": error.slug() }))
        }
    };
    reply.map(Prepared::from)
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
