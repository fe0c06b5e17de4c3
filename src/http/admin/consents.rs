//! `/admin/consents`: who agreed to what, and consents that were signed on paper at the desk.

use serde::Serialize;

use super::{
    consent_texts::PURPOSES,
    form,
    listing::{self, Listing},
};
use crate::{
    base::{
        error::{Result, invalid, missing},
        id::{Id, PatientAccountId, PatientId, TeamId},
        secret,
        time::Time,
    },
    domain::{
        care::consent::{self, Agreed, Consent, ConsentFilter, Origin},
        directory::patient::Patient,
        identity::audit::{self, Action, Subject},
        shared::upload,
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
    get ("admin", "/admin/consents",              ADMIN, Heavy(list_consents), "同意记录列表"),
    post("admin", "/admin/persons/{id}/consents", ADMIN, Write(take_paper),    "登记纸质同意书"),
];

const LISTING: Listing<Consent> = Listing {
    filters: &["purpose", "version", "patient_id", "account_id"],
    time: Some(|consent| consent.at),
    sorts: &[
        ("id", |_, consent| Ok(consent.id.into())),
        ("purpose", |_, consent| Ok(consent.purpose.name().into())),
        ("at", |_, consent| Ok(consent.at.into())),
        ("withdrawn_at", |_, consent| Ok(consent.withdrawn_at.into())),
    ],
};

fn list_consents(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let wanted = ConsentFilter {
        purpose: form::choice(request, "purpose", PURPOSES)?,
        version: request.integer_or_none("version", 0..=1_000_000)?.and_then(|number| u32::try_from(number).ok()),
        patient: request.id_or_none("patient_id")?,
        account: request.id_or_none("account_id")?,
    };
    let found = LISTING.find(&db, request, |asked| consent::find(&db, wanted, &asked.needle, asked.page))?;
    listing::reply(found, |consent| ConsentView::of(&db, consent))
}

/// `{purpose, version, scan, guardian_name?}`: the scan is an upload of ours.
fn take_paper(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let patient: Patient = db.need(request.path_id("id")?)?;
    let paper = request.picture_or_none("scan")?.ok_or_else(|| missing("scan"))?;
    let name = paper.rsplit('/').next().unwrap_or_default();
    if upload::by_name(db, name)?.is_none() {
        return Err(invalid("scan", "应为已上传的扫描件地址"));
    }
    let agreed = Agreed {
        purpose: form::choice(request, "purpose", PURPOSES)?.ok_or_else(|| missing("purpose"))?,
        version: u32::try_from(request.integer("version", 1..=1_000_000)?).unwrap_or(u32::MAX),
        sha256: None,
        guardian_name: request.text_or_empty("guardian_name", 50)?,
    };
    let consent = consent::give(db, patient.owner, patient.id, agreed, Origin { paper, ..Origin::default() })?;
    audit::note(db, &cx.actor()?, Action::Consent, Subject::Consent, consent.id)?;
    Reply::bare(201, &ConsentView::of(db, consent)?)
}

#[derive(Serialize)]
struct ConsentView {
    id: Id<Consent>,
    account_id: PatientAccountId,
    patient_id: Option<PatientId>,
    patient_name: String,
    purpose: &'static str,
    /// 0 of a team's own agreement.
    version: u32,
    team_id: Option<TeamId>,
    sha256: String,
    by: &'static str,
    guardian_name: String,
    at: String,
    address: String,
    client: String,
    /// The scan, empty where it was no paper.
    paper: String,
    withdrawn_at: Option<String>,
    why: String,
}

impl ConsentView {
    fn of(db: &View, consent: Consent) -> Result<ConsentView> {
        Ok(ConsentView {
            version: consent.version(db)?,
            patient_name: db.get::<Patient>(consent.patient_id)?.unwrap_or_default().name,
            id: consent.id,
            account_id: consent.account_id,
            patient_id: consent.patient_id.known(),
            purpose: consent.purpose.name(),
            team_id: consent.team_id.known(),
            sha256: secret::hex(&consent.sha256),
            by: consent.by.name(),
            guardian_name: consent.guardian_name,
            at: consent.at.rfc3339(),
            address: consent.address,
            client: consent.client,
            paper: consent.paper,
            withdrawn_at: consent.withdrawn_at.map(Time::rfc3339),
            why: consent.why,
        })
    }
}
