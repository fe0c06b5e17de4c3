//! What a participant has read. Some clients say "everything up to this message", others show a page of the conversation: then what was shown has
//! been read, and no more.

use super::{change, conversation::Participant, message};
use crate::{
    base::{error::Result, id::MessageId},
    store::{Tx, View},
};

/// Stretches that are kept beyond what has been read without a gap; the oldest of more count as unread again.
const MOST_STRETCHES: usize = 200;

impl Participant {
    pub fn has_read(&self, message: MessageId) -> bool {
        message <= self.read_to || self.read_beyond.iter().any(|(first, last)| (*first..=*last).contains(&message))
    }
}

/// The participant has read everything up to this message, and the others are told. What is older than what has been read already changes nothing.
pub fn read_to(db: &mut Tx, mut mine: Participant, message: MessageId) -> Result<Participant> {
    match mine.read_to < message {
        true => {
            mine.read_to = message;
            save(db, mine)
        }
        false => Ok(mine),
    }
}

/// The participant was shown the messages from `first` to `last`. The others are told as far as everything has been read.
pub fn show(db: &mut Tx, mut mine: Participant, first: MessageId, last: MessageId) -> Result<Participant> {
    match mine.unread {
        0 => Ok(mine),
        _ => {
            mine.read_beyond.push((first, last));
            save(db, mine)
        }
    }
}

fn save(db: &mut Tx, mine: Participant) -> Result<Participant> {
    let before = super::conversation::participant(db, mine.conversation_id, mine.member)?;
    let mut mine = counted(db, mine)?;
    let moved = before.as_ref().is_none_or(|before| before.read_to < mine.read_to);
    if moved {
        mine.read_at = Some(db.now);
    }
    if before.as_ref() != Some(&mine) {
        db.put(&mine)?;
    }
    if moved {
        change::read(db, mine.conversation_id, mine.member, mine.read_to)?;
    }
    Ok(mine)
}

/// With everything that has been read without a gap in `read_to`, the rest in stretches, and the unread ones counted anew.
pub(super) fn counted(db: &View, mut mine: Participant) -> Result<Participant> {
    let mut stretches: Vec<(MessageId, MessageId)> = Vec::new();
    let (mut unread, mut in_stretch) = (0, false);
    for message in message::of_others_after(db, &mine, mine.read_to) {
        let id = message?.id;
        if !mine.has_read(id) {
            (unread, in_stretch) = (unread + 1, false);
        } else if unread == 0 {
            mine.read_to = id;
        } else if let Some((_, last)) = stretches.last_mut().filter(|_| in_stretch) {
            *last = id;
        } else {
            stretches.push((id, id));
            in_stretch = true;
        }
    }
    let excess = stretches.len().saturating_sub(MOST_STRETCHES);
    if excess > 0 {
        mine.read_beyond = stretches.split_off(excess);
        return counted(db, mine);
    }
    (mine.read_beyond, mine.unread) = (stretches, unread);
    Ok(mine)
}
