//! PractitionerRole: where a doctor works, as what and when; the id is the account's.

use serde_json::{Value, json};

use super::{super::print::Print, code, practitioner::is_active, reference, tidy::tidy};
use crate::{
    base::error::Result,
    domain::directory::doctor::{Doctor, HalfDays},
};

/// Monday first, as [`Doctor::work_time`].
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A doctor's place.
pub fn doctor(print: &Print, row: &Doctor) -> Result<Value> {
    Ok(tidy(json!({
        "resourceType": "PractitionerRole",
        "id": row.id.to_string(),
        "active": is_active(print, row.id.account())?,
        "practitioner": reference::to("Practitioner", row.id, &row.name),
        "organization": reference::hospital_of(print, row.hospital_id)?,
        "code": [code::DOCTOR.with_text(&row.job_position)],
        "specialty": [reference::specialty(print, row)?],
        "availableTime": available(&row.work_time),
    })))
}

/// Mornings from 8 to 12, afternoons from 14 to 18.
fn available(week: &[HalfDays; 7]) -> Value {
    let half = |works: fn(&HalfDays) -> bool, start: &str, end: &str| {
        let days: Vec<&str> = DAYS.iter().zip(week).filter(|(_, day)| works(day)).map(|(name, _)| *name).collect();
        (!days.is_empty()).then(|| json!({ "daysOfWeek": days, "availableStartTime": start, "availableEndTime": end }))
    };
    json!([half(|day| day.morning, "08:00:00", "12:00:00"), half(|day| day.afternoon, "14:00:00", "18:00:00")])
}
