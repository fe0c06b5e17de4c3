//! One identity number is one living patient of an account: who is created again is the row that is there.

use super::{BY_OWNER, Patient, PatientProfile, RESIDENT_CARD};
use crate::{
    base::{
        error::{Error, Kind, Reason, Result},
        id::PatientAccountId,
    },
    store::{Order, View, key},
};

pub const PATIENT_EXISTS: Reason =
    Reason::new(Kind::Conflict, "patient_exists", "该证件号码的就诊人已存在，且填写的信息不同，请修改或选择已有的就诊人");

impl Patient {
    /// The refusal that names this row.
    pub fn exists(&self) -> Error {
        PATIENT_EXISTS.err().with_row(self.id.number(), self.created_at.0)
    }
}

/// Kind and number of the certificate. Some profiles of earlier versions do not name the kind.
fn number_of(patient: &Patient) -> (u8, &str) {
    (patient.certificate_type.max(RESIDENT_CARD), patient.idno.as_str())
}

/// The account's living patients with that certificate, the oldest first. There is one at most, but where an earlier version let more in.
pub fn with_certificate(db: &View, owner: PatientAccountId, kind: u8, number: &str) -> Result<Vec<Patient>> {
    let living = db.rows(&BY_OWNER, key(&[&owner]), Order::Oldest);
    let fits = |patient: &Patient| !number.is_empty() && number_of(patient) == (kind, number);
    living.filter(|patient| patient.as_ref().map_or(true, fits)).collect()
}

/// What is said of somebody who is there already: the same row where it agrees, otherwise `patient_exists`.
pub fn same_or_refused(known: Vec<Patient>, agrees: impl Fn(&Patient) -> bool) -> Result<Option<Patient>> {
    let refusal = known.first().map(Patient::exists);
    match (known.into_iter().find(agrees), refusal) {
        (Some(same), _) => Ok(Some(same)),
        (None, Some(refusal)) => Err(refusal),
        (None, None) => Ok(None),
    }
}

/// Refuses that `patient` gets the number of another one of its account. Errors: `patient_exists`.
pub fn need_free_number(db: &View, patient: &Patient, kind: u8, number: &str) -> Result<()> {
    if number_of(patient) == (kind, number) {
        return Ok(());
    }
    let others = with_certificate(db, patient.owner, kind, number)?;
    match others.into_iter().find(|other| other.id != patient.id) {
        Some(other) => Err(other.exists()),
        None => Ok(()),
    }
}

impl PatientProfile {
    /// Whether it says of the patient what is known already; what it leaves open does not matter.
    pub fn agrees_with(&self, patient: &Patient) -> bool {
        let said = |given: &Option<String>, is: &str| given.as_deref().is_none_or(|given| given == is);
        (&self.name, &self.height, &self.weight) == (&patient.name, &patient.height, &patient.weight)
            && (self.marital_status, self.drinks, self.smokes) == (patient.marital_status, patient.drinks, patient.smokes)
            && self.idno.to_string() == patient.idno
            && self.place == patient.place
            && said(&self.avatar, &patient.avatar)
            && said(&self.email, &patient.email)
    }
}
