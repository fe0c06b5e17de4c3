//! 5 问诊原因 and 6 评价问题: the clinic's own lists.

use super::view::word::{QuestionView, ReasonView};
use crate::{
    base::error::Result,
    domain::shared::dictionary,
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{ANYONE, Endpoint, Run::Read, post},
    },
    store::View,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("5.1", "/api/consultationReason/list", ANYONE, Read(list_reasons),   "问诊原因列表"),
    post("6.1", "/api/evaluateQuesion/list",    ANYONE, Read(list_questions), "评价问题列表"),
];

fn list_reasons(_: &Cx, db: &View, _: &Request) -> Result<Reply> {
    Reply::of(&dictionary::reasons(db)?.into_iter().map(ReasonView::from).collect::<Vec<_>>())
}

fn list_questions(_: &Cx, db: &View, _: &Request) -> Result<Reply> {
    Reply::of(&dictionary::questions(db)?.into_iter().map(QuestionView::from).collect::<Vec<_>>())
}
