//! Who is connected to the live gateway, who watches whom, and the calls that go on. In memory: a restart begins with nobody, and clients come
//! back and catch up by the numbers of their inbox.
//!
//! Connections themselves belong to the face above (`im`): here each is a [`Device`] with a letter box. `delivery` fills the boxes after commits.

pub mod call;
pub mod call_room;
pub mod delivery;
mod device;
mod ended;
pub mod frame;
mod presence;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
};

use bytes::Bytes;

use crate::base::{
    id::{AccountId, CallId, Id, SessionId},
    span::Span,
    time::{Clock, Time},
};

use call_room::CallRoom;
pub use device::{Device, HangUp, Post};
pub use ended::Ended;
pub use presence::Presence;

/// Devices of one member at the same time.
const MOST_DEVICES: usize = 8;
/// Members whose last visit is remembered.
const MOST_SEEN: usize = 100_000;

#[derive(Default)]
pub struct Live {
    hub: Mutex<Hub>,
    /// How long, in milliseconds, who lost the connection of a call has to come back to it.
    grace: i64,
    /// The number of the last bell that was heard: whoever hears holds it.
    heard: Mutex<u64>,
}

#[derive(Default)]
struct Hub {
    next_line: u64,
    /// A member's lines, the oldest first.
    members: HashMap<AccountId, Vec<Arc<Device>>>,
    sessions: HashMap<SessionId, Vec<Arc<Device>>>,
    /// When a member who is gone was last here.
    seen: HashMap<AccountId, Time>,
    /// Who watches a member.
    watchers: HashMap<AccountId, HashMap<u64, Arc<Device>>>,
    /// Whom a line watches.
    watched: HashMap<u64, HashSet<AccountId>>,
    rooms: BTreeMap<CallId, CallRoom>,
}

/// A line that is in the hub. Dropping it takes it out.
pub struct Connected {
    live: Arc<Live>,
    clock: Arc<Clock>,
    pub line: Arc<Device>,
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.live.disconnect(&self.line, self.clock.now());
    }
}

impl Live {
    /// With the number of the newest bell (what rang before concerns nobody), and how long who lost the connection of a call has to come back to it.
    pub fn new(heard: u64, grace: Span) -> Live {
        Live { heard: Mutex::new(heard), grace: grace.ms(), ..Live::default() }
    }

    /// Lets a device of a member in. Where it is one too many, the oldest hangs up.
    pub fn connect(self: &Arc<Live>, member: AccountId, session: SessionId, clock: &Arc<Clock>) -> Connected {
        let mut hub = self.hub();
        hub.next_line += 1;
        let line = Arc::new(Device::new(hub.next_line, member, session));
        let lines = hub.members.entry(member).or_default();
        lines.push(line.clone());
        let first = lines.len() == 1;
        let excess = lines.len().saturating_sub(MOST_DEVICES);
        for oldest in &lines[..excess] {
            oldest.hang_up(HangUp::OneDeviceTooMany);
        }
        hub.sessions.entry(session).or_default().push(line.clone());
        if first {
            hub.tell_watchers(member, clock.now());
            hub.find_again(member);
        }
        Connected { live: self.clone(), clock: clock.clone(), line }
    }

    fn disconnect(&self, line: &Device, now: Time) {
        let mut hub = self.hub();
        take_out(&mut hub.sessions, line.session, line.id);
        hub.watch_nobody(line.id);
        let was_last = take_out(&mut hub.members, line.member, line.id);
        if was_last {
            if hub.seen.len() >= MOST_SEEN {
                hub.seen.clear();
            }
            hub.seen.insert(line.member, now);
            hub.tell_watchers(line.member, now);
        }
        hub.lose_calls(line, was_last, now.plus(self.grace));
    }

    pub fn nobody(&self) -> bool {
        self.hub().members.is_empty()
    }

    pub fn is_online(&self, member: AccountId) -> bool {
        self.hub().members.contains_key(&member)
    }

    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.hub().members.values().map(Vec::len).sum()
    }

    /// Something new lies in the inbox of these members.
    fn ring_inboxes(&self, members: impl Iterator<Item = AccountId>) {
        let hub = self.hub();
        for member in members {
            hub.lines_of(member).iter().for_each(|line| line.ring_inbox());
        }
    }

    /// Something that these members know of was taken back, or read.
    fn ring_changes(&self, members: impl Iterator<Item = AccountId>) {
        let hub = self.hub();
        for member in members {
            hub.lines_of(member).iter().for_each(|line| line.ring_changes());
        }
    }

    fn end_session(&self, session: SessionId) {
        let hub = self.hub();
        for line in hub.sessions.get(&session).into_iter().flatten() {
            line.hang_up(HangUp::SessionEnded);
        }
    }

    /// From now on the line is told when one of these comes or goes. Answers how they are now.
    pub fn watch(&self, line: &Arc<Device>, members: Vec<AccountId>, now: Time) -> Vec<Presence> {
        let mut hub = self.hub();
        hub.watch_nobody(line.id);
        for member in &members {
            hub.watchers.entry(*member).or_default().insert(line.id, line.clone());
        }
        let states = members.iter().map(|member| hub.presence(*member, now)).collect();
        if !members.is_empty() {
            hub.watched.insert(line.id, members.into_iter().collect());
        }
        states
    }

    /// A member watches another no more, on any device.
    fn unwatch(&self, member: AccountId, watched: AccountId) {
        let mut hub = self.hub();
        let lines: Vec<u64> = hub.lines_of(member).iter().map(|line| line.id).collect();
        for line in lines {
            if let Some(all) = hub.watched.get_mut(&line) {
                all.remove(&watched);
            }
            hub.forget_watcher(watched, line);
        }
    }

    fn hub(&self) -> MutexGuard<'_, Hub> {
        // A panic while the lock is held leaves maps that are still maps.
        self.hub.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Hub {
    fn lines_of(&self, member: AccountId) -> &[Arc<Device>] {
        self.members.get(&member).map_or(&[], Vec::as_slice)
    }

    /// A frame for all devices of a member but one.
    fn tell(&self, member: AccountId, frame: &Bytes, but: Option<u64>) {
        for line in self.lines_of(member).iter().filter(|line| Some(line.id) != but) {
            line.put(frame.clone());
        }
    }

    fn presence(&self, member: AccountId, now: Time) -> Presence {
        let online = self.members.contains_key(&member);
        Presence { member, online, last_seen: if online { Some(now) } else { self.seen.get(&member).copied() } }
    }

    fn tell_watchers(&self, member: AccountId, now: Time) {
        if let Some(watchers) = self.watchers.get(&member) {
            let frame = frame::presence(&[self.presence(member, now)]);
            watchers.values().for_each(|line| line.put(frame.clone()));
        }
    }

    fn watch_nobody(&mut self, line: u64) {
        for member in self.watched.remove(&line).into_iter().flatten() {
            self.forget_watcher(member, line);
        }
    }

    fn forget_watcher(&mut self, member: AccountId, line: u64) {
        if let Some(watchers) = self.watchers.get_mut(&member) {
            watchers.remove(&line);
            if watchers.is_empty() {
                self.watchers.remove(&member);
            }
        }
    }
}

/// Takes a line out of a list; whether the list is gone with it.
fn take_out<K>(lists: &mut HashMap<Id<K>, Vec<Arc<Device>>>, of: Id<K>, line: u64) -> bool {
    let Some(list) = lists.get_mut(&of) else { return false };
    list.retain(|one| one.id != line);
    match list.is_empty() {
        true => lists.remove(&of).is_some(),
        false => false,
    }
}

#[cfg(test)]
mod tests;
