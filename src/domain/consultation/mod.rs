//! Consultations (咨询订单): a paid picture-and-text consultation of a patient with one doctor (互联网医院 10).
//!
//! [`state`] says what can happen; here it happens, each time in one commit with its money and its messages.

pub mod administration;
pub mod closing;
pub mod conversations;
pub mod diagnosis;
pub mod doctors;
pub mod evaluation;
pub mod list;
pub mod message;
mod row;
pub mod state;
mod telling;

use super::{
    care::consent,
    directory::{
        doctor::{self, DOCTOR_CLOSED},
        patient::{self, Patient},
    },
    identity::account::{self, Role},
    messaging::contact,
    money::{
        ledger::{self, Holder},
        payment::{self, Payment, Purpose},
        price, refund,
    },
    notice::notification::Movement,
    shared::repeat,
};
use crate::{
    base::{
        error::{Kind, NOT_FOUND, Reason, Result},
        id::{AccountId, ConsultationId, DoctorId, Id, PatientAccountId, PatientId},
        money::Fen,
        secret,
    },
    store::{Key, Order, Tx, View, key},
};
pub use row::{BY_DOCTOR, BY_DOCTOR_STATUS, BY_USER, Consultation, NOT_TALKING, due_status, may_write, need_of, need_of_user, v1};
use row::{BY_NUMBER, BY_PAIR, DUE, overdue, reply_by, save};
use state::{By, ConsultationEvent, ConsultationStatus};
use telling::{tell, tell_patient};

pub const NO_REPLY: Reason = Reason::new(Kind::Rule, "no_reply", "您还没有回复患者（已撤回的不算），不能结束咨询");
pub const NOTHING_TO_PAY: Reason = Reason::new(Kind::Rule, "nothing_to_pay", "该订单当前不需要支付");

/// The form of 10.1.
#[derive(Clone, Debug)]
pub struct OrderConsultation {
    pub content: String,
    pub patient_id: PatientId,
    pub doctor_id: DoctorId,
    pub reason: String,
    pub images: Vec<String>,
    /// The price that the patient was shown, where the client says so.
    pub fee: Option<Fen>,
}

/// A patient asks a doctor. Free consultations wait for the doctor at once, others for the payment. The same again within a minute, while
/// it goes on, is the first one.
///
/// Errors: `not_found` (patient deleted, no such doctor), `not_yours`, `doctor_closed`, `contact_banned`, `consent_needed`, `price_changed`, `payments_off` where it
/// costs something and nobody takes money.
pub fn order(db: &mut Tx, user: PatientAccountId, form: OrderConsultation) -> Result<Consultation> {
    let patient = patient::need_of(db, user, form.patient_id)?;
    let account = account::need(db, form.doctor_id.account(), Role::Doctor)?;
    let doctor = doctor::profile(db, account.id.doctor())?;
    doctor::need_open(db, account.id.doctor())?;
    if !doctor.image_and_text_open {
        return Err(DOCTOR_CLOSED.with("暂未开通图文咨询"));
    }
    // The order itself is what the doctor reads first.
    contact::need_no_ban(db, user.account(), account.id)?;
    if let Some(twin) = twin(db, user, &form)? {
        return Ok(twin);
    }
    consent::need_for_order(db, user, Some(&patient))?;
    price::need_unchanged(form.fee, doctor.image_and_text_price)?;
    let free = doctor.image_and_text_price == Fen::ZERO;
    if !free {
        payment::need_provider(db)?;
    }
    let consultation = Consultation {
        id: db.next_id()?,
        number: new_number(db)?,
        user_id: user,
        patient_id: patient.id,
        doctor_id: account.id.doctor(),
        content: form.content,
        reason: form.reason,
        images: form.images,
        fee: doctor.image_and_text_price,
        status: ConsultationStatus::Unpaid,
        conversation_id: Id::NONE,
        payment_id: None,
        replies: 0,
        evaluated: false,
        due: (!free).then(|| db.now.plus(db.settings.consultation.pay_window.ms())),
        paid_at: None,
        created_at: db.now,
        updated_at: db.now,
    };
    match free {
        true => begin(db, consultation),
        false => save(db, consultation),
    }
}

/// The same order, made within the last minute and neither cancelled nor over: somebody tapped twice.
fn twin(db: &View, user: PatientAccountId, form: &OrderConsultation) -> Result<Option<Consultation>> {
    for earlier in db.rows(&BY_PAIR, key(&[&form.patient_id, &form.doctor_id]), Order::Newest) {
        let earlier: Consultation = earlier?;
        if !repeat::is_recent(db.now, earlier.created_at) {
            break;
        }
        let same = (&earlier.reason, &earlier.content, &earlier.images) == (&form.reason, &form.content, &form.images);
        if same && earlier.user_id == user && due_status(&earlier, db.now).goes_on() {
            return Ok(Some(earlier));
        }
    }
    Ok(None)
}

/// The payment of an order, the same one while it is unpaid. Errors: `not_found`, `not_yours`, `nothing_to_pay`, `doctor_closed`, `payments_off`.
pub fn ask_payment(db: &mut Tx, user: PatientAccountId, id: ConsultationId) -> Result<Payment> {
    let mut consultation = need_of_user(db, user, id)?;
    if consultation.status != ConsultationStatus::Unpaid || overdue(&consultation, db.now) {
        return Err(NOTHING_TO_PAY.err());
    }
    doctor::need_open(db, consultation.doctor_id)?;
    payment::need_provider(db)?;
    if let Some(payment) = consultation.payment_id {
        return db.need(payment);
    }
    let payment = payment::ask(db, user, Purpose::Consultation(id), consultation.fee, "图文咨询".into())?;
    consultation.payment_id = Some(payment.id);
    save(db, consultation)?;
    Ok(payment)
}

/// The payment of an order, for those whose order it is. Errors: `not_found` (also where nobody has asked for one yet), `not_yours`.
pub fn payment_of(db: &View, caller: AccountId, role: Role, id: ConsultationId) -> Result<Payment> {
    let payment = need_of(db, caller, role, id)?.payment_id;
    payment.map_or_else(|| Err(NOT_FOUND.err()), |payment| db.need(payment))
}

/// The same, by the payment's number.
pub fn payment_by_number(db: &View, caller: AccountId, role: Role, out_trade_no: &str) -> Result<Payment> {
    match payment::by_number(db, out_trade_no)?.map(|payment| payment.purpose) {
        Some(Purpose::Consultation(id)) => payment_of(db, caller, role, id),
        _ => Err(NOT_FOUND.err()),
    }
}

/// The order is paid. An order that was cancelled in between, or whose doctor was shut out, gets its money back.
pub fn paid(db: &mut Tx, id: ConsultationId) -> Result<()> {
    let consultation: Consultation = db.need(id)?;
    let is_open = doctor::is_open(db, consultation.doctor_id)?;
    match consultation.status.after(ConsultationEvent::Pay, By::System) {
        Some(_) if is_open => begin(db, consultation).map(drop),
        Some(_) => {
            let ended = move_to(db, consultation, ConsultationStatus::Cancelled, Some("医生已停诊"))?;
            tell_patient(db, Movement::ConsultationClosed, &ended)
        }
        None => match consultation.payment_id {
            Some(payment) => {
                refund::ask(db, payment, "订单已取消")?;
                tell_patient(db, Movement::FeeTooLate, &consultation)
            }
            None => Ok(()),
        },
    }
}

/// What a patient (02, 06) or a doctor (07) asks for by naming the state it wants.
///
/// Errors: `not_found`, `not_yours`, `illegal_transition`, `no_reply`.
pub fn change(db: &mut Tx, caller: AccountId, role: Role, id: ConsultationId, wanted: ConsultationStatus) -> Result<Consultation> {
    let consultation = need_of(db, caller, role, id)?;
    let by = if role == Role::Doctor { By::Doctor } else { By::Patient };
    // Its time may be over, and the scheduler not have come by yet.
    let current = due_status(&consultation, db.now);
    let (event, to) = current.wished(by, wanted)?;
    let (moved, movement) = match event {
        ConsultationEvent::Cancel => (cancel(db, consultation)?, Movement::ConsultationCancelled),
        ConsultationEvent::AskRefund => (move_to(db, consultation, to, Some("患者申请退款"))?, Movement::FeeRefundAsked),
        ConsultationEvent::Finish if !message::has_reply(db, &consultation)? => return Err(NO_REPLY.err()),
        _ => (move_to(db, consultation, to, None)?, Movement::ConsultationFinished),
    };
    tell(db, movement, &moved)?;
    Ok(moved)
}

/// The provider has sent the fee back.
pub fn refunded(db: &mut Tx, id: ConsultationId) -> Result<()> {
    let consultation: Consultation = db.need(id)?;
    match consultation.status.after(ConsultationEvent::MoneyBack, By::System) {
        Some(to) => {
            let consultation = move_to(db, consultation, to, None)?;
            tell(db, Movement::FeeReturned, &consultation)
        }
        // The money of an order that was cancelled before it was paid.
        None => tell_patient(db, Movement::FeeReturned, &consultation),
    }
}

/// An administrator let the refund go.
pub fn refund_approved(db: &mut Tx, id: ConsultationId) -> Result<()> {
    let consultation: Consultation = db.need(id)?;
    tell(db, Movement::FeeRefundApproved, &consultation)
}

/// An administrator refused the refund: an order that waited for it is where it was, with what was left of its time when it was asked for.
pub fn refund_refused(db: &mut Tx, id: ConsultationId) -> Result<()> {
    let mut consultation: Consultation = db.need(id)?;
    match consultation.status.after(ConsultationEvent::RefundRefused, By::System) {
        Some(to) => {
            consultation.status = to;
            consultation.due = reply_by(&consultation, db)?;
            let consultation = save(db, consultation)?;
            tell(db, Movement::FeeRefundRefused, &consultation)
        }
        None => tell_patient(db, Movement::FeeKept, &consultation),
    }
}

/// Ends what is over: unpaid orders, unanswered ones, those that have had their time. Answers how many.
pub fn end_due(db: &mut Tx) -> Result<usize> {
    let due = key(&[&db.now.plus(1)]);
    let ids: Vec<_> = db.ids_between(&DUE, Key::NONE, Key::NONE, due, Order::Oldest).take(200).collect::<Result<_>>()?;
    for id in &ids {
        let consultation: Consultation = db.need(*id)?;
        let to = match consultation.status {
            // A doctor who has taken back every word has not answered.
            ConsultationStatus::InProgress if !message::has_reply(db, &consultation)? => {
                consultation.status.after(ConsultationEvent::NoReplyStands, By::System).unwrap_or(ConsultationStatus::Expired)
            }
            _ => due_status(&consultation, db.now),
        };
        match to {
            ConsultationStatus::Cancelled => {
                let cancelled = cancel(db, consultation)?;
                tell_patient(db, Movement::ConsultationNotPaid, &cancelled)?;
            }
            ConsultationStatus::Expired => {
                let expired = move_to(db, consultation, ConsultationStatus::Expired, Some("医生超时未回复"))?;
                tell(db, Movement::ConsultationExpired, &expired)?;
            }
            to => {
                let finished = move_to(db, consultation, to, None)?;
                tell(db, Movement::ConsultationTimeOver, &finished)?;
            }
        }
    }
    Ok(ids.len())
}

/// The newest consultation of patient and doctor in which they may talk.
pub fn talking(db: &View, patient: PatientId, doctor: DoctorId) -> Result<Option<Consultation>> {
    let mut rows = db.rows(&BY_PAIR, key(&[&patient, &doctor]), Order::Newest);
    rows.find(|row| row.as_ref().map_or(true, |row: &Consultation| due_status(row, db.now).is_talking())).transpose()
}

/// Whether the patient ever ordered a consultation of the doctor.
pub fn has_met(db: &View, patient: PatientId, doctor: DoctorId) -> Result<bool> {
    Ok(db.ids(&BY_PAIR, key(&[&patient, &doctor]), Order::Oldest).next().transpose()?.is_some())
}

/// What one account ordered another has ordered.
pub fn hand_over(db: &mut Tx, from: PatientAccountId, to: PatientAccountId) -> Result<()> {
    let orders: Vec<Consultation> = db.rows(&BY_USER, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    orders.into_iter().try_for_each(|order| db.put(&Consultation { user_id: to, ..order }))
}

/// Paid, or free: the conversation opens and the doctor's time begins.
fn begin(db: &mut Tx, mut consultation: Consultation) -> Result<Consultation> {
    let patient: Patient = db.need(consultation.patient_id)?;
    consultation.conversation_id = message::open(db, &patient, consultation.doctor_id)?.id;
    consultation.status = ConsultationStatus::Waiting;
    consultation.paid_at = Some(db.now);
    consultation.due = reply_by(&consultation, db)?;
    message::say_opening(db, &consultation)?;
    tell(db, Movement::ConsultationBegun, &consultation)?;
    save(db, consultation)
}

fn cancel(db: &mut Tx, consultation: Consultation) -> Result<Consultation> {
    if let Some(payment) = consultation.payment_id {
        payment::close(db, payment)?;
    }
    move_to(db, consultation, ConsultationStatus::Cancelled, None)
}

/// Into a state in which nothing ends by itself; with `refund` the fee goes on its way back.
fn move_to(db: &mut Tx, mut consultation: Consultation, to: ConsultationStatus, refund: Option<&str>) -> Result<Consultation> {
    consultation.status = to;
    consultation.due = None;
    if to == ConsultationStatus::Finished && consultation.payment_id.is_some() {
        ledger::transfer(db, Holder::Fee(consultation.id), Holder::Income, consultation.fee, consultation.id.any())?;
    }
    if let Some(reason) = refund {
        match consultation.payment_id {
            Some(payment) => drop(refund::ask(db, payment, reason)?),
            // A free consultation has nothing to give back.
            None => consultation.status = to.after(ConsultationEvent::MoneyBack, By::System).unwrap_or(to),
        }
    }
    save(db, consultation)
}

fn new_number(db: &View) -> Result<String> {
    const LETTERS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    loop {
        // 256 modulo 36 favours the first four letters a little; the number only has to be unique.
        let tail: String = secret::random::<16>().iter().map(|byte| char::from(LETTERS[usize::from(*byte) % 36])).collect();
        let number = format!("H0-{tail}");
        if db.first(&BY_NUMBER, key(&[&number]))?.is_none() {
            return Ok(number);
        }
    }
}
