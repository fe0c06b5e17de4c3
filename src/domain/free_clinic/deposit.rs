//! What becomes of deposits that nobody gives back: after `project.done_window` they are the clinic's.

use super::{
    clinic_session::ClinicSession,
    registration::row::{Registration, Stage},
    telling,
};
use crate::{
    base::{error::Result, id::RegistrationId, time::Time},
    domain::{
        money::{
            forfeit::{self, KeptDeposit},
            ledger,
        },
        notice::notification::Movement,
        shared::upgrade_step,
    },
    store::{Tx, View},
};

/// The visit was missed: the doctor has until the end of the window to confirm it all the same, or to let the deposit go.
pub(super) fn keep(db: &mut Tx, registration: &Registration) -> Result<()> {
    let Some(payment) = registration.payment_id else { return Ok(()) };
    let end = db.need::<ClinicSession>(registration.project_id)?.end;
    let due = window_after(db, end);
    forfeit::keep_until(db, payment, due)
}

/// The refund was refused: the clinic may think better of it for as long.
pub(super) fn keep_again(db: &mut Tx, registration: &Registration) -> Result<()> {
    let Some(payment) = registration.payment_id else { return Ok(()) };
    let due = window_after(db, db.now);
    forfeit::keep_until(db, payment, due)
}

fn window_after(db: &View, time: Time) -> Time {
    time.plus(db.settings.project.done_window.ms())
}

/// Books as the clinic's what has been kept for long enough, and tells whose it was. Answers how much.
pub fn forfeit_due(db: &mut Tx) -> Result<usize> {
    let due = forfeit::due(db, 200)?;
    let count = due.len();
    for kept in due {
        let registration: Registration = db.need(kept.registration_id)?;
        forfeit::forfeit(db, kept)?;
        telling::tell(db, Movement::DepositForfeited, &registration)?;
    }
    Ok(count)
}

/// Deposits that an earlier version kept get their window too, from today. Answers at how many it looked.
pub fn adopt(db: &mut Tx) -> Result<usize> {
    const SOME: usize = 500;
    let Some(step) = upgrade_step::begun(db, upgrade_step::ADOPT_KEPT_DEPOSITS)? else { return Ok(0) };
    let held = ledger::deposits_after(db, step.cursor.of(), SOME)?;
    for (registration, _) in &held {
        adopt_one(db, *registration)?;
    }
    let last = held.last().map_or(step.cursor, |(registration, _)| registration.any());
    upgrade_step::go_on(db, step, last, held.len() < SOME)?;
    Ok(held.len())
}

fn adopt_one(db: &mut Tx, registration: RegistrationId) -> Result<()> {
    let Some(registration) = db.get::<Registration>(registration)? else { return Ok(()) };
    let over = !matches!(registration.stage, Stage::Held | Stage::Booked);
    match over && !db.has::<KeptDeposit>(registration.id)? {
        true => keep_again(db, &registration),
        false => Ok(()),
    }
}
