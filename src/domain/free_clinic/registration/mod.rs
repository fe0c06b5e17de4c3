//! Registrations (挂号, 诊断): a patient in a project's slot, from the seat to both ratings (志愿医生 2.2.9, 3.2.8 to 3.2.13, 3.3.4).
//!
//! | stage | verify_status | status | comes by |
//! | --- | --- | --- | --- |
//! | Held | 0 | 1 | joining a project with a deposit; lapses after `project.hold_window` |
//! | Booked | 1 | 1 | joining without a deposit, or the deposit is paid |
//! | Rejected | 2 | 1 | the doctor rejects; closed to that patient from then on |
//! | Cancelled | 3 | 1 | the patient, the assistant or the project cancels, the hold lapses, or the doctor is shut out |
//! | Missed | 1 | 2 | the project ends without the visit, or the doctor says so once the slot is over |
//! | Done | 1 | 3 | the doctor confirms the visit, also of one that was taken for missed, until `project.done_window` is over |
//!
//! What becomes of a deposit stands in its payment and refund: no stage follows from it.

pub mod list;
pub(super) mod row;

use super::{
    clinic_session::{ClinicSession, PROJECT_STARTED},
    deposit, reminder,
    telling::{tell, tell_of_hold},
};
use crate::{
    base::{
        error::{INTERNAL, Kind, NOT_FOUND, NOT_YOURS, Reason, Result},
        id::{AssistantId, ClinicSessionId, DoctorId, PatientAccountId, RegistrationId},
        time::Time,
    },
    domain::{
        directory::{doctor, patient::Patient, recorded_person},
        money::{
            payment::{self, Payment, PaymentStatus},
            refund::{self, NOT_PAID, Refund},
        },
        notice::notification::Movement,
    },
    store::{Key, Order, Tx, View, key},
};

pub const NOT_BOOKED: Reason = Reason::new(Kind::Rule, "not_booked", "该预约当前的状态不允许此操作");
pub const NOT_MISSED: Reason = Reason::new(Kind::Rule, "not_missed", "只有未到诊且已付押金的预约才能由医生退还押金");
pub const NOT_JOINED: Reason = Reason::new(Kind::NotFound, "not_joined", "您没有预约该义诊");

use row::{BY_ASSISTANT, BY_SN, BY_USER_PROJECT, HELD, JOINED_BY_ASSISTANT};
pub use row::{
    BY_ASSISTANT_PROJECT, BY_DOCTOR, BY_DOCTOR_OUTCOME, BY_DOCTOR_USER, BY_PROJECT, BY_USER, BY_USER_OUTCOME, Casebook, JOINED,
    OF_ASSISTANT, RATED, REFUNDED, Registration, Stage, TO_RATE,
};

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
        self.booked_at.is_some()
    }

    /// Whether the visit has taken place, or would have by now: whom it is about does not change any more.
    pub fn is_past(&self, now: Time) -> bool {
        match self.stage {
            Stage::Held | Stage::Booked => self.visit_time <= now || self.begun_at.is_some(),
            _ => true,
        }
    }

    /// The patient as the record has it.
    pub fn patient(&self, db: &View) -> Result<Patient> {
        recorded_person::of(db, self.id.encounter(), self.patient_id)
    }

    /// Whether it has a seat, or had it when the project ended.
    pub fn is_live(&self) -> bool {
        !matches!(self.stage, Stage::Rejected | Stage::Cancelled)
    }

    /// Whether it is shown and counted among those who joined: live, missed or done. An unpaid hold keeps the seat, and is nobody's business yet.
    pub fn has_joined(&self) -> bool {
        self.is_live() && self.stage != Stage::Held
    }
}

/// The deposit of a held registration is in: the seat is booked. Where the seat is gone by then, or the doctor closed, the deposit goes back.
pub fn paid(db: &mut Tx, id: RegistrationId) -> Result<()> {
    let mut registration: Registration = db.need(id)?;
    match registration.stage {
        Stage::Held if doctor::is_open(db, registration.doctor_id)? => {
            registration.stage = Stage::Booked;
            registration.hold_until = None;
            registration.booked_at = Some(db.now);
            tell(db, Movement::SeatBooked, &registration)?;
            reminder::plan(db, &registration)?;
            save(db, registration)
        }
        Stage::Held => {
            free_seat(db, &registration)?;
            give_back(db, &mut registration, "医生已停诊")?;
            let ended = end(db, registration, Stage::Cancelled, "医生已停诊")?;
            tell(db, Movement::SessionCancelled, &ended)
        }
        _ => {
            give_back(db, &mut registration, "预约已取消")?;
            tell_of_hold(db, Movement::DepositTooLate, &registration)?;
            save(db, registration)
        }
    }
}

/// Frees the seats of holds whose time is over. Answers how many.
pub fn lapse_due(db: &mut Tx) -> Result<usize> {
    let due = key(&[&db.now.plus(1)]);
    let ids: Vec<_> = db.ids_between(&HELD, Key::NONE, Key::NONE, due, Order::Oldest).take(500).collect::<Result<_>>()?;
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
pub(super) fn miss(db: &mut Tx, registration: Registration) -> Result<Registration> {
    let missed = end(db, registration, Stage::Missed, "")?;
    deposit::keep(db, &missed)?;
    tell(db, Movement::VisitMissed, &missed)?;
    Ok(missed)
}

/// The patient withdraws, before the project begins.
///
/// Errors: `not_joined`, `project_started`.
pub fn leave(db: &mut Tx, user: PatientAccountId, project: ClinicSessionId) -> Result<()> {
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
pub fn reject(db: &mut Tx, doctor: DoctorId, id: RegistrationId, reason: &str) -> Result<()> {
    let mut registration = need_of_doctor(db, doctor, id)?;
    if registration.stage != Stage::Booked {
        return Err(NOT_BOOKED.err());
    }
    free_seat(db, &registration)?;
    give_back(db, &mut registration, "医生拒绝预约")?;
    let rejected = end(db, registration, Stage::Rejected, reason)?;
    tell(db, Movement::SeatRejected, &rejected)
}

/// The doctor lets the deposit of a missed visit go. Errors: `not_found`, `not_yours`, `not_missed`.
pub fn release_deposit(db: &mut Tx, doctor: DoctorId, id: RegistrationId) -> Result<()> {
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
    let payment = registration.payment_id.map_or(Ok(None), |id| db.get::<Payment>(id))?;
    match payment.map(|payment| payment.status) {
        Some(PaymentStatus::Paid) => {}
        Some(PaymentStatus::WaitForPay | PaymentStatus::Closed) => return Err(NOT_PAID.err()),
        None | Some(PaymentStatus::Refunding | PaymentStatus::Refunded) => return Err(NOT_MISSED.err()),
    }
    give_back(db, &mut registration, reason)?;
    tell(db, Movement::DepositReleased, &registration)?;
    save(db, registration)
}

/// The provider has sent the deposit back.
pub fn refunded(db: &mut Tx, id: RegistrationId, refund: &Refund) -> Result<()> {
    let mut registration: Registration = db.need(id)?;
    registration.refund_status = Some(3);
    registration.refund_time = Some(db.now);
    registration.refund_sn = Some(refund.out_refund_no.clone());
    tell(db, Movement::DepositReturned, &registration)?;
    save(db, registration)
}

/// An administrator let the refund go.
pub fn refund_approved(db: &mut Tx, id: RegistrationId) -> Result<()> {
    let registration: Registration = db.need(id)?;
    tell(db, Movement::DepositRefundApproved, &registration)
}

/// An administrator refused the refund: there is none on its way any more. The registration is what it was.
pub fn refund_refused(db: &mut Tx, id: RegistrationId) -> Result<()> {
    let mut registration: Registration = db.need(id)?;
    registration.refund_status = None;
    deposit::keep_again(db, &registration)?;
    tell(db, Movement::DepositRefundRefused, &registration)?;
    save(db, registration)
}

pub fn by_sn(db: &View, sn: &str) -> Result<Option<Registration>> {
    db.first(&BY_SN, key(&[&sn]))
}

pub fn of_project(db: &View, project: ClinicSessionId) -> Result<Vec<Registration>> {
    db.rows(&BY_PROJECT, key(&[&project]), Order::Oldest).collect()
}

pub fn of_user_in_project(db: &View, user: PatientAccountId, project: ClinicSessionId) -> Result<Vec<Registration>> {
    db.rows(&BY_USER_PROJECT, key(&[&user, &project]), Order::Newest).collect()
}

/// Whether the doctor has, or had, this patient: of the doctor's registrations of the account, one is live, missed or done.
pub fn has_met(db: &View, doctor: DoctorId, user: PatientAccountId) -> Result<bool> {
    let mut met = db.rows(&BY_DOCTOR_USER, key(&[&doctor, &user]), Order::Newest);
    let met = met.find(|row| row.as_ref().map_or(true, |row: &Registration| row.has_joined()));
    Ok(met.transpose()?.is_some())
}

/// The visits that a patient account looks forward to, holds that are not over among them.
pub fn to_come(db: &View, user: PatientAccountId) -> Result<Vec<Registration>> {
    let mut found = Vec::new();
    for outcome in [Outcome::Held, Outcome::Awaiting] {
        for row in db.rows(&BY_USER_OUTCOME, key(&[&user, &(outcome as u8)]), Order::Oldest) {
            let row: Registration = row?;
            if row.hold_until.is_none_or(|until| until > db.now) {
                found.push(row);
            }
        }
    }
    Ok(found)
}

/// How many an assistant helped to a visit, booked, missed or done (`help_count`).
pub fn helped(db: &View, assistant: AssistantId) -> Result<u64> {
    let held = held(db, |row| row.assistant_id == assistant)?;
    Ok(db.count(&BY_ASSISTANT, key(&[&assistant]))?.saturating_sub(held))
}

/// How many of them in one project (`assistant_join_count`).
pub fn helped_in(db: &View, assistant: AssistantId, project: ClinicSessionId) -> Result<u64> {
    let held = held(db, |row| row.assistant_id == assistant && row.project_id == project)?;
    Ok(db.count(&JOINED_BY_ASSISTANT, key(&[&assistant, &project]))?.saturating_sub(held))
}

/// How many seats of all that are held, and not yet paid, are such. There are never many: a hold lasts minutes.
fn held(db: &View, such: impl Fn(&Registration) -> bool) -> Result<u64> {
    let mut count = 0;
    for row in db.rows(&HELD, Key::NONE, Order::Oldest) {
        count += u64::from(such(&row?));
    }
    Ok(count)
}

/// How many people have joined a project (`join_people_count`).
pub fn joined(db: &View, project: ClinicSessionId) -> Result<u64> {
    db.count(&JOINED, key(&[&project]))
}

/// What one account booked another has booked.
pub fn hand_over(db: &mut Tx, from: PatientAccountId, to: PatientAccountId) -> Result<()> {
    let booked: Vec<Registration> = db.rows(&BY_USER, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    booked.into_iter().try_for_each(|registration| db.put(&Registration { user_id: to, ..registration }))
}

/// The registration, which must be the doctor's; an unpaid hold is no doctor's business yet.
pub fn need_of_doctor(db: &View, doctor: DoctorId, id: RegistrationId) -> Result<Registration> {
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
        _ => drop(give_back(db, &mut registration, "预约已取消")?),
    }
    end(db, registration, Stage::Cancelled, why)
}

/// The registration comes to its end, one of those that [`Stage`] has.
pub(super) fn end(db: &mut Tx, mut registration: Registration, stage: Stage, why: &str) -> Result<Registration> {
    registration.stage = stage;
    registration.reject_msg = why.to_owned();
    registration.ended_at = Some(db.now);
    save(db, registration.clone())?;
    Ok(registration)
}

pub(super) fn free_seat(db: &mut Tx, registration: &Registration) -> Result<()> {
    let mut project: ClinicSession = db.need(registration.project_id)?;
    let slot = project.slots.get_mut(registration.slot as usize).ok_or_else(|| INTERNAL.caused_by("a registration without its slot"))?;
    slot.taken = slot.taken.saturating_sub(1);
    db.put(&project)
}

/// Has a deposit that was paid go back, and is still here. Answers whether there is one.
pub(super) fn give_back(db: &mut Tx, registration: &mut Registration, reason: &str) -> Result<bool> {
    let Some(payment) = registration.payment_id else { return Ok(false) };
    if db.need::<Payment>(payment)?.status != PaymentStatus::Paid {
        return Ok(false);
    }
    refund::ask(db, payment, reason)?;
    registration.refund_status = Some(1);
    Ok(true)
}

pub(super) fn save(db: &mut Tx, mut registration: Registration) -> Result<()> {
    registration.updated_at = db.now;
    db.put(&registration)
}
