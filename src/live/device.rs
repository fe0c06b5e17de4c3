//! A connected device, as everybody but its own connection sees it: a letter box that never makes the sender wait.
//!
//! Messages and changes are not put into the box: a live event only says that there are some, and the connection reads them from where it was. So the
//! box stays small however much is said; only frames that are told once (presence, calls) lie in it. A device that takes none of them is hung up
//! on: it comes back and catches up.

use std::{
    collections::VecDeque,
    mem,
    sync::{Mutex, MutexGuard},
};

use bytes::Bytes;
use tokio::sync::Notify;

use crate::base::id::{AccountId, SessionId};

/// What waits for one device at most.
const MOST_LETTERS: usize = 1_000;
const MOST_BYTES: usize = 1 << 20;

/// Why a connection has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HangUp {
    SessionEnded,
    OneDeviceTooMany,
    TooSlow,
}

pub struct Device {
    pub id: u64,
    pub member: AccountId,
    pub session: SessionId,
    post: Mutex<Post>,
    bell: Notify,
}

/// What has come since the box was last emptied.
#[derive(Debug, Default, PartialEq)]
pub struct Post {
    /// The inbox has news; to be read before the letters are.
    pub inbox: bool,
    /// So has the series of changes; to be read after the inbox and before the letters.
    pub changes: bool,
    pub letters: VecDeque<Bytes>,
    pub hang_up: Option<HangUp>,
    bytes: usize,
}

impl Device {
    pub(super) fn new(id: u64, member: AccountId, session: SessionId) -> Device {
        Device { id, member, session, post: Mutex::default(), bell: Notify::new() }
    }

    /// Waits until there is something in the box. For the line's own connection alone.
    pub async fn wait(&self) {
        while self.post().is_empty() {
            self.bell.notified().await;
        }
    }

    /// Waits until the connection has to end, whatever else comes. What comes stays in the box.
    pub async fn hung_up(&self) -> HangUp {
        loop {
            if let Some(reason) = self.post().hang_up {
                return reason;
            }
            self.bell.notified().await;
        }
    }

    /// Empties the box; a reason to hang up stays in it.
    pub fn take(&self) -> Post {
        let mut post = self.post();
        let hang_up = post.hang_up;
        mem::replace(&mut post, Post { hang_up, ..Post::default() })
    }

    pub fn put(&self, letter: Bytes) {
        let mut post = self.post();
        if post.letters.len() >= MOST_LETTERS || post.bytes + letter.len() > MOST_BYTES {
            post.hang_up.get_or_insert(HangUp::TooSlow);
        } else {
            post.bytes += letter.len();
            post.letters.push_back(letter);
        }
        drop(post);
        self.bell.notify_one();
    }

    pub(super) fn ring_inbox(&self) {
        self.post().inbox = true;
        self.bell.notify_one();
    }

    pub(super) fn ring_changes(&self) {
        self.post().changes = true;
        self.bell.notify_one();
    }

    pub(super) fn hang_up(&self, reason: HangUp) {
        self.post().hang_up.get_or_insert(reason);
        self.bell.notify_one();
    }

    fn post(&self) -> MutexGuard<'_, Post> {
        self.post.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Post {
    fn is_empty(&self) -> bool {
        !self.inbox && !self.changes && self.letters.is_empty() && self.hang_up.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::Id;

    #[test]
    fn a_box_that_nobody_empties_ends_the_line_and_grows_no_more() {
        let line = Device::new(1, Id::from_number(1), Id::from_number(1));
        for _ in 0..MOST_LETTERS {
            line.put(Bytes::from_static(b"{}"));
        }
        assert_eq!(line.post().hang_up, None);
        line.put(Bytes::from_static(b"{}"));
        let post = line.take();
        assert_eq!((post.letters.len(), post.hang_up), (MOST_LETTERS, Some(HangUp::TooSlow)));
        let big = Device::new(2, Id::from_number(1), Id::from_number(1));
        big.put(vec![b'x'; MOST_BYTES].into());
        big.put(Bytes::from_static(b"x"));
        assert_eq!(big.take().hang_up, Some(HangUp::TooSlow));
    }
}
