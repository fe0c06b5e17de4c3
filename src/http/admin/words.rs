//! `/admin/diagnosis-terms`, `/admin/consultation-reasons`, `/admin/evaluation-questions`: the clinic's word lists.

use serde::Serialize;

use super::{
    form,
    listing::{self, Asked},
};
use crate::{
    base::{
        error::{Result, missing},
        id::{AnyId, Id},
        time::Time,
    },
    domain::{
        identity::audit::{self, Action, Subject},
        shared::dictionary::{self, AnswerKind, ConsultationReason, DiagnosisTerm, EvaluationQuestion},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Read, Search, Write},
            delete, get, patch, post,
        },
    },
    search,
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/diagnosis-terms",           ADMIN, Search(list_terms),     "诊断词条列表"),
    post  ("admin", "/admin/diagnosis-terms",           ADMIN, Write(create_term),     "新增诊断词条"),
    get   ("admin", "/admin/diagnosis-terms/{id}",      ADMIN, Read(show_term),        "诊断词条详情"),
    patch ("admin", "/admin/diagnosis-terms/{id}",      ADMIN, Write(change_term),     "修改诊断词条"),
    delete("admin", "/admin/diagnosis-terms/{id}",      ADMIN, Write(remove_term),     "删除诊断词条"),
    get   ("admin", "/admin/consultation-reasons",      ADMIN, Heavy(list_reasons),    "咨询原因列表"),
    post  ("admin", "/admin/consultation-reasons",      ADMIN, Write(create_reason),   "新增咨询原因"),
    get   ("admin", "/admin/consultation-reasons/{id}", ADMIN, Read(show_reason),      "咨询原因详情"),
    patch ("admin", "/admin/consultation-reasons/{id}", ADMIN, Write(change_reason),   "修改咨询原因"),
    delete("admin", "/admin/consultation-reasons/{id}", ADMIN, Write(remove_reason),   "删除咨询原因"),
    get   ("admin", "/admin/evaluation-questions",      ADMIN, Heavy(list_questions),  "评价问题列表"),
    post  ("admin", "/admin/evaluation-questions",      ADMIN, Write(create_question), "新增评价问题"),
    get   ("admin", "/admin/evaluation-questions/{id}", ADMIN, Read(show_question),    "评价问题详情"),
    patch ("admin", "/admin/evaluation-questions/{id}", ADMIN, Write(change_question), "修改评价问题"),
    delete("admin", "/admin/evaluation-questions/{id}", ADMIN, Write(remove_question), "删除评价问题"),
];

fn list_terms(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let (keyword, page) = (request.text_or_empty("q", 100)?, Asked::of(request)?.page);
    let terms = dictionary::find_terms(db, &cx.app.index, &keyword, search::HitOrder::Relevance, page)?;
    listing::reply(terms, |term| Ok(TermView::from(term)))
}

fn create_term(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let term = DiagnosisTerm {
        id: Id::NONE,
        name: request.text("name", 100)?,
        code: request.word_or_none("code", 50)?.unwrap_or_default(),
        created_at: db.now,
    };
    let term = dictionary::save_term(db, term)?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::DiagnosisTerm, term.id)?;
    Reply::bare(201, &TermView::from(term))
}

fn show_term(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&TermView::from(db.need::<DiagnosisTerm>(request.path_id("id")?)?))
}

fn change_term(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let term: DiagnosisTerm = db.need(request.path_id("id")?)?;
    let term = DiagnosisTerm {
        id: term.id,
        name: form::filled(request, "name", 100)?.unwrap_or(term.name),
        code: form::emptied(request, "code", |name| request.word_or_none(name, 50))?.unwrap_or(term.code),
        created_at: term.created_at,
    };
    let term = dictionary::save_term(db, term)?;
    audit::note(db, &cx.actor()?, Action::Update, Subject::DiagnosisTerm, term.id)?;
    Reply::of(&TermView::from(term))
}

fn remove_term(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let term: DiagnosisTerm = db.need(request.path_id("id")?)?;
    dictionary::remove_term(db, term.id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::DiagnosisTerm, term.id)?;
    Reply::empty()
}

#[derive(Serialize)]
struct TermView {
    id: AnyId,
    name: String,
    code: String,
}

impl From<DiagnosisTerm> for TermView {
    fn from(term: DiagnosisTerm) -> TermView {
        TermView { id: term.id.any(), name: term.name, code: term.code }
    }
}

fn list_reasons(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, asked) = (cx.view(), Asked::of(request)?);
    listing::reply(dictionary::find_reasons(&db, &asked.needle, asked.page)?, |row| Ok(ReasonView::from(row)))
}

fn create_reason(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (reason, sort) = (request.text("reason", 100)?, form::number(request, "sort")?.unwrap_or(0));
    let row = dictionary::save_reason(db, ConsultationReason { id: Id::NONE, reason, sort, created_at: Time(0), updated_at: Time(0) })?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::ConsultationReason, row.id)?;
    Reply::bare(201, &ReasonView::from(row))
}

fn show_reason(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&ReasonView::from(db.need::<ConsultationReason>(request.path_id("id")?)?))
}

fn change_reason(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let mut row: ConsultationReason = db.need(request.path_id("id")?)?;
    row.reason = form::filled(request, "reason", 100)?.unwrap_or(row.reason);
    row.sort = form::number(request, "sort")?.unwrap_or(row.sort);
    let row = dictionary::save_reason(db, row)?;
    audit::note(db, &cx.actor()?, Action::Update, Subject::ConsultationReason, row.id)?;
    Reply::of(&ReasonView::from(row))
}

fn remove_reason(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row: ConsultationReason = db.need(request.path_id("id")?)?;
    dictionary::remove_reason(db, row.id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::ConsultationReason, row.id)?;
    Reply::empty()
}

#[derive(Serialize)]
struct ReasonView {
    id: AnyId,
    reason: String,
    sort: u32,
    created_at: String,
    updated_at: String,
}

impl From<ConsultationReason> for ReasonView {
    fn from(row: ConsultationReason) -> ReasonView {
        ReasonView {
            id: row.id.any(),
            reason: row.reason,
            sort: row.sort,
            created_at: row.created_at.rfc3339(),
            updated_at: row.updated_at.rfc3339(),
        }
    }
}

fn list_questions(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, asked) = (cx.view(), Asked::of(request)?);
    listing::reply(dictionary::find_questions(&db, &asked.needle, asked.page)?, |row| Ok(QuestionView::from(row)))
}

fn create_question(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row = EvaluationQuestion {
        id: Id::NONE,
        question: question(request)?.ok_or_else(|| missing("question"))?,
        answer: answer(request)?.unwrap_or(AnswerKind::Score),
        sort: form::number(request, "sort")?.unwrap_or(0),
        created_at: Time(0),
        updated_at: Time(0),
    };
    let row = dictionary::save_question(db, row)?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::EvaluationQuestion, row.id)?;
    Reply::bare(201, &QuestionView::from(row))
}

fn show_question(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&QuestionView::from(db.need::<EvaluationQuestion>(request.path_id("id")?)?))
}

fn change_question(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let mut row: EvaluationQuestion = db.need(request.path_id("id")?)?;
    row.question = question(request)?.unwrap_or(row.question);
    row.answer = answer(request)?.unwrap_or(row.answer);
    row.sort = form::number(request, "sort")?.unwrap_or(row.sort);
    let row = dictionary::save_question(db, row)?;
    audit::note(db, &cx.actor()?, Action::Update, Subject::EvaluationQuestion, row.id)?;
    Reply::of(&QuestionView::from(row))
}

fn remove_question(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row: EvaluationQuestion = db.need(request.path_id("id")?)?;
    dictionary::remove_question(db, row.id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::EvaluationQuestion, row.id)?;
    Reply::empty()
}

/// The document of internet_hospital writes `quesion`; both spellings are taken.
fn question(request: &Request) -> Result<Option<String>> {
    match form::filled(request, "question", 200)? {
        None => form::filled(request, "quesion", 200),
        question => Ok(question),
    }
}

/// `type`: 01 打分评价, 02 文字评价.
fn answer(request: &Request) -> Result<Option<AnswerKind>> {
    Ok(request.integer_or_none("type", 1..=2)?.map(|kind| if kind == 1 { AnswerKind::Score } else { AnswerKind::Text }))
}

#[derive(Serialize)]
struct QuestionView {
    id: AnyId,
    quesion: String,
    question: String,
    #[serde(rename = "type")]
    kind: &'static str,
    sort: u32,
    created_at: String,
    updated_at: String,
}

impl From<EvaluationQuestion> for QuestionView {
    fn from(row: EvaluationQuestion) -> QuestionView {
        QuestionView {
            id: row.id.any(),
            quesion: row.question.clone(),
            question: row.question,
            kind: match row.answer {
                AnswerKind::Score => "01",
                AnswerKind::Text => "02",
            },
            sort: row.sort,
            created_at: row.created_at.rfc3339(),
            updated_at: row.updated_at.rfc3339(),
        }
    }
}
