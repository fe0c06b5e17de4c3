//! 3.6 留言: a patient and a doctor write to each other.

use super::{
    dialect::Paging,
    view::chat::{ChatDialogView, ChatMessageView, Sides},
};
use crate::{
    base::{
        error::{Kind, Reason, Result},
        page::{Page, Slice},
    },
    domain::messaging::{
        conversation::{self, ConversationKind as Of, Participant},
        leave_message::{self, Note},
        message, reading,
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            Access, DOCTOR, Endpoint, PATIENT,
            Run::{Read, Write},
            get, post,
        },
    },
    store::{Tx, View},
};

pub const WRONG_SENDER_TYPE: Reason = Reason::new(Kind::Rule, "wrong_sender_type", "发送者类型与当前登录的身份不符：患者为 1，医生为 2");

const BOTH: Access = PATIENT.or(DOCTOR);

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get ("3.6.1", "/chat",      BOTH, Read(list_dialogs),   "留言对话列表"),
    post("3.6.2", "/chat",      BOTH, Write(send_message),  "发送留言"),
    get ("3.6.3", "/chat/{id}", BOTH, Write(list_messages), "留言对话记录信息").changing(),
];

/// Messages that the answer to a new one shows: the newest.
const SHOWN: u64 = 20;

fn list_dialogs(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let me = cx.my_id()?;
    let dialogs = conversation::page_of_member(db, me, Of::Dialog, paging.page)?;
    let reader = cx.need_reader()?;
    Reply::of(&paging.list(dialogs.try_map(|mine| ChatDialogView::of(db, mine, reader))?))
}

/// Answers the newest messages of the dialog, oldest first. Their writer has seen them then, so what the other side wrote among them has been read.
/// `client_id` is not the document's: with it a client may send again where no answer came. Nor are `current_page`, of which the first has the
/// newest messages, and `page_size`.
fn send_message(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let me = cx.me()?;
    let note = Note {
        mimetype: message::TEXT,
        content: request.prose("content", 256)?,
        images: request.pictures_or_empty("photo", 3)?,
        to: request.id("to_user_id")?,
        client_id: request.text_or_empty("client_id", 64)?,
    };
    let paging = Paging::sized(request, SHOWN)?;
    if request.small("type", 1..=2)? != me.role.number() {
        return Err(WRONG_SENDER_TYPE.err());
    }
    let sent = leave_message::write(db, me.account, note)?;
    let mine = conversation::need_participant(db, sent.conversation_id, Of::Dialog, me.account)?;
    let total = message::count(db, mine.conversation_id, mine.side)?;
    let (end, length) = (total.saturating_sub(paging.page.skip as u64), paging.page.limit as u64);
    let (begin, end) = (end.saturating_sub(length), end);
    let page = Page { skip: usize::try_from(begin).unwrap_or(usize::MAX), limit: usize::try_from(end - begin).unwrap_or_default() };
    Reply::of(&paging.list(read(cx, db, mine, page)?))
}

/// Oldest first over all pages: the newest message ends the last page, and `page` tells which that is. What is shown has been read then.
fn list_messages(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let mine = conversation::need_participant(db, request.path_id("id")?, Of::Dialog, cx.my_id()?)?;
    let messages = read(cx, db, mine, paging.page)?;
    Reply::of(&paging.list(messages))
}

/// A page of a dialog; what is on it has been read.
fn read(cx: &Cx, db: &mut Tx, mine: Participant, page: Page) -> Result<Slice<ChatMessageView>> {
    let dialog = mine.conversation_id;
    let shown = message::list(db, dialog, mine.side, page)?;
    if let [first, .., last] | [first @ last] = shown.items.as_slice() {
        reading::show(db, mine, first.id, last.id)?;
    }
    let sides = Sides::of(db, dialog, cx.need_reader()?)?;
    shown.try_map(|message| Ok(sides.message(db, message)))
}
