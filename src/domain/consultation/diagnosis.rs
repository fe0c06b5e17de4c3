//! Diagnoses (开诊断): what the treating doctor finds in a consultation, one for each (互联网医院 11).

use serde::{Deserialize, Serialize};

use super::{first_visit, state::ConsultationStatus};
use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{AccountId, ConsultationId, DoctorId, Id, PatientId},
        time::Time,
    },
    domain::{
        care::signed_record,
        consultation,
        identity::account::Role,
        shared::{dictionary, version},
    },
    store::{About, Class, Entries, Index, Key, References, Row, Table, Tx, View, decode, key, unknown_version},
};

pub const NO_DIAGNOSIS_NOW: Reason = Reason::new(Kind::Rule, "no_diagnosis_now", "只有待执行、执行中或已完成的咨询可以开诊断");

pub use v2::{Diagnosis, Verification};

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Diagnosis {
        pub id: Id<super::Diagnosis>,
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

pub mod v2 {
    use super::*;

    /// How far a diagnosis is taken for true. Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum Verification {
        /// Advice: the doctor's opinion.
        Provisional,
        /// Care: part of the record.
        Confirmed,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Diagnosis {
        pub id: Id<Diagnosis>,
        pub consultation_id: ConsultationId,
        pub doctor_id: DoctorId,
        pub patient_id: PatientId,
        pub main: String,
        pub second: Vec<String>,
        /// The ICD-10 codes of `main` and of each of `second`, of the terms (诊断字典) that had exactly that name when it was written; empty where
        /// there was none. Empty altogether of what an earlier version wrote.
        pub codes: Vec<String>,
        /// As of when it was written: no setting changes it later.
        pub verification: Verification,
        pub chief_complaint: String,
        pub past_illness: String,
        pub created_at: Time,
        pub updated_at: Time,
    }

    impl From<v1::Diagnosis> for Diagnosis {
        fn from(old: v1::Diagnosis) -> Diagnosis {
            let v1::Diagnosis {
                id,
                consultation_id,
                doctor_id,
                patient_id,
                main,
                second,
                chief_complaint,
                past_illness,
                created_at,
                updated_at,
            } = old;
            let (codes, verification) = (Vec::new(), Verification::Provisional);
            Diagnosis {
                id,
                consultation_id,
                doctor_id,
                patient_id,
                main,
                second,
                codes,
                verification,
                chief_complaint,
                past_illness,
                created_at,
                updated_at,
            }
        }
    }
}

const OF_CONSULTATION: Index<Diagnosis> = Index::new(1);

impl Row for Diagnosis {
    type Kind = Self;

    const TABLE: Table = Table { code: 43, name: "diagnosis", version: 2 };

    const TOUCHED: bool = true;

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Record(About::Patient(self.patient_id))
    }

    fn changed_at(&self) -> Time {
        self.updated_at
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

    fn upgrade(version: u8, body: &[u8]) -> Result<Diagnosis> {
        match version {
            1 => decode::<v1::Diagnosis>(body).map(Diagnosis::from),
            _ => Err(unknown_version(Self::TABLE, version)),
        }
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
    let codes = [&findings.main].into_iter().chain(&findings.second).map(|name| code_of(db, name)).collect::<Result<_>>()?;
    let diagnosis = Diagnosis {
        id: known.as_ref().map_or_else(|| db.next_id(), |known| Ok(known.id))?,
        consultation_id: consultation.id,
        doctor_id: consultation.doctor_id,
        patient_id: consultation.patient_id,
        main: findings.main,
        second: findings.second,
        codes,
        verification: Verification::Provisional,
        chief_complaint: findings.chief_complaint,
        past_illness: findings.past_illness,
        created_at: known.as_ref().map_or(db.now, |known| known.created_at),
        updated_at: db.now,
    };
    if let Some(before) = known.filter(|known| *known != Diagnosis { updated_at: known.updated_at, ..diagnosis.clone() }) {
        version::keep(db, &before, before.patient_id)?;
    }
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
    version::keep(db, &diagnosis, diagnosis.patient_id)?;
    diagnosis.chief_complaint = complaint.unwrap_or(diagnosis.chief_complaint);
    diagnosis.past_illness = history.unwrap_or(diagnosis.past_illness);
    if let Some((main, second)) = diagnoses.as_deref().and_then(<[String]>::split_first) {
        (diagnosis.main, diagnosis.second) = (main.clone(), second.to_vec());
        diagnosis.codes = diagnoses.iter().flatten().map(|name| code_of(db, name)).collect::<Result<_>>()?;
    }
    diagnosis.updated_at = db.now;
    db.put(&diagnosis)
}

/// The code of the term of exactly that name, empty where there is none.
fn code_of(db: &View, name: &str) -> Result<String> {
    Ok(dictionary::term_by_name(db, name)?.map(|term| term.code).unwrap_or_default())
}

/// The diagnosis of a consultation, where there is one yet.
pub fn find(db: &View, consultation: ConsultationId) -> Result<Option<Diagnosis>> {
    db.first(&OF_CONSULTATION, key(&[&consultation]))
}
