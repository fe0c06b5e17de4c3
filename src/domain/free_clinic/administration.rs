//! Projects, registrations and payments as an administrator looks through them, and what only an administrator changes of them.

use super::{
    clinic_session::{self, ClinicSession, SessionState},
    registration::{self, Registration, Stage},
    special_event,
};
use crate::{
    base::{
        error::Result,
        id::{AssistantId, ClinicSessionId, DoctorId, HospitalId, PatientAccountId, SpecialEventId},
        needle::{Needle, Straw},
        page::{Page, Slice},
    },
    domain::{
        directory::doctor,
        money::{
            payment::{self, Payment, PaymentStatus as Paid},
            refund::{self, Refund, RefundStatus as Returned},
        },
    },
    store::{Key, Order, Tx, View, key},
};

/// Which projects are looked for; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct WantedProjects {
    pub doctor: Option<DoctorId>,
    pub hospital: Option<HospitalId>,
    pub special: Option<SpecialEventId>,
    pub state: Option<SessionState>,
    /// In the doctor's name, the address or the introduction.
    pub needle: Needle,
}

pub fn find_projects(db: &View, wanted: &WantedProjects, page: Page) -> Result<Slice<ClinicSession>> {
    let fits = |project: &ClinicSession| {
        Ok(wanted.doctor.is_none_or(|id| id == project.doctor_id)
            && wanted.hospital.is_none_or(|id| id == project.hospital_id)
            && wanted.special.is_none_or(|id| id == project.special_project_id)
            && wanted.state.is_none_or(|state| state == project.state)
            && (wanted.needle.is_empty()
                || wanted.needle.is_among(&[
                    Straw::Text(project.addr.as_str()),
                    Straw::Text(&project.introduction),
                    Straw::Name(&doctor::profile(db, project.doctor_id)?.name),
                ])))
    };
    match wanted {
        WantedProjects { doctor: None, hospital: None, special: None, state: None, needle } if needle.is_empty() => db.page_all(page),
        WantedProjects { doctor: Some(doctor), .. } => page.pick(db.rows(&clinic_session::BY_DOCTOR, key(&[doctor]), Order::Newest), fits),
        WantedProjects { special: Some(special), .. } if !special.is_none() => {
            page.pick(db.rows(&clinic_session::BY_SPECIAL, key(&[special]), Order::Newest), fits)
        }
        WantedProjects { state: Some(SessionState::Open), .. } => page.pick(db.rows(&clinic_session::OPEN, Key::NONE, Order::Newest), fits),
        WantedProjects { .. } => page.pick(db.all(Order::Newest), fits),
    }
}

/// Which registrations are looked for; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct WantedRegistrations {
    pub project: Option<ClinicSessionId>,
    pub doctor: Option<DoctorId>,
    pub user: Option<PatientAccountId>,
    pub assistant: Option<AssistantId>,
    pub stage: Option<Stage>,
    /// In the payment's number, the patient's name or phone.
    pub needle: Needle,
}

pub fn find_registrations(db: &View, wanted: &WantedRegistrations, page: Page) -> Result<Slice<Registration>> {
    let fits = |row: &Registration| {
        Ok(wanted.project.is_none_or(|id| id == row.project_id)
            && wanted.doctor.is_none_or(|id| id == row.doctor_id)
            && wanted.user.is_none_or(|id| id == row.user_id)
            && wanted.assistant.is_none_or(|id| id == row.assistant_id)
            && wanted.stage.is_none_or(|stage| stage == row.stage)
            && (wanted.needle.is_empty() || {
                let patient = row.patient(db)?;
                let sn = row.sn.as_deref().unwrap_or_default();
                wanted.needle.is_among(&[Straw::Text(sn), Straw::Name(&patient.name), Straw::Phone(&patient.phone)])
            }))
    };
    let rows = |index, group| page.pick(db.rows(index, group, Order::Newest), fits);
    match wanted {
        WantedRegistrations { project: None, doctor: None, user: None, assistant: None, stage: None, needle } if needle.is_empty() => {
            db.page_all(page)
        }
        WantedRegistrations { project: Some(project), .. } => rows(&registration::BY_PROJECT, key(&[project])),
        WantedRegistrations { user: Some(user), .. } => rows(&registration::BY_USER, key(&[user])),
        WantedRegistrations { assistant: Some(assistant), .. } if !assistant.is_none() => {
            rows(&registration::OF_ASSISTANT, key(&[assistant]))
        }
        WantedRegistrations { .. } => page.pick(db.all(Order::Newest), fits),
    }
}

/// Ties a project to a special event; 0 ties it to none. Errors: `not_found`, `unknown_special_project`.
pub fn set_special(db: &mut Tx, id: ClinicSessionId, special: SpecialEventId) -> Result<ClinicSession> {
    let mut project: ClinicSession = db.need(id)?;
    if !special.is_none() {
        special_event::chosen(db, special)?;
    }
    project.special_project_id = special;
    db.put(&project)?;
    Ok(project)
}

pub fn find_payments(
    db: &View,
    payer: Option<PatientAccountId>,
    status: Option<Paid>,
    needle: &Needle,
    page: Page,
) -> Result<Slice<Payment>> {
    let fits = |row: &Payment| Ok(status.is_none_or(|status| status == row.status) && needle.is_in(&[&row.out_trade_no, &row.description]));
    match payer {
        Some(payer) => page.pick(db.rows(&payment::BY_PAYER, key(&[&payer]), Order::Newest), fits),
        None if status.is_none() && needle.is_empty() => db.page_all(page),
        None => page.pick(db.all(Order::Newest), fits),
    }
}

pub fn find_refunds(db: &View, status: Option<Returned>, needle: &Needle, page: Page) -> Result<Slice<Refund>> {
    let fits = |row: &Refund| Ok(status.is_none_or(|status| status == row.status) && needle.is_in(&[&row.out_trade_no, &row.reason]));
    match status {
        Some(status) => page.pick(db.rows(&refund::BY_STATUS, key(&[&(status as u8)]), Order::Newest), fits),
        None if needle.is_empty() => db.page_all(page),
        None => page.pick(db.all(Order::Newest), fits),
    }
}
