//! `/admin/integrations`: programs of others that read through `/fhir`.

use jiff::Timestamp;
use serde::Serialize;

use super::listing::{self, Listing};
use crate::{
    base::{
        error::{Result, invalid},
        id::{AccountId, IntegrationId},
        settings::Network,
        time::Time,
    },
    domain::identity::{
        audit::{self, Action, Subject},
        integration::{self, Integration, NewIntegration, Shown, scope_of},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Write},
            delete, get, post,
        },
    },
    store::Tx,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/integrations",      ADMIN, Heavy(list_integrations),   "接入列表"),
    post  ("admin", "/admin/integrations",      ADMIN, Write(create_integration),  "新建接入").without_key(),
    delete("admin", "/admin/integrations/{id}", ADMIN, Write(revoke_integration),  "撤销接入"),
];

const LISTING: Listing<Integration> = Listing {
    filters: &[],
    time: Some(|integration| integration.created_at),
    sorts: &[
        ("id", |_, integration| Ok(integration.id.into())),
        ("name", |_, integration| Ok(integration.name.as_str().into())),
        ("created_at", |_, integration| Ok(integration.created_at.into())),
    ],
};

fn list_integrations(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let found = LISTING.find(&db, request, |asked| integration::list(&db, asked.page))?;
    listing::reply(found, |one| Ok(IntegrationView::of(one, None)))
}

/// The answer holds the token, which nobody is told again.
fn create_integration(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let actor = cx.actor()?;
    let new = NewIntegration {
        name: request.text("name", 60)?,
        scopes: scopes(request)?,
        identifiers: shown(request)?,
        addresses: addresses(request)?,
        expires_at: expiry(db, request)?,
        created_by: actor.account_id,
    };
    let (made, token) = integration::create(db, new)?;
    audit::note(db, &actor, Action::Create, Subject::Integration, made.id)?;
    Reply::bare(201, &IntegrationView::of(made, Some(token)))
}

fn revoke_integration(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let revoked = integration::revoke(db, request.path_id("id")?)?;
    audit::note(db, &cx.actor()?, Action::Revoke, Subject::Integration, revoked.id)?;
    Reply::of(&IntegrationView::of(revoked, None))
}

/// A list, or a text with spaces or commas between.
fn words(request: &Request, name: &str) -> Vec<String> {
    let split = |text: &str| text.split([' ', ',']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    match request.fields.0.get(name) {
        Some(serde_json::Value::Array(all)) => all.iter().filter_map(|one| one.as_str()).flat_map(split).collect(),
        Some(serde_json::Value::String(text)) => split(text),
        _ => Vec::new(),
    }
}

fn scopes(request: &Request) -> Result<Vec<String>> {
    const MOST: usize = 40;
    let scopes = words(request, "scopes");
    let is_known = |scope: &String| scope_of(scope).is_some_and(|of| of == "*" || of.bytes().all(|byte| byte.is_ascii_alphabetic()));
    match !scopes.is_empty() && scopes.len() <= MOST && scopes.iter().all(is_known) {
        true => Ok(scopes),
        false => Err(invalid("scopes", "应为 system/*.read 或 system/<资源类型>.read 的列表")),
    }
}

fn shown(request: &Request) -> Result<Shown> {
    match request.word_or_none("identifiers", 20)? {
        None => Ok(Shown::Masked),
        Some(name) => Shown::from_name(&name).ok_or_else(|| invalid("identifiers", "应为 masked、match 或 full")),
    }
}

fn addresses(request: &Request) -> Result<Vec<String>> {
    const MOST: usize = 40;
    let addresses = words(request, "addresses");
    match addresses.len() <= MOST && addresses.iter().all(|text| Network::parse(text).is_some()) {
        true => Ok(addresses),
        false => Err(invalid("addresses", "应为 IP 地址或网段的列表，如 10.0.0.0/8")),
    }
}

/// At most `fhir.token_ttl` from now, which is what holds where none is named.
fn expiry(db: &Tx, request: &Request) -> Result<Option<Time>> {
    let Some(text) = request.word_or_none("expires_at", 40)? else { return Ok(None) };
    let at: Timestamp = text.parse().map_err(|_| invalid("expires_at", "应为 2027-01-01T00:00:00Z 形式的时间"))?;
    let at = Time(at.as_millisecond());
    match at > db.now && at <= db.now.plus(db.settings.fhir.token_ttl.ms()) {
        true => Ok(Some(at)),
        false => Err(invalid("expires_at", format!("应在现在之后，最长 {}", db.settings.text("fhir.token_ttl")))),
    }
}

#[derive(Serialize)]
struct IntegrationView {
    id: IntegrationId,
    name: String,
    scopes: Vec<String>,
    identifiers: &'static str,
    addresses: Vec<String>,
    expires_at: String,
    /// 0 where `admin.token` was shown.
    created_by: AccountId,
    created_at: String,
    last_used_at: Option<String>,
    revoked_at: Option<String>,
    /// Told once, where it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl IntegrationView {
    fn of(one: Integration, token: Option<String>) -> IntegrationView {
        let Integration { id, name, scopes, identifiers, addresses, expires_at, created_by, created_at, last_used_at, revoked_at, .. } =
            one;
        IntegrationView {
            id,
            name,
            scopes,
            identifiers: identifiers.name(),
            addresses,
            expires_at: expires_at.rfc3339(),
            created_by,
            created_at: created_at.rfc3339(),
            last_used_at: last_used_at.map(Time::rfc3339),
            revoked_at: revoked_at.map(Time::rfc3339),
            token,
        }
    }
}
