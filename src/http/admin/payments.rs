//! `/admin/payments`: money that came in, or is waited for.

use serde::Serialize;

use super::{
    form,
    listing::{self, Listing},
};
use crate::{
    base::{
        error::Result,
        id::{AnyId, PatientAccountId, PaymentId},
        settings::PaymentProvider,
        time::Time,
    },
    domain::{
        free_clinic::administration,
        money::payment::{Payment, PaymentStatus as Paid, Purpose},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Read},
            get,
        },
    },
    store::View,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("admin", "/admin/payments",      ADMIN, Heavy(list_payments), "支付列表"),
    get("admin", "/admin/payments/{id}", ADMIN, Read(show_payment),   "支付详情"),
];

const LISTING: Listing<Payment> = Listing {
    filters: &["payer_id", "status"],
    time: Some(|payment| payment.created_at),
    sorts: &[
        ("id", |_, payment| Ok(payment.id.into())),
        ("amount", |_, payment| Ok(payment.amount.into())),
        ("status", |_, payment| Ok(payment.status.name().into())),
        ("created_at", |_, payment| Ok(payment.created_at.into())),
        ("paid_at", |_, payment| Ok(payment.paid_at.into())),
    ],
};

#[rustfmt::skip]
const PAID: &[(&str, Paid)] = &[
    ("WAIT_FOR_PAY", Paid::WaitForPay),
    ("PAID",         Paid::Paid),
    ("CLOSED",       Paid::Closed),
    ("REFUNDING",    Paid::Refunding),
    ("REFUNDED",     Paid::Refunded),
];

fn list_payments(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let (payer, status) = (request.id_or_none("payer_id")?, form::choice(request, "status", PAID)?);
    let found = LISTING.find(&db, request, |asked| administration::find_payments(&db, payer, status, &asked.needle, asked.page))?;
    listing::reply(found, |payment| Ok(PaymentView::from(payment)))
}

fn show_payment(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&PaymentView::from(db.need::<Payment>(request.path_id("id")?)?))
}

/// What money was for, and the id of that.
pub fn source(purpose: Purpose) -> (&'static str, AnyId) {
    match purpose {
        Purpose::Deposit(registration) => ("registration", registration.any()),
        Purpose::Consultation(consultation) => ("consultation", consultation.any()),
        Purpose::Recharge(account) => ("recharge", account.any()),
    }
}

#[derive(Serialize)]
struct PaymentView {
    id: PaymentId,
    out_trade_no: String,
    payer_id: PatientAccountId,
    source: &'static str,
    source_id: AnyId,
    /// Fen.
    amount: i64,
    status: &'static str,
    /// Who takes it: `demo` or `wechat`; null where that was not noted.
    provider: Option<&'static str>,
    description: String,
    created_at: String,
    paid_at: Option<String>,
}

impl From<Payment> for PaymentView {
    fn from(payment: Payment) -> PaymentView {
        let (source, source_id) = source(payment.purpose);
        PaymentView {
            id: payment.id,
            out_trade_no: payment.out_trade_no,
            payer_id: payment.payer,
            source,
            source_id,
            amount: payment.amount.0,
            status: payment.status.name(),
            provider: payment.provider.map(PaymentProvider::name),
            description: payment.description,
            created_at: payment.created_at.rfc3339(),
            paid_at: payment.paid_at.map(Time::rfc3339),
        }
    }
}
