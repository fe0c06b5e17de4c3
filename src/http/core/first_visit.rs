//! An earlier diagnosis as it is sent, and what became of it as it prints: the same words in every API, with each one's own times and ids.

use serde::Serialize;
use serde_json::{Value, json};

use super::fields::Fields;
use crate::{
    base::{
        error::{Result, invalid},
        id::DoctorId,
        time::Time,
    },
    domain::care::{
        first_visit::{Earlier, GiveEarlier, Judged},
        stop::{StopReason, Stopped},
    },
};

/// `{hospital, diagnosis, on, images, attested}` where an order brings it as `earlier`.
pub fn beside(fields: &Fields) -> Result<Option<GiveEarlier>> {
    match fields.json("earlier")? {
        None => Ok(None),
        Some(Value::Object(members)) => given(&Fields(members)).map(Some),
        Some(_) => Err(invalid("earlier", "应为 {hospital, diagnosis, on, images, attested}")),
    }
}

/// The same by itself.
pub fn given(fields: &Fields) -> Result<GiveEarlier> {
    let on = fields.word("on", 10)?.parse().map_err(|_| invalid("on", "应为日期，如 2026-01-31"))?;
    Ok(GiveEarlier {
        hospital: fields.text("hospital", 100)?,
        diagnosis: fields.prose("diagnosis", 1_000)?,
        on,
        images: fields.pictures_or_empty("images", 9)?,
        attested: fields.flag_or_none("attested")?.unwrap_or(false),
    })
}

/// `reason` and `advice` of a stop.
pub fn stop(fields: &Fields) -> Result<(StopReason, String)> {
    let reason = StopReason::from_name(&fields.word("reason", 20)?);
    let known = || StopReason::ALL.map(StopReason::name).join("、");
    Ok((reason.ok_or_else(|| invalid("reason", format!("应为 {} 之一", known())))?, fields.prose("advice", 1_000)?))
}

/// What joins an order where there is any of it.
#[derive(Serialize)]
pub struct CourseView {
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    judged: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<Value>,
}

/// Earlier diagnosis, judgement and stop of an order.
pub type Course<'a> = (&'a Option<Earlier>, &'a Option<Judged>, &'a Option<Stopped>);

impl CourseView {
    /// With an API's own way to print times and doctors.
    pub fn of(
        (earlier, judged, stopped): Course,
        time: fn(Time) -> Value,
        doctor: impl Fn(DoctorId) -> Result<Value>,
    ) -> Result<CourseView> {
        let earlier = earlier.as_ref().map(|one| {
            json!({
                "hospital": one.hospital, "diagnosis": one.diagnosis, "on": one.on, "images": one.images, "attested": one.attested,
                "given_at": time(one.given_at),
            })
        });
        let judged = judged.as_ref().map(|one| {
            Ok::<_, crate::base::error::Error>(json!({ "fits": one.fits, "note": one.note, "by": doctor(one.by)?, "at": time(one.at) }))
        });
        let stopped = stopped.as_ref().map(|one| {
            let (reason, by) = (one.reason.name(), doctor(one.by)?);
            Ok::<_, crate::base::error::Error>(json!({ "reason": reason, "advice": one.advice, "by": by, "at": time(one.at) }))
        });
        Ok(CourseView { earlier, judged: judged.transpose()?, stopped: stopped.transpose()? })
    }
}
