//! The demonstration clinic's consultations (互联网医院), each played through until the state in which it lasts.

use super::{
    cast::{Consultation, Outcome},
    ids::Ids,
};
use crate::{
    base::{
        error::{INTERNAL, Result},
        id::{AccountId, ConsultationId, PatientAccountId},
        time::{HOUR, MINUTE},
    },
    domain::{
        clinic_wide::settlement,
        consultation::{
            self, OrderConsultation,
            diagnosis::{self, Findings},
            evaluation::{self, Given},
            message::{self, Content, SendMessage},
            state::ConsultationStatus,
        },
        directory::patient,
        identity::account::Role,
        money::payment::Payment,
        shared::dictionary::{self, AnswerKind},
    },
    store::{Tx, View},
};

/// Something that happens in a consultation.
#[derive(Clone, Copy)]
pub enum Moment {
    Order,
    Pay,
    /// The doctor's and the patient's message of that number.
    Reply(usize),
    Ask(usize),
    Diagnose,
    Wish(Role, ConsultationStatus),
    Rate,
}

/// How long before now it was ordered, and what happened when after that. Expiry is the clock's own.
pub fn moments(form: &Consultation) -> (i64, Vec<(i64, Moment)>) {
    let mut happened = vec![(0, Moment::Order)];
    let mut add = |after, what| happened.push((after, what));
    if !matches!(form.outcome, Outcome::Unpaid | Outcome::Cancelled) {
        add(4 * MINUTE, Moment::Pay);
    }
    for (n, after) in (0..form.replies.len()).zip(1..) {
        add(after * 2 * HOUR, Moment::Reply(n));
    }
    for (n, after) in (0..form.questions.len()).zip(1..) {
        add(after * 2 * HOUR + 20 * MINUTE, Moment::Ask(n));
    }
    match form.outcome {
        Outcome::Unpaid | Outcome::Waiting | Outcome::InProgress | Outcome::Expired => {}
        Outcome::Cancelled => add(10 * MINUTE, Moment::Wish(Role::Patient, ConsultationStatus::Cancelled)),
        Outcome::Refunded => add(3 * HOUR, Moment::Wish(Role::Patient, ConsultationStatus::RefundAsked)),
        Outcome::Finished => {
            add(8 * HOUR, Moment::Diagnose);
            add(9 * HOUR, Moment::Wish(Role::Doctor, ConsultationStatus::Finished));
            add(12 * HOUR, Moment::Rate);
        }
    }
    happened.sort_by_key(|(after, _)| *after);
    (form.hours_ago * HOUR + form.minutes_ago * MINUTE, happened)
}

pub fn happens(db: &mut Tx, form: &Consultation, moment: Moment, ids: &mut Ids) -> Result<()> {
    let (user, doctor) = (ids.of(&form.patient)?, ids.of(&form.doctor)?);
    if let Moment::Order = moment {
        let patient = patient::need_complete(db, user)?;
        let ordered = OrderConsultation {
            content: form.content.clone(),
            patient_id: patient.id,
            doctor_id: doctor,
            reason: form.reason.clone(),
            images: Vec::new(),
            fee: None,
        };
        let ordered = consultation::order(db, user, ordered)?;
        return ids.add(&form.key, ordered.id);
    }
    let id = ids.of(&form.key)?;
    match moment {
        Moment::Order => Ok(()),
        Moment::Pay => pay(db, user, id),
        Moment::Reply(n) => say(db, doctor.account(), Role::Doctor, id, &form.replies[n]),
        Moment::Ask(n) => say(db, user.account(), Role::Patient, id, &form.questions[n]),
        Moment::Wish(role, wanted) => {
            let caller = if role == Role::Doctor { doctor.account() } else { user.account() };
            consultation::change(db, caller, role, id, wanted).map(drop)
        }
        Moment::Diagnose => match &form.diagnosis {
            Some(found) => {
                let findings = Findings {
                    main: found.main.clone(),
                    second: found.second.clone(),
                    chief_complaint: form.content.clone(),
                    past_illness: found.past_illness.clone(),
                };
                diagnosis::diagnose(db, doctor, id, findings).map(drop)
            }
            None => Ok(()),
        },
        Moment::Rate => match form.score {
            Some(score) => {
                let answers = answers(db, score, &form.comment)?;
                evaluation::evaluate(db, user, id, answers).map(drop)
            }
            None => Ok(()),
        },
    }
}

/// A free consultation has nothing to pay.
fn pay(db: &mut Tx, user: PatientAccountId, id: ConsultationId) -> Result<()> {
    if consultation::need_of_user(db, user, id)?.status != ConsultationStatus::Unpaid {
        return Ok(());
    }
    let Payment { out_trade_no, .. } = consultation::ask_payment(db, user, id)?;
    settlement::paid(db, &out_trade_no, None)
}

fn say(db: &mut Tx, from: AccountId, role: Role, id: ConsultationId, text: &str) -> Result<()> {
    let conversation_id = consultation::need_of(db, from, role, id)?.conversation_id;
    let form = SendMessage { conversation_id, consultation_id: id, content: Content::Text(text.to_owned()), client_id: String::new() };
    message::send(db, from, role, form).map(drop)
}

fn answers(db: &View, score: u8, comment: &str) -> Result<Vec<Given>> {
    let questions = dictionary::questions(db)?;
    if questions.is_empty() {
        return Err(INTERNAL.caused_by("nothing is asked about consultations"));
    }
    let answer = |question: dictionary::EvaluationQuestion| match question.answer {
        AnswerKind::Score => Given { question_id: question.id, score: Some(score), text: None },
        AnswerKind::Text => Given { question_id: question.id, score: None, text: Some(comment.to_owned()) },
    };
    Ok(questions.into_iter().map(answer).collect())
}
