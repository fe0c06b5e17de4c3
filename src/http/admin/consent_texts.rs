//! `/admin/consent-texts`: what patients agree to. A text is published and retired, never changed or taken out.

use serde::Serialize;

use super::{
    form,
    listing::{self, Listing},
};
use crate::{
    base::{
        error::{Result, missing},
        id::Id,
        secret,
        time::Time,
    },
    domain::{
        care::consent_text::{self, ConsentText, NewText, Purpose},
        identity::audit::{self, Action, Subject},
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
    get ("admin", "/admin/consent-texts",             ADMIN, Heavy(list_texts),   "知情同意书列表"),
    post("admin", "/admin/consent-texts",             ADMIN, Write(publish_text), "发布知情同意书"),
    get ("admin", "/admin/consent-texts/{id}",        ADMIN, Read(show_text),     "知情同意书详情"),
    post("admin", "/admin/consent-texts/{id}/retire", ADMIN, Write(retire_text),  "停用知情同意书"),
];

pub const PURPOSES: &[(&str, Purpose)] =
    &[("terms", Purpose::Terms), ("health_data", Purpose::HealthData), ("minor", Purpose::Minor), ("team", Purpose::Team)];

const LISTING: Listing<ConsentText> = Listing {
    filters: &["purpose"],
    time: Some(|text| text.published_at),
    sorts: &[
        ("id", |_, text| Ok(text.id.into())),
        ("purpose", |_, text| Ok(text.purpose.name().into())),
        ("version", |_, text| Ok(text.version.into())),
        ("published_at", |_, text| Ok(text.published_at.into())),
        ("retired_at", |_, text| Ok(text.retired_at.into())),
    ],
};

fn list_texts(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, purpose) = (cx.view(), form::choice(request, "purpose", PURPOSES)?);
    let found = LISTING.find(&db, request, |asked| consent_text::find(&db, purpose, &asked.keyword, asked.page))?;
    listing::reply(found, |text| Ok(TextView::from(text)))
}

fn show_text(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&TextView::from(db.need::<ConsentText>(request.path_id("id")?)?))
}

/// The next version of its purpose, in force at once.
fn publish_text(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let new = NewText {
        purpose: form::choice(request, "purpose", PURPOSES)?.ok_or_else(|| missing("purpose"))?,
        title: request.text("title", 100)?,
        body: request.prose("body", 50_000)?,
        must_renew: request.flag_or_none("must_renew")?.unwrap_or(false),
    };
    let text = consent_text::publish(db, new)?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::ConsentText, text.id)?;
    Reply::bare(201, &TextView::from(text))
}

fn retire_text(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let text = consent_text::retire(db, request.path_id("id")?)?;
    audit::note(db, &cx.actor()?, Action::Retire, Subject::ConsentText, text.id)?;
    Reply::of(&TextView::from(text))
}

#[derive(Serialize)]
struct TextView {
    id: Id<ConsentText>,
    purpose: &'static str,
    version: u32,
    title: String,
    body: String,
    sha256: String,
    must_renew: bool,
    sample: bool,
    published_at: String,
    retired_at: Option<String>,
}

impl From<ConsentText> for TextView {
    fn from(text: ConsentText) -> TextView {
        TextView {
            id: text.id,
            purpose: text.purpose.name(),
            version: text.version,
            title: text.title,
            body: text.body,
            sha256: secret::hex(&text.sha256),
            must_renew: text.must_renew,
            sample: text.sample,
            published_at: text.published_at.rfc3339(),
            retired_at: text.retired_at.map(Time::rfc3339),
        }
    }
}
