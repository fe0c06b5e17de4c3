//! Projects, registrations and payments as an administrator looks through them, and what only an administrator changes of them.

use super::{
    clinic_session::{ClinicSession, SessionState},
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
            refund::{Refund, RefundStatus as Returned},
        },
    },
    store::{Order, Tx, View, key},
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
    match wanted.doctor {
        Some(doctor) => page.pick(db.rows(&super::clinic_session::BY_DOCTOR, key(&[&doctor]), Order::Newest), fits),
        None => page.pick(db.all::<ClinicSession>(Order::Newest), fits),
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
    match (wanted.project, wanted.user) {
        (Some(project), _) => page.pick(db.rows(&registration::BY_PROJECT, key(&[&project]), Order::Newest), fits),
        (None, Some(user)) => page.pick(db.rows(&registration::BY_USER, key(&[&user]), Order::Newest), fits),
        (None, None) => page.pick(db.all::<Registration>(Order::Newest), fits),
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
        None => page.pick(db.all::<Payment>(Order::Newest), fits),
    }
}

pub fn find_refunds(db: &View, status: Option<Returned>, needle: &Needle, page: Page) -> Result<Slice<Refund>> {
    let fits = |row: &Refund| Ok(status.is_none_or(|status| status == row.status) && needle.is_in(&[&row.out_trade_no, &row.reason]));
    page.pick(db.all::<Refund>(Order::Newest), fits)
}
