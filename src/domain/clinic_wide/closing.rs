//! Shutting a doctor out: what of theirs is open then, and ending it. That nothing of it is offered any more needs no step: every list and every
//! payment asks [`doctor::is_open`](crate::domain::directory::doctor::is_open).

use crate::{
    base::{error::Result, id::DoctorId},
    domain::{
        consultation::{self, Consultation},
        directory::standing,
        free_clinic::{
            clinic_session::{self, ClinicSession},
            registration::Registration,
        },
        identity::account::{Account, Verify},
        team_consult::{self, TeamConsult},
    },
    store::{Tx, View},
};

/// What is open of a doctor: nothing that is over, and nothing that others can finish.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Open {
    /// Sessions that are neither cancelled nor over.
    pub projects: Vec<ClinicSession>,
    /// Seats in them, held ones too.
    pub registrations: Vec<Registration>,
    /// Unpaid, waiting, in progress, or with a refund on its way.
    pub consultations: Vec<Consultation>,
    /// Those in whose group nobody else could answer.
    pub team_consults: Vec<TeamConsult>,
}

pub fn open(db: &View, doctor: DoctorId) -> Result<Open> {
    let projects = clinic_session::open_of(db, doctor)?;
    let mut registrations = Vec::new();
    for project in &projects {
        registrations.extend(crate::domain::free_clinic::ending::seats_of(db, project.id)?);
    }
    Ok(Open {
        projects,
        registrations,
        consultations: consultation::closing::open(db, doctor)?,
        team_consults: team_consult::closing::open(db, doctor)?,
    })
}

/// Shuts a doctor out, which ends the sessions of the account. What is open is cancelled and refunded and its patients told, unless `keep_open`
/// lets it run. Answers what was open.
pub fn shut_out(db: &mut Tx, account: Account, keep_open: bool) -> Result<(Account, Open)> {
    let account = standing::decide(db, account, Verify::Disabled)?;
    let open = open(db, account.id.doctor())?;
    if !keep_open {
        open.projects.iter().try_for_each(|project| crate::domain::free_clinic::ending::break_off(db, project.clone()))?;
        open.consultations.iter().try_for_each(|row| consultation::closing::end(db, row.clone()))?;
        open.team_consults.iter().try_for_each(|row| team_consult::closing::end(db, row.clone()))?;
    }
    Ok((account, open))
}
