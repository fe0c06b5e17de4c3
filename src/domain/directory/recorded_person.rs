//! Whom a record is about: name, certificate, sex and birthday of a patient as they were at the visit (志愿医生), at the payment of a
//! consultation or at the beginning of a team consult. The row's id is the encounter's.
//!
//! A row is written when a patient becomes somebody else ([`identity`](crate::domain::relations::patient_identity)), for the encounters that have taken place by then.
//! Where there is none, the patient is who it was.

use serde::{Deserialize, Serialize};

use super::patient::Patient;
use crate::{
    base::{
        error::Result,
        id::{EncounterId, Id, PatientId, kind},
    },
    store::{About, Class, Entries, References, Row, Table, Tx, View},
};

pub use v1::RecordedPerson;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct RecordedPerson {
        /// The registration's, the consultation's or the team consult's id.
        pub id: EncounterId,
        pub patient_id: PatientId,
        pub name: String,
        /// The number of the certificate.
        pub idno: String,
        pub certificate_type: u8,
        /// 1 男, 2 女, 0 unknown.
        pub sex: u8,
        /// `1988-08-23`, empty where unknown.
        pub birthday: String,
    }
}

impl Row for RecordedPerson {
    type Kind = kind::Encounter;

    const TABLE: Table = Table { code: 64, name: "recorded_person", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Record(About::Patient(self.patient_id))
    }

    fn refers_to(&self, to: &mut References) {
        // The encounter bars whom it names.
        to.recalls(self.patient_id);
    }

    fn index(&self, _: &mut Entries) {}
}

/// Writes down whom an encounter is about. What was written before stays.
pub fn keep(db: &mut Tx, encounter: EncounterId, patient: &Patient) -> Result<()> {
    if db.has::<RecordedPerson>(encounter)? {
        return Ok(());
    }
    let Patient { id: patient_id, name, idno, certificate_type, sex, birthday, .. } = patient.clone();
    db.put(&RecordedPerson { id: encounter, patient_id, name, idno, certificate_type, sex, birthday })
}

/// The patient of an encounter as the record has it. Errors: `not_found`.
pub fn of(db: &View, encounter: EncounterId, patient: PatientId) -> Result<Patient> {
    recorded(db, encounter, db.need(patient)?)
}

/// A patient as the record of an encounter has it.
pub fn recorded(db: &View, encounter: EncounterId, patient: Patient) -> Result<Patient> {
    Ok(match db.get::<RecordedPerson>(encounter)?.filter(|then| then.patient_id == patient.id) {
        Some(RecordedPerson { name, idno, certificate_type, sex, birthday, .. }) => {
            Patient { name, idno, certificate_type, sex, birthday, ..patient }
        }
        None => patient,
    })
}
