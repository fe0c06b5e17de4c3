//! Reads live events: what commits have noted is told to those who are connected. Nothing waits here: letter boxes take or refuse at once.

use super::Live;
use crate::{
    base::error::Result,
    domain::{
        messaging::{change::Change, message::Message},
        shared::event::{self, LIVE, LiveEvent},
    },
    store::View,
};

impl Live {
    /// Tells what has rung since it was last called, up to `last`, which is on disk. Answers the number of the last ring.
    ///
    /// Errors: what the store has to say; then the same ring is heard again.
    pub fn hear(&self, db: &View, last: u64) -> Result<u64> {
        // One at a time, or the same would be heard twice.
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
            LiveEvent::Changed { change } => {
                if let Some(change) = db.get::<Change>(change)? {
                    self.ring_changes(change.told.iter().map(|told| told.member));
                }
            }
            LiveEvent::Ended { session } => self.end_session(session),
            LiveEvent::Banned { by, member } => {
                self.unwatch(member, by);
                self.part(by, member);
            }
        }
        Ok(())
    }
}
