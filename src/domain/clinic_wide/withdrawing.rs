//! Withdrawing a consent (撤回同意): no new care, and what nobody has answered yet is called off and its money goes back. What has become a
//! record stays, as the law asks.
//!
//! Source: 个人信息保护法 Art. 15, 47.

use crate::{
    base::{
        error::Result,
        id::{EncounterId, Id, PatientAccountId, PatientId},
        time::Time,
    },
    domain::{
        care::{
            consent::{self, Consent},
            consent_text::Purpose,
        },
        consultation::{self, Consultation, state::ConsultationStatus},
        free_clinic::{
            clinic_session,
            registration::{self, Registration},
        },
        identity::account::Role,
        notice::notification::Movement,
        relations::encounter,
        team_consult::{self, TeamConsult, TeamConsultStatus},
    },
    store::{About, Class, Tx},
};

/// What came of it.
#[derive(Clone, Debug)]
pub struct Withdrawn {
    pub consent: Consent,
    /// What was called off.
    pub ended: Vec<EncounterId>,
    /// Until when the records are kept; `None` where there are none.
    pub kept_until: Option<Time>,
}

/// Withdraws, and calls off what the patient has open and nobody has answered: unpaid orders, those that wait for the doctor's first reply, team
/// consults that nobody has taken up, seats of sessions that have not begun. A team's view of the history calls off nothing.
///
/// Errors: `not_found`, `not_yours`, `consent_withdrawn`.
pub fn withdraw(db: &mut Tx, account: PatientAccountId, id: Id<Consent>, why: String) -> Result<Withdrawn> {
    let consent = consent::withdraw(db, account, id, why)?;
    let ended = match consent.purpose {
        Purpose::Team => Vec::new(),
        Purpose::Terms | Purpose::HealthData | Purpose::Minor => call_off(db, account, consent.patient_id)?,
    };
    let kept_until = super::retention::kept_until(db, Class::Record(About::Patient(consent.patient_id)))?;
    Ok(Withdrawn { consent, ended, kept_until })
}

/// Calls off what the patient has open and nobody has answered. Answers what that was.
pub(super) fn call_off(db: &mut Tx, account: PatientAccountId, patient: PatientId) -> Result<Vec<EncounterId>> {
    let mut ended = Vec::new();
    for one in encounter::of_user(db, account)?.into_iter().filter(|one| one.patient == patient && !one.finished) {
        if let Some(order) = db.get::<Consultation>(one.id.consultation())? {
            let to = match consultation::due_status(&order, db.now) {
                ConsultationStatus::Unpaid => ConsultationStatus::Cancelled,
                ConsultationStatus::Waiting => ConsultationStatus::RefundAsked,
                _ => continue,
            };
            consultation::change(db, account.account(), Role::Patient, order.id, to)?;
        } else if let Some(consult) = db.get::<TeamConsult>(one.id.team_consult())? {
            if consult.status != TeamConsultStatus::Waiting {
                continue;
            }
            team_consult::cancel(db, account, consult.id)?;
        } else if let Some(seat) = db.get::<Registration>(one.id.registration())? {
            match registration::withdraw(db, seat, Movement::SeatCancelled) {
                Err(error) if error.is(&clinic_session::PROJECT_STARTED) => continue,
                done => done?,
            }
        }
        ended.push(one.id);
    }
    Ok(ended)
}
