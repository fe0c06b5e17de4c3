//! The half-days of a week on which a doctor sees patients, as several interfaces send them.

use serde::Serialize;
use serde_json::Value;

use super::request::Request;
use crate::{
    base::error::{Result, invalid},
    domain::directory::doctor::HalfDays,
};

/// Seven days of `{"morning":1,"afternoon":0}`, Monday first, as JSON or as a JSON text. Errors: `invalid_field`.
pub fn asked(request: &Request, name: &str) -> Result<Option<[HalfDays; 7]>> {
    let bad = || invalid(name, "应为 7 天的数组，每天含 morning 与 afternoon（0 或 1）");
    let Some(value) = request.json(name)? else { return Ok(None) };
    let half = |day: &Value, name| match &day[name] {
        Value::Null => Some(false),
        Value::Bool(on) => Some(*on),
        Value::Number(n) => n.as_i64().filter(|n| (0..=1).contains(n)).map(|n| n == 1),
        Value::String(text) if text == "0" || text == "1" => Some(text == "1"),
        _ => None,
    };
    let day = |day: &Value| {
        day.as_object()?;
        Some(HalfDays { morning: half(day, "morning")?, afternoon: half(day, "afternoon")? })
    };
    let week: Option<Vec<HalfDays>> = value.as_array().ok_or_else(bad)?.iter().map(day).collect();
    week.and_then(|week| week.try_into().ok()).map(Some).ok_or_else(bad)
}

/// One day of them: 1 for a half on which the doctor is there.
#[derive(Serialize)]
pub struct HalfDaysView {
    morning: u8,
    afternoon: u8,
}

impl From<HalfDays> for HalfDaysView {
    fn from(day: HalfDays) -> HalfDaysView {
        HalfDaysView { morning: day.morning.into(), afternoon: day.afternoon.into() }
    }
}
