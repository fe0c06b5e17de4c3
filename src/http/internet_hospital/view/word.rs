//! 5.1 问诊原因, 6.1 评价问题, 7.1 快捷回复, 11.1 诊断字典 and 诊断.

use serde::Serialize;

use super::Head;
use crate::{
    base::{error::Result, id},
    domain::{
        consultation::{Consultation, diagnosis::Diagnosis},
        directory::{patient::Patient, quick_reply::QuickReply},
        shared::dictionary::{AnswerKind, ConsultationReason, DiagnosisTerm, EvaluationQuestion},
    },
    http::internet_hospital::ids,
    store::View,
};

#[derive(Serialize)]
pub struct ReasonView {
    #[serde(flatten)]
    head: Head,
    reason: String,
}

impl From<ConsultationReason> for ReasonView {
    fn from(row: ConsultationReason) -> ReasonView {
        ReasonView { head: Head::of(row.id, row.created_at, row.updated_at), reason: row.reason }
    }
}

/// Under the document's key and the right one.
#[derive(Serialize)]
pub struct QuestionView {
    #[serde(flatten)]
    head: Head,
    quesion: String,
    question: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

impl From<EvaluationQuestion> for QuestionView {
    fn from(row: EvaluationQuestion) -> QuestionView {
        QuestionView {
            head: Head::of(row.id, row.created_at, row.updated_at),
            quesion: row.question.clone(),
            question: row.question,
            kind: match row.answer {
                AnswerKind::Score => "01",
                AnswerKind::Text => "02",
            },
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuickReplyView {
    #[serde(flatten)]
    head: Head,
    doctor_id: String,
    title: String,
    content: String,
}

impl QuickReplyView {
    pub fn of(db: &View, reply: QuickReply) -> Result<QuickReplyView> {
        Ok(QuickReplyView {
            head: Head::of(reply.id, reply.created_at, reply.updated_at),
            doctor_id: ids::of_account(db, reply.doctor_id)?,
            title: reply.title,
            content: reply.content,
        })
    }
}

#[derive(Serialize)]
pub struct TermView {
    #[serde(flatten)]
    head: Head,
    name: String,
    /// ICD-10.
    code: String,
}

impl From<DiagnosisTerm> for TermView {
    fn from(term: DiagnosisTerm) -> TermView {
        TermView { head: Head::unchanging(term.id, term.created_at), name: term.name, code: term.code }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosisView {
    #[serde(flatten)]
    head: Head,
    consultation_id: String,
    doctor_id: String,
    patient_id: String,
    main_diagnosis: String,
    second_diagnosis: Vec<String>,
    chief_complaint: String,
    history_of_past_illness: String,
}

impl DiagnosisView {
    pub fn of(db: &View, diagnosis: Diagnosis) -> Result<DiagnosisView> {
        let (consultation, patient): (Consultation, Patient) = (db.need(diagnosis.consultation_id)?, db.need(diagnosis.patient_id)?);
        Ok(DiagnosisView {
            head: Head::of(diagnosis.id, diagnosis.created_at, diagnosis.updated_at),
            consultation_id: id::to_hex(consultation.created_at, consultation.id),
            doctor_id: ids::of_account(db, diagnosis.doctor_id)?,
            patient_id: id::to_hex(patient.created_at, patient.id),
            main_diagnosis: diagnosis.main,
            second_diagnosis: diagnosis.second,
            chief_complaint: diagnosis.chief_complaint,
            history_of_past_illness: diagnosis.past_illness,
        })
    }
}
