//! `/admin/payments` and `/admin/refunds`: money in, money back, and the administrator's word where `payment.refund_approval` asks for it.

use serde::Serialize;

use super::{
    form,
    listing::{self, Asked},
};
use crate::{
    base::{
        error::Result,
        id::{AnyId, PatientAccountId, PaymentId, RefundId},
        settings::PaymentProvider,
        time::Time,
    },
    domain::{
        clinic_wide::settlement,
        free_clinic::administration,
        identity::audit::{self, Action, Subject},
        money::{
            payment::{Payment, PaymentStatus as Paid, Purpose},
            refund::{Refund, RefundStatus as Returned},
        },
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Read, Write},
            get, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get ("admin", "/admin/payments",             ADMIN, Heavy(list_payments),  "支付列表"),
    get ("admin", "/admin/payments/{id}",        ADMIN, Read(show_payment),    "支付详情"),
    get ("admin", "/admin/refunds",              ADMIN, Heavy(list_refunds),   "退款列表"),
    get ("admin", "/admin/refunds/{id}",         ADMIN, Read(show_refund),     "退款详情"),
    post("admin", "/admin/refunds/{id}/approve", ADMIN, Write(approve_refund), "同意退款"),
    post("admin", "/admin/refunds/{id}/reject",  ADMIN, Write(reject_refund),  "驳回退款"),
];

#[rustfmt::skip]
const PAID: &[(&str, Paid)] = &[
    ("WAIT_FOR_PAY", Paid::WaitForPay),
    ("PAID",         Paid::Paid),
    ("CLOSED",       Paid::Closed),
    ("REFUNDING",    Paid::Refunding),
    ("REFUNDED",     Paid::Refunded),
];

const RETURNED: &[(&str, Returned)] = &[("pending", Returned::Pending), ("done", Returned::Done), ("rejected", Returned::Rejected)];

fn list_payments(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, asked) = (cx.view(), Asked::of(request)?);
    let (payer, status) = (request.id_or_none("payer_id")?, form::choice(request, "status", PAID)?);
    let found = administration::find_payments(&db, payer, status, &asked.needle, asked.page)?;
    listing::reply(found, |payment| Ok(PaymentView::from(payment)))
}

fn show_payment(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&PaymentView::from(db.need::<Payment>(request.path_id("id")?)?))
}

fn list_refunds(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, asked) = (cx.view(), Asked::of(request)?);
    let found = administration::find_refunds(&db, form::choice(request, "status", RETURNED)?, &asked.needle, asked.page)?;
    listing::reply(found, |refund| Ok(RefundView::from(refund)))
}

fn show_refund(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&RefundView::from(db.need::<Refund>(request.path_id("id")?)?))
}

fn approve_refund(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let refund = settlement::approve_refund(db, request.path_id("id")?)?;
    audit::note(db, &cx.actor()?, Action::Approve, Subject::Refund, refund.id)?;
    Reply::of(&RefundView::from(refund))
}

fn reject_refund(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let refund = settlement::refuse_refund(db, request.path_id("id")?)?;
    audit::note(db, &cx.actor()?, Action::Reject, Subject::Refund, refund.id)?;
    Reply::of(&RefundView::from(refund))
}

/// What money was for, and the id of that.
fn source(purpose: Purpose) -> (&'static str, AnyId) {
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

#[derive(Serialize)]
struct RefundView {
    id: RefundId,
    source: &'static str,
    source_id: AnyId,
    payment_id: PaymentId,
    out_trade_no: String,
    out_refund_no: String,
    /// Fen.
    amount: i64,
    status: &'static str,
    /// Whether it may go out, or has; a pending one that may not waits for an administrator.
    approved: bool,
    /// The provider's word for why it does not get there by itself, else empty.
    stuck: String,
    reason: String,
    created_at: String,
    done_at: Option<String>,
}

impl From<Refund> for RefundView {
    fn from(refund: Refund) -> RefundView {
        let (source, source_id) = source(refund.purpose);
        RefundView {
            id: refund.id,
            source,
            source_id,
            payment_id: refund.payment_id,
            out_trade_no: refund.out_trade_no,
            out_refund_no: refund.out_refund_no,
            amount: refund.amount.0,
            status: refund.status.name(),
            approved: refund.approved,
            stuck: refund.stuck,
            reason: refund.reason,
            created_at: refund.created_at.rfc3339(),
            done_at: refund.done_at.map(Time::rfc3339),
        }
    }
}
