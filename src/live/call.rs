//! Calls as they go on: a change in a room, and who is told of it.
//!
//! At a change everybody for whom the call goes on, or did, gets the room as it is now: so a member's other devices stop ringing when one of them
//! has answered. The others also get the new state of the one member. When fewer than two are left, those who are get the end and its reason, and
//! the room is no more.

use bytes::Bytes;
use serde_json::Value;

use super::{
    Device, Ended, Hub, Live,
    call_room::{CallMedia, CallRoom, CallState, CallStep, Outcome},
    frame,
};
use crate::base::{
    error::{NOT_FOUND, Result},
    id::{AccountId, CallId},
    time::Time,
};

/// A new call, checked by whoever knows who may call whom.
pub struct NewCall {
    pub id: CallId,
    pub media: CallMedia,
    pub creator: AccountId,
    pub creator_name: String,
    pub others: Vec<AccountId>,
    pub rings_until: Time,
}

impl Live {
    /// Opens a room and invites. With a line the caller is in it on that device, otherwise the caller's devices ring as well.
    ///
    /// Errors: `too_many_members`.
    pub fn call(&self, new: NewCall, line: Option<&Device>) -> Result<CallRoom> {
        let mut room = CallRoom::new(new.id, new.media, (new.creator, new.creator_name), &new.others, new.rings_until)?;
        if let Some(line) = line {
            room.step(new.creator, CallStep::Join, line.id)?;
        }
        let mut hub = self.hub();
        let invite = frame::invite(&room);
        for member in room.members.iter().filter(|member| member.id != room.creator) {
            hub.tell(member.id, &invite, None);
        }
        hub.tell(room.creator, &frame::call(&room), line.map(|line| line.id));
        hub.rooms.insert(room.id, room.clone());
        Ok(room)
    }

    /// A member joins, declines or leaves on one of its devices. Answers the room as it is then, be it over.
    ///
    /// Errors: `not_found`.
    pub fn step(&self, line: &Device, call: CallId, step: CallStep) -> Result<CallRoom> {
        self.hub().step(call, line, step)
    }

    /// Who is in a call, or will be again, but for one member of it. Errors: `not_found`.
    pub fn company(&self, member: AccountId, call: CallId) -> Result<Vec<AccountId>> {
        let hub = self.hub();
        let room = hub.rooms.get(&call).filter(|room| room.state_of(member).is_some()).ok_or_else(|| NOT_FOUND.err())?;
        Ok(room.company_of(member).collect())
    }

    /// Passes a signal on, from a device that joined to the one that the other joined on. Errors: `not_found`, `not_in_call`.
    pub fn signal(&self, from: &Device, call: CallId, to: AccountId, kind: &str, data: &Value) -> Result<()> {
        let hub = self.hub();
        let room = hub.rooms.get(&call).ok_or_else(|| NOT_FOUND.err())?;
        let device = room.signal(from.member, from.id, to)?;
        if let Some(line) = hub.lines_of(to).iter().find(|line| line.id == device) {
            line.put(frame::signal(call, from.member, kind, data));
        }
        Ok(())
    }

    /// Invitations to calls that ring for a member: for a device that has just come.
    pub fn invitations(&self, member: AccountId) -> Vec<Bytes> {
        let hub = self.hub();
        let rings = |room: &&CallRoom| room.creator != member && room.state_of(member) == Some(CallState::Ringing);
        hub.rooms.values().filter(rings).map(frame::invite).collect()
    }

    /// Lets those miss their call who have not answered in time, and those have left who did not come back in time.
    pub fn expire_calls(&self, now: Time) {
        self.hub().in_each_room(|room| room.expire(now));
    }

    /// One member has banned another: where they are in one call, one of them has to go.
    pub(super) fn part(&self, by: AccountId, banned: AccountId) {
        self.hub().in_each_room(|room| room.part(by, banned).into_iter().collect());
    }

    /// How many calls go on.
    pub fn calls(&self) -> usize {
        self.hub().rooms.len()
    }
}

impl Hub {
    fn step(&mut self, call: CallId, line: &Device, step: CallStep) -> Result<CallRoom> {
        let room = self.rooms.get_mut(&call).ok_or_else(|| NOT_FOUND.err())?;
        let before: Vec<AccountId> = room.live().collect();
        let outcome = room.step(line.member, step, line.id)?;
        let now = room.clone();
        if outcome != Outcome::Same {
            self.changed(call, before, &[line.member], Some(line.id));
        }
        if let Outcome::Device(old) = outcome
            && let Some(old) = self.lines_of(line.member).iter().find(|line| line.id == old)
        {
            // For that device it is over; the others see nobody leave.
            old.put(frame::call_end(call, Ended::Left));
        }
        Ok(now)
    }

    /// A connection is lost, which may have been a member's last.
    pub(super) fn lose_calls(&mut self, line: &Device, was_last: bool, until: Time) {
        self.in_each_room(|room| room.lose(line.member, line.id, was_last, until).into_iter().collect());
    }

    /// A member has a connection, perhaps again.
    pub(super) fn find_again(&mut self, member: AccountId) {
        self.rooms.values_mut().for_each(|room| room.find_again(member));
    }

    /// Does something to every room that answers whose state it changed.
    fn in_each_room(&mut self, mut work: impl FnMut(&mut CallRoom) -> Vec<AccountId>) {
        let calls: Vec<CallId> = self.rooms.keys().copied().collect();
        for call in calls {
            let Some(room) = self.rooms.get_mut(&call) else { continue };
            let before: Vec<AccountId> = room.live().collect();
            let changed = work(room);
            if !changed.is_empty() {
                self.changed(call, before, &changed, None);
            }
        }
    }

    /// Tells of a change of these members, the device that made it excepted, and of the end where it is one.
    fn changed(&mut self, call: CallId, before: Vec<AccountId>, members: &[AccountId], but: Option<u64>) {
        let Some(room) = self.rooms.get(&call) else { return };
        let now: Vec<AccountId> = room.live().collect();
        let frame = frame::call(room);
        for member in room.members.iter().map(|member| member.id).filter(|id| before.contains(id) || now.contains(id)) {
            self.tell(member, &frame, but);
        }
        let changed: Vec<(AccountId, CallState)> = members.iter().filter_map(|member| Some((*member, room.state_of(*member)?))).collect();
        for (member, state) in &changed {
            let frame = frame::call_state(call, *member, *state);
            now.iter().filter(|other| *other != member).for_each(|other| self.tell(*other, &frame, None));
        }
        if room.is_over() {
            let end = frame::call_end(call, Ended::by(changed.iter().map(|(_, state)| *state)));
            for member in now {
                self.tell(member, &end, None);
            }
            self.rooms.remove(&call);
        }
    }
}

impl Ended {
    /// The end that comes when members go into these states.
    fn by(mut states: impl Iterator<Item = CallState>) -> Ended {
        match states.next() {
            Some(CallState::Declined) => Ended::Declined,
            Some(CallState::Missed) => Ended::Missed,
            _ => Ended::Left,
        }
    }
}
