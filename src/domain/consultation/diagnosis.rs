//! Diagnoses (开诊断): what the treating doctor finds in a consultation, one for each (互联网医院 11).

use serde::{Deserialize, Serialize};

use super::{first_visit, state::ConsultationStatus};
use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{AccountId, ConsultationId, DoctorId, Id, PatientId},
        time::Time,
    },
    domain::{care::signed_record, consultation, identity::account::Role},
    store::{About, Class, Entries, Index, Key, References, Row, Table, Tx, View, key},
};

pub const NO_DIAGNOSIS_NOW: Reason = Reason::new(Kind::Rule, "no_diagnosis_now", "只有待执行、执行中或已完成的咨询可以开诊断");

pub use v1::Diagnosis;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Diagnosis {
        pub id: Id<Diagnosis>,
        pub consultation_id: ConsultationId,
        pub doctor_id: DoctorId,
        pub patient_id: PatientId,
        pub main: String,
        pub second: Vec<String>,
        pub chief_complaint: String,
        pub past_illness: String,
        pub created_at: Time,
        pub updated_at: Time,
    }
}

const OF_CONSULTATION: Index<Diagnosis> = Index::new(1);

impl Row for Diagnosis {
    type Kind = Self;

    const TABLE: Table = Table { code: 43, name: "diagnosis", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Record(About::Patient(self.patient_id))
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.doctor_id.account())
    }

    fn refers_to(&self, to: &mut References) {
        // The consultation bars whom it names.
        to.needs(self.consultation_id).recalls(self.doctor_id).recalls(self.patient_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&OF_CONSULTATION, key(&[&self.consultation_id]), Key::NONE);
    }
}

/// The form of 11.1.
#[derive(Clone, Debug)]
pub struct Findings {
    pub main: String,
    pub second: Vec<String>,
    pub chief_complaint: String,
    pub past_illness: String,
}

/// Writes the diagnosis, or writes it anew. Errors: `not_found`, `not_yours`, `no_diagnosis_now`, `unjudged`, `record_signed`.
pub fn diagnose(db: &mut Tx, doctor: DoctorId, consultation: ConsultationId, findings: Findings) -> Result<Diagnosis> {
    let consultation = consultation::need_of(db, doctor.account(), Role::Doctor, consultation)?;
    if !matches!(consultation.status, ConsultationStatus::Waiting | ConsultationStatus::InProgress | ConsultationStatus::Finished) {
        return Err(NO_DIAGNOSIS_NOW.err());
    }
    first_visit::need_judged(db, &consultation)?;
    signed_record::need_unsigned(db, consultation.id.encounter())?;
    let known = find(db, consultation.id)?;
    let diagnosis = Diagnosis {
        id: known.as_ref().map_or_else(|| db.next_id(), |known| Ok(known.id))?,
        consultation_id: consultation.id,
        doctor_id: consultation.doctor_id,
        patient_id: consultation.patient_id,
        main: findings.main,
        second: findings.second,
        chief_complaint: findings.chief_complaint,
        past_illness: findings.past_illness,
        created_at: known.map_or(db.now, |known| known.created_at),
        updated_at: db.now,
    };
    db.put(&diagnosis)?;
    Ok(diagnosis)
}

/// What a signed record was amended by is the diagnosis from then on; the record keeps what it was. Says nothing where there is no diagnosis.
pub(in crate::domain) fn amend(
    db: &mut Tx,
    consultation: ConsultationId,
    complaint: Option<String>,
    history: Option<String>,
    diagnoses: Option<Vec<String>>,
) -> Result<()> {
    let Some(mut diagnosis) = find(db, consultation)? else { return Ok(()) };
    diagnosis.chief_complaint = complaint.unwrap_or(diagnosis.chief_complaint);
    diagnosis.past_illness = history.unwrap_or(diagnosis.past_illness);
    if let Some((main, second)) = diagnoses.as_deref().and_then(<[String]>::split_first) {
        (diagnosis.main, diagnosis.second) = (main.clone(), second.to_vec());
    }
    diagnosis.updated_at = db.now;
    db.put(&diagnosis)
}

/// The diagnosis of a consultation, where there is one yet.
pub fn find(db: &View, consultation: ConsultationId) -> Result<Option<Diagnosis>> {
    db.first(&OF_CONSULTATION, key(&[&consultation]))
}
