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
        error::{Kind, NOT_YOURS, Reason, Result},
        id::{AccountId, AssistantId, ClinicSessionId, Id, PatientAccountId, RegistrationId},
        needle::{Needle, Straw},
        page::{Page, Slice},
        time::Time,
    },
    domain::{
        directory::patient::{self, PATIENT_EXISTS, PatientProfile},
        identity::{
            account::{self, Account, NewAccount, Role},
            sign_in,
        },
        money::payment::Payment,
        notice::notification::Movement,
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const NO_SUCH_PATIENT: Reason = Reason::new(Kind::Rule, "no_such_patient", "该手机号没有患者账号，请新建病人");

pub use v1::AssistantBinding;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct AssistantBinding {
        pub id: Id<AssistantBinding>,
        pub assistant_id: AssistantId,
        /// The patient account.
        pub user_id: PatientAccountId,
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
    type Kind = Self;

    const TABLE: Table = Table { code: 30, name: "binding", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.user_id.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.assistant_id).goes_with(self.user_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&PAIR, key(&[&self.assistant_id, &self.user_id]), Key::NONE);
        entries.add(&BY_ASSISTANT, key(&[&self.assistant_id]), key(&[&self.created_at]));
        entries.add(&BY_USER, key(&[&self.user_id]), key(&[&self.created_at]));
    }
}

/// Whether the assistant looks after this patient.
/// Who looks after a patient, newest first.
pub fn of_patient(db: &View, user: PatientAccountId) -> Result<Vec<AssistantBinding>> {
    db.rows(&BY_USER, key(&[&user]), Order::Newest).collect()
}

pub fn looks_after(db: &View, assistant: AssistantId, user: PatientAccountId) -> Result<bool> {
    Ok(db.first(&PAIR, key(&[&assistant, &user]))?.is_some())
}

/// Takes on a patient who has an account and read out the code that was sent to `phone`. Doing it again changes nothing.
///
/// Errors: `not_verified`, `wrong_code`, `no_such_patient`, `account_disabled`.
pub fn bind(db: &mut Tx, assistant: AssistantId, phone: &str, code: &str) -> Result<()> {
    account::need_verified(db, assistant.account())?;
    sign_in::prove_phone(db, phone, code)?;
    let patient = account::by_phone(db, Role::Patient, phone)?.ok_or_else(|| NO_SUCH_PATIENT.err().field("phone", "没有患者账号"))?;
    account::may_sign_in(&patient)?;
    if !looks_after(db, assistant, patient.id.patient_account())? {
        tie(db, assistant, patient.id.patient_account(), false)?;
    }
    Ok(())
}

/// The form of 3.4.4. The password comes hashed.
#[derive(Clone, Debug)]
pub struct CreatePatient {
    pub phone: Option<String>,
    pub password: String,
    pub profile: PatientProfile,
}

/// Makes a patient account with a complete profile, which the assistant looks after from then on. Whom the assistant looks after already, by
/// the identity number, is that same account.
///
/// Errors: `not_verified`, `patient_exists` where what is said of them differs, `phone_registered`, `unknown_region`.
pub fn create_patient(db: &mut Tx, assistant: AssistantId, form: CreatePatient) -> Result<Account> {
    account::need_verified(db, assistant.account())?;
    if let Some(same) = known_patient(db, assistant, &form)? {
        return Ok(same);
    }
    let new = NewAccount { role: Role::Patient, phone: form.phone, username: None, password: Some(form.password) };
    let account = account::create(db, new)?;
    // A new account has nobody behind it yet who could become somebody else.
    patient::complete(db, account.id.patient_account(), form.profile, |_, _, _| Ok(()))?;
    tie(db, assistant, account.id.patient_account(), true)?;
    Ok(account)
}

/// The assistant's patient with that identity number. Errors: `patient_exists`, with the account, where the form says otherwise.
fn known_patient(db: &View, assistant: AssistantId, form: &CreatePatient) -> Result<Option<Account>> {
    let idno = form.profile.idno.to_string();
    for binding in db.rows(&BY_ASSISTANT, key(&[&assistant]), Order::Newest) {
        let account: Account = db.need(binding.map(|binding: AssistantBinding| binding.user_id.account())?)?;
        let Some(oneself) = patient::oneself(db, account.id.patient_account())?.filter(|oneself| oneself.idno == idno) else { continue };
        let same_phone = form.phone.is_none() || form.phone == account.phone;
        return match same_phone && form.profile.agrees_with(&oneself) {
            true => Ok(Some(account)),
            false => Err(PATIENT_EXISTS.err().with_row(account.id.number(), account.created_at.0)),
        };
    }
    Ok(None)
}

/// Who looked after one patient account looks after another.
pub fn hand_over(db: &mut Tx, from: PatientAccountId, to: PatientAccountId) -> Result<()> {
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
pub fn patients(db: &View, assistant: AssistantId, needle: &Needle, page: Page) -> Result<Slice<Account>> {
    let group = key(&[&assistant]);
    if needle.is_empty() {
        return db.page(&BY_ASSISTANT, group, page)?.try_map(|binding: AssistantBinding| db.need(binding.user_id.account()));
    }
    let mut found = Vec::new();
    for binding in db.rows(&BY_ASSISTANT, group, Order::Newest) {
        let account: Account = db.need(binding?.user_id.account())?;
        let name = patient::oneself(db, account.id.patient_account())?.map(|patient| patient.name).unwrap_or_default();
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
pub fn join(
    db: &mut Tx,
    assistant: AssistantId,
    user: PatientAccountId,
    project: ClinicSessionId,
    plan_time: Option<String>,
) -> Result<(Registration, Option<Payment>)> {
    account::need_verified(db, assistant.account())?;
    let patient = account::need(db, user.account(), Role::Patient)?;
    if !looks_after(db, assistant, patient.id.patient_account())? {
        return Err(NOT_YOURS.err());
    }
    let casebook = history::latest_casebook(db, user)?.unwrap_or_default();
    let form = JoinProject { content: casebook.content, photo: casebook.photo, plan_time, assistant_id: assistant, fee: None };
    joining::join(db, user, project, form)
}

/// Gives back a seat that the assistant took. Errors: `not_verified`, `not_found`, `not_yours`, `not_booked`, `project_started`.
pub fn cancel(db: &mut Tx, assistant: AssistantId, id: RegistrationId) -> Result<()> {
    account::need_verified(db, assistant.account())?;
    let registration: Registration = db.need(id)?;
    match registration.assistant_id == assistant {
        true => registration::withdraw(db, registration, Movement::SeatCancelledByAssistant),
        false => Err(NOT_YOURS.err()),
    }
}

/// The projects in which the assistant took seats for patients, latest seat first; also those where nothing came of it, so that a
/// rejection is found.
pub fn projects(db: &View, assistant: AssistantId, page: Page) -> Result<Slice<ClinicSession>> {
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
pub fn forget(db: &mut Tx, person: AccountId) -> Result<()> {
    let mut ids: Vec<_> = db.ids(&BY_ASSISTANT, key(&[&person]), Order::Oldest).collect::<Result<_>>()?;
    ids.extend(db.ids(&BY_USER, key(&[&person]), Order::Oldest).collect::<Result<Vec<_>>>()?);
    ids.into_iter().try_for_each(|id| db.delete::<AssistantBinding>(id))
}

/// The assistant looks after the patient from now on. Whether that is asked for is the caller's to know; once for each pair.
pub fn tie(db: &mut Tx, assistant: AssistantId, user: PatientAccountId, created: bool) -> Result<()> {
    let binding = AssistantBinding { id: db.next_id()?, assistant_id: assistant, user_id: user, created, created_at: db.now };
    db.put(&binding)
}
