//! `/admin/privacy-requests`: what people ask about their own data, and what the clinic answers; and the money that must be paid out before an
//! account is closed.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    base::{
        error::Result,
        id::{AnyId, Id, PatientAccountId},
        page::Page,
    },
    domain::{
        clinic_wide::privacy_request::{self, PrivacyRequest, RequestKind, RequestState},
        identity::{
            account::{self, Role},
            audit::{self, Action, Deed, Subject},
        },
        money::payout,
        relations::privacy,
    },
    http::core::{
        context::Cx,
        privacy_view::{RequestView, RequestsView},
        table::{ADMIN, Endpoint},
        typed::{OneOf, Path, Prose, Text, Whole, form, get, post, run},
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get ("admin", "/admin/privacy-requests",             ADMIN, run!(Read(list_requests)),   "个人信息请求列表"),
    post("admin", "/admin/privacy-requests/{id}/done",   ADMIN, run!(Write(finish_request)), "办结个人信息请求")
        .says("To restrict or delete is done here and now: the patient leaves the owner's lists, and where it is the account's own the account is closed."),
    post("admin", "/admin/privacy-requests/{id}/refuse", ADMIN, run!(Write(refuse_request)), "拒绝个人信息请求"),
    post("admin", "/admin/patients/{id}/payout",         ADMIN, run!(Write(pay_out)),        "退还账号余额")
        .says("Books out what lies in the wallet and as fee balance, once the clinic has paid it by its own means."),
];

form! {
    struct ListRequests {
        state: Option<OneOf<RequestState>>,
        /// 从 1 开始
        page: Option<Whole<1, 1_000_000>>,
        page_size: Option<Whole<1, 1_000>>,
    }
}

fn list_requests(_: &Cx, db: &View, form: ListRequests) -> Result<RequestsView> {
    let (page, size) = (form.page.unwrap_or(1).unsigned_abs(), form.page_size.unwrap_or(10).unsigned_abs());
    Ok(RequestsView::of(privacy_request::find(db, form.state, Page::numbered(page, size))?, db.now))
}

form! {
    struct Decision {
        id: Path<Id<PrivacyRequest>>,
        /// 答复，申请人可见
        answer: Prose<2_000>,
    }
}

fn finish_request(cx: &Cx, db: &mut Tx, form: Decision) -> Result<RequestView> {
    decide(cx, db, form, RequestState::Done)
}

fn refuse_request(cx: &Cx, db: &mut Tx, form: Decision) -> Result<RequestView> {
    decide(cx, db, form, RequestState::Refused)
}

fn decide(cx: &Cx, db: &mut Tx, form: Decision, state: RequestState) -> Result<RequestView> {
    let request = privacy_request::decide(db, form.id, state, form.answer)?;
    let action = match (state, request.kind) {
        (RequestState::Done, RequestKind::Restrict | RequestKind::Delete) => Action::Restrict,
        (RequestState::Done, _) => Action::Approve,
        _ => Action::Reject,
    };
    let deed = Deed::new(action, Subject::PrivacyRequest, request.id).about(request.patient_id.known());
    audit::write(db, &cx.actor()?, &deed)?;
    Ok(RequestView::of(request, db.now))
}

form! {
    struct PayOut {
        id: Path<PatientAccountId>,
        /// 理由，如何退还
        reason: Text<200>,
    }
}

#[derive(Serialize, JsonSchema)]
struct PayoutView {
    id: AnyId,
    account_id: PatientAccountId,
    /// Fen.
    amount: i64,
    reason: String,
    /// RFC 3339.
    at: String,
}

fn pay_out(cx: &Cx, db: &mut Tx, form: PayOut) -> Result<PayoutView> {
    let account = account::need(db, form.id.account(), Role::Patient)?;
    let teams = privacy_request::teams(db, form.id)?;
    let payout = payout::pay_out(db, form.id, &teams, form.reason)?;
    let deed =
        Deed::new(Action::PayOut, Subject::Patient, account.id).about(privacy::own_patient(db, &account)?).why(payout.reason.clone());
    audit::write(db, &cx.actor()?, &deed)?;
    Ok(PayoutView {
        id: payout.id.any(),
        account_id: payout.account_id,
        amount: payout.amount.0,
        reason: payout.reason,
        at: payout.at.rfc3339(),
    })
}
