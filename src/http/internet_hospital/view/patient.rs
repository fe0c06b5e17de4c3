//! 2.1 就诊人. Printed in full to its owner and to the doctor of an order that was paid; masked to the doctor of one that was not.

use serde::Serialize;

use super::Head;
use crate::{
    base::{error::Result, mask, time::Time},
    domain::directory::patient::Patient,
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
    birthday: String,
    /// 1 男, 0 女.
    sex: u8,
    relation: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    patient_id_no: String,
    #[serde(rename = "deleted_at", skip_serializing_if = "Option::is_none")]
    deleted_at: Option<String>,
}

impl PatientView {
    pub fn of(db: &View, patient: Patient) -> Result<PatientView> {
        Ok(PatientView {
            head: Head::of(patient.id, patient.created_at, patient.updated_at),
            user_id: ids::of_account(db, patient.owner)?,
            phone: patient.phone.parse().unwrap_or(0),
            // Profiles of the other families know 身份证 only.
            certificate_type: format!("{:02}", patient.certificate_type.max(1)),
            certificate_no: patient.idno,
            name: patient.name,
            birthday: patient.birthday,
            sex: u8::from(patient.sex == 1),
            relation: patient.relation,
            patient_id_no: patient.card_no,
            deleted_at: patient.deleted_at.map(Time::rfc3339),
        })
    }

    /// Without a telephone, which is a number here and cannot be masked, and with the number of the certificate masked.
    pub fn masked(self) -> PatientView {
        PatientView { phone: 0, certificate_no: mask::idno(&self.certificate_no), ..self }
    }
}
