//! `/admin/refunds`: money on its way back, and the administrator's word where `payment.refund_approval` asks for it.

use serde::Serialize;

use super::{
    form,
    listing::{self, Listing},
    payments::source,
};
use crate::{
    base::{
        error::Result,
        id::{AnyId, PaymentId, RefundId},
        time::Time,
    },
    domain::{
        clinic_wide::settlement,
        free_clinic::administration,
        identity::audit::{self, Action, Subject},
        money::refund::{Refund, RefundStatus as Returned},
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
    get ("admin", "/admin/refunds",              ADMIN, Heavy(list_refunds),   "退款列表"),
    get ("admin", "/admin/refunds/{id}",         ADMIN, Read(show_refund),     "退款详情"),
    post("admin", "/admin/refunds/{id}/approve", ADMIN, Write(approve_refund), "同意退款"),
    post("admin", "/admin/refunds/{id}/reject",  ADMIN, Write(reject_refund),  "驳回退款"),
];

const LISTING: Listing<Refund> = Listing {
    filters: &["status"],
    time: Some(|refund| refund.created_at),
    sorts: &[
        ("id", |_, refund| Ok(refund.id.into())),
        ("amount", |_, refund| Ok(refund.amount.into())),
        ("status", |_, refund| Ok(refund.status.name().into())),
        ("created_at", |_, refund| Ok(refund.created_at.into())),
        ("done_at", |_, refund| Ok(refund.done_at.into())),
    ],
};

const RETURNED: &[(&str, Returned)] = &[("pending", Returned::Pending), ("done", Returned::Done), ("rejected", Returned::Rejected)];

fn list_refunds(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, status) = (cx.view(), form::choice(request, "status", RETURNED)?);
    let found = LISTING.find(&db, request, |asked| administration::find_refunds(&db, status, &asked.needle, asked.page))?;
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
