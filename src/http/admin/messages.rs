//! `/admin/outbox`: the text messages that went out. `/admin/notices`: what the clinic tells its people.

use serde::Serialize;
use serde_json::{Value, json};

use super::listing::{self, Asked};
use crate::{
    base::{
        error::{Result, invalid},
        id::{AnyId, NoticeId},
    },
    domain::{
        identity::{
            account::Role,
            audit::{self, Action, Subject},
            sms::{self, Sms},
        },
        notice::{self, Audience, Notice},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Read, Write},
            delete, get, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/outbox",       ADMIN, Heavy(list_outbox),    "短信发件箱"),
    get   ("admin", "/admin/notices",      ADMIN, Heavy(list_notices),   "通知列表"),
    post  ("admin", "/admin/notices",      ADMIN, Write(publish_notice), "发布通知"),
    get   ("admin", "/admin/notices/{id}", ADMIN, Read(show_notice),     "通知详情"),
    delete("admin", "/admin/notices/{id}", ADMIN, Write(withdraw_notice),"撤回通知"),
];

fn list_outbox(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, asked) = (cx.view(), Asked::of(request)?);
    let phone = if request.has("phone") { Some(request.phone(&["phone"])?) } else { None };
    listing::reply(sms::list(&db, phone.as_deref(), &asked.needle, asked.page)?, |sms| Ok(SmsView::from(sms)))
}

#[derive(Serialize)]
struct SmsView {
    id: AnyId,
    phone: String,
    text: String,
    code: String,
    created_at: String,
}

impl From<Sms> for SmsView {
    fn from(sms: Sms) -> SmsView {
        SmsView { id: sms.id.any(), phone: sms.phone, text: sms.text, code: sms.code, created_at: sms.created_at.rfc3339() }
    }
}

fn list_notices(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, asked) = (cx.view(), Asked::of(request)?);
    let automatic = request.flag_or_none("automatic")?.unwrap_or(false);
    listing::reply(notice::find(&db, &asked.needle, automatic, asked.page)?, |notice| Ok(NoticeView::from(notice)))
}

fn publish_notice(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (title, content, audience) = (request.text("title", 100)?, request.prose("content", 5_000)?, audience(request)?);
    let notice = notice::publish(db, audience, &title, &content)?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::Notice, notice.id)?;
    Reply::bare(201, &NoticeView::from(notice))
}

fn show_notice(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&NoticeView::from(db.need::<Notice>(request.path_id("id")?)?))
}

fn withdraw_notice(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let id = request.path_id("id")?;
    notice::withdraw(db, id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::Notice, id)?;
    Reply::empty()
}

#[rustfmt::skip]
const GROUPS: &[(&str, Audience)] = &[
    ("all",        Audience::Everybody),
    ("patients",   Audience::Everyone(Role::Patient)),
    ("doctors",    Audience::Everyone(Role::Doctor)),
    ("assistants", Audience::Everyone(Role::Assistant)),
];

/// `to`: one of the groups, or an account's id.
fn audience(request: &Request) -> Result<Audience> {
    let to = request.word("to", 20)?;
    let group = GROUPS.iter().find(|(name, _)| *name == to).map(|(_, audience)| *audience);
    let audience = group.or_else(|| to.parse().ok().map(Audience::One));
    audience.ok_or_else(|| invalid("to", "应为 all、patients、doctors、assistants 或账号编号"))
}

#[derive(Serialize)]
struct NoticeView {
    id: NoticeId,
    title: String,
    content: String,
    to: Value,
    /// Whether the clinic said it by itself.
    automatic: bool,
    created_at: String,
}

impl From<Notice> for NoticeView {
    fn from(notice: Notice) -> NoticeView {
        let group = GROUPS.iter().find(|(_, audience)| *audience == notice.audience).map(|(name, _)| json!(name));
        let to = match (group, notice.audience) {
            (Some(group), _) => group,
            (None, Audience::One(account)) => json!(account),
            (None, Audience::Everyone(role)) => json!(role.name()),
            (None, Audience::Everybody) => json!("all"),
        };
        let Notice { id, title, content, automatic, created_at, .. } = notice;
        NoticeView { id, title, content, to, automatic, created_at: created_at.rfc3339() }
    }
}
