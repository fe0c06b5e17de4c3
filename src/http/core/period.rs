//! The time of a session as publishing names it: a date, and from when to when on it in the clinic's zone.

use super::request::Request;
use crate::{
    base::{
        error::{Result, invalid},
        time::Time,
    },
    store::View,
};

/// `date`, `begin` and `end` of a new session. An end of `24:00:00` is midnight. Errors: `missing_field`, `invalid_field`.
pub fn asked(db: &View, request: &Request) -> Result<(Time, Time)> {
    let zone = &db.settings.clinic.zone;
    let date = request.word("date", 20)?.parse().map_err(|_| invalid("date", "应为日期，如 2018-02-25"))?;
    let bad = |name: &str, example: &str| invalid(name, format!("应为时间，如 {example}"));
    let begin = request.word("begin", 20)?.parse().ok().and_then(|time| zone.moment(date, time));
    let end = zone.end_moment(date, &request.word("end", 20)?);
    Ok((begin.ok_or_else(|| bad("begin", "09:30:00"))?, end.ok_or_else(|| bad("end", "11:30:00 或 24:00:00"))?))
}
