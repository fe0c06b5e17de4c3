//! `/admin/outbox`: the text messages that went out, with the codes to read out to whoever is on the phone.

use serde::Serialize;

use super::{
    form,
    listing::{self, Listing},
};
use crate::{
    base::{error::Result, id::AnyId, time::DAY},
    domain::identity::{
        audit::{self, Purpose, Subject},
        sms::{self, Sms, SmsState},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{ADMIN, Endpoint, Run::Heavy, get},
    },
    store::View,
};

pub const CHAPTER: &[Endpoint] = &[get("admin", "/admin/outbox", ADMIN, Heavy(list_outbox), "短信发件箱")];

const LISTING: Listing<Sms> = Listing {
    filters: &["phone", "state"],
    time: Some(|sms| sms.created_at),
    sorts: &[
        ("id", |_, sms| Ok(sms.id.into())),
        ("phone", |_, sms| Ok(sms.phone.as_str().into())),
        ("created_at", |_, sms| Ok(sms.created_at.into())),
    ],
};

fn list_outbox(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let phone = if request.has("phone") { Some(request.phone(&["phone"])?) } else { None };
    look(cx, &db)?;
    let state = form::choice(request, "state", &SmsState::ALL.map(|state| (state.name(), state)))?;
    let found = LISTING.find(&db, request, |asked| sms::list(&db, (phone.as_deref(), state), &asked.needle, asked.page))?;
    listing::reply(found, |sms| Ok(SmsView::from(sms)))
}

/// Telephones and codes stand there whole: one look an administrator and day.
fn look(cx: &Cx, db: &View) -> Result<()> {
    let (actor, outbox) = (cx.actor()?, (Subject::Outbox, AnyId::NONE));
    let has_looked = move |db: &View, account| audit::has_looked(db, account, outbox, None, db.now.plus(-DAY));
    if has_looked(db, actor.account_id)? {
        return Ok(());
    }
    cx.write(move |db| match has_looked(db, actor.account_id)? {
        true => Ok(()),
        false => audit::look(db, &actor, outbox, &[], Purpose::Administration),
    })
}

#[derive(Serialize)]
struct SmsView {
    id: AnyId,
    phone: String,
    text: String,
    code: String,
    created_at: String,
    state: &'static str,
    /// In words; null where nothing is wrong.
    problem: Option<String>,
}

impl From<Sms> for SmsView {
    fn from(sms: Sms) -> SmsView {
        SmsView {
            id: sms.id.any(),
            phone: sms.phone,
            text: sms.text,
            code: sms.code,
            created_at: sms.created_at.rfc3339(),
            state: sms.state.name(),
            problem: Some(sms.problem).filter(|problem| !problem.is_empty()),
        }
    }
}
