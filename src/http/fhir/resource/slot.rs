//! Slot: the slots of a session (义诊), each with how many seats it has. The id is the session's and the slot's place: `1923-0`.

use serde_json::{Value, json};

use super::{super::print::Print, code, reference, status, terminology::SLOT_SEATS, tidy::tidy};
use crate::domain::free_clinic::clinic_session::ClinicSession;

/// All slots of a session, in their order.
pub fn clinic_session(print: &Print, row: &ClinicSession) -> Vec<Value> {
    (0..row.slots.len()).filter_map(|n| nth(print, row, n)).collect()
}

/// One slot; `None` where the session has not so many.
pub fn nth(print: &Print, row: &ClinicSession, n: usize) -> Option<Value> {
    let slot = row.slots.get(n)?;
    let seats = |name: &str, count: u32| json!({ "url": name, "valueUnsignedInt": count });
    Some(tidy(json!({
        "resourceType": "Slot",
        "id": id(row, n),
        "extension": [{ "url": SLOT_SEATS, "extension": [seats("seats", slot.seats), seats("taken", slot.taken)] }],
        "serviceType": [code::VOLUNTEER.said()],
        "schedule": reference::to("Schedule", row.id, ""),
        "status": status::slot(row.state, *slot),
        "start": print.date_time(slot.begin),
        "end": print.date_time(slot.end),
    })))
}

/// The id of a slot.
pub fn id(row: &ClinicSession, n: usize) -> String {
    format!("{}-{n}", row.id)
}
