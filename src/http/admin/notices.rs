//! `/admin/notices`: what the clinic tells its people, and to how many of them.

use serde::Serialize;
use serde_json::{Value, json};

use super::listing::{self, Listing};
use crate::{
    base::{
        error::{Result, invalid},
        id::NoticeId,
    },
    domain::{
        identity::{
            account::Role,
            audit::{self, Action, Subject},
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
    get   ("admin", "/admin/notices",           ADMIN, Heavy(list_notices),    "通知列表"),
    post  ("admin", "/admin/notices",           ADMIN, Write(publish_notice),  "发布通知"),
    get   ("admin", "/admin/notices/receivers", ADMIN, Read(count_receivers),  "通知的接收人数"),
    get   ("admin", "/admin/notices/{id}",      ADMIN, Read(show_notice),      "通知详情"),
    delete("admin", "/admin/notices/{id}",      ADMIN, Write(withdraw_notice), "撤回通知"),
];

const LISTING: Listing<Notice> = Listing {
    filters: &["automatic"],
    time: Some(|notice| notice.created_at),
    sorts: &[
        ("id", |_, notice| Ok(notice.id.into())),
        ("title", |_, notice| Ok(notice.title.as_str().into())),
        ("created_at", |_, notice| Ok(notice.created_at.into())),
    ],
};

fn list_notices(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let automatic = request.flag_or_none("automatic")?.unwrap_or(false);
    let found = LISTING.find(&db, request, |asked| notice::find(&db, &asked.needle, automatic, asked.page))?;
    listing::reply(found, |notice| Ok(NoticeView::from(notice)))
}

/// To how many people a notice would go: asked before it does.
fn count_receivers(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    listing::takes_only(request, &["to"])?;
    Reply::of(&json!({ "receivers": notice::receivers(db, audience(request)?)? }))
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
