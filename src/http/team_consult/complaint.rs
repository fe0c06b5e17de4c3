//! 投诉: a patient complains and reads what the clinic answers.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::dialect::{Listed, PageForm};
use crate::{
    base::{
        error::{Result, invalid},
        id::{self, EncounterId, Id},
    },
    domain::relations::complaint::{self, Complaint, FileComplaint},
    http::core::{
        context::Cx,
        table::{Endpoint, PATIENT},
        typed::{Kind, OrEmpty, Pictures, Prose, Source, form, get, post, run},
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("own", "/complaint", PATIENT, run!(Write(file_complaint)),  "投诉"),
    get ("own", "/complaint", PATIENT, run!(Read(list_complaints)), "我的投诉列表"),
];

form! {
    struct ComplaintForm {
        /// 就诊编号: of a registration, a consultation or a team consult, an integer or 24 hex digits
        encounter: Option<Encounter>,
        /// 投诉内容
        text: Prose<4_000>,
        /// 图片
        images: OrEmpty<Pictures<9>>,
    }
}

/// An encounter, as whichever API prints its id.
struct Encounter;

impl Kind for Encounter {
    type Value = EncounterId;

    fn read(source: &Source, name: &'static str) -> Result<Option<EncounterId>> {
        let Some(text) = source.request.word_or_none(name, 40)? else { return Ok(None) };
        let id: Option<EncounterId> = id::from_hex(&text).or_else(|| text.parse().ok());
        id.and_then(Id::known).map(Some).ok_or_else(|| invalid(name, "应为就诊编号，整数或 24 位十六进制"))
    }

    fn schema() -> Value {
        json!({ "type": ["integer", "string"], "examples": [1001] })
    }
}

#[derive(Serialize, JsonSchema)]
struct ComplaintView {
    id: Id<Complaint>,
    /// 就诊编号
    encounter: Option<EncounterId>,
    text: String,
    images: Vec<String>,
    /// open or answered.
    state: &'static str,
    /// 诊所的答复, empty before
    answer: String,
    /// Epoch milliseconds, like the others: until when the clinic answers.
    due_at: i64,
    created: i64,
    answered: Option<i64>,
}

impl From<Complaint> for ComplaintView {
    fn from(row: Complaint) -> ComplaintView {
        ComplaintView {
            id: row.id,
            state: row.state(),
            encounter: row.encounter.known(),
            text: row.text,
            images: row.images,
            answer: row.answer,
            due_at: row.due_at.0,
            created: row.created_at.0,
            answered: row.answered_at.map(|at| at.0),
        }
    }
}

fn file_complaint(cx: &Cx, db: &mut Tx, form: ComplaintForm) -> Result<ComplaintView> {
    let form = FileComplaint { encounter: form.encounter, text: form.text, images: form.images };
    complaint::file(db, cx.my_id()?, form).map(ComplaintView::from)
}

fn list_complaints(cx: &Cx, db: &View, form: PageForm) -> Result<Listed<ComplaintView>> {
    Ok(complaint::list(db, cx.my_id()?, form.page())?.into())
}
