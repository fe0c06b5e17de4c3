//! Joining: a patient takes a seat in a project's slot, held until the deposit is paid where there is one (志愿医生 3.3.4, 3.4.7).

use super::{
    clinic_session::{ClinicSession, PROJECT_CANCELLED, PROJECT_ENDED, SessionState},
    registration::{Casebook, Registration, Stage, lapse_due, of_user_in_project},
    slot, telling,
};
use crate::{
    base::{
        error::{INTERNAL, Kind, Reason, Result},
        id::Id,
    },
    domain::{
        directory::patient,
        money::payment::{self, Payment, Purpose},
        notice::notification::Movement,
    },
    store::{Tx, View},
};

pub const ALREADY_JOINED: Reason = Reason::new(Kind::Conflict, "already_joined", "您已预约该义诊，不能重复预约");
pub const REJECTED_BEFORE: Reason = Reason::new(Kind::Rule, "rejected_before", "您的预约曾被医生拒绝，不能再次预约该义诊");
pub const FULL: Reason = Reason::new(Kind::Conflict, "full", "该时段已约满，请选择其他时段");
pub const NO_SUCH_SLOT: Reason = Reason::new(Kind::Rule, "no_such_slot", "没有这个时段，请从可预约时段中选择");
pub const SLOT_OVER: Reason = Reason::new(Kind::Rule, "slot_over", "该时段已过，请选择其他时段");

/// The form of 3.3.4 and 3.4.7.
#[derive(Clone, Debug, Default)]
pub struct JoinProject {
    pub content: String,
    pub photo: Vec<String>,
    /// The label of a slot; the earliest free one where it is missing.
    pub plan_time: Option<String>,
    /// The assistant who does it for the patient; 0 for none.
    pub assistant_id: Id,
}

/// Takes a seat. Without a deposit the registration is booked at once; with one the seat is held until the payment that comes back
/// with it is made, or `project.hold_window` is over.
///
/// Errors: `not_found`, `profile_incomplete`, `project_cancelled`, `project_ended`, `already_joined`, `rejected_before`,
/// `no_such_slot`, `slot_over`, `full`, `payments_off` where there is a deposit and nobody takes money.
pub fn join(db: &mut Tx, user: Id, project: Id, form: JoinProject) -> Result<(Registration, Option<Payment>)> {
    lapse_due(db)?; // a hold whose time is over frees its seat now, not at the next tick
    let mut project: ClinicSession = db.need(project)?;
    let patient = patient::need_complete(db, user)?;
    match project.state {
        SessionState::Cancelled => return Err(PROJECT_CANCELLED.err()),
        _ if !project.is_listed(db.now) => return Err(PROJECT_ENDED.err()),
        _ => {}
    }
    for earlier in of_user_in_project(db, user, project.id)? {
        match earlier.stage {
            Stage::Cancelled => {}
            Stage::Rejected => return Err(REJECTED_BEFORE.err()),
            _ => return Err(ALREADY_JOINED.err()),
        }
    }
    let chosen = choose_slot(&project, form.plan_time.as_deref(), db)?;
    project.slots[chosen].taken += 1;
    let visit_time = project.slots[chosen].begin;
    db.put(&project)?;

    let id = db.next_id()?;
    let payment = match project.price {
        0 => None,
        _ => Some(payment::ask(db, user, Purpose::Deposit(id), project.deposit(), "义诊押金".into())?),
    };
    let casebook = Casebook { id: db.next_id()?, content: form.content, photo: form.photo, created_at: db.now, updated_at: db.now };
    let registration = Registration {
        id,
        project_id: project.id,
        doctor_id: project.doctor_id,
        hospital_id: project.hospital_id,
        user_id: user,
        patient_id: patient.id,
        assistant_id: form.assistant_id,
        slot: u32::try_from(chosen).map_err(|e| INTERNAL.caused_by(e))?,
        visit_time,
        stage: if payment.is_some() { Stage::Held } else { Stage::Booked },
        reject_msg: String::new(),
        casebook,
        diag_result: String::new(),
        diag_photo: Vec::new(),
        credit_score: 0,
        punctuality_score: 0,
        doctor_comment_time: None,
        doctor_score: 0,
        doctor_comment: String::new(),
        patient_comment_time: None,
        amount: project.deposit(),
        payment_id: payment.as_ref().map(|payment| payment.id),
        sn: payment.as_ref().map(|payment| payment.out_trade_no.clone()),
        hold_until: payment.as_ref().map(|_| db.now.plus(db.settings.project.hold_window.ms())),
        refund_status: None,
        refund_time: None,
        refund_sn: None,
        created_at: db.now,
        updated_at: db.now,
    };
    db.put(&registration)?;
    let movement = match (registration.stage, registration.assistant_id) {
        (Stage::Held, 0) => Movement::SeatHeld,
        (Stage::Held, _) => Movement::SeatHeldByAssistant,
        (_, 0) => Movement::SeatBooked,
        (_, _) => Movement::SeatBookedByAssistant,
    };
    telling::tell(db, movement, &registration)?;
    Ok((registration, payment))
}

fn choose_slot(project: &ClinicSession, label: Option<&str>, db: &View) -> Result<usize> {
    let Some(label) = label else {
        return slot::earliest_free(&project.slots, db.now).ok_or_else(|| FULL.err());
    };
    let chosen = slot::named(&project.slots, label, &db.settings.clinic.zone).ok_or_else(|| NO_SUCH_SLOT.err())?;
    let slot = project.slots[chosen];
    if slot.end <= db.now {
        return Err(SLOT_OVER.err());
    }
    match slot.free() {
        0 => Err(FULL.err()),
        _ => Ok(chosen),
    }
}
