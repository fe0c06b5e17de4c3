//! The visit: the doctor confirms it, writes down the result, and each side rates the other once (志愿医生 3.2.11 to 3.2.13, 3.3.17).

use super::{
    clinic_session::ClinicSession,
    registration::{self, NOT_BOOKED, Registration, Stage, give_back, need_of_doctor, save},
    telling,
};
use crate::{
    base::{
        error::{INTERNAL, Kind, NOT_YOURS, Reason, Result},
        id::{DoctorId, PatientAccountId, RegistrationId},
    },
    domain::{
        care::signed_record,
        directory::{
            doctor::{self, Doctor},
            patient_score,
        },
        notice::notification::Movement,
        shared::version,
    },
    store::Tx,
};

pub const NOT_BEGUN: Reason = Reason::new(Kind::Rule, "not_begun", "义诊尚未开始，不能确认就诊");
pub const NOT_DONE: Reason = Reason::new(Kind::Rule, "not_done", "就诊完成后才能评价");
pub const ALREADY_RATED: Reason = Reason::new(Kind::Conflict, "already_rated", "已评价，不能重复评价");

/// The doctor confirms that the patient came, once the project has begun and until `project.done_window` after its end, also of a visit that
/// was taken for missed. The deposit goes back, unless it has already.
///
/// Errors: `not_found`, `not_yours`, `not_booked`, `not_begun`.
pub fn confirm(db: &mut Tx, doctor: DoctorId, id: RegistrationId) -> Result<()> {
    let mut registration = need_of_doctor(db, doctor, id)?;
    if !matches!(registration.stage, Stage::Booked | Stage::Missed) {
        return Err(NOT_BOOKED.err());
    }
    let project: ClinicSession = db.need(registration.project_id)?;
    if db.now < project.begin {
        return Err(NOT_BEGUN.err());
    }
    if db.now > project.end.plus(db.settings.project.done_window.ms()) {
        return Err(NOT_BOOKED.with("已超过可确认就诊的期限"));
    }
    give_back(db, &mut registration, "就诊完成")?;
    let done = registration::end(db, registration, Stage::Done, "")?;
    signed_record::await_signature(db, id.encounter(), doctor)?;
    telling::tell(db, Movement::VisitDone, &done)
}

/// The doctor says that the patient did not come, without waiting for the session's end. What follows is the same as at its end.
///
/// Errors: `not_found`, `not_yours`, `not_booked`, `not_begun` while the slot is not over.
pub fn miss(db: &mut Tx, doctor: DoctorId, id: RegistrationId) -> Result<Registration> {
    let registration = need_of_doctor(db, doctor, id)?;
    if registration.stage != Stage::Booked {
        return Err(NOT_BOOKED.err());
    }
    let project: ClinicSession = db.need(registration.project_id)?;
    let slot = project.slots.get(registration.slot as usize).ok_or_else(|| INTERNAL.caused_by("a registration without its slot"))?;
    if db.now < slot.end {
        return Err(NOT_BEGUN.with("该时段结束后才能标记未到诊"));
    }
    registration::miss(db, registration)
}

/// The doctor writes down the result, during the visit or after it.
///
/// Errors: `not_found`, `not_yours`, `not_booked`, `not_begun`, `record_signed`.
pub fn write_result(db: &mut Tx, doctor: DoctorId, id: RegistrationId, result: String, photo: Vec<String>) -> Result<()> {
    let mut registration = need_of_doctor(db, doctor, id)?;
    match registration.stage {
        Stage::Done => {}
        Stage::Booked if db.now >= db.need::<ClinicSession>(registration.project_id)?.begin => {}
        Stage::Booked => return Err(NOT_BEGUN.err()),
        _ => return Err(NOT_BOOKED.err()),
    }
    signed_record::need_unsigned(db, id.encounter())?;
    let is_other = (&registration.diag_result, &registration.diag_photo) != (&result, &photo);
    if is_other && !(registration.diag_result.is_empty() && registration.diag_photo.is_empty()) {
        version::keep(db, &registration, registration.patient_id)?;
    }
    registration.begun_at = registration.begun_at.or(Some(db.now));
    registration.diag_result = result;
    registration.diag_photo = photo;
    save(db, registration)
}

/// What a signed record was amended by is the result from then on; the record keeps what it was. Errors: `not_found`, `not_yours`.
pub(in crate::domain) fn amend_result(db: &mut Tx, doctor: DoctorId, id: RegistrationId, result: String) -> Result<()> {
    let registration = need_of_doctor(db, doctor, id)?;
    version::keep(db, &registration, registration.patient_id)?;
    save(db, Registration { diag_result: result, ..registration })
}

/// The doctor rates the patient, once, after the visit. Errors: `not_found`, `not_yours`, `not_done`, `already_rated`.
pub fn rate_patient(db: &mut Tx, doctor: DoctorId, id: RegistrationId, credit: u8, punctuality: u8) -> Result<()> {
    let mut registration = need_of_doctor(db, doctor, id)?;
    if registration.stage != Stage::Done {
        return Err(NOT_DONE.err());
    }
    if registration.doctor_comment_time.is_some() {
        return Err(ALREADY_RATED.err());
    }
    registration.credit_score = credit;
    registration.punctuality_score = punctuality;
    registration.doctor_comment_time = Some(db.now);
    patient_score::add(db, registration.user_id, credit, punctuality)?;
    save(db, registration)
}

/// The patient rates the doctor, once, after the visit. Errors: `not_found`, `not_yours`, `not_done`, `already_rated`.
pub fn rate_doctor(db: &mut Tx, user: PatientAccountId, id: RegistrationId, score: u8, comment: String) -> Result<()> {
    let mut registration: Registration = db.need(id)?;
    if registration.user_id != user {
        return Err(NOT_YOURS.err());
    }
    if registration.stage != Stage::Done {
        return Err(NOT_DONE.err());
    }
    if registration.patient_comment_time.is_some() {
        return Err(ALREADY_RATED.err());
    }
    registration.doctor_score = score;
    registration.doctor_comment = comment;
    registration.patient_comment_time = Some(db.now);
    let mut doctor: Doctor = doctor::profile(db, registration.doctor_id)?;
    doctor.score.add(score);
    db.put(&doctor)?;
    save(db, registration)
}
