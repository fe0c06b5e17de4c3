//! 3.6 留言: a patient and a doctor write to each other.

use super::{
    dialect::{List, Paging},
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
        message,
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

/// Messages that the answer to a new one shows at most: the newest, as many as the largest page has.
const MOST_SHOWN: u64 = 1_000;

fn list_dialogs(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let me = cx.my_id()?;
    let dialogs = db.page(&conversation::BY_MEMBER, conversation::member_key(me, Of::Dialog), paging.page)?;
    let reader = cx.need_reader()?;
    Reply::of(&paging.list(dialogs.try_map(|mine| ChatDialogView::of(db, mine, reader))?))
}

/// Answers the dialog, oldest first. Its sender has then seen what the other side wrote before, so that is read now.
/// `client_id` is not the document's: with it a client may send again where no answer came.
fn send_message(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let me = cx.me()?;
    let note = Note {
        mimetype: message::TEXT,
        content: request.text("content", 256)?,
        images: request.texts_or_empty("photo", 3, 500)?,
        to: request.id("to_user_id")?,
        client_id: request.text_or_empty("client_id", 64)?,
    };
    if request.small("type", 1..=2)? != me.role.number() {
        return Err(WRONG_SENDER_TYPE.err());
    }
    let sent = leave_message::write(db, me.account, note)?;
    let mine = conversation::need_participant(db, sent.conversation_id, Of::Dialog, me.account)?;
    let total = message::count(db, mine.conversation_id, mine.side)?;
    let newest = Page { skip: usize::try_from(total.saturating_sub(MOST_SHOWN)).unwrap_or(usize::MAX), limit: MOST_SHOWN as usize };
    Reply::of(&List::whole(read(cx, db, mine, newest)?.items))
}

/// Oldest first over all pages: the newest message ends the last page, and `page` tells which that is. Whichever page is asked for, the
/// whole dialog has been read then.
fn list_messages(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let mine = conversation::need_participant(db, request.path_id("id")?, Of::Dialog, cx.my_id()?)?;
    let messages = read(cx, db, mine, paging.page)?;
    Reply::of(&paging.list(messages))
}

fn read(cx: &Cx, db: &mut Tx, mine: Participant, page: Page) -> Result<Slice<ChatMessageView>> {
    let mine = conversation::read(db, mine)?;
    let sides = Sides::of(db, mine.conversation_id, cx.need_reader()?)?;
    message::list(db, mine.conversation_id, mine.side, page)?.try_map(|message| Ok(sides.message(db, message)))
}
