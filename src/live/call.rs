//! Calls as they go on: a change in a room, and who is told of it.
//!
//! At a change everybody who was or is ringing or joined gets the room as it is now: so a member's other devices stop ringing when one of them
//! has answered. When fewer than two are left, those who are get the end and its reason, and the room is no more.

use bytes::Bytes;
use serde_json::Value;

use super::{
    Device, Hub, Live,
    call_room::{CallMedia, CallRoom, CallState, CallStep},
    frame,
};
use crate::base::{
    error::{NOT_FOUND, Result},
    id::Id,
    time::Time,
};

/// A new call, checked by whoever knows who may call whom.
pub struct NewCall {
    pub id: Id,
    pub media: CallMedia,
    pub creator: Id,
    pub creator_name: String,
    pub others: Vec<Id>,
    pub rings_until: Time,
}

/// How a room ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Left,
    Declined,
    Missed,
}

impl Ended {
    pub const fn name(self) -> &'static str {
        match self {
            Ended::Left => "left",
            Ended::Declined => "declined",
            Ended::Missed => "missed",
        }
    }
}

impl Live {
    /// Opens a room and invites. With a line the caller is in it on that device, otherwise the caller's devices ring as well.
    ///
    /// Errors: `too_many_members`.
    pub fn call(&self, new: NewCall, line: Option<&Device>) -> Result<CallRoom> {
        let mut room = CallRoom::new(new.id, new.media, (new.creator, new.creator_name), &new.others, new.rings_until)?;
        if let Some(line) = line {
            room.step(new.creator, CallStep::Join, Some(line.id))?;
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
    pub fn step(&self, line: &Device, call: Id, step: CallStep) -> Result<CallRoom> {
        self.hub().step(call, line.member, step, Some(line.id))
    }

    /// Passes a signal on, to the device that joined. Errors: `not_found`, `not_in_call`.
    pub fn signal(&self, from: Id, call: Id, to: Id, kind: &str, data: &Value) -> Result<()> {
        let hub = self.hub();
        let room = hub.rooms.get(&call).ok_or_else(|| NOT_FOUND.err())?;
        let device = room.signal(from, to)?;
        let frame = frame::signal(call, from, kind, data);
        let lines = hub.lines_of(to);
        match lines.iter().find(|line| Some(line.id) == device) {
            Some(line) => line.put(frame),
            // The device that joined is gone; another one of the member may know what to do with it.
            None => lines.iter().for_each(|line| line.put(frame.clone())),
        }
        Ok(())
    }

    /// Invitations to calls that ring for a member: for a device that has just come.
    pub fn invitations(&self, member: Id) -> Vec<Bytes> {
        let hub = self.hub();
        let rings = |room: &&CallRoom| room.creator != member && room.state_of(member) == Some(CallState::Ringing);
        hub.rooms.values().filter(rings).map(frame::invite).collect()
    }

    /// Lets those miss their call who have not answered in time.
    pub fn expire_calls(&self, now: Time) {
        let mut hub = self.hub();
        let ids: Vec<Id> = hub.rooms.keys().copied().collect();
        for id in ids {
            let Some(room) = hub.rooms.get_mut(&id) else { continue };
            let before: Vec<Id> = room.live().collect();
            if !room.expire(now).is_empty() {
                hub.changed(id, before, Ended::Missed, None);
            }
        }
    }

    /// How many calls go on.
    pub fn calls(&self) -> usize {
        self.hub().rooms.len()
    }
}

impl Hub {
    fn step(&mut self, call: Id, member: Id, step: CallStep, line: Option<u64>) -> Result<CallRoom> {
        let room = self.rooms.get_mut(&call).ok_or_else(|| NOT_FOUND.err())?;
        let before: Vec<Id> = room.live().collect();
        let changed = room.step(member, step, line)?;
        let (now, declined) = (room.clone(), room.state_of(member) == Some(CallState::Declined));
        if changed {
            self.changed(call, before, if declined { Ended::Declined } else { Ended::Left }, line);
        }
        Ok(now)
    }

    /// A member's last device is gone.
    pub(super) fn leave_all(&mut self, member: Id) {
        let mine: Vec<Id> =
            self.rooms.values().filter(|room| room.state_of(member).is_some_and(CallState::is_live)).map(|room| room.id).collect();
        for call in mine {
            let _ = self.step(call, member, CallStep::Leave, None);
        }
    }

    /// Tells of a change, the device that made it excepted, and of the end where it is one.
    fn changed(&mut self, call: Id, before: Vec<Id>, ended: Ended, but: Option<u64>) {
        let Some(room) = self.rooms.get(&call) else { return };
        let now: Vec<Id> = room.live().collect();
        let frame = frame::call(room);
        for member in room.members.iter().map(|member| member.id).filter(|id| before.contains(id) || now.contains(id)) {
            self.tell(member, &frame, but);
        }
        if room.is_over() {
            let end = frame::call_end(call, ended);
            for member in now {
                self.tell(member, &end, None);
            }
            self.rooms.remove(&call);
        }
    }
}
