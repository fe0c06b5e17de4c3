//! Consults and withdrawals as administrators look for them.

use super::{
    BY_CREATOR, BY_DOCTOR, BY_TEAM, TeamConsult, TeamConsultStatus,
    withdrawal::{self, Withdrawal, WithdrawalStatus as Decided},
};
use crate::{
    base::{
        error::Result,
        id::{DoctorId, PatientAccountId, TeamId},
        needle::{Needle, Straw},
        page::{Page, Slice},
    },
    domain::{directory::patient, team::Team},
    store::{Order, View, key},
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

/// The consults that are wanted, newest first. Reads the whole table where nobody and no team is named and something else is: not for async
/// threads, not for jobs.
pub fn find(db: &View, wanted: &TeamConsultFilter, page: Page) -> Result<Slice<TeamConsult>> {
    let fits = |row: &TeamConsult| {
        let fits = wanted.team.is_none_or(|id| id == row.team_id)
            && wanted.member.is_none_or(|id| id == row.creator)
            && wanted.doctor.is_none_or(|id| row.doctors.contains(&id))
            && wanted.status.is_none_or(|status| status == row.status);
        Ok(fits && (wanted.needle.is_empty() || is_named(db, row, &wanted.needle)?))
    };
    match wanted {
        TeamConsultFilter { team: None, member: None, doctor: None, status: None, needle } if needle.is_empty() => db.page_all(page),
        TeamConsultFilter { member: Some(member), .. } => page.pick(db.rows(&BY_CREATOR, key(&[member]), Order::Newest), fits),
        TeamConsultFilter { doctor: Some(doctor), .. } => page.pick(db.rows(&BY_DOCTOR, key(&[doctor]), Order::Newest), fits),
        TeamConsultFilter { team: Some(team), .. } => page.pick(db.rows(&BY_TEAM, key(&[team]), Order::Newest), fits),
        TeamConsultFilter { .. } => page.pick(db.all(Order::Newest), fits),
    }
}

/// The withdrawals that are wanted, newest first; the needle is looked for in the team's name.
pub fn find_withdrawals(
    db: &View,
    team: Option<TeamId>,
    status: Option<Decided>,
    needle: &Needle,
    page: Page,
) -> Result<Slice<Withdrawal>> {
    let fits = |row: &Withdrawal| {
        let fits = team.is_none_or(|id| id == row.team_id) && status.is_none_or(|status| status == row.status);
        Ok(fits && (needle.is_empty() || needle.is_among(&[Straw::Name(team_name(db, row.team_id)?)])))
    };
    match team {
        Some(team) => page.pick(db.rows(&withdrawal::BY_TEAM, key(&[&team]), Order::Newest), fits),
        None if status.is_none() && needle.is_empty() => db.page_all(page),
        None => page.pick(db.all(Order::Newest), fits),
    }
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
