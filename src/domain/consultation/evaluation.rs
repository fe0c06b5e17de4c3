//! Evaluations (评价): what a patient says of a finished consultation, once. The row's id is the consultation's.

use serde::{Deserialize, Serialize};

use super::{Consultation, due_status, message, need_of_user, save, state::ConsultationStatus};
use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{ConsultationId, DoctorId, Id, PatientAccountId, kind},
        time::Time,
    },
    domain::{
        directory::doctor,
        shared::dictionary::{AnswerKind as Asked, EvaluationQuestion},
    },
    store::{About, Class, Entries, References, Row, Table, Tx},
};

pub const NOT_FINISHED: Reason = Reason::new(Kind::Rule, "not_finished", "咨询完成后才能评价");
pub const ALREADY_EVALUATED: Reason = Reason::new(Kind::Conflict, "already_evaluated", "已评价，不能重复评价");
pub const WRONG_ANSWER: Reason =
    Reason::new(Kind::Rule, "wrong_answer", "每个问题只能回答一次，打分评价请填写 score（1 到 5），文字评价请填写 text");

pub use v1::{Answer, Evaluation};

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Evaluation {
        pub consultation_id: ConsultationId,
        pub doctor_id: DoctorId,
        pub answers: Vec<Answer>,
        pub created_at: Time,
    }

    /// The question stands here in its words: an administrator may change or remove it.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Answer {
        pub question_id: Id<EvaluationQuestion>,
        pub question: String,
        /// 1 to 5; `None` where a text was asked for.
        pub score: Option<u8>,
        pub text: String,
    }
}

impl Row for Evaluation {
    type Kind = kind::Consultation;

    const TABLE: Table = Table { code: 44, name: "evaluation", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.consultation_id
    }

    fn class(&self) -> Class {
        Class::Record(About::Encounter(self.consultation_id.encounter()))
    }

    fn refers_to(&self, to: &mut References) {
        // The consultation bars whom it names.
        to.recalls(self.doctor_id).recalls(self.answers.iter().map(|answer| answer.question_id.any()));
    }

    fn index(&self, _: &mut Entries) {}
}

/// An answer as it is given.
#[derive(Clone, Debug)]
pub struct Given {
    pub question_id: Id<EvaluationQuestion>,
    pub score: Option<u8>,
    pub text: Option<String>,
}

/// The patient rates a finished consultation. Every score counts for the doctor.
///
/// Errors: `not_found` (also for a question), `not_yours`, `not_finished`, `already_evaluated`, `wrong_answer`.
pub fn evaluate(db: &mut Tx, user: PatientAccountId, id: ConsultationId, given: Vec<Given>) -> Result<Consultation> {
    let mut consultation = need_of_user(db, user, id)?;
    // Its time may be over without an answer that stands: then it expires as soon as the scheduler comes by.
    let finished = due_status(&consultation, db.now) == ConsultationStatus::Finished;
    if !finished || (consultation.status == ConsultationStatus::InProgress && !message::has_reply(db, &consultation)?) {
        return Err(NOT_FINISHED.err());
    }
    if consultation.evaluated {
        return Err(ALREADY_EVALUATED.err());
    }
    let mut answers: Vec<Answer> = Vec::with_capacity(given.len());
    for Given { question_id, score, text } in given {
        let question: EvaluationQuestion = db.need(question_id)?;
        let fits = match question.answer {
            Asked::Score => score.is_some_and(|score| (1..=5).contains(&score)) && text.is_none(),
            Asked::Text => score.is_none() && text.is_some(),
        };
        if !fits || answers.iter().any(|other| other.question_id == question_id) {
            return Err(WRONG_ANSWER.err());
        }
        answers.push(Answer { question_id, question: question.question, score, text: text.unwrap_or_default() });
    }
    let mut doctor = doctor::profile(db, consultation.doctor_id)?;
    answers.iter().filter_map(|answer| answer.score).for_each(|score| doctor.score.add(score));
    db.put(&doctor)?;
    db.put(&Evaluation { consultation_id: id, doctor_id: doctor.id, answers, created_at: db.now })?;
    consultation.evaluated = true;
    save(db, consultation)
}
