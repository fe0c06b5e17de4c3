//! Clinics (诊所, 任务列表): where doctors of teams work together. Each has a founder, a supervisor (主管) and doctors.
//!
//! Founder and supervisor bring doctors in and name the supervisor, who is the founder until another is named.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{Kind, NOT_YOURS, Reason, Result},
        id::{AccountId, ClinicId, DoctorId, Id, kind},
        needle::{Needle, Straw},
        page::{Page, Slice},
        time::Time,
    },
    domain::identity::account::{self, Role},
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const CLINIC_NAME_TAKEN: Reason = Reason::new(Kind::Conflict, "clinic_name_taken", "该诊所名称已被使用，请换一个");
pub const ALREADY_IN_CLINIC: Reason = Reason::new(Kind::Conflict, "already_in_clinic", "该医生已在诊所中");
pub const NOT_IN_CLINIC: Reason = Reason::new(Kind::Rule, "not_in_clinic", "该医生不在诊所中，请先将其加入诊所");

pub use v1::{Clinic, ClinicDoctor};

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Clinic {
        pub id: ClinicId,
        pub name: String,
        pub introduction: String,
        pub founder: DoctorId,
        /// A doctor of the clinic.
        pub supervisor: DoctorId,
        /// The founder first.
        pub doctors: Vec<ClinicDoctor>,
        pub created_at: Time,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct ClinicDoctor {
        pub doctor: DoctorId,
        /// Who brought the doctor in; 0 for the founder, whom nobody did.
        pub invited_by: DoctorId,
        pub joined_at: Time,
    }
}

const BY_NAME: Index<Clinic> = Index::new(1);
pub const BY_DOCTOR: Index<Clinic> = Index::counted(2);

impl Row for Clinic {
    type Kind = kind::Clinic;

    const TABLE: Table = Table { code: 45, name: "clinic", version: 1 };

    const TOUCHED: bool = true;

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn changed_at(&self) -> Time {
        self.created_at
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.founder.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.needs([self.founder, self.supervisor]);
        for place in &self.doctors {
            to.needs(place.doctor).recalls(place.invited_by);
        }
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_NAME, key(&[&self.name]), Key::NONE);
        for place in &self.doctors {
            entries.add(&BY_DOCTOR, key(&[&place.doctor]), Key::NONE);
        }
    }
}

impl Clinic {
    pub fn has(&self, doctor: DoctorId) -> bool {
        self.doctors.iter().any(|place| place.doctor == doctor)
    }
}

/// A doctor founds a clinic. Errors: `not_verified`, `clinic_name_taken`.
pub fn found(db: &mut Tx, founder: DoctorId, name: String, introduction: String) -> Result<Clinic> {
    account::need_verified(db, founder.account())?;
    let founder = account::need(db, founder.account(), Role::Doctor)?.id;
    free(db, &name, Id::NONE)?;
    let clinic = Clinic {
        id: db.next_id()?,
        name,
        introduction,
        founder: founder.doctor(),
        supervisor: founder.doctor(),
        doctors: vec![ClinicDoctor { doctor: founder.doctor(), invited_by: Id::NONE, joined_at: db.now }],
        created_at: db.now,
    };
    db.put(&clinic)?;
    Ok(clinic)
}

/// The founder or the supervisor brings a doctor in. Errors: `not_found`, `not_yours`, `not_verified`, `already_in_clinic`.
pub fn add_doctor(db: &mut Tx, caller: DoctorId, id: ClinicId, doctor: DoctorId) -> Result<Clinic> {
    let mut clinic = led_by(db, caller, id)?;
    let doctor = account::need(db, doctor.account(), Role::Doctor)?.id;
    if clinic.has(doctor.doctor()) {
        return Err(ALREADY_IN_CLINIC.err());
    }
    clinic.doctors.push(ClinicDoctor { doctor: doctor.doctor(), invited_by: caller, joined_at: db.now });
    db.put(&clinic)?;
    Ok(clinic)
}

/// The founder or the supervisor names the supervisor, who must be a doctor of the clinic.
///
/// Errors: `not_found`, `not_yours`, `not_verified`, `not_in_clinic`.
pub fn name_supervisor(db: &mut Tx, caller: DoctorId, id: ClinicId, doctor: DoctorId) -> Result<Clinic> {
    let clinic = led_by(db, caller, id)?;
    change(db, clinic, ClinicChange { supervisor: Some(doctor), ..ClinicChange::default() })
}

/// What an administrator changes; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ClinicChange {
    pub name: Option<String>,
    pub introduction: Option<String>,
    pub supervisor: Option<DoctorId>,
    /// All of its doctors: who is not named leaves.
    pub doctors: Option<Vec<DoctorId>>,
}

/// Founder and supervisor are always doctors of it. Errors: `clinic_name_taken`, `not_found` for whoever is no doctor, `not_in_clinic`.
pub fn change(db: &mut Tx, mut clinic: Clinic, form: ClinicChange) -> Result<Clinic> {
    if let Some(name) = form.name {
        free(db, &name, clinic.id)?;
        clinic.name = name;
    }
    if let Some(doctors) = form.doctors {
        clinic.doctors.retain(|place| doctors.contains(&place.doctor));
        for doctor in doctors {
            if !clinic.has(doctor) {
                account::need(db, doctor.account(), Role::Doctor)?;
                clinic.doctors.push(ClinicDoctor { doctor, invited_by: clinic.founder, joined_at: db.now });
            }
        }
    }
    clinic.supervisor = form.supervisor.unwrap_or(clinic.supervisor);
    if !clinic.has(clinic.supervisor) || !clinic.has(clinic.founder) {
        return Err(NOT_IN_CLINIC.err());
    }
    clinic.introduction = form.introduction.unwrap_or(clinic.introduction);
    db.put(&clinic)?;
    Ok(clinic)
}

/// The clinic of exactly that name.
pub fn by_name(db: &View, name: &str) -> Result<Option<Clinic>> {
    // A long name is cut in the index.
    let mut found = db.rows(&BY_NAME, key(&[&name]), Order::Oldest);
    found.find(|clinic| clinic.as_ref().map_or(true, |clinic: &Clinic| clinic.name == name)).transpose()
}

/// Whether the two are doctors of one clinic.
pub fn colleagues(db: &View, one: DoctorId, other: DoctorId) -> Result<bool> {
    for clinic in db.rows(&BY_DOCTOR, key(&[&one]), Order::Oldest) {
        if clinic?.has(other) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Clinics whose name or introduction holds the needle, newest first.
pub fn find(db: &View, needle: &Needle, page: Page) -> Result<Slice<Clinic>> {
    match needle.is_empty() {
        true => db.page_all(page),
        false => page.pick(db.all(Order::Newest), |clinic: &Clinic| {
            Ok(needle.is_among(&[Straw::Name(&clinic.name), Straw::Text(&clinic.introduction)]))
        }),
    }
}

/// The clinic, for those who lead it.
fn led_by(db: &View, caller: DoctorId, id: ClinicId) -> Result<Clinic> {
    account::need_verified(db, caller.account())?;
    let clinic: Clinic = db.need(id)?;
    match [clinic.founder, clinic.supervisor].contains(&caller) {
        true => Ok(clinic),
        false => Err(NOT_YOURS.with("只有诊所创始人或主管可以操作")),
    }
}

fn free(db: &View, name: &str, own: ClinicId) -> Result<()> {
    match by_name(db, name)? {
        Some(other) if other.id != own => Err(CLINIC_NAME_TAKEN.err().field("name", "已被使用")),
        _ => Ok(()),
    }
}
