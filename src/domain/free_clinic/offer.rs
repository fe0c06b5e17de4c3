//! What can still be booked of a project: the one place that says which seats are offered (志愿医生 2.2.8 `plan_time`, `progress_status`).
//!
//! Nothing is offered of a slot that has begun, of a project that is cancelled or over, and of a doctor who is closed.

use super::clinic_session::ClinicSession;
use crate::{base::error::Result, domain::directory::doctor, store::View};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The label of each slot, in the order of time, and the seats that are free in it.
    pub plan_time: Vec<(String, u32)>,
    /// Free seats in all slots.
    pub free: u32,
    /// `progress_status`: 1 可预约, 2 已约满, 3 已结束.
    pub progress_status: u8,
}

/// What the project offers now.
pub fn of(db: &View, project: &ClinicSession) -> Result<Offer> {
    let offered = project.is_listed(db.now) && doctor::is_open(db, project.doctor_id)?;
    let free = |slot: &super::slot::Slot| if offered { slot.free(db.now) } else { 0 };
    let plan_time: Vec<_> = project.slots.iter().map(|slot| (slot.label(&db.settings.clinic.zone), free(slot))).collect();
    let free = plan_time.iter().map(|(_, free)| free).sum();
    let progress_status = match (project.is_listed(db.now), free) {
        (false, _) => 3,
        (true, 0) => 2,
        (true, _) => 1,
    };
    Ok(Offer { plan_time, free, progress_status })
}
