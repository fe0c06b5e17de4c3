//! 10.1 咨询订单, 10.3 订单列表项 and 10.5, the order's payment.

use serde::Serialize;

use super::{Head, doctor::DoctorView, patient::PatientView};
use crate::{
    base::{
        error::{NOT_FOUND, Result},
        id,
    },
    domain::{
        consultation::Consultation,
        directory::patient::Patient,
        money::payment::{Payment, Purpose},
        shared::sight::Sight,
    },
    http::{
        core::{first_visit::CourseView, order_info::OrderInfo},
        internet_hospital::ids,
    },
    store::View,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsultationView {
    #[serde(flatten)]
    head: Head,
    images: Vec<String>,
    evaluated: bool,
    consultation_no: String,
    content: String,
    patient_id: String,
    doctor_id: String,
    status: String,
    consultation_reason: String,
    /// Fen.
    fee: i64,
    /// Where the two talk, once it is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_id: Option<String>,
    #[serde(flatten)]
    course: CourseView,
}

impl ConsultationView {
    pub fn of(db: &View, consultation: &Consultation) -> Result<ConsultationView> {
        let patient: Patient = db.need(consultation.patient_id)?;
        let chat = db.get::<crate::domain::messaging::conversation::Conversation>(consultation.conversation_id)?;
        Ok(ConsultationView {
            head: Head::of(consultation.id, consultation.created_at, consultation.updated_at),
            images: consultation.images.clone(),
            evaluated: consultation.evaluated,
            consultation_no: consultation.number.clone(),
            content: consultation.content.clone(),
            patient_id: id::to_hex(patient.created_at, patient.id),
            doctor_id: ids::of_account(db, consultation.doctor_id)?,
            status: consultation.status.code(),
            consultation_reason: consultation.reason.clone(),
            fee: consultation.fee.0,
            chat_id: chat.map(|chat| id::to_hex(chat.created_at, chat.id)),
            course: CourseView::of(
                (&consultation.earlier, &consultation.judged, &consultation.stopped),
                |at| at.rfc3339().into(),
                |doctor| ids::of_account(db, doctor).map(Into::into),
            )?,
        })
    }
}

#[derive(Serialize)]
pub struct ConsultationItemView {
    #[serde(flatten)]
    consultation: ConsultationView,
    patient: PatientView,
    doctor: DoctorView,
}

impl ConsultationItemView {
    /// As one of the two reads it.
    pub fn of(db: &View, consultation: &Consultation, sight: Sight) -> Result<ConsultationItemView> {
        Ok(ConsultationItemView {
            consultation: ConsultationView::of(db, consultation)?,
            patient: PatientView::of(db, consultation.patient(db)?, sight)?,
            doctor: DoctorView::by_id(db, consultation.doctor_id)?,
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentView {
    #[serde(flatten)]
    head: Head,
    /// Fen.
    total_fee: i64,
    out_trade_no: String,
    status: &'static str,
    consultation_id: String,
    order_info: String,
}

impl PaymentView {
    /// Without what it is paid with, see [`PaymentView::with_order_info`].
    pub fn of(db: &View, payment: &Payment) -> Result<PaymentView> {
        let Purpose::Consultation(consultation) = payment.purpose else { return Err(NOT_FOUND.err()) };
        let consultation: Consultation = db.need(consultation)?;
        Ok(PaymentView {
            head: Head::of(payment.id, payment.created_at, payment.updated_at),
            total_fee: payment.amount.0,
            status: payment.status.name(),
            consultation_id: id::to_hex(consultation.created_at, consultation.id),
            order_info: String::new(),
            out_trade_no: payment.out_trade_no.clone(),
        })
    }

    pub fn with_order_info(self, payment: &Payment, info: &OrderInfo) -> PaymentView {
        PaymentView { order_info: info.of(payment), ..self }
    }
}
