//! Doctors' profiles (志愿医生 2.2.4, 3.1.4). The row's id is the account's.

use serde::{Deserialize, Serialize};

use super::{hospital, standing};
use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{AccountId, DepartmentId, DoctorId, HospitalId, Id, kind},
        idno::IdNumber,
        money::Fen,
        secret,
        time::Time,
    },
    domain::{
        identity::account::{self, Account, NewAccount, Role, Verify},
        shared::{
            rating::Score,
            region::{Place, PlaceChange},
        },
    },
    store::{Class, Entries, Index, Key, References, Row, Table, Tx, View, key},
};

/// Nothing of a doctor who is not let in is offered: no session, no order, no payment.
pub const DOCTOR_CLOSED: Reason = Reason::new(Kind::Rule, "doctor_closed", "该医生当前不接诊，请选择其他医生");
pub const DOCTOR_SN_TAKEN: Reason = Reason::new(Kind::Conflict, "doctor_sn_taken", "该医生编号已被使用，请换一个");

pub use v1::{Doctor, HalfDays};

pub mod v1 {
    use super::*;

    /// When a doctor works on one day of the week.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct HalfDays {
        pub morning: bool,
        pub afternoon: bool,
    }

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Doctor {
        /// The account's id.
        pub id: DoctorId,
        pub name: String,
        pub idno: String,
        pub avatar: String,
        pub hospital_id: HospitalId,
        /// 科室 as the doctor wrote it; `department_id` is the clinic's department where there is one of that name.
        pub departments: String,
        pub department_id: DepartmentId,
        pub job_position: String,
        pub good_at: String,
        pub honours: String,
        pub work_photo: Vec<String>,
        pub introduction: String,
        pub work_time: [HalfDays; 7],
        pub email: String,
        pub place: Place,
        /// The number under which the doctor signs in at internet_hospital.
        pub doctor_sn: String,
        /// Whether picture-and-text consultations are taken, and their price.
        pub image_and_text_open: bool,
        pub image_and_text_price: Fen,
        pub is_hot: bool,
        pub weight: u32,
        pub score: Score,
        /// Minutes of the doctor's projects that have ended.
        pub service_minutes: u64,
        pub created_at: Time,
        pub updated_at: Time,
    }
}

const BY_SN: Index<Doctor> = Index::new(1);
pub const BY_HOSPITAL: Index<Doctor> = Index::counted(2);

impl Row for Doctor {
    type Kind = kind::Doctor;

    const TABLE: Table = Table { code: 9, name: "doctor", version: 1 };

    const TOUCHED: bool = true;

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn changed_at(&self) -> Time {
        self.updated_at
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.id.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.id).needs(self.hospital_id).needs(self.department_id).needs(self.place.regions());
    }

    fn index(&self, entries: &mut Entries) {
        if !self.doctor_sn.is_empty() {
            entries.add(&BY_SN, key(&[&self.doctor_sn]), Key::NONE);
        }
        entries.add(&BY_HOSPITAL, key(&[&self.hospital_id]), Key::NONE);
    }

    fn searched(&self) -> Option<impl PartialEq> {
        Some((&self.name, &self.good_at, &self.departments, &self.job_position, self.hospital_id))
    }
}

impl Doctor {
    /// 1 男, 2 女, as the identity number states it; 0 where there is none.
    pub fn sex(&self, today: jiff::civil::Date) -> u8 {
        IdNumber::parse(&self.idno, today).map_or(0, |number| number.sex())
    }
}

/// The form of 3.1.4. What is `None` stays as it is.
#[derive(Clone, Debug)]
pub struct DoctorProfile {
    pub avatar: Option<String>,
    pub name: String,
    pub idno: IdNumber,
    pub hospital_id: HospitalId,
    pub departments: String,
    pub job_position: String,
    pub good_at: String,
    pub work_photo: Vec<String>,
    pub introduction: Option<String>,
    pub work_time: Option<[HalfDays; 7]>,
    pub email: Option<String>,
    pub place: Place,
}

/// What an administrator changes of a profile; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct DoctorChange {
    pub avatar: Option<String>,
    pub name: Option<String>,
    pub idno: Option<IdNumber>,
    pub hospital_id: Option<HospitalId>,
    pub departments: Option<String>,
    pub department_id: Option<DepartmentId>,
    pub job_position: Option<String>,
    pub good_at: Option<String>,
    pub honours: Option<String>,
    pub work_photo: Option<Vec<String>>,
    pub introduction: Option<String>,
    pub work_time: Option<[HalfDays; 7]>,
    pub email: Option<String>,
    pub place: PlaceChange,
    pub doctor_sn: Option<String>,
    pub image_and_text_open: Option<bool>,
    pub image_and_text_price: Option<Fen>,
    pub is_hot: Option<bool>,
    pub weight: Option<u32>,
}

/// The profile, empty where the doctor has not filled it in yet.
pub fn profile(db: &View, account: DoctorId) -> Result<Doctor> {
    Ok(db.get(account)?.unwrap_or(Doctor { id: account, ..Doctor::default() }))
}

/// Whether what the doctor offers can be found, booked and paid: the account is let in. Waiting for verification closes like being shut
/// out does.
pub fn is_open(db: &View, doctor: DoctorId) -> Result<bool> {
    Ok(db.get::<Account>(doctor.account())?.is_some_and(|account| account.role == Role::Doctor && account.verify == Verify::Enabled))
}

/// Refuses whoever wants something of a doctor who is closed. Errors: `doctor_closed`.
pub fn need_open(db: &View, doctor: DoctorId) -> Result<()> {
    if is_open(db, doctor)? { Ok(()) } else { Err(DOCTOR_CLOSED.err()) }
}

/// What an administrator has looked at when letting a doctor in (诊所的资质审核).
fn credentials(doctor: &Doctor) -> [String; 4] {
    let hospital = if doctor.hospital_id.is_none() { String::new() } else { doctor.hospital_id.to_string() };
    [doctor.name.clone(), doctor.idno.clone(), hospital, doctor.job_position.clone()]
}

/// Fills in the profile; who has no number yet gets one. Whether the doctor may act is the administrator's to say: one who was let in and
/// gives another name, identity number, hospital or title waits again ([`standing::rewait`]).
pub fn complete(db: &mut Tx, account: DoctorId, form: DoctorProfile) -> Result<Doctor> {
    let account = account::need(db, account.account(), Role::Doctor)?;
    form.place.check(db)?;
    hospital::chosen(db, form.hospital_id)?;
    let mut doctor = profile(db, account.id.doctor())?;
    let verified = credentials(&doctor);
    if doctor.created_at == Time(0) {
        doctor.created_at = account.created_at;
    }
    doctor.name = form.name;
    doctor.idno = form.idno.to_string();
    doctor.hospital_id = form.hospital_id;
    doctor.department_id = hospital::department_by_name(db, &form.departments)?.map(|department| department.id).unwrap_or_default();
    doctor.departments = form.departments;
    doctor.job_position = form.job_position;
    doctor.good_at = form.good_at;
    doctor.work_photo = form.work_photo;
    doctor.introduction = form.introduction.unwrap_or(doctor.introduction);
    doctor.work_time = form.work_time.unwrap_or(doctor.work_time);
    doctor.email = form.email.unwrap_or(doctor.email);
    doctor.avatar = form.avatar.unwrap_or(doctor.avatar);
    doctor.place = form.place;
    if doctor.doctor_sn.is_empty() {
        doctor.doctor_sn = next_sn(db)?;
    }
    doctor.updated_at = db.now;
    db.put(&doctor)?;
    standing::rewait(db, account, &verified, &credentials(&doctor))?;
    Ok(doctor)
}

/// An administrator brings in a doctor: the account and what is known of the profile.
///
/// Errors: `phone_registered`, and those of [`change`].
pub fn bring_in(db: &mut Tx, new: NewAccount, verify: Verify, form: DoctorChange) -> Result<Doctor> {
    let account = account::create(db, new)?;
    let id = account.id;
    account::set_verify(db, account, verify)?;
    change(db, id.doctor(), form)
}

/// An administrator changes a profile. Whoever has no number yet gets one.
///
/// Errors: `not_found`, `unknown_hospital`, `unknown_department`, `unknown_region`, `doctor_sn_taken`.
pub fn change(db: &mut Tx, account: DoctorId, form: DoctorChange) -> Result<Doctor> {
    let account = account::need(db, account.account(), Role::Doctor)?;
    let mut doctor = profile(db, account.id.doctor())?;
    if doctor.created_at == Time(0) {
        doctor.created_at = account.created_at;
    }
    doctor.place.change(db, form.place)?;
    // What is sent back as it was shown is no choice, 0 of who has none among it.
    if let Some(hospital) = form.hospital_id.filter(|id| *id != doctor.hospital_id) {
        doctor.hospital_id = hospital::chosen(db, hospital)?.id;
    }
    match (form.department_id.filter(|id| *id != doctor.department_id), form.departments.filter(|name| *name != doctor.departments)) {
        (Some(id), name) => {
            let department = hospital::chosen_department(db, id)?;
            doctor.department_id = department.id;
            doctor.departments = name.unwrap_or(department.name);
        }
        (None, Some(name)) => {
            doctor.department_id = hospital::department_by_name(db, &name)?.map(|department| department.id).unwrap_or_default();
            doctor.departments = name;
        }
        (None, None) => {}
    }
    if let Some(number) = form.doctor_sn {
        if by_sn(db, &number)?.is_some_and(|other| other.id != doctor.id) {
            return Err(DOCTOR_SN_TAKEN.err().field("doctor_sn", "已被使用"));
        }
        doctor.doctor_sn = number;
    }
    if doctor.doctor_sn.is_empty() {
        doctor.doctor_sn = next_sn(db)?;
    }
    doctor.avatar = form.avatar.unwrap_or(doctor.avatar);
    doctor.name = form.name.unwrap_or(doctor.name);
    doctor.idno = form.idno.map_or(doctor.idno, |idno| idno.to_string());
    doctor.job_position = form.job_position.unwrap_or(doctor.job_position);
    doctor.good_at = form.good_at.unwrap_or(doctor.good_at);
    doctor.honours = form.honours.unwrap_or(doctor.honours);
    doctor.work_photo = form.work_photo.unwrap_or(doctor.work_photo);
    doctor.introduction = form.introduction.unwrap_or(doctor.introduction);
    doctor.work_time = form.work_time.unwrap_or(doctor.work_time);
    doctor.email = form.email.unwrap_or(doctor.email);
    doctor.image_and_text_open = form.image_and_text_open.unwrap_or(doctor.image_and_text_open);
    doctor.image_and_text_price = form.image_and_text_price.unwrap_or(doctor.image_and_text_price);
    doctor.is_hot = form.is_hot.unwrap_or(doctor.is_hot);
    doctor.weight = form.weight.unwrap_or(doctor.weight);
    doctor.updated_at = db.now;
    db.put(&doctor)?;
    Ok(doctor)
}

/// `D` and eight random digits that nobody has: the IM service knows a doctor by this number (`usersig`), so an older copy of the store that is
/// put back must not give it again to somebody else.
fn next_sn(db: &Tx) -> Result<String> {
    loop {
        let number = format!("D{}", secret::digits(8));
        if by_sn(db, &number)?.is_none() {
            return Ok(number);
        }
    }
}

pub fn by_sn(db: &View, doctor_sn: &str) -> Result<Option<Doctor>> {
    Ok(db.first(&BY_SN, key(&[&doctor_sn]))?.filter(|doctor| doctor.doctor_sn == doctor_sn))
}

/// How many doctors a hospital has.
pub fn count_at(db: &View, hospital: HospitalId) -> Result<u64> {
    db.count(&BY_HOSPITAL, key(&[&hospital]))
}
