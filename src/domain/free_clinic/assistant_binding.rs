//! Care: which patients an assistant looks after, and what the assistant does for them (志愿医生 3.4.3 to 3.4.10).
//!
//! A patient is bound with the code that their own phone received, or is made by the assistant. Only verified assistants write.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    clinic_session::ClinicSession,
    history,
    joining::{self, JoinProject},
    registration::{self, Registration},
};
use crate::{
    base::{
        error::{Error, Kind, NOT_YOURS, Reason, Result},
        id::Id,
        needle::{Needle, Straw},
        page::{Page, Slice},
        time::Time,
    },
    domain::{
        directory::{
            assistant,
            patient::{self, PatientProfile},
        },
        identity::{
            account::{self, Account, NewAccount, Role},
            sms,
        },
        money::payment::Payment,
        notice::{self, Audience},
    },
    store::{Entries, Index, Key, Order, Row, Table, Tx, View, key},
};

pub const NO_SUCH_PATIENT: Reason = Reason::new(Kind::Rule, "no_such_patient", "该手机号没有患者账号，请新建病人");

pub use v1::AssistantBinding;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct AssistantBinding {
        pub id: Id,
        pub assistant_id: Id,
        /// The patient account.
        pub user_id: Id,
        /// Whether the assistant made the account.
        pub created: bool,
        pub created_at: Time,
    }
}

const PAIR: Index<AssistantBinding> = Index::new(1);
/// An assistant's patients.
pub const BY_ASSISTANT: Index<AssistantBinding> = Index::counted(2);
/// A patient's assistants.
pub const BY_USER: Index<AssistantBinding> = Index::counted(3);

impl Row for AssistantBinding {
    const TABLE: Table = Table { code: 30, name: "binding", version: 1 };

    fn id(&self) -> Id {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&PAIR, key(&[&self.assistant_id, &self.user_id]), Key::NONE);
        entries.add(&BY_ASSISTANT, key(&[&self.assistant_id]), key(&[&self.created_at]));
        entries.add(&BY_USER, key(&[&self.user_id]), key(&[&self.created_at]));
    }
}

/// Whether the assistant looks after this patient.
pub fn looks_after(db: &View, assistant: Id, user: Id) -> Result<bool> {
    Ok(db.first(&PAIR, key(&[&assistant, &user]))?.is_some())
}

/// Takes on a patient who has an account and read out the code that was sent to `phone`. Doing it again changes nothing. The inner
/// error refuses a wrong code: the caller commits all the same, so that the try counts.
///
/// Errors: `not_verified`, `no_such_patient`, `account_disabled`.
pub fn bind(db: &mut Tx, assistant: Id, phone: &str, code: &str) -> Result<Result<(), Error>> {
    account::need_verified(db, assistant)?;
    if let Err(refusal) = sms::spend(db, phone, code)? {
        return Ok(Err(refusal));
    }
    let patient = account::by_phone(db, Role::Patient, phone)?.ok_or_else(|| NO_SUCH_PATIENT.err().field("phone", "没有患者账号"))?;
    account::may_sign_in(&patient)?;
    if !looks_after(db, assistant, patient.id)? {
        tie(db, assistant, patient.id, false)?;
    }
    Ok(Ok(()))
}

/// The form of 3.4.4. The password comes hashed.
#[derive(Clone, Debug)]
pub struct CreatePatient {
    pub phone: Option<String>,
    pub password: String,
    pub profile: PatientProfile,
}

/// Makes a patient account with a complete profile, which the assistant looks after from then on.
///
/// Errors: `not_verified`, `phone_registered`, `unknown_region`.
pub fn create_patient(db: &mut Tx, assistant: Id, form: CreatePatient) -> Result<Account> {
    account::need_verified(db, assistant)?;
    let new = NewAccount { role: Role::Patient, phone: form.phone, username: None, password: Some(form.password) };
    let account = account::create(db, new)?;
    patient::complete(db, account.id, form.profile)?;
    tie(db, assistant, account.id, true)?;
    Ok(account)
}

/// Who looked after one patient account looks after another.
pub fn hand_over(db: &mut Tx, from: Id, to: Id) -> Result<()> {
    let ties: Vec<AssistantBinding> = db.rows(&BY_USER, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    for tie in ties {
        match looks_after(db, tie.assistant_id, to)? {
            true => db.delete::<AssistantBinding>(tie.id)?,
            false => db.put(&AssistantBinding { user_id: to, ..tie })?,
        }
    }
    Ok(())
}

/// The assistant's patients whose name or phone holds the needle, newest first.
pub fn patients(db: &View, assistant: Id, needle: &Needle, page: Page) -> Result<Slice<Account>> {
    let group = key(&[&assistant]);
    if needle.is_empty() {
        return db.page(&BY_ASSISTANT, group, page)?.try_map(|binding: AssistantBinding| db.need(binding.user_id));
    }
    let mut found = Vec::new();
    for binding in db.rows(&BY_ASSISTANT, group, Order::Newest) {
        let account: Account = db.need(binding?.user_id)?;
        let name = patient::oneself(db, account.id)?.map(|patient| patient.name).unwrap_or_default();
        if needle.is_among(&[Straw::Name(name.as_str()), Straw::Phone(account.phone.as_deref().unwrap_or_default())]) {
            found.push(account);
        }
    }
    Ok(page.of(found))
}

/// Takes a seat for a patient, who brings the latest casebook along, or an empty one. The patient pays where there is a deposit, and
/// is told either way.
///
/// Errors: `not_verified`, `not_found`, `not_yours` for another's patient, and those of [`joining::join`].
pub fn join(db: &mut Tx, assistant: Id, user: Id, project: Id, plan_time: Option<String>) -> Result<(Registration, Option<Payment>)> {
    account::need_verified(db, assistant)?;
    let patient = account::need(db, user, Role::Patient)?;
    if !looks_after(db, assistant, patient.id)? {
        return Err(NOT_YOURS.err());
    }
    let casebook = history::latest_casebook(db, user)?.unwrap_or_default();
    let form = JoinProject { content: casebook.content, photo: casebook.photo, plan_time, assistant_id: assistant };
    let (registration, payment) = joining::join(db, user, project, form)?;
    let name = assistant::profile(db, assistant)?.name;
    let when = db.settings.clinic.zone.date_time(registration.visit_time);
    let pay = match (&payment, registration.hold_until) {
        (Some(payment), Some(until)) => {
            format!("请在{}前支付押金{}元，逾期名额将不再保留。", db.settings.clinic.zone.date_time(until), payment.amount.yuan())
        }
        _ => String::new(),
    };
    notice::publish(db, Audience::One(user), "医助已为您预约", &format!("医助{name}已为您预约{when}的义诊。{pay}"))?;
    Ok((registration, payment))
}

/// Gives back a seat that the assistant took. Errors: `not_verified`, `not_found`, `not_yours`, `not_booked`, `project_started`.
pub fn cancel(db: &mut Tx, assistant: Id, id: Id) -> Result<()> {
    account::need_verified(db, assistant)?;
    let registration: Registration = db.need(id)?;
    match registration.assistant_id == assistant {
        true => registration::withdraw(db, registration),
        false => Err(NOT_YOURS.err()),
    }
}

/// The projects in which the assistant took seats for patients, latest seat first; also those where nothing came of it, so that a
/// rejection is found.
pub fn projects(db: &View, assistant: Id, page: Page) -> Result<Slice<ClinicSession>> {
    let mut seen = BTreeSet::new();
    let mut ids = Vec::new();
    for registration in db.rows(&registration::OF_ASSISTANT, key(&[&assistant]), Order::Newest) {
        let project = registration.map(|registration: Registration| registration.project_id)?;
        if seen.insert(project) {
            ids.push(project);
        }
    }
    page.of(ids).try_map(|id| db.need(id))
}

/// Lets go of everybody whom this person, assistant or patient, is bound to: the person is going.
pub fn forget(db: &mut Tx, person: Id) -> Result<()> {
    let mut ids: Vec<Id> = db.ids(&BY_ASSISTANT, key(&[&person]), Order::Oldest).collect::<Result<_>>()?;
    ids.extend(db.ids(&BY_USER, key(&[&person]), Order::Oldest).collect::<Result<Vec<_>>>()?);
    ids.into_iter().try_for_each(|id| db.delete::<AssistantBinding>(id))
}

/// The assistant looks after the patient from now on. Whether that is asked for is the caller's to know; once for each pair.
pub fn tie(db: &mut Tx, assistant: Id, user: Id, created: bool) -> Result<()> {
    let binding = AssistantBinding { id: db.next_id()?, assistant_id: assistant, user_id: user, created, created_at: db.now };
    db.put(&binding)
}
