//! `/admin/audit`: who did what, and who looked at whom.

use serde::Serialize;

use super::listing::{self, Listing};
use crate::{
    base::{
        error::{Result, invalid},
        id::{AccountId, AnyId},
    },
    domain::identity::audit::{self, Action, AuditFilter, AuditRecord, Subject},
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{ADMIN, Endpoint, Run::Heavy, get},
    },
};

pub const CHAPTER: &[Endpoint] = &[get("admin", "/admin/audit", ADMIN, Heavy(list_audit), "审计日志")];

const LISTING: Listing<AuditRecord> = Listing {
    filters: &["action", "subject", "subject_id", "account_id"],
    time: Some(|record| record.at),
    sorts: &[
        ("id", |_, record| Ok(record.id.into())),
        ("at", |_, record| Ok(record.at.into())),
        ("created_at", |_, record| Ok(record.at.into())),
        ("action", |_, record| Ok(record.action.name().into())),
        ("subject", |_, record| Ok(record.thing.name().into())),
        ("account_id", |_, record| Ok(record.account_id.into())),
    ],
};

fn list_audit(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let action = match request.word_or_none("action", 40)? {
        Some(name) => Some(Action::from_name(&name).ok_or_else(|| invalid("action", "没有这种操作"))?),
        None => None,
    };
    let thing = match request.word_or_none("subject", 40)? {
        Some(name) => Some(Subject::from_name(&name).ok_or_else(|| invalid("subject", "没有这种对象"))?),
        None => None,
    };
    let wanted = AuditFilter { account: request.id_or_none("account_id")?, action, thing, thing_id: request.id_or_none("subject_id")? };
    let found = LISTING.find(&db, request, |asked| audit::find(&db, wanted, asked.page))?;
    listing::reply(found, |record| Ok(RecordView::from(record)))
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
