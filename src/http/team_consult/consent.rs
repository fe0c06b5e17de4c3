//! 知情同意: what there is to agree to, agreeing, and withdrawing.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::dialect::{Listed, PageForm};
use crate::{
    base::{
        error::{NOT_FOUND, Result, invalid},
        id::{EncounterId, Id, PatientId, TeamId},
        secret,
    },
    domain::{
        care::{
            consent::{self, Agreed, Consent, Origin},
            consent_text::{self, ConsentText, Purpose},
        },
        clinic_wide::withdrawing,
        identity::audit::{self, Action, Subject},
    },
    http::core::{
        context::Cx,
        signature::{FieldSpec, Schemas},
        table::{ANYONE, Endpoint, PATIENT},
        typed::{Choice, Field, Flat, Kind, Names, OneOf, OrEmpty, Path, Source, Text, Whole, delete, form, get, post, run},
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("own", "/consent/text",                     ANYONE,  run!(Read(list_texts)),       "知情同意书列表"),
    get   ("own", "/consent/text/{purpose}/{version}", ANYONE,  run!(Read(show_text)),        "知情同意书"),
    get   ("own", "/consent",                          PATIENT, run!(Read(list_consents)),    "我的同意记录"),
    post  ("own", "/consent",                          PATIENT, run!(Write(give_consent)),    "同意知情同意书")
        .says("`sha256` is that of the body that was shown, in hexadecimal digits: 409 `text_changed` where the text is another, retired or replaced."),
    delete("own", "/consent/{id}",                     PATIENT, run!(Write(withdraw_consent)), "撤回同意")
        .says("What nobody has answered yet is called off and refunded; records that were made are kept until `kept_until`."),
];

impl Choice for Purpose {
    const WORDS: &'static [(&'static str, Purpose)] =
        &[("terms", Purpose::Terms), ("health_data", Purpose::HealthData), ("minor", Purpose::Minor), ("team", Purpose::Team)];
}

/// 64 hexadecimal digits.
struct Hash;

impl Kind for Hash {
    type Value = [u8; 32];

    fn read(source: &Source, name: &'static str) -> Result<Option<[u8; 32]>> {
        let Some(text) = source.request.word_or_none(name, 200)? else { return Ok(None) };
        secret::unhex(&text).map(Some).ok_or_else(|| invalid(name, "应为 64 位十六进制"))
    }

    fn schema() -> Value {
        json!({ "type": "string", "pattern": "^[0-9a-fA-F]{64}$" })
    }
}

/// What the client calls itself; no field of the request.
struct UserAgent;

impl Field for UserAgent {
    type Value = String;

    fn take(source: &Source, _: Names) -> Result<String> {
        const MOST: usize = 200;
        Ok(source.request.header("user-agent").unwrap_or_default().chars().take(MOST).collect())
    }

    fn describe(_: Names, _: &str, _: &mut Schemas, _: &mut Vec<FieldSpec>) {}
}

form! {
    struct OneText {
        /// terms, health_data, minor or team
        purpose: Path<String>,
        /// 第几版
        version: Path<String>,
    }
}

form! {
    struct ListForm {
        /// 就诊人编号
        patient_id: Option<PatientId>,
        page: Flat<PageForm>,
    }
}

form! {
    struct ConsentForm {
        /// 就诊人编号
        patient_id: PatientId,
        /// 同意什么
        purpose: OneOf<Purpose>,
        /// 第几版
        version: Whole<1, 1_000_000>,
        /// 所示正文的 SHA-256
        sha256: Hash,
        client: UserAgent,
    }
}

form! {
    struct WithdrawForm {
        id: Path<Id<Consent>>,
        /// 撤回的原因
        why: OrEmpty<Text<200>>,
    }
}

#[derive(Serialize, JsonSchema)]
struct TextView {
    id: Id<ConsentText>,
    purpose: &'static str,
    version: u32,
    title: String,
    /// Markdown.
    body: String,
    /// Of the body's UTF-8.
    sha256: String,
    /// Whether who agreed to an earlier version has to agree anew.
    must_renew: bool,
    /// 样本: it came with the program.
    sample: bool,
    /// Epoch milliseconds, both.
    published_at: i64,
    retired_at: Option<i64>,
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
            published_at: text.published_at.0,
            retired_at: text.retired_at.map(|at| at.0),
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct TextsView {
    items: Vec<TextView>,
    total: u64,
}

#[derive(Serialize, JsonSchema)]
struct ConsentView {
    id: Id<Consent>,
    patient_id: Option<PatientId>,
    purpose: &'static str,
    /// 0 of a team's own agreement.
    version: u32,
    /// Whose agreement, where it is a team's.
    team_id: Option<TeamId>,
    sha256: String,
    /// oneself, guardian or holder.
    by: &'static str,
    guardian_name: String,
    /// Epoch milliseconds, both.
    at: i64,
    withdrawn_at: Option<i64>,
    why: String,
    /// Whether it was signed on paper.
    paper: bool,
}

impl ConsentView {
    fn of(db: &View, consent: Consent) -> Result<ConsentView> {
        Ok(ConsentView {
            version: consent.version(db)?,
            id: consent.id,
            patient_id: consent.patient_id.known(),
            purpose: consent.purpose.name(),
            team_id: consent.team_id.known(),
            sha256: secret::hex(&consent.sha256),
            by: consent.by.name(),
            guardian_name: consent.guardian_name,
            at: consent.at.0,
            withdrawn_at: consent.withdrawn_at.map(|at| at.0),
            why: consent.why,
            paper: !consent.paper.is_empty(),
        })
    }
}

#[derive(Serialize, JsonSchema)]
struct WithdrawnView {
    #[serde(flatten)]
    consent: ConsentView,
    /// What was called off, and is refunded where it was paid.
    ended: Vec<EncounterId>,
    /// The day until which the records are kept; null where there are none.
    kept_until: Option<String>,
    message: String,
}

fn list_texts(_: &Cx, db: &View, (): ()) -> Result<TextsView> {
    let mut items = Vec::new();
    for purpose in Purpose::ALL {
        items.extend(consent_text::current(db, purpose)?.map(TextView::from));
    }
    Ok(TextsView { total: items.len() as u64, items })
}

fn show_text(_: &Cx, db: &View, form: OneText) -> Result<TextView> {
    let named = Purpose::from_name(&form.purpose).zip(form.version.parse().ok());
    let text = named.map_or(Ok(None), |(purpose, number)| consent_text::version(db, purpose, number))?;
    text.map(TextView::from).ok_or_else(|| NOT_FOUND.err())
}

fn list_consents(cx: &Cx, db: &View, form: ListForm) -> Result<Listed<ConsentView>> {
    Ok(consent::list(db, cx.my_id()?, form.patient_id, form.page.page())?.try_map(|consent| ConsentView::of(db, consent))?.into())
}

fn give_consent(cx: &Cx, db: &mut Tx, form: ConsentForm) -> Result<ConsentView> {
    let agreed = Agreed {
        purpose: form.purpose,
        version: u32::try_from(form.version).unwrap_or(u32::MAX),
        sha256: Some(form.sha256),
        guardian_name: String::new(),
    };
    let origin = Origin { address: cx.address.to_string(), client: form.client, paper: String::new() };
    let consent = consent::give(db, cx.my_id()?, form.patient_id, agreed, origin)?;
    audit::note(db, &cx.actor()?, Action::Consent, Subject::Consent, consent.id)?;
    ConsentView::of(db, consent)
}

fn withdraw_consent(cx: &Cx, db: &mut Tx, form: WithdrawForm) -> Result<WithdrawnView> {
    let withdrawn = withdrawing::withdraw(db, cx.my_id()?, form.id, form.why)?;
    audit::note(db, &cx.actor()?, Action::Withdraw, Subject::Consent, withdrawn.consent.id)?;
    let kept_until = withdrawn.kept_until.map(|until| db.settings.clinic.zone.date(until));
    let message = match &kept_until {
        Some(day) => format!("已撤回同意，不再提供新的服务。已形成的诊疗记录依法保存至 {day}。"),
        None => "已撤回同意，不再提供新的服务。".to_owned(),
    };
    Ok(WithdrawnView { consent: ConsentView::of(db, withdrawn.consent)?, ended: withdrawn.ended, kept_until, message })
}
