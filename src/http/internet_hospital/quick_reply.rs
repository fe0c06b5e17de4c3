//! 7 快捷回复: texts that a doctor keeps at hand.

use super::{dialect, ids, view::word::QuickReplyView};
use crate::{
    base::error::Result,
    domain::directory::quick_reply,
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            DOCTOR, Endpoint,
            Run::{Read, Write},
            post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("7.1", "/api/quickReply/create", DOCTOR, Write(create_quick_reply), "创建快捷回复"),
    post("7.2", "/api/quickReply/delete", DOCTOR, Write(delete_quick_reply), "删除快捷回复"),
    post("7.3", "/api/quickReply/list",   DOCTOR, Read(list_quick_replies),  "快捷回复列表"),
];

fn create_quick_reply(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let doctor = ids::mine(cx, db, request, "doctorId")?;
    let reply = quick_reply::create(db, doctor, request.text("title", 100)?, request.prose("content", 4_000)?)?;
    Reply::of(&QuickReplyView::of(db, reply)?)
}

fn delete_quick_reply(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    quick_reply::delete(db, cx.my_id()?, ids::need(request, "id")?)?;
    Reply::done()
}

/// `keyword` is looked for in title and content.
fn list_quick_replies(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let (doctor, page) = (ids::mine(cx, db, request, "doctorId")?, request.skip_page()?);
    let replies = quick_reply::list(db, doctor, &request.text_or_empty("keyword", 100)?, page)?;
    dialect::page(page, replies.try_map(|reply| QuickReplyView::of(db, reply))?)
}
