//! `/admin/audit`: who did what, who looked at whom, and whether the log is as it was written.

use std::io::Write;

use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::mpsc;

use super::listing::{self, Listing};
use crate::{
    base::{
        error::{INTERNAL, Result, invalid},
        id::{AccountId, AnyId, PatientId},
        secret,
    },
    domain::identity::audit::{
        self, Action, AuditFilter, AuditRecord, Deed, Subject,
        chain::{self, Head},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        signature::{AnswerSpec, Content, Schemas},
        stream::Pieces,
        table::{ADMIN, Endpoint, Run::Heavy},
        typed::{self, Answer, Word, form, run},
    },
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    crate::http::core::table::get("admin", "/admin/audit", ADMIN, Heavy(list_audit), "审计日志"),
    typed::get ("admin", "/admin/audit/head",   ADMIN, run!(Heavy(show_head)),    "审计日志的最新一条")
        .says("To be kept elsewhere: only so it proves later that the log was not written anew."),
    typed::get ("admin", "/admin/audit/verify", ADMIN, run!(Heavy(verify_audit)), "核对审计日志")
        .says("Looks at every record of the chain, and names the first that is not as it was written."),
    typed::post("admin", "/admin/audit/export", ADMIN, run!(Heavy(export_audit)), "导出审计日志").without_key()
        .says("One record a line, oldest first, as canonical JSON: SHA-256 over the 32 bytes of `prev` and the line without `prev` and `hash` is `hash`."),
];

/// What lines of JSON are to a browser.
const LINES: &str = "application/jsonl";

const LISTING: Listing<AuditRecord> = Listing {
    filters: &["action", "subject", "subject_id", "account_id", "patient_id"],
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
    let wanted = AuditFilter {
        account: request.id_or_none("account_id")?,
        action,
        thing,
        thing_id: request.id_or_none("subject_id")?,
        patient: request.id_or_none("patient_id")?,
    };
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
    /// The place in the chain; 0 of a record that is older than it.
    seq: u64,
    /// Whose data it was.
    patients: Vec<PatientId>,
    /// Names of fields.
    detail: Vec<String>,
    /// SHA-256, hex; empty of a record that is older than the chain.
    hash: String,
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
            hash: if record.seq > 0 { secret::hex(&record.hash) } else { String::new() },
            seq: record.seq,
            patients: record.patients,
            detail: record.detail,
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct HeadView {
    /// 0 before the first record.
    seq: u64,
    /// SHA-256, hex; empty before the first record.
    hash: String,
    /// RFC 3339.
    at: Option<String>,
}

impl HeadView {
    fn of(head: Option<Head>) -> HeadView {
        match head {
            Some(head) => HeadView { seq: head.seq, hash: head.hex(), at: Some(head.at.rfc3339()) },
            None => HeadView { seq: 0, hash: String::new(), at: None },
        }
    }
}

fn show_head(cx: &Cx, (): ()) -> Result<HeadView> {
    Ok(HeadView::of(chain::head(&cx.view())?))
}

form! {
    struct VerifyAudit {
        /// A hash that was kept elsewhere: one of the records must have it
        head: Option<Word<64>>,
    }
}

#[derive(Serialize, JsonSchema)]
struct VerdictView {
    ok: bool,
    /// Records of the chain that were found well.
    records: u64,
    /// Records that are older than the chain.
    older: u64,
    head: HeadView,
    broken: Option<BrokenView>,
}

/// The first place that is not as it was written.
#[derive(Serialize, JsonSchema)]
struct BrokenView {
    seq: u64,
    /// In English.
    problem: &'static str,
}

fn verify_audit(cx: &Cx, form: VerifyAudit) -> Result<VerdictView> {
    let kept = form.head.map(|text| chain::hash_from_hex(&text).ok_or_else(|| invalid("head", "应为 64 位十六进制数"))).transpose()?;
    let verdict = chain::verify(&cx.view(), kept.as_ref())?;
    Ok(VerdictView {
        ok: verdict.broken.is_none(),
        records: verdict.records,
        older: verdict.older,
        head: HeadView::of(verdict.head),
        broken: verdict.broken.map(|broken| BrokenView { seq: broken.seq, problem: broken.why }),
    })
}

form! {
    struct ExportAudit {
        /// The first day or moment: 2026-11-29
        since: Option<Word<40>>,
        /// The last day, or the moment before which it ends
        until: Option<Word<40>>,
    }
}

/// Lines on their way out.
struct Lines(Reply);

impl Answer for Lines {
    fn reply(self) -> Result<Reply> {
        Ok(self.0)
    }

    fn describe(_: &mut Schemas) -> AnswerSpec {
        AnswerSpec::of(Content::Other(&[LINES]))
    }
}

/// Who took the log out stands in it, and in what was taken out.
fn export_audit(cx: &Cx, form: ExportAudit) -> Result<Lines> {
    let zone = &cx.app.settings.clinic.zone;
    let read = |name, text: Option<String>, ends| match text {
        Some(text) => zone.day_or_moment(&text, ends).map(Some).ok_or_else(|| listing::not_a_moment(name)),
        None => Ok(None),
    };
    let period = (read("since", form.since, false)?, read("until", form.until, true)?);
    let actor = cx.actor()?;
    cx.write(move |db| audit::write(db, &actor, &Deed::new(Action::Export, Subject::Audit, AnyId::NONE)))?;
    let (send, receive) = mpsc::channel(Pieces::WAITING);
    let app = cx.app.clone();
    tokio::task::spawn_blocking(move || {
        let mut pieces = Pieces::new(send);
        let written = chain::export(&app.store.view(), period, |line| writeln!(pieces, "{line}").map_err(|e| INTERNAL.caused_by(e)));
        match written {
            Ok(_) => pieces.end(),
            Err(error) => {
                tracing::error!(error = error.chain(), "an export of the audit log broke off");
                pieces.break_off();
            }
        }
    });
    Ok(Lines(Reply::stream(LINES, receive)))
}
