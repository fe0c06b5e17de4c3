//! 3.2.22: a patient's visits as raw records, wider than 诊断信息 and under the names of the old server's tables.

use serde::Serialize;

use crate::{
    base::{
        error::Result,
        id::{AccountId, AssistantId, ClinicSessionId, DoctorId, HospitalId, PatientAccountId, RegistrationId},
        time::{Time, Zone},
    },
    domain::{
        directory::doctor,
        free_clinic::{
            clinic_session::ClinicSession,
            registration::{Casebook, Registration},
        },
        shared::sight::Sight,
    },
    http::core::codes,
    store::View,
};

#[derive(Serialize)]
pub struct RecordView {
    id: RegistrationId,
    hospital_id: HospitalId,
    assistant_user_id: AssistantId,
    user_id: PatientAccountId,
    doctor_user_id: DoctorId,
    project_id: ClinicSessionId,
    casebook_id: RegistrationId,
    verify_status: u8,
    reject_msg: String,
    visit_time: String,
    status: u8,
    amount: String,
    refund_status: Option<u8>,
    refund_time: Option<String>,
    refund_sn: Option<String>,
    /// The document shows only 0 and says nothing of it: a missed visit's deposit is given back or not, never confirmed as kept.
    confirm_no_refund: u8,
    sn: Option<String>,
    diag_result: String,
    diag_photo: Option<Vec<String>>,
    patient_credit_score: u8,
    patient_punctuality_score: u8,
    /// Ratings are shown as soon as they are given.
    patient_comment_show: u8,
    doctor_comment_time: Option<String>,
    doctor_score: u8,
    doctor_comment: String,
    doctor_comment_show: u8,
    /// An empty text before the rating, where its twin above is `null`: the document's types.
    patient_comment_time: String,
    plan_time: Option<String>,
    created_at: String,
    updated_at: String,
    casebook: CasebookRecord,
    doctor: PersonRecord,
    user: PersonRecord,
}

#[derive(Serialize)]
struct CasebookRecord {
    id: RegistrationId,
    user_id: PatientAccountId,
    project_id: ClinicSessionId,
    content: String,
    photo: Option<Vec<String>>,
    created_at: String,
    updated_at: String,
}

#[derive(Serialize)]
struct PersonRecord {
    id: AccountId,
    real_name: String,
    avatars: String,
}

impl RecordView {
    pub fn of(db: &View, registration: Registration, sight: Sight) -> Result<RecordView> {
        let zone = &db.settings.clinic.zone;
        let slot =
            db.get::<ClinicSession>(registration.project_id)?.and_then(|project| project.slots.get(registration.slot as usize).copied());
        let doctor = doctor::profile(db, registration.doctor_id)?;
        let patient = registration.patient(db)?;
        let moment = |time: Option<Time>| time.map(|time| zone.date_time(time));
        Ok(RecordView {
            id: registration.id,
            hospital_id: registration.hospital_id,
            assistant_user_id: registration.assistant_id,
            user_id: registration.user_id,
            doctor_user_id: registration.doctor_id,
            project_id: registration.project_id,
            casebook_id: registration.casebook.id,
            verify_status: codes::verify_status(registration.stage),
            visit_time: zone.date_time(registration.visit_time),
            status: codes::visit_status(registration.stage),
            amount: registration.amount.yuan(),
            refund_status: registration.refund_status,
            refund_time: moment(registration.refund_time),
            confirm_no_refund: 0,
            patient_credit_score: registration.credit_score,
            patient_punctuality_score: registration.punctuality_score,
            patient_comment_show: 1,
            doctor_comment_time: moment(registration.doctor_comment_time),
            doctor_score: registration.doctor_score,
            doctor_comment_show: 1,
            patient_comment_time: moment(registration.patient_comment_time).unwrap_or_default(),
            plan_time: slot.map(|slot| slot.label(zone)),
            created_at: zone.date_time(registration.created_at),
            updated_at: zone.date_time(registration.updated_at),
            doctor: PersonRecord { id: registration.doctor_id.account(), real_name: doctor.name, avatars: doctor.avatar },
            user: PersonRecord {
                id: registration.user_id.account(),
                real_name: sight.name(&patient.name),
                avatars: sight.person(patient.avatar).unwrap_or_default(),
            },
            casebook: CasebookRecord::of(
                zone,
                registration.user_id,
                registration.project_id,
                sight.record(registration.casebook).unwrap_or_default(),
            ),
            reject_msg: registration.reject_msg,
            refund_sn: registration.refund_sn,
            sn: registration.sn,
            diag_result: sight.record(registration.diag_result).unwrap_or_default(),
            diag_photo: some(sight.record(registration.diag_photo).unwrap_or_default()),
            doctor_comment: registration.doctor_comment,
        })
    }
}

impl CasebookRecord {
    fn of(zone: &Zone, user: PatientAccountId, project: ClinicSessionId, casebook: Casebook) -> CasebookRecord {
        CasebookRecord {
            id: casebook.id,
            user_id: user,
            project_id: project,
            content: casebook.content,
            photo: some(casebook.photo),
            created_at: zone.date_time(casebook.created_at),
            updated_at: zone.date_time(casebook.updated_at),
        }
    }
}

/// Where there are no photos the document prints `null`.
fn some(photos: Vec<String>) -> Option<Vec<String>> {
    Some(photos).filter(|photos| !photos.is_empty())
}
