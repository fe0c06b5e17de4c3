//! Registrations (挂号, 诊断): a patient in a project's slot, from the seat to both ratings (志愿医生 2.2.9, 3.2.8 to 3.2.13, 3.3.4).
//!
//! | stage | verify_status | status | comes by |
//! | --- | --- | --- | --- |
//! | Held | 0 | 1 | joining a project with a deposit; lapses after `project.hold_window` |
//! | Booked | 1 | 1 | joining without a deposit, or the deposit is paid |
//! | Rejected | 2 | 1 | the doctor rejects; closed to that patient from then on |
//! | Cancelled | 3 | 1 | the patient, the assistant or the project cancels, or the hold lapses |
//! | Missed | 1 | 2 | the project ends without the visit |
//! | Done | 1 | 3 | the doctor confirms the visit |

use serde::{Deserialize, Serialize};

use super::{
    clinic_session::{ClinicSession, PROJECT_STARTED},
    deposit,
    telling::{tell, tell_of_hold},
};
use crate::{
    base::{
        error::{INTERNAL, Kind, NOT_FOUND, NOT_YOURS, Reason, Result},
        id::Id,
        money::Fen,
        time::Time,
    },
    domain::{
        money::{
            payment,
            refund::{self, Refund},
        },
        notice::notification::Movement,
    },
    store::{Entries, Index, Key, Order, Row, Table, Tx, View, key},
};

pub const NOT_BOOKED: Reason = Reason::new(Kind::Rule, "not_booked", "该预约当前的状态不允许此操作");
pub const NOT_MISSED: Reason = Reason::new(Kind::Rule, "not_missed", "只有未到诊且已付押金的预约才能由医生退还押金");
pub const NOT_JOINED: Reason = Reason::new(Kind::NotFound, "not_joined", "您没有预约该义诊");

pub use v1::{Casebook, Registration, Stage};

pub mod v1 {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub enum Stage {
        Held,
        Booked,
        Rejected,
        Cancelled,
        Missed,
        Done,
    }

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    pub struct Casebook {
        pub id: Id,
        pub content: String,
        pub photo: Vec<String>,
        pub created_at: Time,
        pub updated_at: Time,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Registration {
        pub id: Id,
        pub project_id: Id,
        pub doctor_id: Id,
        pub hospital_id: Id,
        /// The patient account.
        pub user_id: Id,
        pub patient_id: Id,
        /// The assistant who did it for the patient; 0 for none.
        pub assistant_id: Id,
        pub slot: u32,
        pub visit_time: Time,
        pub stage: Stage,
        pub reject_msg: String,
        pub casebook: Casebook,
        pub diag_result: String,
        pub diag_photo: Vec<String>,
        /// The doctor's ratings of the patient, 0 before they are given.
        pub credit_score: u8,
        pub punctuality_score: u8,
        pub doctor_comment_time: Option<Time>,
        /// The patient's rating of the doctor, 0 before it is given.
        pub doctor_score: u8,
        pub doctor_comment: String,
        pub patient_comment_time: Option<Time>,
        pub amount: Fen,
        /// The deposit's payment and its number (`sn`), where there is a deposit.
        pub payment_id: Option<Id>,
        pub sn: Option<String>,
        /// Until when the seat is kept for the deposit; `None` once it is booked.
        pub hold_until: Option<Time>,
        /// 1 on its way, 3 done.
        pub refund_status: Option<u8>,
        pub refund_time: Option<Time>,
        pub refund_sn: Option<String>,
        pub created_at: Time,
        pub updated_at: Time,
    }
}

pub const BY_PROJECT: Index<Registration> = Index::counted(1);
pub const BY_USER: Index<Registration> = Index::counted(2);
/// A patient's registrations by [`Outcome`].
pub const BY_USER_OUTCOME: Index<Registration> = Index::counted(3);
/// A doctor's registrations by [`Outcome`].
pub const BY_DOCTOR_OUTCOME: Index<Registration> = Index::counted(4);
const BY_USER_PROJECT: Index<Registration> = Index::new(5);
const BY_SN: Index<Registration> = Index::new(6);
const HELD: Index<Registration> = Index::new(7);
/// What an assistant booked for patients, unless it came to nothing.
pub const BY_ASSISTANT: Index<Registration> = Index::counted(8);
/// Rated visits of a doctor, by the time of the rating.
pub const RATED: Index<Registration> = Index::counted(9);
/// A patient's visits that wait for a rating.
pub const TO_RATE: Index<Registration> = Index::counted(10);
/// A patient's registrations with a refund.
pub const REFUNDED: Index<Registration> = Index::counted(11);
/// A doctor's registrations that are the doctor's business, newest first.
pub const BY_DOCTOR: Index<Registration> = Index::counted(12);
const BY_DOCTOR_USER: Index<Registration> = Index::new(13);
/// A project's booked seats: `join_people_count`.
pub const JOINED: Index<Registration> = Index::counted(14);
/// What an assistant did for patients in a project, whatever came of it.
pub const BY_ASSISTANT_PROJECT: Index<Registration> = Index::counted(15);
/// The same, unless it came to nothing: `assistant_join_count`.
pub const JOINED_BY_ASSISTANT: Index<Registration> = Index::counted(16);
/// All that an assistant did for patients.
pub const OF_ASSISTANT: Index<Registration> = Index::counted(17);

impl Row for Registration {
    const TABLE: Table = Table { code: 20, name: "registration", version: 1 };

    fn id(&self) -> Id {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        let outcome = self.outcome() as u8;
        let created = key(&[&self.created_at]);
        entries.add(&BY_PROJECT, key(&[&self.project_id]), created.clone());
        entries.add(&BY_USER, key(&[&self.user_id]), created.clone());
        entries.add(&BY_USER_OUTCOME, key(&[&self.user_id, &outcome]), created.clone());
        entries.add(&BY_DOCTOR_OUTCOME, key(&[&self.doctor_id, &outcome]), created.clone());
        entries.add(&BY_USER_PROJECT, key(&[&self.user_id, &self.project_id]), created.clone());
        if let Some(sn) = &self.sn {
            entries.add(&BY_SN, key(&[sn]), Key::NONE);
        }
        if let (Stage::Held, Some(until)) = (self.stage, self.hold_until) {
            entries.add(&HELD, Key::NONE, key(&[&until]));
        }
        if self.has_joined() {
            entries.add(&JOINED, key(&[&self.project_id]), created.clone());
        }
        if self.assistant_id != 0 {
            entries.add(&OF_ASSISTANT, key(&[&self.assistant_id]), created.clone());
            entries.add(&BY_ASSISTANT_PROJECT, key(&[&self.assistant_id, &self.project_id]), created.clone());
            if self.is_live() {
                entries.add(&BY_ASSISTANT, key(&[&self.assistant_id]), created.clone());
                entries.add(&JOINED_BY_ASSISTANT, key(&[&self.assistant_id, &self.project_id]), created.clone());
            }
        }
        if let Some(at) = self.patient_comment_time {
            entries.add(&RATED, key(&[&self.doctor_id]), key(&[&at]));
        } else if self.stage == Stage::Done {
            entries.add(&TO_RATE, key(&[&self.user_id]), created.clone());
        }
        if self.refund_status.is_some() {
            entries.add(&REFUNDED, key(&[&self.user_id]), created.clone());
        }
        if self.was_booked() {
            entries.add(&BY_DOCTOR, key(&[&self.doctor_id]), created.clone());
            entries.add(&BY_DOCTOR_USER, key(&[&self.doctor_id, &self.user_id]), created);
        }
    }
}

/// The `type` of 3.3.13: 1 已挂号, 2 挂号失败, 3 未到诊, 4 诊疗完成; 0 waits for its deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Held,
    Awaiting,
    Failed,
    Missed,
    Done,
}

impl Registration {
    /// What a list of the patient's or the doctor's calls it.
    pub fn outcome(&self) -> Outcome {
        match self.stage {
            Stage::Held => Outcome::Held,
            Stage::Booked => Outcome::Awaiting,
            Stage::Rejected | Stage::Cancelled => Outcome::Failed,
            Stage::Missed => Outcome::Missed,
            Stage::Done => Outcome::Done,
        }
    }

    /// Whether it ever was the doctor's business: a hold that nobody paid never was.
    pub fn was_booked(&self) -> bool {
        match self.stage {
            Stage::Held => false,
            // A deposit that came after the hold went back: a refund alone does not tell that there was a seat.
            Stage::Cancelled => self.hold_until.is_none() && (self.payment_id.is_none() || self.refund_status.is_some()),
            _ => true,
        }
    }

    /// Whether it has a seat, or had it when the project ended.
    pub fn is_live(&self) -> bool {
        !matches!(self.stage, Stage::Rejected | Stage::Cancelled)
    }

    /// Whether it is shown among those who joined: an unpaid hold keeps the seat, and is nobody's business yet.
    pub fn has_joined(&self) -> bool {
        self.is_live() && self.stage != Stage::Held
    }

    pub fn verify_status(&self) -> u8 {
        match self.stage {
            Stage::Held => 0,
            Stage::Booked | Stage::Missed | Stage::Done => 1,
            Stage::Rejected => 2,
            Stage::Cancelled => 3,
        }
    }

    pub fn status(&self) -> u8 {
        match self.stage {
            Stage::Missed => 2,
            Stage::Done => 3,
            _ => 1,
        }
    }
}

/// The deposit of a held registration is in: the seat is booked. Where the seat is gone by then, the deposit goes back.
pub fn paid(db: &mut Tx, id: Id) -> Result<()> {
    let mut registration: Registration = db.need(id)?;
    match registration.stage {
        Stage::Held => {
            registration.stage = Stage::Booked;
            registration.hold_until = None;
            tell(db, Movement::SeatBooked, &registration)?;
        }
        _ => {
            give_back(db, &mut registration, "预约已取消")?;
            tell_of_hold(db, Movement::DepositTooLate, &registration)?;
        }
    }
    save(db, registration)
}

/// Frees the seats of holds whose time is over. Answers how many.
pub fn lapse_due(db: &mut Tx) -> Result<usize> {
    let due = key(&[&db.now.plus(1)]);
    let ids: Vec<Id> = db.ids_between(&HELD, Key::NONE, Key::NONE, due, Order::Oldest).take(500).collect::<Result<_>>()?;
    for id in &ids {
        let registration = db.need(*id)?;
        lapse(db, registration)?;
    }
    Ok(ids.len())
}

/// An unpaid hold comes to nothing.
pub(super) fn lapse(db: &mut Tx, registration: Registration) -> Result<()> {
    free_seat(db, &registration)?;
    let lapsed = call_off(db, registration, "超时未支付")?;
    tell_of_hold(db, Movement::HoldLapsed, &lapsed)
}

/// The patient did not come. The deposit stays until the doctor or an administrator lets it go.
pub(super) fn miss(db: &mut Tx, mut registration: Registration) -> Result<()> {
    registration.stage = Stage::Missed;
    deposit::keep(db, &registration)?;
    tell(db, Movement::VisitMissed, &registration)?;
    save(db, registration)
}

/// The patient withdraws, before the project begins.
///
/// Errors: `not_joined`, `project_started`.
pub fn leave(db: &mut Tx, user: Id, project: Id) -> Result<()> {
    let live = of_user_in_project(db, user, project)?.into_iter().find(|r| matches!(r.stage, Stage::Held | Stage::Booked));
    match live {
        Some(registration) => withdraw(db, registration, Movement::SeatCancelled),
        None => {
            db.need::<ClinicSession>(project)?;
            Err(NOT_JOINED.err())
        }
    }
}

/// Gives the seat back, and the deposit with it; `movement` says who does it. Errors: `not_booked`, `project_started`.
pub fn withdraw(db: &mut Tx, registration: Registration, movement: Movement) -> Result<()> {
    if !matches!(registration.stage, Stage::Held | Stage::Booked) {
        return Err(NOT_BOOKED.err());
    }
    if !db.need::<ClinicSession>(registration.project_id)?.can_cancel(db.now) {
        return Err(PROJECT_STARTED.err());
    }
    free_seat(db, &registration)?;
    let was_held = registration.stage == Stage::Held;
    let cancelled = call_off(db, registration, "")?;
    match was_held {
        true => tell_of_hold(db, movement, &cancelled),
        false => tell(db, movement, &cancelled),
    }
}

/// The doctor declines a patient: the seat is free again, the deposit goes back, the patient is told.
///
/// Errors: `not_found`, `not_yours`, `not_booked`.
pub fn reject(db: &mut Tx, doctor: Id, id: Id, reason: &str) -> Result<()> {
    let mut registration = need_of_doctor(db, doctor, id)?;
    if registration.stage != Stage::Booked {
        return Err(NOT_BOOKED.err());
    }
    free_seat(db, &registration)?;
    registration.stage = Stage::Rejected;
    registration.reject_msg = reason.to_owned();
    give_back(db, &mut registration, "医生拒绝预约")?;
    tell(db, Movement::SeatRejected, &registration)?;
    save(db, registration)
}

/// The doctor lets the deposit of a missed visit go. Errors: `not_found`, `not_yours`, `not_missed`.
pub fn release_deposit(db: &mut Tx, doctor: Id, id: Id) -> Result<()> {
    let registration = need_of_doctor(db, doctor, id)?;
    match registration.stage {
        Stage::Missed => release(db, registration, "未到诊，退还押金"),
        _ => Err(NOT_MISSED.err()),
    }
}

/// The clinic lets a deposit go: of a missed visit, or one whose refund was refused before. Errors: `not_missed`, `not_paid`.
pub fn release_any(db: &mut Tx, registration: Registration) -> Result<()> {
    match registration.stage {
        Stage::Held | Stage::Booked => Err(NOT_MISSED.err()),
        _ => release(db, registration, "诊所退还押金"),
    }
}

fn release(db: &mut Tx, mut registration: Registration, reason: &str) -> Result<()> {
    if registration.payment_id.is_none() || registration.refund_status.is_some() {
        return Err(NOT_MISSED.err());
    }
    give_back(db, &mut registration, reason)?;
    tell(db, Movement::DepositReleased, &registration)?;
    save(db, registration)
}

/// The provider has sent the deposit back.
pub fn refunded(db: &mut Tx, id: Id, refund: &Refund) -> Result<()> {
    let mut registration: Registration = db.need(id)?;
    registration.refund_status = Some(3);
    registration.refund_time = Some(db.now);
    registration.refund_sn = Some(refund.out_refund_no.clone());
    tell(db, Movement::DepositReturned, &registration)?;
    save(db, registration)
}

/// An administrator let the refund go.
pub fn refund_approved(db: &mut Tx, id: Id) -> Result<()> {
    let registration: Registration = db.need(id)?;
    tell(db, Movement::DepositRefundApproved, &registration)
}

/// An administrator refused the refund: there is none on its way any more.
pub fn refund_refused(db: &mut Tx, id: Id) -> Result<()> {
    let mut registration: Registration = db.need(id)?;
    registration.refund_status = None;
    deposit::keep_again(db, &registration)?;
    tell(db, Movement::DepositRefundRefused, &registration)?;
    save(db, registration)
}

pub fn by_sn(db: &View, sn: &str) -> Result<Option<Registration>> {
    db.first(&BY_SN, key(&[&sn]))
}

pub fn of_project(db: &View, project: Id) -> Result<Vec<Registration>> {
    db.rows(&BY_PROJECT, key(&[&project]), Order::Oldest).collect()
}

pub fn of_user_in_project(db: &View, user: Id, project: Id) -> Result<Vec<Registration>> {
    db.rows(&BY_USER_PROJECT, key(&[&user, &project]), Order::Newest).collect()
}

/// Whether the doctor has, or had, this patient.
pub fn has_met(db: &View, doctor: Id, user: Id) -> Result<bool> {
    Ok(db.ids(&BY_DOCTOR_USER, key(&[&doctor, &user]), Order::Oldest).next().transpose()?.is_some())
}

/// What one account booked another has booked.
pub fn hand_over(db: &mut Tx, from: Id, to: Id) -> Result<()> {
    let booked: Vec<Registration> = db.rows(&BY_USER, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    booked.into_iter().try_for_each(|registration| db.put(&Registration { user_id: to, ..registration }))
}

/// The registration, which must be the doctor's; an unpaid hold is no doctor's business yet.
pub fn need_of_doctor(db: &View, doctor: Id, id: Id) -> Result<Registration> {
    let registration: Registration = db.need(id)?;
    match registration.stage {
        _ if registration.doctor_id != doctor => Err(NOT_YOURS.err()),
        Stage::Held => Err(NOT_FOUND.err()),
        _ => Ok(registration),
    }
}

/// Ends a registration that has given up its seat: a payment that nobody made is closed, a deposit that was paid goes back.
pub(super) fn call_off(db: &mut Tx, mut registration: Registration, why: &str) -> Result<Registration> {
    match (registration.stage, registration.payment_id) {
        (Stage::Held, Some(payment)) => payment::close(db, payment)?,
        _ => give_back(db, &mut registration, "预约已取消")?,
    }
    registration.stage = Stage::Cancelled; // what was only held keeps `hold_until`: nobody ever booked it
    registration.reject_msg = why.to_owned();
    save(db, registration.clone())?;
    Ok(registration)
}

fn free_seat(db: &mut Tx, registration: &Registration) -> Result<()> {
    let mut project: ClinicSession = db.need(registration.project_id)?;
    let slot = project.slots.get_mut(registration.slot as usize).ok_or_else(|| INTERNAL.caused_by("a registration without its slot"))?;
    slot.taken = slot.taken.saturating_sub(1);
    db.put(&project)
}

pub(super) fn give_back(db: &mut Tx, registration: &mut Registration, reason: &str) -> Result<()> {
    if let Some(payment) = registration.payment_id {
        refund::ask(db, payment, reason)?;
        registration.refund_status = Some(1);
    }
    Ok(())
}

pub(super) fn save(db: &mut Tx, mut registration: Registration) -> Result<()> {
    registration.updated_at = db.now;
    db.put(&registration)
}
