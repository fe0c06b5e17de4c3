//! 2.2.9 诊断信息 and 2.2.6 病例信息: a registration as both sides see it.

use serde::Serialize;

use super::person::{DoctorView, PatientView};
use crate::{
    base::{
        error::Result,
        id::{AssistantId, ClinicSessionId, DoctorId, HospitalId, Id, PatientAccountId, RegistrationId},
        time::{Time, Zone},
    },
    domain::{
        free_clinic::{
            clinic_session::ClinicSession,
            registration::{Casebook, Registration},
        },
        money::payment::Payment,
        shared::sight::Sight,
    },
    http::core::{codes, order_info::OrderInfo},
    store::View,
};

/// The document's fields, both spellings where it has two, and what its lists leave out and need: whose project, when, what was paid.
#[derive(Serialize)]
pub struct DiagnosisView {
    id: RegistrationId,
    assistant_user_id: AssistantId,
    assistant_id: AssistantId,
    verify_status: u8,
    reject_msg: String,
    visit_time: String,
    diag_result: String,
    diag_photo: Vec<String>,
    status: u8,
    refund_status: Option<u8>,
    patient_credit_score: u8,
    patient_punctuality_score: u8,
    doctor_comment_time: String,
    doctoy_comment_time: String,
    doctor_score: u8,
    doctor_comment: String,
    patient_comment_time: String,
    user_info: PatientView,
    casebook_info: CasebookView,
    project_id: ClinicSessionId,
    hospital_id: HospitalId,
    user_id: PatientAccountId,
    doctor_user_id: DoctorId,
    doctor_info: DoctorView,
    plan_time: String,
    amount: String,
    sn: Option<String>,
    created_at: String,
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<PaymentView>,
}

#[derive(Default, Serialize)]
pub struct CasebookView {
    id: RegistrationId,
    photo: Vec<String>,
    content: String,
}

impl From<Casebook> for CasebookView {
    fn from(casebook: Casebook) -> CasebookView {
        CasebookView { id: casebook.id, photo: casebook.photo, content: casebook.content }
    }
}

/// What a client needs to pay.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentView {
    out_trade_no: String,
    /// Fen.
    total_fee: i64,
    status: &'static str,
    /// A JSON string, as the payment SDKs take it.
    order_info: String,
}

impl PaymentView {
    pub fn of(payment: &Payment, info: &OrderInfo) -> PaymentView {
        PaymentView {
            out_trade_no: payment.out_trade_no.clone(),
            total_fee: payment.amount.0,
            status: payment.status.name(),
            order_info: info.of(payment),
        }
    }
}

impl DiagnosisView {
    pub fn of(db: &View, registration: Registration, sight: Sight) -> Result<DiagnosisView> {
        let zone = &db.settings.clinic.zone;
        let slot =
            db.get::<ClinicSession>(registration.project_id)?.and_then(|project| project.slots.get(registration.slot as usize).copied());
        let comment_time = moment(zone, registration.doctor_comment_time);
        Ok(DiagnosisView {
            id: registration.id,
            assistant_user_id: registration.assistant_id,
            assistant_id: registration.assistant_id,
            verify_status: codes::verify_status(registration.stage),
            status: codes::visit_status(registration.stage),
            visit_time: zone.date_time(registration.visit_time),
            refund_status: registration.refund_status,
            patient_credit_score: registration.credit_score,
            patient_punctuality_score: registration.punctuality_score,
            doctor_comment_time: comment_time.clone(),
            doctoy_comment_time: comment_time,
            doctor_score: registration.doctor_score,
            patient_comment_time: moment(zone, registration.patient_comment_time),
            user_info: PatientView::registered(db, &registration, sight)?,
            doctor_info: DoctorView::by_id(db, registration.doctor_id, Sight::STRANGER)?,
            project_id: registration.project_id,
            hospital_id: registration.hospital_id,
            user_id: registration.user_id,
            doctor_user_id: registration.doctor_id,
            plan_time: slot.map(|slot| slot.label(zone)).unwrap_or_default(),
            amount: registration.amount.yuan(),
            created_at: zone.date_time(registration.created_at),
            updated_at: zone.date_time(registration.updated_at),
            reject_msg: registration.reject_msg,
            diag_result: sight.record(registration.diag_result).unwrap_or_default(),
            diag_photo: sight.record(registration.diag_photo).unwrap_or_default(),
            doctor_comment: registration.doctor_comment,
            casebook_info: sight.record(registration.casebook).map(CasebookView::from).unwrap_or_default(),
            sn: registration.sn,
            payment: None,
        })
    }

    /// With the parameters of its payment beside it.
    pub fn with_payment(mut self, payment: Option<&Payment>, info: &OrderInfo) -> DiagnosisView {
        self.payment = payment.map(|payment| PaymentView::of(payment, info));
        self
    }

    /// What everybody may read of a rating: stars, text, time, a masked name. Nobody's result, pictures or casebook.
    pub fn comment(db: &View, registration: Registration) -> Result<DiagnosisView> {
        let name = Sight::STRANGER.name(&registration.patient(db)?.name);
        let mut view = DiagnosisView::of(db, registration, Sight::STRANGER)?;
        view.user_info = PatientView::nobody(name);
        (view.user_id, view.assistant_id, view.assistant_user_id) = (Id::NONE, Id::NONE, Id::NONE);
        (view.patient_credit_score, view.patient_punctuality_score) = (0, 0);
        view.sn = None;
        Ok(view)
    }
}

fn moment(zone: &Zone, time: Option<Time>) -> String {
    time.map(|time| zone.date_time(time)).unwrap_or_default()
}
