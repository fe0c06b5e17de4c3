//! Patients: the persons who receive care. An account's own patient (`relation` 本人) carries its profile (志愿医生 2.2.3, 3.1.3).

mod known;
mod row;

use crate::{
    base::{
        error::{Kind, NOT_FOUND, NOT_YOURS, Reason, Result},
        id::{PatientAccountId, PatientId},
        idno::IdNumber,
    },
    domain::{
        identity::account::{self, Account, NewAccount, Role, Verify},
        shared::{region::PlaceChange, version},
    },
    store::{Order, Tx, View, key},
};

pub const PROFILE_INCOMPLETE: Reason = Reason::new(Kind::Rule, "profile_incomplete", "请先补全个人信息");

pub const ONESELF_EXISTS: Reason = Reason::new(Kind::Conflict, "oneself_exists", "本人就诊人已存在，不能重复添加");
pub const IDNO_MISMATCH: Reason = Reason::new(Kind::Rule, "idno_mismatch", "生日或性别与身份证号码不符，请核对");

/// Asked before somebody's name, certificate, sex or birthday becomes another. What the person has behind is known higher up: `identity`
/// says what an owner and what the clinic may change, and has old records keep whom they are about.
pub type Guard = fn(&mut Tx, before: &Patient, after: &Patient) -> Result<()>;

const OTHER: &str = "其他";

/// Of 护照.
pub const PASSPORT: u8 = 5;
/// Of 港澳通行证.
pub const HONG_KONG_MACAU_PERMIT: u8 = 6;

pub use known::{PATIENT_EXISTS, need_free_number, same_or_refused, with_certificate};
pub use row::{BY_OWNER, ONESELF, Patient, PatientProfile, RESIDENT_CARD, v1};
use row::{EVER_OF, ONESELF_OF};

/// The account's own patient, once its profile has been filled in.
pub fn oneself(db: &View, account: PatientAccountId) -> Result<Option<Patient>> {
    db.first(&ONESELF_OF, key(&[&account]))
}

/// The same, or the last one where it was deleted.
pub fn oneself_ever(db: &View, account: PatientAccountId) -> Result<Option<Patient>> {
    match oneself(db, account)? {
        Some(patient) => Ok(Some(patient)),
        None => Ok(list_ever(db, account)?.into_iter().rev().find(|patient| patient.relation == ONESELF)),
    }
}

/// The account's own patient; one with nothing but its owner where there is none.
pub fn of_account(db: &View, account: &Account) -> Result<Patient> {
    Ok(oneself(db, account.id.patient_account())?.unwrap_or(Patient { owner: account.id.patient_account(), ..Patient::default() }))
}

/// The account's own patient, whose profile must be complete (`is_verify` 1); `profile_incomplete` otherwise.
pub fn need_complete(db: &View, account: PatientAccountId) -> Result<Patient> {
    let account = account::need(db, account.account(), Role::Patient)?;
    oneself(db, account.id.patient_account())?.filter(|_| account.verify == Verify::Enabled).ok_or_else(|| PROFILE_INCOMPLETE.err())
}

/// Fills in the profile. Sex and birthday come from the identity number; a complete profile lets the account in.
///
/// Errors: `not_found`, `unknown_region`, `patient_exists` where another patient of the account has that number, those of `guard`.
pub fn complete(db: &mut Tx, account: PatientAccountId, form: PatientProfile, guard: Guard) -> Result<Patient> {
    let account = account::need(db, account.account(), Role::Patient)?;
    form.place.check(db)?;
    let mut patient = begun(db, &account)?;
    need_free_number(db, &patient, RESIDENT_CARD, &form.idno.to_string())?;
    patient.name = form.name;
    patient.sex = form.idno.sex();
    patient.birthday = form.idno.birthday().to_string();
    patient.idno = form.idno.to_string();
    patient.certificate_type = RESIDENT_CARD;
    patient.height = form.height;
    patient.weight = form.weight;
    patient.marital_status = form.marital_status;
    patient.drinks = form.drinks;
    patient.smokes = form.smokes;
    patient.place = form.place;
    patient.email = form.email.unwrap_or(patient.email);
    patient.avatar = form.avatar.unwrap_or(patient.avatar);
    let patient = write(db, patient, guard)?;
    if account.verify == Verify::Waiting {
        account::set_verify(db, account, Verify::Enabled)?;
    }
    Ok(patient)
}

/// What an administrator changes of a profile; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct PatientChange {
    pub avatar: Option<String>,
    pub name: Option<String>,
    pub idno: Option<IdNumber>,
    pub height: Option<String>,
    pub weight: Option<String>,
    pub marital_status: Option<u8>,
    pub drinks: Option<bool>,
    pub smokes: Option<bool>,
    pub email: Option<String>,
    pub place: PlaceChange,
}

/// An administrator brings in a patient. Without `verify` the profile decides, as everywhere: let in when it has an identity number.
///
/// Errors: `phone_registered`, and those of [`change`].
pub fn bring_in(db: &mut Tx, new: NewAccount, verify: Option<Verify>, form: PatientChange, guard: Guard) -> Result<Patient> {
    let account = account::create(db, new)?;
    let id = account.id;
    if let Some(verify) = verify {
        account::set_verify(db, account, verify)?;
    }
    change(db, id.patient_account(), form, guard)
}

/// An administrator changes a profile. Errors: `not_found`, `unknown_region`, `patient_exists`, those of `guard`.
pub fn change(db: &mut Tx, account: PatientAccountId, form: PatientChange, guard: Guard) -> Result<Patient> {
    let account = account::need(db, account.account(), Role::Patient)?;
    let mut patient = begun(db, &account)?;
    // Who signs in by WeChat alone keeps the number of the record.
    patient.phone = account.phone.clone().unwrap_or(patient.phone);
    patient.place.change(db, form.place)?;
    let completes = form.idno.is_some() && account.verify == Verify::Waiting;
    if let Some(idno) = form.idno {
        need_free_number(db, &patient, RESIDENT_CARD, &idno.to_string())?;
        patient.sex = idno.sex();
        patient.birthday = idno.birthday().to_string();
        patient.idno = idno.to_string();
        patient.certificate_type = RESIDENT_CARD;
    }
    patient.avatar = form.avatar.unwrap_or(patient.avatar);
    patient.name = form.name.unwrap_or(patient.name);
    patient.height = form.height.unwrap_or(patient.height);
    patient.weight = form.weight.unwrap_or(patient.weight);
    patient.marital_status = form.marital_status.unwrap_or(patient.marital_status);
    patient.drinks = form.drinks.unwrap_or(patient.drinks);
    patient.smokes = form.smokes.unwrap_or(patient.smokes);
    patient.email = form.email.unwrap_or(patient.email);
    let patient = write(db, patient, guard)?;
    if completes {
        account::set_verify(db, account, Verify::Enabled)?;
    }
    Ok(patient)
}

/// The account calls itself by another name. Errors: `not_found`, those of `guard`.
pub fn rename(db: &mut Tx, account: PatientAccountId, name: String, guard: Guard) -> Result<()> {
    let account = account::need(db, account.account(), Role::Patient)?;
    let patient = begun(db, &account)?;
    write(db, Patient { name, ..patient }, guard).map(drop)
}

/// Writes a patient, new or changed; the one way to another name, certificate, sex or birthday. Errors: those of `guard`.
pub fn write(db: &mut Tx, mut patient: Patient, guard: Guard) -> Result<Patient> {
    if let Some(before) = db.get::<Patient>(patient.id)?
        && !before.is_same_person(&patient)
    {
        guard(db, &before, &patient)?;
        version::keep(db, &before, before.id)?;
    }
    patient.updated_at = db.now;
    db.put(&patient)?;
    Ok(patient)
}

/// The account's own patient, or the beginning of one.
fn begun(db: &mut Tx, account: &Account) -> Result<Patient> {
    Ok(match oneself(db, account.id.patient_account())? {
        Some(patient) => patient,
        None => Patient {
            id: db.next_id()?,
            owner: account.id.patient_account(),
            relation: ONESELF.into(),
            phone: account.phone.clone().unwrap_or_default(),
            created_at: db.now,
            updated_at: db.now,
            ..Patient::default()
        },
    })
}

/// The form of 互联网医院 2.1.
#[derive(Clone, Debug)]
pub struct NewPatient {
    pub phone: String,
    pub certificate: Certificate,
    pub name: String,
    /// `1984-10-15`; for 身份证 it comes from the number.
    pub birthday: Option<String>,
    /// 1 男, 2 女; for 身份证 it comes from the number.
    pub sex: Option<u8>,
    pub card_no: Option<String>,
    pub relation: Option<String>,
}

/// What proves who somebody is.
#[derive(Clone, Debug)]
pub enum Certificate {
    Resident(IdNumber),
    /// Another kind (2 to 6), with its number.
    Other(u8, String),
}

/// Adds a person to an account. The first one without a relation is the account's own. Somebody whom the account has already, by the number
/// of the certificate, is that same row.
///
/// Errors: `idno_mismatch`, `patient_exists` where what is said of them differs, `oneself_exists`.
pub fn create(db: &mut Tx, owner: PatientAccountId, form: NewPatient) -> Result<Patient> {
    let owner = account::need(db, owner.account(), Role::Patient)?.id;
    let (certificate_type, idno, birthday, sex) = match form.certificate {
        Certificate::Other(kind, number) => (kind, number, form.birthday.unwrap_or_default(), form.sex.unwrap_or(0)),
        Certificate::Resident(number) => {
            let (birthday, sex) = (number.birthday().to_string(), number.sex());
            if form.birthday.is_some_and(|given| given != birthday) || form.sex.is_some_and(|given| given != sex) {
                return Err(IDNO_MISMATCH.err());
            }
            (RESIDENT_CARD, number.to_string(), birthday, sex)
        }
    };
    let known = with_certificate(db, owner.patient_account(), certificate_type, &idno)?;
    let agrees = |one: &Patient| {
        (&one.name, &one.phone, &one.birthday, one.sex) == (&form.name, &form.phone, &birthday, sex)
            && form.card_no.as_ref().is_none_or(|card_no| *card_no == one.card_no)
            && form.relation.as_ref().is_none_or(|relation| *relation == one.relation)
    };
    if let Some(same) = same_or_refused(known, agrees)? {
        return Ok(same);
    }
    let has_oneself = oneself(db, owner.patient_account())?.is_some();
    let relation = form.relation.unwrap_or_else(|| if has_oneself { OTHER.into() } else { ONESELF.into() });
    if relation == ONESELF && has_oneself {
        return Err(ONESELF_EXISTS.err());
    }
    let patient = Patient {
        id: db.next_id()?,
        owner: owner.patient_account(),
        relation,
        name: form.name,
        phone: form.phone,
        idno,
        certificate_type,
        sex,
        birthday,
        card_no: form.card_no.unwrap_or_default(),
        created_at: db.now,
        updated_at: db.now,
        ..Patient::default()
    };
    db.put(&patient)?;
    Ok(patient)
}

/// The account's patients, newest first; deleted ones are left out.
pub fn list(db: &View, owner: PatientAccountId) -> Result<Vec<Patient>> {
    db.rows(&BY_OWNER, key(&[&owner]), Order::Newest).collect()
}

/// All patients that the account ever had, oldest first.
pub fn list_ever(db: &View, owner: PatientAccountId) -> Result<Vec<Patient>> {
    db.rows(&EVER_OF, key(&[&owner]), Order::Oldest).collect()
}

/// Their ids, without reading the rows.
pub fn ids_ever(db: &View, owner: PatientAccountId) -> impl Iterator<Item = Result<PatientId>> {
    db.ids(&EVER_OF, key(&[&owner]), Order::Oldest)
}

/// The patient, which must be the account's and not deleted. Errors: `not_found`, `not_yours`.
pub fn need_of(db: &View, owner: PatientAccountId, id: PatientId) -> Result<Patient> {
    let patient: Patient = db.need(id)?;
    match patient.owner == owner {
        false => Err(NOT_YOURS.err()),
        true if patient.deleted_at.is_some() => Err(NOT_FOUND.err()),
        true => Ok(patient),
    }
}

/// Deletes a patient for its owner; old orders still show it. Whoever deletes 本人 has no complete profile any more: `is_verify` is 0 until
/// there is one again. Errors: `not_found`, `not_yours`.
pub fn delete(db: &mut Tx, owner: PatientAccountId, id: PatientId) -> Result<()> {
    let mut patient = need_of(db, owner, id)?;
    patient.deleted_at = Some(db.now);
    patient.updated_at = db.now;
    db.put(&patient)?;
    let account: Account = db.need(owner.account())?;
    match patient.relation == ONESELF && account.verify == Verify::Enabled {
        true => account::set_verify(db, account, Verify::Waiting).map(drop),
        false => Ok(()),
    }
}

/// All patients of one account become another's; the other's own patient stays the one that it is.
pub fn hand_over(db: &mut Tx, from: PatientAccountId, to: PatientAccountId) -> Result<()> {
    let has_oneself = oneself(db, to)?.is_some();
    for mut patient in list_ever(db, from)? {
        patient.owner = to;
        if has_oneself && patient.relation == ONESELF {
            patient.relation = OTHER.into();
        }
        db.put(&patient)?;
    }
    Ok(())
}

/// Notes the number of the hospital's card (就诊卡). Errors: `not_found`, `not_yours`.
pub fn bind_card(db: &mut Tx, owner: PatientAccountId, id: PatientId, card_no: String) -> Result<()> {
    let mut patient = need_of(db, owner, id)?;
    patient.card_no = card_no;
    patient.updated_at = db.now;
    db.put(&patient)
}
