//! Events: facts written in the same commit as the change they tell of, for those who work after the commit. Nothing is lost between
//! a commit and its consequences: an event stays until its work is done.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{INTERNAL, Result},
        id::{AccountId, ChangeId, MessageId, NoticeId, PaymentId, RefundId, SessionId},
        time::Time,
    },
    store::{CHANGED, Stream, Tx},
};

/// Work outside the store that is done in order: refunds of the embedded provider, notices.
pub const WORK: Stream = Stream(0);
/// What the search index follows; the store writes it by itself.
pub const INDEX: Stream = CHANGED;
/// For those who are connected: what they are told at once. Who is not connected catches up by itself, so this stream alone may be forgotten
/// before anybody has read it.
pub const LIVE: Stream = Stream(2);
/// Text messages for a provider (`sms` writes and reads them). A stream of its own: a provider that is down holds up nothing else.
pub const SMS: Stream = Stream(3);

/// Orders and refunds that another server has the last word on; the embedded payment provider needs none of it. A stream of its own, whose
/// events are independent: each stays until nothing can come of it any more.
pub const PAYMENT: Stream = Stream(4);

/// Sleeping phones that are to be woken, where `push.provider` is set; whatever cannot be delivered holds up nothing else.
pub const PUSH: Stream = Stream(5);

/// Template messages of the clinic's official WeChat account, where `push.provider` is wechat.
pub const TEMPLATE: Stream = Stream(9);

/// What a template message is about: each has a template of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TemplateKind {
    Visit,
    Answer,
    Refund,
}

/// A template message for an account. Facts that there are not are empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateDue {
    pub account: AccountId,
    pub kind: TemplateKind,
    pub what: String,
    pub who: String,
    pub when: String,
    pub amount: String,
    pub text: String,
    pub at: Time,
}

pub fn tell_by_template(db: &mut Tx, due: &TemplateDue) -> Result<()> {
    db.emit(TEMPLATE, serde_json::to_vec(due).map_err(|e| INTERNAL.caused_by(e))?)
}

/// What happened. Written as JSON, which reads old events in newer programs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// A refund may go out.
    RefundDue(RefundId),
    /// A notice was published: it goes into the system conversations of those whom it is for.
    NoticeDue(NoticeId),
    /// A payment was asked for: until it is settled or closed, the provider is asked what became of it.
    PaymentAsked(PaymentId),
    /// A notice was withdrawn: it is taken back where it has arrived.
    NoticeWithdrawn(NoticeId),
}

/// What those who are connected are told. Ids only: the reader looks up the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LiveEvent {
    /// A message lies in the inboxes of those to whom it was delivered.
    Posted { message: MessageId },
    /// A message was taken back, or read.
    Changed { change: ChangeId },
    /// A session is over.
    Ended { session: SessionId },
    /// One account has banned another, which may not watch it any more.
    Banned { by: AccountId, member: AccountId },
}

/// A message for a member whose phones may sleep.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wake {
    pub message: MessageId,
    pub member: AccountId,
}

/// Something that waits to be carried outside.
pub struct Waiting<T> {
    /// The number of its event.
    pub seq: u64,
    /// `None` where it is no longer worth it.
    pub what: Option<T>,
}

pub fn notify_live(db: &mut Tx, ring: &LiveEvent) -> Result<()> {
    db.emit(LIVE, serde_json::to_vec(ring).map_err(|e| INTERNAL.caused_by(e))?)
}

pub fn read_live(bytes: &[u8]) -> Result<LiveEvent> {
    serde_json::from_slice(bytes).map_err(|e| INTERNAL.caused_by(e))
}

pub fn wake(db: &mut Tx, wake: &Wake) -> Result<()> {
    db.emit(PUSH, serde_json::to_vec(wake).map_err(|e| INTERNAL.caused_by(e))?)
}

pub fn tell(db: &mut Tx, event: &Event) -> Result<()> {
    db.emit(WORK, serde_json::to_vec(event).map_err(|e| INTERNAL.caused_by(e))?)
}

/// Tells those who ask the payment provider of the outside world.
pub fn tell_of_payment(db: &mut Tx, event: &Event) -> Result<()> {
    db.emit(PAYMENT, serde_json::to_vec(event).map_err(|e| INTERNAL.caused_by(e))?)
}

pub fn read(bytes: &[u8]) -> Result<Event> {
    serde_json::from_slice(bytes).map_err(|e| INTERNAL.caused_by(e))
}
