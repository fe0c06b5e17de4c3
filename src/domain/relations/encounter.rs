//! Encounters (就诊): what brings a patient and a doctor together, whichever family it came in by. A view over registrations,
//! consultations and team consults; nothing is stored here.
//!
//! | | paid | finished | counts |
//! | --- | --- | --- | --- |
//! | registration | without a deposit, or its deposit is in | done, missed, rejected, cancelled | booked, missed, done |
//! | consultation | from 03 on | 02, 05, 07, 08, 09 | 03 to 08 |
//! | team consult | always: the fee is taken when it is made | 2, 3 | 0, 1, 2 |
//!
//! What counts makes a relation of patient and doctor: it is live, missed or done. One that the patient called off (09 too), that was rejected
//! or never paid does not, and opens nobody's data to anybody.
//!
//! A patient's encounters are all that the patient asked for. A doctor's are those that are the doctor's business: an unpaid hold of a seat
//! is not, an unpaid consultation stands in the doctor's orders already.

use std::collections::BTreeSet;

use crate::{
    base::{
        error::{NOT_YOURS, Result},
        id::{DoctorId, EncounterId, PatientAccountId, PatientId},
        time::Time,
    },
    domain::{
        consultation::{self, Consultation, state::ConsultationStatus},
        directory::patient,
        free_clinic::{
            history,
            registration::{self, Registration, Stage},
        },
        team_consult::{self, TeamConsult, TeamConsultStatus as Consult},
    },
    store::{Index, Key, Order, View, key},
};

/// One encounter. Its id is the registration's, the consultation's or the team consult's: no two of them share one.
#[derive(Clone, Debug, PartialEq)]
pub struct Encounter {
    pub id: EncounterId,
    /// The patient account.
    pub user: PatientAccountId,
    /// Whom of the account's patients (就诊人, 病历) it is about; 0 for an account that asks for itself and has no profile.
    pub patient: PatientId,
    /// A team consult's are those who are in its group.
    pub doctors: Vec<DoctorId>,
    pub paid: bool,
    pub finished: bool,
    /// Whether it is the doctors' business yet.
    pub shown_to_doctors: bool,
    /// Whether it makes a relation of the patient and its doctors. The one place that says so: everybody who asks whether a doctor has met a
    /// patient asks for this.
    pub counts: bool,
    /// Whether it has taken place, or would have by now: whom it is about does not change any more.
    pub is_past: bool,
    /// When it was asked for.
    pub at: Time,
}

impl Encounter {
    /// Whether the two may talk because of it.
    pub fn is_open(&self) -> bool {
        self.paid && !self.finished
    }

    /// Whether somebody still has to pay for it.
    pub fn awaits_payment(&self) -> bool {
        !self.paid && !self.finished
    }

    fn of_registration(row: Registration, now: Time) -> Encounter {
        let lapsed = row.stage == Stage::Held && row.hold_until.is_some_and(|until| until <= now);
        Encounter {
            id: row.id.encounter(),
            user: row.user_id,
            patient: row.patient_id,
            doctors: vec![row.doctor_id],
            paid: row.payment_id.is_none() || row.was_booked(),
            finished: lapsed || !matches!(row.stage, Stage::Held | Stage::Booked),
            shown_to_doctors: row.was_booked(),
            counts: row.has_joined(),
            is_past: row.is_past(now),
            at: row.created_at,
        }
    }

    fn of_consultation(row: Consultation, now: Time) -> Encounter {
        Encounter {
            id: row.id.encounter(),
            user: row.user_id,
            patient: row.patient_id,
            doctors: vec![row.doctor_id],
            paid: row.paid_at.is_some(),
            finished: !consultation::due_status(&row, now).goes_on(),
            shown_to_doctors: true,
            counts: row.paid_at.is_some()
                && !matches!(row.status, ConsultationStatus::Unpaid | ConsultationStatus::Cancelled | ConsultationStatus::Refunded),
            is_past: row.status != ConsultationStatus::Unpaid,
            at: row.created_at,
        }
    }

    fn of_team_consult(db: &View, row: TeamConsult) -> Result<Encounter> {
        let patient = row.target_patient(db)?.map(|patient| patient.id).unwrap_or_default();
        Ok(Encounter {
            id: row.id.encounter(),
            user: row.creator,
            patient,
            doctors: row.doctors,
            paid: true,
            finished: row.status.is_over(),
            shown_to_doctors: true,
            counts: row.status != Consult::Cancelled,
            is_past: true,
            at: row.created_at,
        })
    }
}

/// All encounters of a patient account, newest first.
pub fn of_user(db: &View, user: PatientAccountId) -> Result<Vec<Encounter>> {
    sorted(rows_of_user(db, user))
}

/// All encounters that are the doctor's business, newest first.
pub fn of_doctor(db: &View, doctor: DoctorId) -> Result<Vec<Encounter>> {
    sorted(rows(db, key(&[&doctor]), &registration::BY_DOCTOR, &consultation::BY_DOCTOR, &team_consult::BY_DOCTOR))
}

/// What a patient account has, or had, with a doctor, newest first; also what is not the doctor's business yet.
pub fn between(db: &View, user: PatientAccountId, doctor: DoctorId) -> Result<Vec<Encounter>> {
    Ok(of_user(db, user)?.into_iter().filter(|encounter| encounter.doctors.contains(&doctor)).collect())
}

/// The same without what is not the doctor's business yet.
pub fn for_doctor(db: &View, doctor: DoctorId, user: PatientAccountId) -> Result<Vec<Encounter>> {
    sorted(business(db, user, doctor)?)
}

/// Whom of an account's patients the doctor treats, or treated: those of encounters that count. An account that asked for itself and has no
/// profile counts as 0.
pub fn treated(db: &View, doctor: DoctorId, user: PatientAccountId) -> Result<BTreeSet<PatientId>> {
    let counting = business(db, user, doctor)?.filter(|row| row.as_ref().map_or(true, |encounter| encounter.counts));
    counting.map(|row| row.map(|encounter| encounter.patient)).collect()
}

/// Whether the doctor treats, or treated, the account's own patient (本人).
pub fn has_met(db: &View, doctor: DoctorId, user: PatientAccountId) -> Result<bool> {
    let oneself = patient::oneself(db, user)?.map(|oneself| oneself.id).unwrap_or_default();
    Ok(treated(db, doctor, user)?.contains(&oneself))
}

/// Every visit that the doctor's patients of this account ever booked, with whichever doctor, newest first; for a doctor who treats, or
/// treated, one of them (`not_yours`).
pub fn visits(db: &View, doctor: DoctorId, user: PatientAccountId) -> Result<Vec<Registration>> {
    let treated = treated(db, doctor, user)?;
    if treated.is_empty() {
        return Err(NOT_YOURS.err());
    }
    let mut booked = history::booked(db, user)?;
    booked.retain(|visit| treated.contains(&visit.patient_id));
    Ok(booked)
}

/// Whether there is a paid, unfinished encounter of the two.
pub fn is_open_between(db: &View, user: PatientAccountId, doctor: DoctorId) -> Result<bool> {
    Ok(business(db, user, doctor)?.find(|row| row.as_ref().map_or(true, Encounter::is_open)).transpose()?.is_some())
}

/// The encounter with that id. Errors: `not_found`.
pub fn need(db: &View, id: EncounterId) -> Result<Encounter> {
    if let Some(row) = db.get(id.registration())? {
        return Ok(Encounter::of_registration(row, db.now));
    }
    if let Some(row) = db.get(id.consultation())? {
        return Ok(Encounter::of_consultation(row, db.now));
    }
    Encounter::of_team_consult(db, db.need(id.team_consult())?)
}

/// What the two have, or had, that is the doctor's business. Team consults are looked for among those of the account, which are few.
fn business(db: &View, user: PatientAccountId, doctor: DoctorId) -> Result<impl Iterator<Item = Result<Encounter>>> {
    let registrations = db.rows(&registration::BY_DOCTOR_USER, key(&[&doctor, &user]), Order::Newest);
    let consultations = consultation::list::between(db, user, doctor)?.into_iter();
    let consults = db.rows(&team_consult::BY_CREATOR, key(&[&user]), Order::Newest);
    let consults = consults.filter(move |row| row.as_ref().map_or(true, |row: &TeamConsult| row.doctors.contains(&doctor)));
    Ok(registrations
        .map(|row| Ok(Encounter::of_registration(row?, db.now)))
        .chain(consultations.map(|row| Ok(Encounter::of_consultation(row, db.now))))
        .chain(consults.map(|row| Encounter::of_team_consult(db, row?))))
}

fn rows_of_user(db: &View, user: PatientAccountId) -> impl Iterator<Item = Result<Encounter>> {
    rows(db, key(&[&user]), &registration::BY_USER, &consultation::BY_USER, &team_consult::BY_CREATOR)
}

fn rows(
    db: &View,
    group: Key,
    registrations: &Index<Registration>,
    consultations: &Index<Consultation>,
    consults: &Index<TeamConsult>,
) -> impl Iterator<Item = Result<Encounter>> {
    let registrations = db.rows(registrations, group.clone(), Order::Newest);
    let consultations = db.rows(consultations, group.clone(), Order::Newest);
    let consults = db.rows(consults, group, Order::Newest);
    registrations
        .map(|row| Ok(Encounter::of_registration(row?, db.now)))
        .chain(consultations.map(|row| Ok(Encounter::of_consultation(row?, db.now))))
        .chain(consults.map(|row| Encounter::of_team_consult(db, row?)))
}

/// The newest first.
fn sorted(rows: impl Iterator<Item = Result<Encounter>>) -> Result<Vec<Encounter>> {
    let mut rows: Vec<Encounter> = rows.collect::<Result<_>>()?;
    rows.sort_by_key(|encounter| std::cmp::Reverse((encounter.at, encounter.id)));
    Ok(rows)
}
