//! What a resource says of others: relative addresses with a name beside them. The name is a copy of this moment, the address is what counts.

use serde_json::{Value, json};

use super::{super::print::Print, status};
use crate::{
    base::{
        error::Result,
        id::{AccountId, DepartmentId, DoctorId, EncounterId, HospitalId, PatientId},
    },
    domain::{
        consultation::Consultation,
        directory::{
            assistant::Assistant,
            doctor::Doctor,
            hospital::{Department, Hospital},
            patient::{self, ONESELF, Patient},
            recorded_person,
        },
        free_clinic::registration::Registration,
        identity::account::{Account, Role},
        team_consult::TeamConsult,
    },
};

/// A `Reference`: `Patient/1665`.
pub fn to(kind: &str, id: impl ToString, display: &str) -> Value {
    json!({ "reference": format!("{kind}/{}", id.to_string()), "display": display })
}

/// The clinic of the settings.
pub fn clinic(print: &Print) -> Value {
    to("Organization", "clinic", &print.clinic.name)
}

/// The hospital, or the clinic where there is none.
pub fn provider(print: &Print, hospital: HospitalId) -> Result<Value> {
    Ok(hospital_of(print, hospital)?.unwrap_or_else(|| clinic(print)))
}

/// The hospital, where there is one.
pub fn hospital_of(print: &Print, hospital: HospitalId) -> Result<Option<Value>> {
    let Some(id) = hospital.known() else { return Ok(None) };
    Ok(print.view.get::<Hospital>(id)?.map(|hospital| to("Organization", id, &hospital.name)))
}

/// The department of a doctor as a `CodeableConcept`: by its id where it is one of the clinic's, and as the doctor wrote it.
pub fn specialty(print: &Print, doctor: &Doctor) -> Result<Value> {
    let department = doctor.department_id.known().map_or(Ok(None), |id: DepartmentId| print.view.get::<Department>(id))?;
    let coding =
        department.as_ref().map(|known| json!({ "system": super::code::DEPARTMENT, "code": known.id.to_string(), "display": known.name }));
    let text = if doctor.departments.trim().is_empty() { department.map(|known| known.name) } else { Some(doctor.departments.clone()) };
    Ok(json!({ "coding": [coding], "text": text }))
}

/// A doctor. One who has not filled in a profile yet is known by the account.
pub fn doctor(print: &Print, doctor: DoctorId) -> Result<Value> {
    Ok(match print.view.get::<Doctor>(doctor)? {
        Some(profile) => to("Practitioner", doctor, &profile.name),
        None => by_account(print, doctor.account(), "Practitioner", ""),
    })
}

/// A patient as the record of an encounter has them.
pub fn subject(print: &Print, encounter: EncounterId, patient: PatientId) -> Result<Value> {
    Ok(match print.view.get::<Patient>(patient)? {
        Some(row) => of_patient(&recorded_person::recorded(print.view, encounter, row)?),
        None => to("Patient", patient, ""),
    })
}

/// A patient.
pub fn of_patient(patient: &Patient) -> Value {
    to("Patient", patient.id, &patient.name)
}

/// A patient, or the account that asks for itself and has no profile.
pub fn patient_or_account(print: &Print, patient: Option<&Patient>, account: AccountId) -> Value {
    patient.map_or_else(|| by_account(print, account, "Patient", ""), of_patient)
}

/// Who acts for a patient: the patient, or the account holder as the relative that the holder is.
pub fn holder_for(print: &Print, patient: Option<&Patient>, account: AccountId) -> Result<Value> {
    match patient {
        Some(patient) if patient.relation != ONESELF => {
            let name = patient::oneself_ever(print.view, patient.owner)?.map(|holder| holder.name).unwrap_or_default();
            Ok(to("RelatedPerson", patient.id, &name))
        }
        _ => Ok(patient_or_account(print, patient, account)),
    }
}

/// Somebody who takes part in a conversation about a patient, where it is about one.
pub fn person(print: &Print, member: AccountId, about: Option<&Patient>) -> Result<Value> {
    let Some(account) = print.view.get::<Account>(member)? else { return Ok(by_account(print, member, "", "")) };
    match account.role {
        Role::Patient => match about.filter(|patient| patient.owner.account() == member) {
            Some(patient) => holder_for(print, Some(patient), member),
            None => {
                let own = patient::oneself_ever(print.view, member.patient_account())?;
                Ok(patient_or_account(print, own.as_ref(), member))
            }
        },
        Role::Doctor => doctor(print, member.doctor()),
        Role::Assistant => Ok(match print.view.get::<Assistant>(member.assistant())? {
            Some(assistant) => to("Practitioner", member, &assistant.name),
            None => by_account(print, member, "Practitioner", ""),
        }),
        Role::Admin => Ok(by_account(print, member, "Practitioner", account.username.as_deref().unwrap_or_default())),
    }
}

/// The Encounter of a registration, a consultation or a team consult, where there is one.
pub fn encounter(print: &Print, id: EncounterId) -> Result<Option<Value>> {
    let view = print.view;
    let there = if let Some(row) = view.get::<Registration>(id.registration())? {
        status::registration_encounter(&row).is_some()
    } else if let Some(row) = view.get::<Consultation>(id.consultation())? {
        status::consultation_encounter(&row).is_some()
    } else {
        view.has::<TeamConsult>(id.team_consult())?
    };
    Ok(there.then(|| to("Encounter", id, "")))
}

/// Somebody of whom there is no resource: known by the number of the account.
fn by_account(print: &Print, account: AccountId, kind: &str, display: &str) -> Value {
    json!({ "type": kind, "identifier": super::identifier::own(print, "account", account), "display": display })
}
