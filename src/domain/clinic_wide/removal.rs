//! Taking out what others may point at: refused (`in_use`) while something does. Stands last because it looks into every room.
//!
//! Each table declares what it names and what becomes of it then ([`Row::refers_to`](crate::store::Row::refers_to)); a test takes out whatever a
//! row can name and compares. Who may never go because a record must be kept, the store itself refuses (`kept_by_law`).

use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{AccountId, ClinicId, DepartmentId, DoctorId, HospitalId, OrgId, RegionId, SpecialEventId, TeamId},
    },
    domain::{
        care::consent,
        consultation,
        directory::{
            assistant::Assistant,
            clinic::{self, Clinic},
            doctor::{self, Doctor},
            favourite, follow,
            hospital::{Department, Hospital},
            member_profile::MemberProfile,
            org::{self, Org, Standing},
            patient::{self, Patient},
            patient_score::PatientScore,
            quick_reply,
        },
        free_clinic::{
            assistant_binding,
            clinic_session::{self, ClinicSession},
            registration::{self, Registration},
            special_event::{self, SpecialEvent},
        },
        identity::{
            account::{self, Account, BY_ROLE, Role},
            idempotency, im_password, lockout, session,
        },
        messaging::{contact, conversation, system},
        money::{
            expense::{self, Expense},
            ledger::Balance,
            payment, payout,
        },
        notice,
        relations::{chat_time, complaint, own_export},
        shared::{
            region::{self, Place, Region},
            version,
        },
        team::{self, Team},
        team_consult::{self, TeamConsult, vas::Vas, withdrawal::Withdrawal},
    },
    store::{Order, Tx, View, key},
};

pub const IN_USE: Reason = Reason::new(Kind::Conflict, "in_use", "仍有数据引用它，不能删除");
pub const LAST_ADMINISTRATOR: Reason = Reason::new(Kind::Conflict, "last_administrator", "至少要保留一位管理员");

/// Removes somebody of that role, with the profile, the sessions, whom they follow and what they were told.
///
/// Errors: `not_found`, `kept_by_law` for an account of which a patient was ever treated, `in_use` for people with registrations, consultations,
/// projects, payments or conversations, `last_administrator`.
pub fn person(db: &mut Tx, id: AccountId, role: Role) -> Result<()> {
    let account = account::need(db, id, role)?;
    if role == Role::Patient {
        // Before the patients, whose records they belong to.
        consent::forget(db, id.patient_account())?;
        patient::list_ever(db, id.patient_account())?.into_iter().try_for_each(|patient| {
            version::forget(db, patient.id)?;
            db.delete::<Patient>(patient.id)
        })?;
    }
    free(conversation::talks(db, id)?)?;
    match role {
        Role::Doctor => {
            free(db.count(&clinic_session::BY_DOCTOR, key(&[&id]))? > 0 || db.count(&consultation::BY_DOCTOR, key(&[&id]))? > 0)?;
            free(db.count(&team::BY_DOCTOR, key(&[&id]))? > 0 || db.count(&clinic::BY_DOCTOR, key(&[&id]))? > 0)?;
            free(db.count(&team_consult::BY_DOCTOR, key(&[&id]))? > 0 || any(db, |team: &Team| leads(team, id.doctor()))?)?;
            free(any(db, |clinic: &Clinic| [clinic.founder, clinic.supervisor].contains(&id.doctor()))?)?;
            free(any(db, |row: &Withdrawal| row.founder == id.doctor())? || any(db, |row: &Vas| row.doctor_id == id.doctor())?)?;
            free(
                any(db, |row: &TeamConsult| row.assistant == id.doctor())? || any(db, |row: &Registration| row.doctor_id == id.doctor())?,
            )?;
            quick_reply::forget(db, id.doctor())?;
            org::forget(db, id.doctor())?;
            db.delete::<Doctor>(id.doctor())?;
        }
        Role::Assistant => {
            free(any(db, |row: &Registration| row.assistant_id == id.assistant())?)?;
            assistant_binding::forget(db, id)?;
            db.delete::<Assistant>(id.assistant())?;
        }
        Role::Patient => {
            free(db.count(&registration::BY_USER, key(&[&id]))? > 0 || db.count(&payment::BY_PAYER, key(&[&id]))? > 0)?;
            free(db.count(&consultation::BY_USER, key(&[&id]))? > 0 || db.count(&team_consult::BY_CREATOR, key(&[&id]))? > 0)?;
            free(any(db, |balance: &Balance| balance.is_of(id.patient_account()))?)?;
            free(db.count(&complaint::BY_ACCOUNT, key(&[&id]))? > 0)?;
            free(db.count(&team::member::BY_MEMBER, key(&[&id]))? > 0 || expense::spent(db, id.patient_account())?)?;
            free(payout::any_of(db, id.patient_account())?)?;
            own_export::forget(db, id.patient_account())?;
            assistant_binding::forget(db, id)?;
            db.delete::<MemberProfile>(id.patient_account())?;
            db.delete::<PatientScore>(id.patient_account())?;
        }
        Role::Admin if db.count(&BY_ROLE, key(&[&role.number()]))? < 2 => return Err(LAST_ADMINISTRATOR.err()),
        Role::Admin => {}
    }
    follow::forget(db, id)?;
    contact::forget(db, id)?;
    chat_time::forget(db, id)?;
    favourite::forget(db, id)?;
    system::forget(db, &account)?;
    notice::forget(db, id)?;
    session::end_all(db, id)?;
    im_password::forget(db, id)?;
    idempotency::forget(db, id)?;
    lockout::forgive(db, id)?;
    db.delete::<Account>(account.id)
}

/// Errors: `not_found`, `in_use` while a doctor, a session of one or a special event is there.
pub fn hospital(db: &mut Tx, id: HospitalId) -> Result<()> {
    let hospital: Hospital = db.need(id)?;
    free(db.count(&doctor::BY_HOSPITAL, key(&[&id]))? > 0 || db.count(&special_event::BY_HOSPITAL, key(&[&id]))? > 0)?;
    free(any(db, |project: &ClinicSession| project.hospital_id == id)? || any(db, |visit: &Registration| visit.hospital_id == id)?)?;
    db.delete::<Hospital>(hospital.id)
}

/// Errors: `not_found`, `in_use` while a doctor is in it.
pub fn department(db: &mut Tx, id: DepartmentId) -> Result<()> {
    let department: Department = db.need(id)?;
    free(any(db, |doctor: &Doctor| doctor.department_id == id)?)?;
    db.delete::<Department>(department.id)
}

/// Errors: `not_found`, `in_use` while it has regions below it, a hospital lies in it or somebody lives there.
pub fn region(db: &mut Tx, id: RegionId) -> Result<()> {
    let region: Region = db.need(id)?;
    let lies_in = |place: &Place| place.regions().contains(&id);
    free(db.count(&region::BY_PARENT, key(&[&id]))? > 0 || any(db, |hospital: &Hospital| lies_in(&hospital.place))?)?;
    free(any(db, |doctor: &Doctor| lies_in(&doctor.place))? || any(db, |assistant: &Assistant| lies_in(&assistant.place))?)?;
    free(any(db, |patient: &Patient| lies_in(&patient.place))?)?;
    db.delete::<Region>(region.id)
}

/// Takes the applications along. Errors: `not_found`, `in_use` while it has members or special events.
pub fn org(db: &mut Tx, id: OrgId) -> Result<()> {
    let org: Org = db.need(id)?;
    let members = db.count(&org::BY_ORG_STANDING, key(&[&id, &(Standing::Approved as u8)]))?;
    free(members > 0 || db.count(&special_event::BY_ORG, key(&[&id]))? > 0)?;
    org::forget_memberships(db, id)?;
    db.delete::<Org>(org.id)
}

/// Errors: `not_found`, `in_use` while projects belong to it.
pub fn special(db: &mut Tx, id: SpecialEventId) -> Result<()> {
    let special: SpecialEvent = db.need(id)?;
    free(db.count(&clinic_session::BY_SPECIAL, key(&[&id]))? > 0)?;
    db.delete::<SpecialEvent>(special.id)
}

/// Errors: `not_found`, `in_use` while a team is in it.
pub fn clinic(db: &mut Tx, id: ClinicId) -> Result<()> {
    let clinic: Clinic = db.need(id)?;
    free(db.count(&team::BY_CLINIC, key(&[&id]))? > 0)?;
    db.delete::<Clinic>(clinic.id)
}

/// Lets its doctors go. Errors: `not_found`, `in_use` while it has members or money, or ever had a consult.
pub fn team(db: &mut Tx, id: TeamId) -> Result<()> {
    let team: Team = db.need(id)?;
    free(db.count(&team::member::BY_TEAM, key(&[&id]))? > 0 || db.count(&team_consult::BY_TEAM, key(&[&id]))? > 0)?;
    free(any(db, |balance: &Balance| balance.is_of(id))? || any(db, |row: &Expense| row.team_id == id)?)?;
    free(any(db, |row: &Vas| row.team_id == id)? || any(db, |row: &Withdrawal| row.team_id == id)?)?;
    team::forget(db, id)?;
    db.delete::<Team>(team.id)
}

fn leads(team: &Team, doctor: DoctorId) -> bool {
    [team.founder, team.assistant].contains(&doctor)
}

fn free(used: bool) -> Result<()> {
    match used {
        true => Err(IN_USE.err()),
        false => Ok(()),
    }
}

/// Whether a table has such a row. Reads all of it: for what is taken out a few times a year.
fn any<R: crate::store::Row>(db: &View, such: impl Fn(&R) -> bool) -> Result<bool> {
    for row in db.all::<R>(Order::Newest) {
        if such(&row?) {
            return Ok(true);
        }
    }
    Ok(false)
}
