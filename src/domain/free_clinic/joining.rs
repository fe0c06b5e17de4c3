//! Joining: a patient takes a seat in a project's slot, held until the deposit is paid where there is one (志愿医生 3.3.4, 3.4.7).

use super::{
    clinic_session::{ClinicSession, PROJECT_CANCELLED, PROJECT_ENDED, SessionState},
    registration::{self, Casebook, Registration, Stage, lapse_due, of_user_in_project},
    reminder,
    slot::{self, Slot},
    telling,
};
use crate::{
    base::{
        error::{Error, INTERNAL, Kind, Reason, Result},
        id::{AssistantId, ClinicSessionId, DoctorId, PatientAccountId, RegistrationId},
        money::Fen,
    },
    domain::{
        care::consent,
        directory::{doctor, patient},
        money::{
            payment::{self, Payment, Purpose},
            price,
        },
        notice::notification::Movement,
    },
    store::{Tx, View},
};

pub const ALREADY_JOINED: Reason = Reason::new(Kind::Conflict, "already_joined", "您已预约该义诊，不能重复预约");
pub const REJECTED_BEFORE: Reason = Reason::new(Kind::Rule, "rejected_before", "您的预约曾被医生拒绝，不能再次预约该义诊");
pub const FULL: Reason = Reason::new(Kind::Conflict, "full", "该时段已约满，请选择其他时段");
pub const NO_SUCH_SLOT: Reason = Reason::new(Kind::Rule, "no_such_slot", "没有这个时段，请从可预约时段中选择");
pub const SLOT_OVER: Reason = Reason::new(Kind::Rule, "slot_over", "该时段已过，请选择其他时段");
pub const PATIENT_BUSY: Reason = Reason::new(Kind::Conflict, "patient_busy", "同一时间只能预约一次就诊");

/// The form of 3.3.4 and 3.4.7.
#[derive(Clone, Debug, Default)]
pub struct JoinProject {
    pub content: String,
    pub photo: Vec<String>,
    /// The label of a slot; where it is missing the earliest free one, at which the patient has no other visit.
    pub plan_time: Option<String>,
    /// The assistant who does it for the patient; 0 for none.
    pub assistant_id: AssistantId,
    /// The deposit that the patient was shown, where the client says so.
    pub fee: Option<Fen>,
}

/// Takes a seat. Without a deposit the registration is booked at once; with one the seat is held until the payment that comes back
/// with it is made, or `project.hold_window` is over.
///
/// Errors: `not_found`, `profile_incomplete`, `project_cancelled`, `project_ended`, `doctor_closed`, `already_joined`, `rejected_before`,
/// `consent_needed`, `price_changed`, `no_such_slot`, `slot_over`, `full`, `patient_busy`, `payments_off` where there is a deposit and nobody takes money.
pub fn join(db: &mut Tx, user: PatientAccountId, project: ClinicSessionId, form: JoinProject) -> Result<(Registration, Option<Payment>)> {
    lapse_due(db)?; // a hold whose time is over frees its seat now, not at the next tick
    let mut project: ClinicSession = db.need(project)?;
    let patient = patient::need_complete(db, user)?;
    match project.state {
        SessionState::Cancelled => return Err(PROJECT_CANCELLED.err()),
        _ if !project.is_listed(db.now) => return Err(PROJECT_ENDED.err()),
        _ => doctor::need_open(db, project.doctor_id)?,
    }
    for earlier in of_user_in_project(db, user, project.id)? {
        match earlier.stage {
            Stage::Cancelled => {}
            Stage::Rejected => return Err(REJECTED_BEFORE.err()),
            _ => return Err(ALREADY_JOINED.err()),
        }
    }
    consent::need_for_order(db, user, Some(&patient))?;
    price::need_unchanged(form.fee, project.deposit())?;
    let visits = visits_of(db, user, None)?;
    let chosen = match form.plan_time.as_deref() {
        Some(label) => choose_slot(&project, label, db)?,
        None => earliest_slot(&project, &visits, db)?,
    };
    need_free_time(db, &project, project.slots[chosen], &visits)?;
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
        booked_at: payment.is_none().then_some(db.now),
        begun_at: None,
        ended_at: None,
        refund_status: None,
        refund_time: None,
        refund_sn: None,
        created_at: db.now,
        updated_at: db.now,
    };
    db.put(&registration)?;
    let movement = match (registration.stage, registration.assistant_id.known()) {
        (Stage::Held, None) => Movement::SeatHeld,
        (Stage::Held, _) => Movement::SeatHeldByAssistant,
        (_, None) => Movement::SeatBooked,
        (_, _) => Movement::SeatBookedByAssistant,
    };
    telling::tell(db, movement, &registration)?;
    reminder::plan(db, &registration)?;
    Ok((registration, payment))
}

/// The slot with that label, which must have a free seat and not have begun. Errors: `no_such_slot`, `slot_over`, `full`.
pub(super) fn choose_slot(project: &ClinicSession, label: &str, db: &View) -> Result<usize> {
    let chosen = slot::named(&project.slots, label, &db.settings.clinic.zone).ok_or_else(|| NO_SUCH_SLOT.err())?;
    let slot = project.slots[chosen];
    match slot.free(db.now) {
        _ if slot.has_begun(db.now) => Err(SLOT_OVER.err()),
        0 => Err(FULL.err()),
        _ => Ok(chosen),
    }
}

/// The first slot with a free seat in which the patient has no other visit; the first with a free seat where there is none such.
/// Errors: `full`.
fn earliest_slot(project: &ClinicSession, visits: &[Visit], db: &View) -> Result<usize> {
    let free = || project.slots.iter().enumerate().filter(|(_, slot)| slot.free(db.now) > 0);
    let fits = |slot: &Slot| visits.iter().all(|visit| !visit.slot.overlaps(*slot));
    let chosen = free().find(|(_, slot)| fits(slot)).or_else(|| free().next());
    chosen.map(|(at, _)| at).ok_or_else(|| FULL.err())
}

/// A visit that a patient has before them.
pub(super) struct Visit {
    slot: Slot,
    doctor: DoctorId,
}

/// The visits that a patient has before them, but for one registration that is about to move.
pub(super) fn visits_of(db: &View, user: PatientAccountId, but: Option<RegistrationId>) -> Result<Vec<Visit>> {
    let mut visits = Vec::new();
    for row in registration::to_come(db, user)?.into_iter().filter(|row| but != Some(row.id)) {
        let project: ClinicSession = db.need(row.project_id)?;
        let slot = project.slots.get(row.slot as usize).copied().ok_or_else(|| INTERNAL.caused_by("a registration without its slot"))?;
        visits.push(Visit { slot, doctor: row.doctor_id });
    }
    Ok(visits)
}

/// Nobody is in two places at once. Errors: `patient_busy`, which names both visits.
pub(super) fn need_free_time(db: &View, project: &ClinicSession, slot: Slot, visits: &[Visit]) -> Result<()> {
    let Some(other) = visits.iter().find(|visit| visit.slot.overlaps(slot)) else { return Ok(()) };
    let zone = &db.settings.clinic.zone;
    let name = |doctor: DoctorId, slot: Slot| {
        let doctor = doctor::profile(db, doctor)?.name;
        Ok::<_, Error>(format!("{doctor}医生 {} {}", zone.date(slot.begin), slot.label(zone)))
    };
    let (booked, wanted) = (name(other.doctor, other.slot)?, name(project.doctor_id, slot)?);
    Err(PATIENT_BUSY.with(format!("您已预约{booked}，与{wanted}重叠")).field("plan_time", "与已有预约重叠"))
}
