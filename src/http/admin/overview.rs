//! `/admin/statistics`, `/admin/settings`, `/admin/audit`: how the clinic stands, how it is set up, who did what.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    listing::{self, Asked},
    registrations::STAGES,
};
use crate::{
    base::{
        error::{Result, invalid},
        id::{AccountId, AnyId},
    },
    domain::{
        clinic_wide::statistics::{self, People, Statistics},
        free_clinic::clinic_session::SessionState,
        identity::audit::{self, Action, AuditFilter, AuditRecord, Subject},
        money::{payment::PaymentStatus as Paid, refund::RefundStatus as Returned},
        team_consult::{TeamConsultStatus as Consult, withdrawal::WithdrawalStatus as Decided},
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
    get("admin", "/admin/statistics", ADMIN, Heavy(show_statistics), "统计"),
    get("admin", "/admin/settings",   ADMIN, Read(list_settings),    "系统设置"),
    get("admin", "/admin/audit",      ADMIN, Heavy(list_audit),      "审计日志"),
];

fn show_statistics(cx: &Cx, _: &Request) -> Result<Reply> {
    Reply::of(&statistics_view(&statistics::read(&cx.view())?))
}

fn statistics_view(now: &Statistics) -> Value {
    let people = |people: People| json!({ "total": people.total, "waiting": people.waiting, "enabled": people.enabled, "disabled": people.disabled });
    let money = |(count, amount): (u64, crate::base::money::Fen)| json!({ "count": count, "amount": amount.0 });
    let registrations: Map<String, Value> =
        STAGES.iter().map(|(name, stage)| ((*name).to_owned(), now.registrations_in(*stage).into())).collect();
    json!({
        "patients": people(now.patients),
        "doctors": people(now.doctors),
        "assistants": people(now.assistants),
        "administrators": now.administrators,
        "hospitals": now.hospitals,
        "departments": now.departments,
        "clinics": now.clinics,
        "teams": now.teams,
        "members": now.members,
        "diagnosis_terms": now.diagnosis_terms,
        "sessions": now.sessions,
        "sms": now.sms,
        "projects": {
            "open": now.projects_in(SessionState::Open),
            "ended": now.projects_in(SessionState::Ended),
            "cancelled": now.projects_in(SessionState::Cancelled),
        },
        "registrations": registrations,
        "payments": {
            "wait_for_pay": money(now.payments_in(Paid::WaitForPay)),
            "paid": money(now.payments_in(Paid::Paid)),
            "closed": money(now.payments_in(Paid::Closed)),
            "refunding": money(now.payments_in(Paid::Refunding)),
            "refunded": money(now.payments_in(Paid::Refunded)),
        },
        "refunds": {
            "pending": money(now.refunds_in(Returned::Pending)),
            "done": money(now.refunds_in(Returned::Done)),
            "rejected": money(now.refunds_in(Returned::Rejected)),
            "to_approve": now.refunds_to_approve,
        },
        "deposits": {
            "held": money(now.deposits_held),
            "forfeited": money(now.deposits_forfeited),
        },
        "team_consults": {
            "waiting": now.team_consults_in(Consult::Waiting),
            "in_process": now.team_consults_in(Consult::InProcess),
            "finished": now.team_consults_in(Consult::Finished),
            "cancelled": now.team_consults_in(Consult::Cancelled),
        },
        "withdrawals": {
            "pending": money(now.withdrawals_in(Decided::Pending)),
            "approved": money(now.withdrawals_in(Decided::Approved)),
            "rejected": money(now.withdrawals_in(Decided::Rejected)),
        },
    })
}

/// As `xuanhu config` prints them: where each comes from, secrets as `***`.
fn list_settings(cx: &Cx, _: &View, request: &Request) -> Result<Reply> {
    let asked = Asked::of(request)?;
    let shown = cx.app.settings.shown().into_iter().filter(|one| asked.needle.is_in(&[one.key, one.doc])).collect();
    // There are few, and a page of settings is no use: the default is all of them.
    let page = if request.has("page_size") { asked.page } else { crate::base::page::Page::ALL };
    listing::reply(page.of(shown), Ok)
}

fn list_audit(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, asked) = (cx.view(), Asked::of(request)?);
    let action = match request.word_or_none("action", 40)? {
        Some(name) => Some(Action::from_name(&name).ok_or_else(|| invalid("action", "没有这种操作"))?),
        None => None,
    };
    let thing = match request.word_or_none("subject", 40)? {
        Some(name) => Some(Subject::from_name(&name).ok_or_else(|| invalid("subject", "没有这种对象"))?),
        None => None,
    };
    let wanted = AuditFilter { account: request.id_or_none("account_id")?, action, thing, thing_id: request.id_or_none("subject_id")? };
    listing::reply(audit::find(&db, wanted, asked.page)?, |record| Ok(RecordView::from(record)))
}

#[derive(Serialize)]
struct RecordView {
    id: AnyId,
    at: String,
    /// 0 where `admin.token` was shown.
    account_id: AccountId,
    role: &'static str,
    action: &'static str,
    subject: &'static str,
    subject_id: AnyId,
    address: String,
    /// Why it was looked at, and in whose words; empty where nobody is asked.
    purpose: &'static str,
    reason: String,
}

impl From<AuditRecord> for RecordView {
    fn from(record: AuditRecord) -> RecordView {
        RecordView {
            id: record.id.any(),
            at: record.at.rfc3339(),
            account_id: record.account_id,
            role: record.role.name(),
            action: record.action.name(),
            subject: record.thing.name(),
            subject_id: record.thing_id,
            address: record.address,
            purpose: record.purpose.name(),
            reason: record.reason,
        }
    }
}
