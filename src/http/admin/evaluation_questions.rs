//! `/admin/evaluation-questions`: what patients are asked when a consultation is over. The document of internet_hospital writes `quesion`; both
//! spellings are taken and printed.

use serde::Serialize;

use super::{
    form,
    listing::{Asked, Listing},
    resource::{self, Resource},
};
use crate::{
    base::{
        error::{Result, missing},
        id::{AnyId, Id},
        page::Slice,
        time::Time,
    },
    domain::{
        identity::audit::Subject,
        shared::dictionary::{self, AnswerKind, EvaluationQuestion},
    },
    http::core::{
        context::Cx,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Read, Write},
            delete, get, patch, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/evaluation-questions",      ADMIN, Heavy(resource::list::<EvaluationQuestion>),   "评价问题列表"),
    post  ("admin", "/admin/evaluation-questions",      ADMIN, Write(resource::create::<EvaluationQuestion>), "新增评价问题"),
    get   ("admin", "/admin/evaluation-questions/{id}", ADMIN, Read(resource::show::<EvaluationQuestion>),    "评价问题详情"),
    patch ("admin", "/admin/evaluation-questions/{id}", ADMIN, Write(resource::change::<EvaluationQuestion>), "修改评价问题"),
    delete("admin", "/admin/evaluation-questions/{id}", ADMIN, Write(resource::remove::<EvaluationQuestion>), "删除评价问题"),
];

impl Resource for EvaluationQuestion {
    const SUBJECT: Subject = Subject::EvaluationQuestion;
    const LISTING: Listing<EvaluationQuestion> = Listing {
        filters: &[],
        time: Some(|row| row.created_at),
        sorts: &[
            ("id", |_, row| Ok(row.id.into())),
            ("question", |_, row| Ok(row.question.as_str().into())),
            ("type", |_, row| Ok(kind(row.answer).into())),
            ("sort", |_, row| Ok(row.sort.into())),
            ("created_at", |_, row| Ok(row.created_at.into())),
            ("updated_at", |_, row| Ok(row.updated_at.into())),
        ],
    };
    type View = QuestionView;

    fn find(_: &Cx, db: &View, _: &Request, asked: Asked) -> Result<Slice<EvaluationQuestion>> {
        dictionary::find_questions(db, &asked.needle, asked.page)
    }

    fn view(_: &View, row: EvaluationQuestion) -> Result<QuestionView> {
        Ok(QuestionView {
            id: row.id.any(),
            quesion: row.question.clone(),
            question: row.question,
            kind: kind(row.answer),
            sort: row.sort,
            created_at: row.created_at.rfc3339(),
            updated_at: row.updated_at.rfc3339(),
        })
    }

    fn create(db: &mut Tx, request: &Request) -> Result<EvaluationQuestion> {
        let row = EvaluationQuestion {
            id: Id::NONE,
            question: question(request)?.ok_or_else(|| missing("question"))?,
            answer: answer(request)?.unwrap_or(AnswerKind::Score),
            sort: form::number(request, "sort")?.unwrap_or(0),
            created_at: Time(0),
            updated_at: Time(0),
        };
        dictionary::save_question(db, row)
    }

    fn change(db: &mut Tx, mut row: EvaluationQuestion, request: &Request) -> Result<EvaluationQuestion> {
        row.question = question(request)?.unwrap_or(row.question);
        row.answer = answer(request)?.unwrap_or(row.answer);
        row.sort = form::number(request, "sort")?.unwrap_or(row.sort);
        dictionary::save_question(db, row)
    }

    fn remove(db: &mut Tx, id: Id<EvaluationQuestion>) -> Result<()> {
        dictionary::remove_question(db, db.need::<EvaluationQuestion>(id)?.id)
    }
}

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

fn kind(answer: AnswerKind) -> &'static str {
    match answer {
        AnswerKind::Score => "01",
        AnswerKind::Text => "02",
    }
}

#[derive(Serialize)]
pub struct QuestionView {
    id: AnyId,
    quesion: String,
    question: String,
    #[serde(rename = "type")]
    kind: &'static str,
    sort: u32,
    created_at: String,
    updated_at: String,
}
