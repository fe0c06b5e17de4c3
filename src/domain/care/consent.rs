//! Consents (同意): who agreed to which text for which patient, when and how. Nothing here is ever changed but that it was withdrawn.
//!
//! Sources: 个人信息保护法 Art. 14, 15 (withdrawal), 29 (separate for health data), 31 (guardians of those under 14).

use serde::{Deserialize, Serialize};

use super::consent_text::{self, ConsentText, Purpose};
use crate::{
    base::{
        error::{Error, Kind, NOT_FOUND, NOT_YOURS, Reason, Result},
        id::{AccountId, Id, PatientAccountId, PatientId, TeamId},
        needle::{Needle, Straw},
        page::{Page, Slice},
        settings::ConsentRule,
        time::{Time, age_on},
    },
    domain::{
        directory::patient::{self, ONESELF, Patient},
        notice::notification::{self, Facts, Movement, People},
    },
    store::{About, Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const CONSENT_NEEDED: Reason = Reason::new(Kind::Rule, "consent_needed", "请先阅读并同意知情同意书");
pub const TEXT_CHANGED: Reason = Reason::new(Kind::Conflict, "text_changed", "同意书已更新或停用，请重新阅读后再同意");
pub const GUARDIAN_NEEDED: Reason =
    Reason::new(Kind::Rule, "guardian_needed", "就诊人未满十四周岁，须由成年监护人用本人账号同意，请先完善监护人本人的资料");
pub const CONSENT_WITHDRAWN: Reason = Reason::new(Kind::Conflict, "consent_withdrawn", "该同意已撤回");

/// Below this age a guardian agrees (个人信息保护法 Art. 31).
const CHILD_UNTIL: i64 = 14;
const ADULT_FROM: i64 = 18;

pub use v1::{By, Consent};

pub mod v1 {
    use super::*;

    /// In which place the account agreed. Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum By {
        Oneself,
        /// Of somebody under 14.
        Guardian,
        /// Whoever holds the account, for another adult of the family.
        Holder,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Consent {
        pub id: Id<Consent>,
        /// Who agreed.
        pub account_id: PatientAccountId,
        /// 0 where an account without a profile accepted a team's agreement.
        pub patient_id: PatientId,
        /// To what.
        pub purpose: Purpose,
        /// 0 where it is a team's own agreement.
        pub text_id: Id<ConsentText>,
        /// Whose agreement; 0 where it is a text of the clinic.
        pub team_id: TeamId,
        /// Of the words that were agreed to.
        pub sha256: [u8; 32],
        /// In which place.
        pub by: By,
        /// Empty where nobody agreed as a guardian.
        pub guardian_name: String,
        /// When.
        pub at: Time,
        /// The client's address; empty on paper.
        pub address: String,
        /// What the client called itself (User-Agent).
        pub client: String,
        /// The scan of what was signed on paper: the address of an upload, or empty.
        pub paper: String,
        /// When it was withdrawn.
        pub withdrawn_at: Option<Time>,
        /// Why it was withdrawn.
        pub why: String,
    }
}

pub(in crate::domain) const BY_ACCOUNT: Index<Consent> = Index::counted(1);
const BY_PATIENT: Index<Consent> = Index::new(2);

impl Row for Consent {
    type Kind = Self;

    const TABLE: Table = Table { code: 96, name: "consent", version: 1 };

    const TOUCHED: bool = true;

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Record(About::Patient(self.patient_id))
    }

    fn changed_at(&self) -> Time {
        self.withdrawn_at.unwrap_or(self.at)
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.account_id.account())
    }

    fn refers_to(&self, to: &mut References) {
        // It goes with an account of which nobody was treated; of anybody else the record bars.
        to.needs(self.account_id).goes_with(self.patient_id).recalls(self.text_id.any()).recalls(self.team_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_ACCOUNT, key(&[&self.account_id]), Key::NONE);
        entries.add(&BY_PATIENT, key(&[&self.patient_id, &(self.purpose as u8)]), Key::NONE);
    }
}

impl By {
    pub const fn name(self) -> &'static str {
        match self {
            By::Oneself => "oneself",
            By::Guardian => "guardian",
            By::Holder => "holder",
        }
    }
}

impl Consent {
    /// The version of the text; 0 of a team's own agreement.
    pub fn version(&self, db: &View) -> Result<u32> {
        Ok(db.get::<ConsentText>(self.text_id)?.map_or(0, |text| text.version))
    }
}

/// From where somebody agrees.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    pub address: String,
    pub client: String,
    /// The scan of a paper, empty otherwise.
    pub paper: String,
}

/// Which words are agreed to.
#[derive(Clone, Debug)]
pub struct Agreed {
    pub purpose: Purpose,
    pub version: u32,
    /// As the client computed or was shown it, in hexadecimal digits; a paper bears none.
    pub sha256: Option<[u8; 32]>,
    /// Who signed as the guardian; where nobody is named, whoever holds the account.
    pub guardian_name: String,
}

/// Somebody agrees for a patient of the account. Again to the same text changes nothing.
///
/// Errors: `not_found` (no such text or patient), `not_yours`, `text_changed` (retired, replaced, or other words), `guardian_needed`.
pub fn give(db: &mut Tx, account: PatientAccountId, patient: PatientId, agreed: Agreed, origin: Origin) -> Result<Consent> {
    let patient = patient::need_of(db, account, patient)?;
    let text = consent_text::version(db, agreed.purpose, agreed.version)?.ok_or_else(|| NOT_FOUND.err())?;
    let is_current = consent_text::current(db, agreed.purpose)?.is_some_and(|current| current.id == text.id);
    if !is_current || agreed.sha256.is_some_and(|hash| hash != text.sha256) {
        return Err(TEXT_CHANGED.err());
    }
    let by = match (agreed.purpose, is_child(db, &patient)) {
        (Purpose::Minor, _) | (_, true) => By::Guardian,
        _ if patient.relation == ONESELF => By::Oneself,
        _ => By::Holder,
    };
    let guardian_name = match by {
        By::Guardian if agreed.guardian_name.is_empty() => guardian(db, account, &patient)?,
        By::Guardian => agreed.guardian_name,
        By::Oneself | By::Holder => String::new(),
    };
    if let Some(same) = standing(db, patient.id, agreed.purpose)?.into_iter().find(|one| one.text_id == text.id) {
        return Ok(same);
    }
    let consent = Consent {
        id: db.next_id()?,
        account_id: account,
        patient_id: patient.id,
        purpose: agreed.purpose,
        text_id: text.id,
        team_id: Id::NONE,
        sha256: text.sha256,
        by,
        guardian_name,
        at: db.now,
        address: origin.address,
        client: origin.client,
        paper: origin.paper,
        withdrawn_at: None,
        why: String::new(),
    };
    db.put(&consent)?;
    Ok(consent)
}

/// The name of the adult who holds the account and is not the patient. Errors: `guardian_needed`.
fn guardian(db: &View, account: PatientAccountId, patient: &Patient) -> Result<String> {
    let today = db.settings.clinic.zone.today(db.now);
    let holder = patient::oneself(db, account)?.filter(|holder| holder.id != patient.id);
    let adult = holder.filter(|holder| age_on(&holder.birthday, today).is_some_and(|age| age >= ADULT_FROM));
    adult.map(|holder| holder.name).ok_or_else(|| GUARDIAN_NEEDED.err())
}

/// Whether a guardian has to agree: under 14 today, in the clinic's zone.
pub fn is_child(db: &View, patient: &Patient) -> bool {
    age_on(&patient.birthday, db.settings.clinic.zone.today(db.now)).is_some_and(|age| age < CHILD_UNTIL)
}

/// A member accepted a team's own agreement (会员须知). Again to the same words changes nothing.
pub fn accept_agreement(db: &mut Tx, account: PatientAccountId, team: TeamId, agreement: &str, origin: Origin) -> Result<()> {
    let (patient, sha256) = (patient::oneself(db, account)?.map(|oneself| oneself.id).unwrap_or_default(), consent_text::hash(agreement));
    let known = of_account(db, account)?.into_iter().any(|one| one.team_id == team && one.sha256 == sha256 && one.withdrawn_at.is_none());
    if known {
        return Ok(());
    }
    let id = db.next_id()?;
    let at = db.now;
    db.put(&Consent {
        id,
        account_id: account,
        patient_id: patient,
        purpose: Purpose::Team,
        text_id: Id::NONE,
        team_id: team,
        sha256,
        by: By::Oneself,
        guardian_name: String::new(),
        at,
        address: origin.address,
        client: origin.client,
        paper: origin.paper,
        withdrawn_at: None,
        why: String::new(),
    })
}

/// It does not hold any more; what was done while it held stays. Errors: `not_found`, `not_yours`, `consent_withdrawn`.
pub fn withdraw(db: &mut Tx, account: PatientAccountId, id: Id<Consent>, why: String) -> Result<Consent> {
    let mut consent: Consent = db.need(id)?;
    if consent.account_id != account {
        return Err(NOT_YOURS.err());
    }
    if consent.withdrawn_at.is_some() {
        return Err(CONSENT_WITHDRAWN.err());
    }
    (consent.withdrawn_at, consent.why) = (Some(db.now), why);
    db.put(&consent)?;
    Ok(consent)
}

/// Consents that hold: to a text that need not be agreed to anew, and not withdrawn.
pub fn standing(db: &View, patient: PatientId, purpose: Purpose) -> Result<Vec<Consent>> {
    let least = consent_text::least_version(db, purpose)?;
    let mut standing = Vec::new();
    for consent in db.rows(&BY_PATIENT, key(&[&patient, &(purpose as u8)]), Order::Newest) {
        let consent: Consent = consent?;
        if consent.withdrawn_at.is_none() && !consent.text_id.is_none() && consent.version(db)? >= least {
            standing.push(consent);
        }
    }
    Ok(standing)
}

/// What somebody still has to agree to before care: the service, health data, and for a child its guardian.
pub fn lacking(db: &View, patient: Option<&Patient>) -> Result<Vec<Purpose>> {
    let mut lacking = vec![Purpose::Terms, Purpose::HealthData];
    let Some(patient) = patient else { return Ok(lacking) };
    lacking.extend(is_child(db, patient).then_some(Purpose::Minor));
    let mut left = Vec::new();
    for purpose in lacking {
        if standing(db, patient.id, purpose)?.is_empty() {
            left.push(purpose);
        }
    }
    Ok(left)
}

/// Holds an order against `care.consent`: without consent it is refused, or whoever orders is asked, or nothing. Who has no profile has
/// agreed to nothing.
///
/// Errors: `consent_needed`, naming the texts.
pub fn need_for_order(db: &mut Tx, account: PatientAccountId, patient: Option<&Patient>) -> Result<()> {
    let rule = db.settings.care.consent;
    if rule == ConsentRule::Off {
        return Ok(());
    }
    let lacking = lacking(db, patient)?;
    match rule {
        _ if lacking.is_empty() => Ok(()),
        ConsentRule::Require => Err(refusal(&lacking)),
        ConsentRule::Off | ConsentRule::Ask => {
            let people = People { patient: account, ..People::default() };
            let reason = lacking.iter().map(|purpose| format!("《{}》", purpose.label())).collect::<Vec<_>>().join("、");
            notification::tell(db, Movement::ConsentAsked, &people, &Facts { reason, ..Facts::default() })
        }
    }
}

fn refusal(lacking: &[Purpose]) -> Error {
    lacking.iter().fold(CONSENT_NEEDED.err(), |error, purpose| error.field(purpose.name(), format!("请先同意《{}》", purpose.label())))
}

/// An account's consents, newest first, of one patient where it is named.
pub fn list(db: &View, account: PatientAccountId, patient: Option<PatientId>, page: Page) -> Result<Slice<Consent>> {
    let rows = db.rows(&BY_ACCOUNT, key(&[&account]), Order::Newest);
    page.pick(rows, |consent: &Consent| Ok(patient.is_none_or(|patient| patient == consent.patient_id)))
}

/// Which consents an administrator looks for; the needle is looked for in names.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConsentFilter {
    pub purpose: Option<Purpose>,
    pub version: Option<u32>,
    pub patient: Option<PatientId>,
    pub account: Option<PatientAccountId>,
}

/// Those that are wanted, newest first. Reads the whole table where nobody is named.
pub fn find(db: &View, wanted: ConsentFilter, needle: &Needle, page: Page) -> Result<Slice<Consent>> {
    let fits = |row: &Consent| {
        if !needle.is_empty() {
            let name = db.get::<Patient>(row.patient_id)?.unwrap_or_default().name;
            if !needle.is_among(&[Straw::Name(name.as_str()), Straw::Name(row.guardian_name.as_str())]) {
                return Ok(false);
            }
        }
        Ok(wanted.purpose.is_none_or(|purpose| purpose == row.purpose)
            && wanted.patient.is_none_or(|patient| patient == row.patient_id)
            && wanted.account.is_none_or(|account| account == row.account_id)
            && match wanted.version {
                Some(version) => row.version(db)? == version,
                None => true,
            })
    };
    match wanted.account {
        Some(account) => page.pick(db.rows(&BY_ACCOUNT, key(&[&account]), Order::Newest), fits),
        None => page.pick(db.all(Order::Newest), fits),
    }
}

fn of_account(db: &View, account: PatientAccountId) -> Result<Vec<Consent>> {
    db.rows(&BY_ACCOUNT, key(&[&account]), Order::Oldest).collect()
}

/// What one account agreed to another has.
pub fn hand_over(db: &mut Tx, from: PatientAccountId, to: PatientAccountId) -> Result<()> {
    of_account(db, from)?.into_iter().try_for_each(|consent| db.put(&Consent { account_id: to, ..consent }))
}

/// What was agreed to for one patient was agreed to for the other, who is the same person.
pub fn follow(db: &mut Tx, account: PatientAccountId, double: PatientId, same: PatientId) -> Result<()> {
    let consents = of_account(db, account)?.into_iter().filter(|consent| consent.patient_id == double);
    consents.into_iter().try_for_each(|consent| db.put(&Consent { patient_id: same, ..consent }))
}

/// The account goes, and what it agreed to.
pub fn forget(db: &mut Tx, account: PatientAccountId) -> Result<()> {
    of_account(db, account)?.into_iter().try_for_each(|consent| db.delete::<Consent>(consent.id))
}
