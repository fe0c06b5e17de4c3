//! Consults and withdrawals as administrators look for them.

use super::{
    TeamConsult, TeamConsultStatus,
    withdrawal::{Withdrawal, WithdrawalStatus as Decided},
};
use crate::{
    base::{
        error::Result,
        id::{DoctorId, PatientAccountId, TeamId},
        needle::{Needle, Straw},
        page::{Page, Slice},
    },
    domain::{directory::patient, team::Team},
    store::{Order, View},
};

/// What is `None` does not matter; the needle is looked for in the team's and the patients' names and in the symptom.
#[derive(Clone, Debug, Default)]
pub struct TeamConsultFilter {
    pub team: Option<TeamId>,
    pub member: Option<PatientAccountId>,
    pub doctor: Option<DoctorId>,
    pub status: Option<TeamConsultStatus>,
    pub needle: Needle,
}

/// The consults that are wanted, newest first. Reads the whole table: not for async threads, not for jobs.
pub fn find(db: &View, wanted: &TeamConsultFilter, page: Page) -> Result<Slice<TeamConsult>> {
    page.pick(db.all::<TeamConsult>(Order::Newest), |row| {
        let fits = wanted.team.is_none_or(|id| id == row.team_id)
            && wanted.member.is_none_or(|id| id == row.creator)
            && wanted.doctor.is_none_or(|id| row.doctors.contains(&id))
            && wanted.status.is_none_or(|status| status == row.status);
        Ok(fits && (wanted.needle.is_empty() || is_named(db, row, &wanted.needle)?))
    })
}

/// The withdrawals that are wanted, newest first; the needle is looked for in the team's name. Reads the whole table.
pub fn find_withdrawals(
    db: &View,
    team: Option<TeamId>,
    status: Option<Decided>,
    needle: &Needle,
    page: Page,
) -> Result<Slice<Withdrawal>> {
    page.pick(db.all::<Withdrawal>(Order::Newest), |row| {
        let fits = team.is_none_or(|id| id == row.team_id) && status.is_none_or(|status| status == row.status);
        Ok(fits && (needle.is_empty() || needle.is_among(&[Straw::Name(team_name(db, row.team_id)?)])))
    })
}

/// Empty where the team is gone.
pub fn team_name(db: &View, team: TeamId) -> Result<String> {
    Ok(db.get::<Team>(team)?.map(|team| team.name).unwrap_or_default())
}

fn is_named(db: &View, row: &TeamConsult, needle: &Needle) -> Result<bool> {
    let creator = patient::oneself(db, row.creator)?.unwrap_or_default().name;
    let names = [team_name(db, row.team_id)?, creator, super::target_name(db, row)?].map(Straw::Name);
    Ok(needle.is_among(&[&names[..], &[Straw::Text(row.symptom_content.clone())]].concat()))
}
