//! System conversations: where the clinic speaks to one account. Notices arrive there.
//!
//! Every account has one from the start, although nothing is written for it: [`Account::system_chat`] keeps its id, and its first notice writes
//! the rows. So its id never changes, reading needs no write, and the rooms keep their order: accounts know nothing of chat.

use super::{
    change,
    conversation::{Between, Conversation, ConversationKind, Participant, Side},
    message::{self, Message, Part, Say},
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, Id, MessageId, NoticeId},
    },
    domain::{identity::account::Account, notice::Notice},
    store::{Tx, View},
};

pub use crate::domain::shared::mimetype::NOTICE;

/// The account's system conversation, written or not.
pub fn of(db: &View, account: &Account) -> Result<Conversation> {
    Ok(db.get(account.system_chat)?.unwrap_or_else(|| unwritten(account)))
}

/// The newest thing that the account was told.
pub fn last(db: &View, account: &Account) -> Result<Option<Message>> {
    let mine: Option<Participant> = super::conversation::participants(db, account.system_chat)?.into_iter().next();
    mine.map_or(Ok(None), |mine| db.get(mine.last_message))
}

/// Lays a notice into the system conversations of these accounts. Doing it again changes nothing; what is gone in between is left out.
pub fn deliver(db: &mut Tx, notice: NoticeId, accounts: &[AccountId]) -> Result<()> {
    let Some(notice) = db.get::<Notice>(notice)? else { return Ok(()) };
    for account in accounts {
        if let Some(account) = db.get::<Account>(*account)? {
            tell(db, &account, &notice)?;
        }
    }
    Ok(())
}

/// Takes a withdrawn notice back, some at a time: from the message after `after`, at first 0. Answers where to go on, `None` at the end.
pub fn withdraw(db: &mut Tx, notice: NoticeId, after: MessageId) -> Result<Option<MessageId>> {
    const SOME: usize = 100;
    let sent = message::from_clinic(db, &notice_key(notice), after, SOME)?;
    let more = sent.last().filter(|_| sent.len() == SOME).map(|last| last.id);
    sent.into_iter().try_for_each(|message| message::retract(db, message).map(drop))?;
    Ok(more)
}

/// How the messages of a notice begin to be called.
fn notice_key(notice: NoticeId) -> String {
    format!("notice-{notice}-")
}

fn tell(db: &mut Tx, account: &Account, notice: &Notice) -> Result<()> {
    let client_id = format!("{}{}", notice_key(notice.id), account.id);
    if message::by_client_id(db, Id::NONE, &client_id)?.is_some() {
        return Ok(());
    }
    let conversation = written(db, account)?;
    let part = Part { side: Side::of(account.role), title: notice.title.clone(), text: notice.content.clone() };
    message::post(db, conversation, Id::NONE, Say { client_id, mimetype: NOTICE.into(), parts: vec![part], ..Say::default() })?;
    Ok(())
}

/// The account's system conversation with its rows.
pub(super) fn written(db: &mut Tx, account: &Account) -> Result<Conversation> {
    match db.get(account.system_chat)? {
        Some(conversation) => Ok(conversation),
        None => super::conversation::begin(db, unwritten(account), &[(account.id, Side::of(account.role))]),
    }
}

/// The account goes, and what it was told.
pub fn forget(db: &mut Tx, account: &Account) -> Result<()> {
    message::forget_all(db, account.system_chat)?;
    change::forget(db, account.id)?;
    for mine in super::conversation::participants(db, account.system_chat)? {
        db.delete::<Participant>(mine.id)?;
    }
    db.delete::<Conversation>(account.system_chat)
}

fn unwritten(account: &Account) -> Conversation {
    Conversation {
        id: account.system_chat,
        kind: ConversationKind::System,
        between: Between::System(account.id).pair(),
        last_said: Id::NONE,
        created_at: account.created_at,
    }
}
