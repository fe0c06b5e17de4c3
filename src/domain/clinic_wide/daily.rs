//! How the clinic's days went, one by one: for the administrator's chart. Reads whole tables: not for async threads, not for jobs.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{
    base::{
        error::Result,
        money::Fen,
        time::{MINUTE, Time},
    },
    domain::{
        consultation::{Consultation, message},
        free_clinic::registration::{Registration, Stage},
        money::ledger::{Holder, LedgerEntry},
    },
    store::{Order, View},
};

/// A day in the clinic's zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    pub date: Date,
    /// Seats of free clinics that were booked on it.
    pub bookings: u64,
    /// Visits that were on it and took place.
    pub visits: u64,
    /// Visits that were on it, and nobody came.
    pub no_shows: u64,
    /// Consultations that were paid.
    pub orders: u64,
    /// Consultations that were answered for the first time.
    pub answers: u64,
    /// How long those had waited since they were paid, all together. Milliseconds.
    waited: i64,
    /// What people paid.
    pub money_in: Fen,
    /// What went back to them.
    pub money_back: Fen,
    /// What became the clinic's: fees that were earned and deposits that nobody let go.
    pub money_kept: Fen,
}

impl Day {
    /// How long an answer took on average, in minutes; `None` without answers.
    pub fn answer_minutes(&self) -> Option<i64> {
        i64::try_from(self.answers).ok().filter(|answers| *answers > 0).map(|answers| self.waited / answers / MINUTE)
    }
}

/// All of the days together; the date is the first one's.
pub fn sum(days: &[Day]) -> Day {
    let mut sum = Day { date: days.first().map_or(Date::default(), |day| day.date), ..Day::default() };
    for day in days {
        sum.bookings += day.bookings;
        sum.visits += day.visits;
        sum.no_shows += day.no_shows;
        sum.orders += day.orders;
        sum.answers += day.answers;
        sum.waited += day.waited;
        sum.money_in = sum.money_in + day.money_in;
        sum.money_back = sum.money_back + day.money_back;
        sum.money_kept = sum.money_kept + day.money_kept;
    }
    sum
}

/// The days from `from` to `to`, both told of, the oldest first.
pub fn read(db: &View, from: Date, to: Date) -> Result<Vec<Day>> {
    let zone = &db.settings.clinic.zone;
    let dates = std::iter::successors(Some(from), |date| date.tomorrow().ok()).take_while(|date| *date <= to);
    let mut days: BTreeMap<Date, Day> = dates.map(|date| (date, Day { date, ..Day::default() })).collect();
    let mut on = |time: Time, what: &mut dyn FnMut(&mut Day)| {
        if let Some(day) = days.get_mut(&zone.civil(time).date()) {
            what(day);
        }
    };
    for row in db.all::<Registration>(Order::Oldest) {
        let row = row?;
        if let Some(booked) = row.booked_at {
            on(booked, &mut |day| day.bookings += 1);
        }
        match row.stage {
            Stage::Done => on(row.visit_time, &mut |day| day.visits += 1),
            Stage::Missed => on(row.visit_time, &mut |day| day.no_shows += 1),
            Stage::Held | Stage::Booked | Stage::Rejected | Stage::Cancelled => {}
        }
    }
    for order in db.all::<Consultation>(Order::Oldest) {
        let order = order?;
        let Some(paid) = order.paid_at else { continue };
        on(paid, &mut |day| day.orders += 1);
        if let Some(answered) = message::first_answer(db, &order)? {
            on(answered, &mut |day| {
                day.answers += 1;
                day.waited += answered.since(paid).max(0);
            });
        }
    }
    for entry in db.all::<LedgerEntry>(Order::Oldest) {
        let LedgerEntry { holder, amount, created_at, .. } = entry?;
        match holder {
            Holder::Outside if amount < Fen::ZERO => on(created_at, &mut |day| day.money_in = day.money_in + -amount),
            Holder::Outside => on(created_at, &mut |day| day.money_back = day.money_back + amount),
            Holder::Income | Holder::Forfeited => on(created_at, &mut |day| day.money_kept = day.money_kept + amount),
            _ => {}
        }
    }
    Ok(days.into_values().collect())
}
