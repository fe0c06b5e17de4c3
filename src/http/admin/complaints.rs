//! `/admin/complaints`: what patients complain of, until when the clinic is to answer, and its answer, which is written down.

use serde::Serialize;

use super::{
    form,
    listing::{self, Listing},
};
use crate::{
    base::{
        error::Result,
        id::{EncounterId, Id, PatientAccountId},
        time::Time,
    },
    domain::{
        directory::display_name,
        identity::{
            account::Account,
            audit::{self, Action, Subject},
        },
        relations::{
            complaint::{self, Complaint, ComplaintFilter},
            privacy,
        },
        shared::sight::Sight,
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Write},
            get, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get ("admin", "/admin/complaints",             ADMIN, Heavy(list_complaints),   "投诉列表"),
    get ("admin", "/admin/complaints/{id}",        ADMIN, Write(show_complaint),    "投诉详情"),
    post("admin", "/admin/complaints/{id}/answer", ADMIN, Write(answer_complaint),  "答复投诉"),
];

const LISTING: Listing<Complaint> = Listing {
    filters: &["state", "overdue"],
    time: Some(|row| row.created_at),
    sorts: &[
        ("id", |_, row| Ok(row.id.into())),
        ("state", |_, row| Ok(row.state().into())),
        ("due_at", |_, row| Ok(row.due_at.into())),
        ("created_at", |_, row| Ok(row.created_at.into())),
        ("answered_at", |_, row| Ok(row.answered_at.into())),
    ],
};

fn list_complaints(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let mut wanted = ComplaintFilter {
        open: form::choice(request, "state", &[("open", true), ("answered", false)])?,
        overdue: request.flag_or_none("overdue")?,
        ..ComplaintFilter::default()
    };
    let found = LISTING.find(&db, request, |asked| {
        wanted.needle = asked.needle;
        complaint::find(&db, &wanted, asked.page)
    })?;
    let sight = privacy::administrator(cx.need_reader()?);
    listing::reply(found, |row| ComplaintView::of(&db, row, sight))
}

/// A look that is written down: complaints tell of illnesses.
fn show_complaint(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row: Complaint = db.need(request.path_id("id")?)?;
    audit::note(db, &cx.actor()?, Action::Look, Subject::Complaint, row.id)?;
    Reply::of(&ComplaintView::of(db, row, privacy::administrator(cx.need_reader()?))?)
}

/// `{answer}`, once.
fn answer_complaint(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row = complaint::answer(db, request.path_id("id")?, request.prose("answer", 4_000)?)?;
    audit::note(db, &cx.actor()?, Action::Answer, Subject::Complaint, row.id)?;
    Reply::of(&ComplaintView::of(db, row, privacy::administrator(cx.need_reader()?))?)
}

#[derive(Serialize)]
struct ComplaintView {
    id: Id<Complaint>,
    account_id: PatientAccountId,
    name: String,
    phone: String,
    encounter: Option<EncounterId>,
    text: String,
    images: Vec<String>,
    state: &'static str,
    /// Whether its time is over without an answer.
    overdue: bool,
    answer: String,
    due_at: String,
    created_at: String,
    answered_at: Option<String>,
}

impl ComplaintView {
    fn of(db: &View, row: Complaint, sight: Sight) -> Result<ComplaintView> {
        let account: Account = db.need(row.account_id.account())?;
        Ok(ComplaintView {
            id: row.id,
            account_id: row.account_id,
            name: display_name::face(db, &account, sight)?.name,
            phone: display_name::phone(db, &account)?,
            state: row.state(),
            overdue: row.is_overdue(db.now),
            encounter: row.encounter.known(),
            text: row.text,
            images: row.images,
            answer: row.answer,
            due_at: row.due_at.rfc3339(),
            created_at: row.created_at.rfc3339(),
            answered_at: row.answered_at.map(Time::rfc3339),
        })
    }
}
