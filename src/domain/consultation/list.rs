//! A caller's consultations (互联网医院 10.3). Each way of naming some has an index that finds them: an order is read by its id, those of a patient or
//! of a patient and a doctor by the pair; only a user who asks for one state, or for one doctor, looks through more than is shown.

use super::{BY_DOCTOR, BY_DOCTOR_STATUS, BY_USER, Consultation, has_met, need_of, row::BY_PAIR, state::ConsultationStatus};
use crate::{
    base::{
        error::{NOT_YOURS, Result},
        id::{AccountId, ConsultationId, DoctorId, PatientAccountId, PatientId},
        page::{Page, Slice},
    },
    domain::{
        directory::patient::{self, Patient},
        identity::account::{self, Role},
    },
    store::{Order, View, key},
};

/// Which of a caller's consultations are wanted; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct ConsultationFilter {
    pub id: Option<ConsultationId>,
    pub patient_id: Option<PatientId>,
    pub doctor_id: Option<DoctorId>,
    pub status: Option<ConsultationStatus>,
}

/// The caller's consultations, newest first.
///
/// Errors: `not_found` for what does not exist, `not_yours` for an order, a patient (of a user, or of none of the doctor's orders) or, asked by a
/// doctor, a doctor that is somebody else's.
pub fn list(db: &View, caller: AccountId, role: Role, wanted: &ConsultationFilter, page: Page) -> Result<Slice<Consultation>> {
    let doctor = role == Role::Doctor;
    let named = wanted.id.map(|id| need_of(db, caller, role, id)).transpose()?;
    if let Some(id) = wanted.patient_id {
        let patient: Patient = db.need(id)?;
        let mine = if doctor { has_met(db, id, caller.doctor())? } else { patient.owner == caller.patient_account() };
        mine.then_some(()).ok_or_else(|| NOT_YOURS.err())?;
    }
    if let Some(id) = wanted.doctor_id {
        let named = account::need(db, id.account(), Role::Doctor)?.id;
        (!doctor || named == caller).then_some(()).ok_or_else(|| NOT_YOURS.err())?;
    }
    let group = key(&[&caller]);
    let fits = |c: &Consultation| {
        Ok(wanted.patient_id.is_none_or(|id| id == c.patient_id)
            && wanted.doctor_id.is_none_or(|id| id == c.doctor_id)
            && wanted.status.is_none_or(|status| status == c.status)
            && if doctor { c.doctor_id == caller.doctor() } else { c.user_id == caller.patient_account() })
    };
    if let Some(named) = named {
        return page.pick([Ok(named)].into_iter(), fits);
    }
    let with_doctor = if doctor { Some(caller.doctor()) } else { wanted.doctor_id };
    match (wanted.patient_id, with_doctor, wanted.status) {
        (Some(patient), Some(with), _) => page.pick(db.rows(&BY_PAIR, key(&[&patient, &with]), Order::Newest), fits),
        (Some(patient), None, _) => page.pick(newest(of_patient(db, patient, None)?).map(Ok), fits),
        (None, _, None) if doctor => db.page(&BY_DOCTOR, group, page),
        (None, _, Some(status)) if doctor => db.page(&BY_DOCTOR_STATUS, key(&[&caller, &(status as u8)]), page),
        (None, Some(with), _) => page.pick(newest(between(db, caller.patient_account(), with)?).map(Ok), fits),
        (None, None, None) => db.page(&BY_USER, group, page),
        (None, None, Some(_)) => page.pick(db.rows(&BY_USER, group, Order::Newest), fits),
    }
}

/// What a user ordered of one doctor, for whichever of the account's patients, in no order.
pub fn between(db: &View, user: PatientAccountId, doctor: DoctorId) -> Result<Vec<Consultation>> {
    let mut found = Vec::new();
    for patient in patient::ids_ever(db, user) {
        found.extend(of_patient(db, patient?, Some(doctor))?);
    }
    found.retain(|consultation| consultation.user_id == user);
    Ok(found)
}

/// What was ordered for a patient, of one doctor where it is named.
fn of_patient(db: &View, patient: PatientId, doctor: Option<DoctorId>) -> Result<Vec<Consultation>> {
    let group = doctor.map_or_else(|| key(&[&patient]), |doctor| key(&[&patient, &doctor]));
    db.rows(&BY_PAIR, group, Order::Newest).collect()
}

fn newest(mut rows: Vec<Consultation>) -> impl Iterator<Item = Consultation> {
    rows.sort_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
    rows.into_iter()
}
