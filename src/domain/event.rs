//! Events: facts written in the same commit as the change they tell of, for those who work after the commit. Nothing is lost between
//! a commit and its consequences: an event stays until its work is done.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{INTERNAL, Result},
        id::Id,
    },
    store::{CHANGED, Stream, Tx},
};

/// Work outside the store that is done in order: refunds.
pub const WORK: Stream = Stream(0);
/// What the search index follows; the store writes it by itself.
pub const INDEX: Stream = CHANGED;
/// Text messages for a provider (`sms` writes and reads them). A stream of its own: a provider that is down holds up nothing else.
pub const SMS: Stream = Stream(3);

/// What happened. Written as JSON, which reads old events in newer programs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// A refund may go out.
    RefundDue(Id),
    /// A notice was published: it goes into the system conversations of those whom it is for.
    NoticeDue(Id),
}

pub fn tell(db: &mut Tx, event: &Event) -> Result<()> {
    db.emit(WORK, serde_json::to_vec(event).map_err(|e| INTERNAL.caused_by(e))?)
}

pub fn read(bytes: &[u8]) -> Result<Event> {
    serde_json::from_slice(bytes).map_err(|e| INTERNAL.caused_by(e))
}
