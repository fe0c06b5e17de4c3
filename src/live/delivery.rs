//! Hears the bell: what commits have rung for is told to those who are connected. Nothing waits here: letter boxes take or refuse at once.

use super::{Live, frame};
use crate::{
    base::{error::Result, id::Id},
    domain::{
        messaging::{
            conversation::{self, Participant},
            message::Message,
        },
        shared::event::{self, LIVE, LiveEvent},
    },
    store::View,
};

impl Live {
    /// Tells what has rung since it was last called, up to `last`, which is on disk. Answers the number of the last ring.
    ///
    /// Errors: what the store has to say; then the same ring is heard again.
    pub fn hear(&self, db: &View, last: u64) -> Result<u64> {
        // One at a time, or receipts could overtake each other.
        let mut heard = self.heard.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        for ring in db.events_after(LIVE, *heard) {
            let ring = ring?;
            if ring.seq > last {
                break;
            }
            if !self.nobody() {
                self.tell_of(db, event::read_live(&ring.bytes)?)?;
            }
            *heard = ring.seq;
        }
        Ok(*heard)
    }

    fn tell_of(&self, db: &View, ring: LiveEvent) -> Result<()> {
        match ring {
            LiveEvent::Posted { message } => {
                if let Some(message) = db.get::<Message>(message)? {
                    self.ring_inboxes(message.delivered.iter().map(|delivery| delivery.member));
                }
            }
            LiveEvent::Retracted { message } => {
                if let Some(message) = db.get::<Message>(message)? {
                    let readers = present(db, message.conversation_id)?.filter(|reader| message.is_for(reader.side));
                    self.tell(readers.map(|reader| reader.member), &frame::retracted(&message));
                }
            }
            LiveEvent::Read { conversation, member, message } => {
                let at = conversation::participant(db, conversation, member)?.and_then(|reader| reader.read_at).unwrap_or(db.now);
                let others = present(db, conversation)?.map(|other| other.member).filter(|other| *other != member);
                self.tell(others, &frame::read(conversation, member, message, at));
            }
            LiveEvent::Ended { session } => self.end_session(session),
            LiveEvent::Banned { by, member } => self.unwatch(member, by),
        }
        Ok(())
    }
}

fn present(db: &View, conversation: Id) -> Result<impl Iterator<Item = Participant>> {
    Ok(conversation::participants(db, conversation)?.into_iter().filter(|participant| participant.left_at.is_none()))
}
