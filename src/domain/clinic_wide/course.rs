//! How care went, for the clinic's own reports: what was stopped, by whom and why, and how many orders were judged.

use std::collections::BTreeMap;

use crate::{
    base::{error::Result, id::DoctorId, month::Month, time::Time},
    domain::{
        care::{
            first_visit::Judged,
            stop::{StopReason, Stopped},
        },
        consultation::Consultation,
        team_consult::TeamConsult,
    },
    store::{Order, View},
};

/// What was ordered in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MonthOfCare {
    /// Orders that reached a doctor.
    pub orders: u64,
    pub judged: u64,
    pub stopped: u64,
}

#[derive(Clone, Debug, Default)]
pub struct CourseOfCare {
    pub stops: BTreeMap<(DoctorId, StopReason), u64>,
    pub months: BTreeMap<Month, MonthOfCare>,
}

/// Orders that were made in a period. Reads every consultation and team consult: not for async threads.
pub fn read(db: &View, from: Option<Time>, to: Option<Time>) -> Result<CourseOfCare> {
    let mut course = CourseOfCare::default();
    let is_in = |at: Time| from.is_none_or(|from| at >= from) && to.is_none_or(|to| at < to);
    for order in db.all::<Consultation>(Order::Oldest) {
        let order = order?;
        if order.paid_at.is_some() && is_in(order.created_at) {
            course.count(db, order.created_at, &order.judged, &order.stopped);
        }
    }
    for consult in db.all::<TeamConsult>(Order::Oldest) {
        let consult = consult?;
        if is_in(consult.created_at) {
            course.count(db, consult.created_at, &consult.judged, &consult.stopped);
        }
    }
    Ok(course)
}

impl CourseOfCare {
    fn count(&mut self, db: &View, at: Time, judged: &Option<Judged>, stopped: &Option<Stopped>) {
        let month = self.months.entry(Month::of(&db.settings.clinic.zone, at)).or_default();
        month.orders += 1;
        month.judged += u64::from(judged.is_some());
        month.stopped += u64::from(stopped.is_some());
        if let Some(stopped) = stopped {
            *self.stops.entry((stopped.by, stopped.reason)).or_default() += 1;
        }
    }
}
