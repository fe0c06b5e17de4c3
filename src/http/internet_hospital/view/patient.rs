//! 2.1 就诊人. Printed in full to its owner and to the doctor of an order that was paid; to the doctor of one that was not as to any stranger.

use serde::Serialize;

use super::Head;
use crate::{
    base::{error::Result, time::Time},
    domain::{directory::patient::Patient, shared::sight::Sight},
    http::internet_hospital::ids,
    store::View,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PatientView {
    #[serde(flatten)]
    head: Head,
    user_id: String,
    /// A number in the document's examples; 0 where none is known.
    phone: u64,
    certificate_type: String,
    certificate_no: String,
    name: String,
    birthday: Option<String>,
    /// 1 男, 0 女.
    sex: u8,
    relation: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    patient_id_no: String,
    #[serde(rename = "deleted_at", skip_serializing_if = "Option::is_none")]
    deleted_at: Option<String>,
}

impl PatientView {
    /// The document has a number for the telephone and two for the sexes: what is not shown is 0.
    pub fn of(db: &View, patient: Patient, sight: Sight) -> Result<PatientView> {
        Ok(PatientView {
            head: Head::of(patient.id, patient.created_at, patient.updated_at),
            user_id: ids::of_account(db, patient.owner)?,
            phone: sight.phone(&patient.phone).parse().unwrap_or(0),
            // Profiles of the other families know 身份证 only.
            certificate_type: format!("{:02}", sight.person(patient.certificate_type).unwrap_or(0).max(1)),
            certificate_no: sight.id_number(&patient.idno),
            name: sight.name(&patient.name),
            birthday: sight.birthday(&patient.birthday),
            sex: u8::from(sight.person(patient.sex) == Some(1)),
            relation: sight.person(patient.relation).unwrap_or_default(),
            patient_id_no: sight.person(patient.card_no).unwrap_or_default(),
            deleted_at: patient.deleted_at.map(Time::rfc3339),
        })
    }
}
