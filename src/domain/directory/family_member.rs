//! Family members (家庭成员, 任务列表): the patients of an account other than itself. The same persons are 就诊人 at other doors.

use jiff::civil::Date;

use super::patient::{self, Guard, IDNO_MISMATCH, ONESELF, Patient, RESIDENT_CARD};
use crate::{
    base::{
        error::{NOT_FOUND, Result, invalid},
        id::{PatientAccountId, PatientId},
        idno::IdNumber,
        page::{Page, Slice},
    },
    domain::{
        identity::account::{self, Role},
        shared::repeat,
    },
    store::{Order, Tx, View, key},
};

/// What is said of a family member. When one is changed, `None` stays.
#[derive(Clone, Debug, Default)]
pub struct FamilyMember {
    pub name: Option<String>,
    /// 父亲, 女儿 …; not 本人.
    pub relation: Option<String>,
    /// 1 男, 2 女.
    pub sex: Option<u8>,
    pub birthday: Option<Date>,
    /// The inner `None` takes it away.
    pub idno: Option<Option<IdNumber>>,
    /// The address or number of the picture, as the client calls it.
    pub photo: Option<String>,
}

/// Adds a family member. Whom the account has already, by the identity number, is that same row; who has no number is so within a minute.
///
/// Errors: `invalid_field` for 本人, `idno_mismatch`, `patient_exists` where what is said of them differs, those of `guard`.
pub fn add(db: &mut Tx, owner: PatientAccountId, form: FamilyMember, guard: Guard) -> Result<Patient> {
    let owner = account::need(db, owner.account(), Role::Patient)?.id;
    if form.relation.as_deref() != Some(ONESELF) {
        let birthday = form.birthday.map(|date| date.to_string());
        let said = |given: &Option<String>, is: &str| given.as_deref().is_none_or(|given| given == is);
        let agrees = |one: &Patient| {
            said(&form.name, &one.name)
                && said(&form.relation, &one.relation)
                && said(&form.photo, &one.avatar)
                && said(&birthday, &one.birthday)
                && form.sex.is_none_or(|sex| sex == one.sex)
        };
        let same = match &form.idno {
            Some(Some(idno)) => {
                let known = patient::with_certificate(db, owner.patient_account(), RESIDENT_CARD, &idno.to_string())?;
                patient::same_or_refused(known, agrees)?
            }
            // Children have none yet: the same child within a minute is a second tap.
            _ => {
                let known = patient::list(db, owner.patient_account())?;
                known.into_iter().find(|one| one.idno.is_empty() && repeat::is_recent(db.now, one.created_at) && agrees(one))
            }
        };
        if let Some(same) = same {
            return Ok(same);
        }
    }
    let new = Patient { id: db.next_id()?, owner: owner.patient_account(), created_at: db.now, ..Patient::default() };
    write(db, new, form, guard)
}

/// Errors: `not_found`, `not_yours`, `invalid_field` for 本人, `idno_mismatch`, `patient_exists` for the number of another patient of the
/// account, those of `guard`.
pub fn change(db: &mut Tx, owner: PatientAccountId, id: PatientId, form: FamilyMember, guard: Guard) -> Result<Patient> {
    let member = need(db, owner, id)?;
    write(db, member, form, guard)
}

fn write(db: &mut Tx, mut member: Patient, form: FamilyMember, guard: Guard) -> Result<Patient> {
    if let Some(relation) = form.relation {
        if relation == ONESELF {
            return Err(invalid("relation_type", "不能是本人"));
        }
        member.relation = relation;
    }
    member.name = form.name.unwrap_or(member.name);
    member.avatar = form.photo.unwrap_or(member.avatar);
    let (given_birthday, given_sex) = (form.birthday.map(|date| date.to_string()), form.sex);
    match form.idno {
        Some(Some(idno)) => {
            patient::need_free_number(db, &member, RESIDENT_CARD, &idno.to_string())?;
            // What came from an earlier number, or is not known, follows the new one; what somebody said must agree with it.
            let said = member.idno.is_empty();
            let sex = given_sex.or(Some(member.sex).filter(|sex| said && *sex != 0));
            let birthday = given_birthday.or(Some(member.birthday).filter(|birthday| said && !birthday.is_empty()));
            member.sex = sex.unwrap_or(idno.sex());
            member.birthday = birthday.unwrap_or(idno.birthday().to_string());
            member.idno = idno.to_string();
            member.certificate_type = RESIDENT_CARD;
        }
        gone => {
            if gone.is_some() {
                member.idno.clear();
                member.certificate_type = 0;
            }
            member.sex = given_sex.unwrap_or(member.sex);
            member.birthday = given_birthday.unwrap_or(member.birthday);
        }
    }
    agree(db, &member)?;
    patient::write(db, member, guard)
}

/// Sex and birthday are those of the identity number, where there is one.
fn agree(db: &View, member: &Patient) -> Result<()> {
    if member.certificate_type != RESIDENT_CARD || member.idno.is_empty() {
        return Ok(());
    }
    let idno = IdNumber::parse(&member.idno, db.settings.clinic.zone.today(db.now))?;
    match member.sex == idno.sex() && member.birthday == idno.birthday().to_string() {
        true => Ok(()),
        false => Err(IDNO_MISMATCH.err()),
    }
}

/// Deletes a family member; old records still show it. Errors: `not_found`, `not_yours`.
pub fn remove(db: &mut Tx, owner: PatientAccountId, id: PatientId) -> Result<()> {
    need(db, owner, id)?;
    patient::delete(db, owner, id)
}

/// The account's family, newest first, without itself.
pub fn list(db: &View, owner: PatientAccountId, page: Page) -> Result<Slice<Patient>> {
    page.pick(db.rows(&patient::BY_OWNER, key(&[&owner]), Order::Newest), |one: &Patient| Ok(one.relation != ONESELF))
}

/// A member of the account's family. Errors: `not_found`, for the account itself too; `not_yours`.
pub fn need(db: &View, owner: PatientAccountId, id: PatientId) -> Result<Patient> {
    let member = patient::need_of(db, owner, id)?;
    match member.relation == ONESELF {
        true => Err(NOT_FOUND.err()),
        false => Ok(member),
    }
}
