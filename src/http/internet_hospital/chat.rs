//! 8 消息模块: conversations about consultations, system conversations, messages.

use super::{
    ids,
    view::chat::{ChatView, MessageView},
};
use crate::{
    base::{
        error::{Kind, Reason, Result, invalid, missing},
        id::AccountId,
    },
    domain::{
        consultation::{
            conversations,
            message::{self, Content, SendMessage},
        },
        identity::account::{Account, Role},
        messaging::message::{MOST_CHARACTERS, Message},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            Access, DOCTOR, Endpoint, PATIENT,
            Run::{Read, Write},
            post,
        },
    },
    store::{Tx, View},
};

pub const WRONG_DIRECTION: Reason =
    Reason::new(Kind::Rule, "wrong_direction", "消息方向与当前登录的身份不符：患者为 user->doctor，医生为 doctor->user");

const BOTH: Access = PATIENT.or(DOCTOR);

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("8.1", "/api/chat/user/list",                    PATIENT, Read(list_chats_of_user),   "用户聊天列表"),
    post("8.2", "/api/chat/doctor/list",                  DOCTOR,  Read(list_chats_of_doctor), "医生聊天列表"),
    post("8.3", "/api/chat/detail",                       BOTH,    Read(show_chat),            "获取单条聊天，聊天详情"),
    post("8.4", "/api/chat/message/list",                 BOTH,    Read(list_messages),        "获取聊天消息"),
    post("8.5", "/api/consultation/chat/message/create",  BOTH,    Write(send_message),        "发送订单聊天消息"),
    post("8.6", "/api/consultation/chat/message/retract", BOTH,    Write(retract_message),     "订单聊天消息 撤回"),
];

fn list_chats_of_user(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    list_chats(db, ids::mine(cx, db, request, "userId")?)
}

fn list_chats_of_doctor(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    list_chats(db, ids::mine(cx, db, request, "doctorId")?)
}

fn list_chats(db: &View, account: AccountId) -> Result<Reply> {
    let account: Account = db.need(account)?;
    let talks = conversations::list(db, &account)?;
    Reply::of(&talks.into_iter().map(|talk| ChatView::of(db, &account, talk)).collect::<Result<Vec<_>>>()?)
}

fn show_chat(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let account: Account = db.need(cx.my_id()?)?;
    let talk = conversations::need(db, &account, ids::need(request, "id")?)?;
    Reply::of(&ChatView::of(db, &account, talk)?)
}

fn list_messages(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let account: Account = db.need(cx.my_id()?)?;
    let messages = message::list(db, &account, ids::need(request, "chatId")?, request.skip_page()?)?;
    Reply::of(&views(db, account.id, messages)?)
}

/// `client_id` is not the document's: with it a client may send again where no answer came.
fn send_message(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let me = cx.me()?;
    let form = SendMessage {
        conversation_id: ids::need(request, "chatId")?,
        consultation_id: ids::need(request, "consultationId")?,
        content: content(request)?,
        client_id: request.text_or_empty("client_id", 64)?,
    };
    if request.integer("type", 0..=99)? != 1 {
        return Err(invalid("type", "暂时只能为 01（图文）"));
    }
    let side = match request.word("direction", 20)?.as_str() {
        "user->doctor" => Role::Patient,
        "doctor->user" => Role::Doctor,
        _ => return Err(invalid("direction", "应为 user->doctor 或 doctor->user")),
    };
    if side != me.role {
        return Err(WRONG_DIRECTION.err());
    }
    let sent = message::send(db, me.account, me.role, form)?;
    Reply::of(&MessageView::of(db, me.account, sent)?)
}

/// Exactly one of `text`, `image` and `audio`.
fn content(request: &Request) -> Result<Content> {
    let text = request.prose_or_none("text", MOST_CHARACTERS)?.map(Content::Text);
    let image = request.picture_or_none("image")?.map(Content::Image);
    let audio = request.picture_or_none("audio")?.map(Content::Audio);
    match [text, image, audio].into_iter().flatten().collect::<Vec<_>>().as_slice() {
        [content] => Ok(content.clone()),
        [] => Err(missing("text").detail("text、image、audio 必须且只能填写一个")),
        _ => Err(invalid("text", "与 image、audio 只能填写一个")),
    }
}

fn retract_message(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let me = cx.my_id()?;
    let message = message::retract(db, me, ids::need(request, "id")?)?;
    Reply::of(&MessageView::of(db, me, message)?)
}

/// Messages as `reader` sees them.
pub(super) fn views(db: &View, reader: AccountId, messages: Vec<Message>) -> Result<Vec<MessageView>> {
    messages.into_iter().map(|message| MessageView::of(db, reader, message)).collect()
}
