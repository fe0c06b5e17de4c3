//! What a team earns: the fee of a consult when it is finished, a service's price when it is confirmed, by months of the clinic's zone.
//!
//! The money lies on the ledger and is added up there; who of the doctors did what comes from the consults and services of the month.

use std::collections::BTreeMap;

use super::{EARNED, HANDLED, HANDLED_BY, TeamConsult, vas, withdrawal};
use crate::{
    base::{
        error::Result,
        id::{DoctorId, TeamId},
        money::Fen,
        month::Month,
    },
    domain::{
        directory::display_name,
        money::ledger::{self, Holder},
        team::{self, Team, member},
    },
    store::{Order, View, key},
};

/// 团队咨询历史, for one of its doctors.
#[derive(Clone, Copy, Debug)]
pub struct Summary {
    /// Everything that the team has ever earned.
    pub total: Fen,
    pub consults: u64,
    pub my_consults: u64,
    pub my_vas: u64,
}

/// What one doctor did in a month: consults of the month in whose group the doctor was, and the price of the services that were confirmed.
#[derive(Clone, Debug)]
pub struct Share {
    pub doctor_id: DoctorId,
    pub name: String,
    pub consults: u64,
    pub vas_amount: Fen,
}

/// One month of a team.
#[derive(Clone, Debug)]
pub struct MonthRecord {
    pub month: Month,
    /// Earned in the month, withdrawn or not.
    pub income: Fen,
    /// Of that: withdrawn, with the administrator's consent.
    pub withdrawn: Fen,
    /// Of that: waiting for the administrator.
    pub pending: Fen,
    pub shares: Vec<Share>,
}

/// 团队收入: what can be withdrawn, and what there is besides.
#[derive(Clone, Debug)]
pub struct Income {
    pub last_month: MonthRecord,
    /// What is left of last month; nothing once the days of withdrawal are over.
    pub withdrawable: Fen,
    /// Whether today is one of those days.
    pub is_open: bool,
    pub this_month: Fen,
    /// What all members keep with the team.
    pub remaining_fees: Fen,
}

/// Errors: `not_found`, `not_in_team`.
pub fn summary(db: &View, doctor: DoctorId, team: TeamId) -> Result<Summary> {
    let team = team::need_of(db, doctor, team)?;
    Ok(Summary {
        total: total(db, &team)?,
        consults: db.count(&HANDLED, key(&[&team.id]))?,
        my_consults: db.count(&HANDLED_BY, key(&[&team.id, &doctor]))?,
        my_vas: vas::count_of(db, team.id, doctor)?,
    })
}

/// Errors: `not_found`, `not_in_team`.
pub fn of(db: &View, doctor: DoctorId, team: TeamId) -> Result<Income> {
    let team = team::need_of(db, doctor, team)?;
    let zone = &db.settings.clinic.zone;
    let (this_month, day) = (Month::of(zone, db.now), zone.today(db.now).day());
    let days = db.settings.team.withdrawal_days;
    let last = this_month.previous();
    Ok(Income {
        withdrawable: if day > days.to { Fen::ZERO } else { withdrawal::left(db, team.id, last)? },
        is_open: days.contains(day),
        this_month: record(db, team.id, this_month)?.income,
        remaining_fees: member::total_fees(db, team.id)?,
        last_month: record(db, team.id, last)?,
    })
}

/// One month, also one in which nothing happened. Errors: `not_found`, `not_in_team`.
pub fn of_month(db: &View, doctor: DoctorId, team: TeamId, month: Month) -> Result<MonthRecord> {
    let team = team::need_of(db, doctor, team)?;
    record(db, team.id, month)
}

fn record(db: &View, team: TeamId, month: Month) -> Result<MonthRecord> {
    let (withdrawn, pending) = withdrawal::taken(db, team, month)?;
    Ok(MonthRecord {
        month,
        income: withdrawal::left(db, team, month)? + withdrawn + pending,
        withdrawn,
        pending,
        shares: shares(db, team, month)?,
    })
}

/// What has been withdrawn, what waits for the administrator, and what is left of each month since the team began.
fn total(db: &View, team: &Team) -> Result<Fen> {
    let zone = &db.settings.clinic.zone;
    let (mut month, last) = (Month::of(zone, team.created_at), Month::of(zone, db.now));
    let mut total = ledger::balance(db, Holder::Withdrawn(team.id))? + withdrawal::waiting(db, team.id)?;
    while month <= last {
        total = total + withdrawal::left(db, team.id, month)?;
        month = month.next();
    }
    Ok(total)
}

fn shares(db: &View, team: TeamId, month: Month) -> Result<Vec<Share>> {
    let mut done: BTreeMap<DoctorId, (u64, Fen)> = BTreeMap::new();
    for consult in db.rows(&EARNED, key(&[&team, &month.0]), Order::Oldest) {
        let consult: TeamConsult = consult?;
        consult.doctors.iter().for_each(|doctor| done.entry(*doctor).or_default().0 += 1);
    }
    for vas in vas::earned(db, team, month)? {
        let amount = &mut done.entry(vas.doctor_id).or_default().1;
        *amount = *amount + vas.amount;
    }
    done.into_iter()
        .map(|(doctor_id, (consults, vas_amount))| {
            Ok(Share { doctor_id, name: display_name::name(db, doctor_id.account())?, consults, vas_amount })
        })
        .collect()
}
