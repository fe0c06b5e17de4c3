//! What a special event's projects come to together: seats, people who joined, whether there is room (志愿医生 2.2.12, 3.5.2).

use std::collections::BTreeSet;

use super::{
    clinic_session::{BY_SPECIAL, ClinicSession, SessionState},
    offer,
    phase::Phase,
    registration::{self, Registration},
    special_event::SpecialEvent,
};
use crate::{
    base::{
        error::Result,
        id::{PatientAccountId, SpecialEventId},
        page::{Page, Slice},
    },
    domain::directory::doctor,
    store::{Order, View, key},
};

/// The sums over an event's projects. Cancelled ones count nothing; those that have ended keep what they had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turnout {
    /// Seats; what the event expects while it has no projects.
    pub people_count: u32,
    /// Booked seats: whoever joins two of its projects counts twice.
    pub joined: u64,
    /// `progress_status`: 1 可预约, 2 已约满, 3 已结束.
    pub progress_status: u8,
    /// The accounts of those who joined, each once, in the order of joining.
    pub users: Vec<PatientAccountId>,
}

/// How many come to an event.
pub fn of(db: &View, special: &SpecialEvent) -> Result<Turnout> {
    let mut turnout = Turnout { people_count: 0, joined: 0, progress_status: 0, users: Vec::new() };
    let (mut projects, mut running, mut free) = (0, 0, 0);
    let mut seen = BTreeSet::new();
    for project in db.rows(&BY_SPECIAL, key(&[&special.id]), Order::Oldest) {
        let project: ClinicSession = project?;
        if project.state == SessionState::Cancelled {
            continue;
        }
        projects += 1;
        turnout.people_count += project.people_count();
        turnout.joined += registration::joined(db, project.id)?;
        running += u32::from(project.is_listed(db.now));
        free += offer::of(db, &project)?.free;
        for registration in db.rows(&registration::JOINED, key(&[&project.id]), Order::Oldest) {
            let user = registration.map(|registration: Registration| registration.user_id)?;
            if seen.insert(user) {
                turnout.users.push(user);
            }
        }
    }
    if projects == 0 {
        turnout.people_count = special.expected;
    }
    turnout.progress_status = match special.phase(db.now) {
        Phase::Over => 3,
        // All that there was is over, which is not the same as full.
        _ if projects > 0 && running == 0 => 3,
        _ if projects > 0 && free == 0 => 2,
        _ => 1,
    };
    Ok(turnout)
}

/// An event's projects as patients find them: neither cancelled nor over, of doctors who are open, newest first.
pub fn projects(db: &View, special: SpecialEventId, page: Page) -> Result<Slice<ClinicSession>> {
    db.need::<SpecialEvent>(special)?;
    let mut open = Vec::new();
    for project in db.rows(&BY_SPECIAL, key(&[&special]), Order::Newest) {
        let project: ClinicSession = project?;
        if project.is_listed(db.now) && doctor::is_open(db, project.doctor_id)? {
            open.push(project);
        }
    }
    Ok(page.of(open))
}
