//! A call's room: who is in it and in which state. Rules only: who is told of a change stands in [`call`](crate::live::call).

use crate::base::{
    error::{Kind, NOT_FOUND, Reason, Result},
    id::Id,
    time::Time,
};

pub const TOO_MANY_MEMBERS: Reason = Reason::new(Kind::Rule, "too_many_members", "一次通话最多 8 人");
pub const NOT_IN_CALL: Reason = Reason::new(Kind::Rule, "not_in_call", "双方都接通后才能传送信令");

/// People in one room, the caller among them.
const MOST_MEMBERS: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallMedia {
    Audio,
    Video,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallState {
    Ringing,
    Joined,
    Declined,
    Left,
    Missed,
}

#[derive(Clone, Debug)]
pub struct CallRoom {
    pub id: Id,
    pub media: CallMedia,
    pub creator: Id,
    /// As those who are called read it.
    pub creator_name: String,
    pub members: Vec<Member>,
    rings_until: Time,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub id: Id,
    pub state: CallState,
    /// The device that joined: signals go there.
    pub line: Option<u64>,
}

/// What a member does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallStep {
    Join,
    Decline,
    Leave,
}

impl CallMedia {
    pub const fn name(self) -> &'static str {
        match self {
            CallMedia::Audio => "audio",
            CallMedia::Video => "video",
        }
    }

    pub fn from_name(name: &str) -> Option<CallMedia> {
        [CallMedia::Audio, CallMedia::Video].into_iter().find(|media| media.name() == name)
    }
}

impl CallState {
    pub const fn name(self) -> &'static str {
        match self {
            CallState::Ringing => "ringing",
            CallState::Joined => "joined",
            CallState::Declined => "declined",
            CallState::Left => "left",
            CallState::Missed => "missed",
        }
    }

    /// Whether the call goes on for who is in this state.
    pub const fn is_live(self) -> bool {
        matches!(self, CallState::Ringing | CallState::Joined)
    }
}

impl CallRoom {
    /// A room in which everybody rings. `others` may name the creator and anybody twice.
    ///
    /// Errors: `too_many_members`.
    pub fn new(id: Id, media: CallMedia, (creator, creator_name): (Id, String), others: &[Id], rings_until: Time) -> Result<CallRoom> {
        let members = need_places(creator, others)?.into_iter().map(|id| Member { id, state: CallState::Ringing, line: None }).collect();
        Ok(CallRoom { id, media, creator, creator_name, members, rings_until })
    }

    /// What a member does, on one of its devices; whether that changes a state. Who declined, left or missed the call may still join. Errors:
    /// `not_found` for everybody else.
    pub fn step(&mut self, member: Id, step: CallStep, line: Option<u64>) -> Result<bool> {
        let member = self.members.iter_mut().find(|one| one.id == member).ok_or_else(|| NOT_FOUND.err())?;
        let to = match (step, member.state) {
            (CallStep::Join, _) => CallState::Joined,
            (CallStep::Decline, CallState::Ringing) => CallState::Declined,
            (CallStep::Decline | CallStep::Leave, CallState::Ringing | CallState::Joined) => CallState::Left,
            (_, state) => state,
        };
        member.line = if to == CallState::Joined { line } else { None };
        let changed = member.state != to;
        member.state = to;
        Ok(changed)
    }

    /// Who has rung for too long misses the call. Answers who.
    pub fn expire(&mut self, now: Time) -> Vec<Id> {
        if now < self.rings_until {
            return Vec::new();
        }
        let ringing = self.members.iter_mut().filter(|member| member.state == CallState::Ringing);
        ringing
            .map(|member| {
                member.state = CallState::Missed;
                member.id
            })
            .collect()
    }

    pub fn is_over(&self) -> bool {
        self.live().count() < 2
    }

    /// Who is ringing or joined.
    pub fn live(&self) -> impl Iterator<Item = Id> {
        self.members.iter().filter(|member| member.state.is_live()).map(|member| member.id)
    }

    pub fn state_of(&self, member: Id) -> Option<CallState> {
        self.members.iter().find(|one| one.id == member).map(|one| one.state)
    }

    /// To which device of `to` a signal of `from` goes. Errors: `not_found` where `from` is nobody of the room, `not_in_call` unless both have joined.
    pub fn signal(&self, from: Id, to: Id) -> Result<Option<u64>> {
        let state = self.state_of(from).ok_or_else(|| NOT_FOUND.err())?;
        let receiver = self.members.iter().find(|one| one.id == to && one.state == CallState::Joined);
        match receiver {
            Some(receiver) if state == CallState::Joined && from != to => Ok(receiver.line),
            _ => Err(NOT_IN_CALL.err()),
        }
    }
}

/// The creator and the others, nobody twice. Errors: `too_many_members`.
pub fn need_places(creator: Id, others: &[Id]) -> Result<Vec<Id>> {
    let mut ids = vec![creator];
    for other in others {
        if !ids.contains(other) {
            ids.push(*other);
        }
    }
    match ids.len() > MOST_MEMBERS {
        true => Err(TOO_MANY_MEMBERS.err()),
        false => Ok(ids),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const END: Time = Time(60_000);

    fn room(others: &[Id]) -> CallRoom {
        CallRoom::new(7, CallMedia::Video, (1, "甲".into()), others, END).unwrap()
    }

    fn states(room: &CallRoom) -> Vec<CallState> {
        room.members.iter().map(|member| member.state).collect()
    }

    #[test]
    fn eight_people_and_nobody_twice() {
        assert_eq!(room(&[2, 1, 2, 3]).members.iter().map(|member| member.id).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(room(&[2, 3, 4, 5, 6, 7, 8]).members.len(), 8);
        let nine = CallRoom::new(7, CallMedia::Audio, (1, String::new()), &[2, 3, 4, 5, 6, 7, 8, 9], END);
        assert!(nine.unwrap_err().is(&TOO_MANY_MEMBERS));
    }

    #[test]
    fn a_call_from_ringing_to_its_end() {
        let mut room = room(&[2, 3]);
        assert!(room.step(1, CallStep::Join, Some(10)).unwrap());
        assert!(!room.step(1, CallStep::Join, Some(11)).unwrap(), "another device of the same member takes over");
        assert!(room.signal(1, 2).unwrap_err().is(&NOT_IN_CALL));
        assert!(room.step(2, CallStep::Join, Some(20)).unwrap());
        assert_eq!((room.signal(1, 2).unwrap(), room.signal(2, 1).unwrap()), (Some(20), Some(11)));
        assert!(room.signal(1, 1).unwrap_err().is(&NOT_IN_CALL) && room.signal(1, 9).unwrap_err().is(&NOT_IN_CALL));
        assert!(room.signal(9, 1).unwrap_err().is(&NOT_FOUND) && room.step(9, CallStep::Join, None).unwrap_err().is(&NOT_FOUND));
        assert!(room.step(3, CallStep::Decline, None).unwrap() && !room.step(3, CallStep::Leave, None).unwrap());
        assert_eq!(states(&room), [CallState::Joined, CallState::Joined, CallState::Declined]);
        assert!(room.step(2, CallStep::Leave, None).unwrap() && room.is_over());
    }

    #[test]
    fn who_does_not_answer_misses_the_call() {
        let mut room = room(&[2, 3]);
        room.step(1, CallStep::Join, None).unwrap();
        room.step(2, CallStep::Join, None).unwrap();
        assert!(room.expire(Time(END.0 - 1)).is_empty());
        assert_eq!(room.expire(END), [3]);
        assert!(!room.is_over() && room.step(3, CallStep::Join, None).unwrap(), "one may come late while the call lasts");
    }

    fn step() -> impl Strategy<Value = (Id, Option<CallStep>)> {
        (0..7u64, prop_oneof![Just(Some(CallStep::Join)), Just(Some(CallStep::Decline)), Just(Some(CallStep::Leave)), Just(None)])
    }

    proptest! {
        /// Whatever is done: only members change, ringing never comes back, only joined members have a device, and signals pass between joined ones alone.
        #[test]
        fn rules_hold_in_any_order(steps in proptest::collection::vec(step(), 0..40)) {
            let mut room = room(&[2, 3, 4]);
            for (n, (member, step)) in steps.into_iter().enumerate() {
                let before = room.clone();
                match step {
                    Some(step) => {
                        let done = room.step(member, step, Some(n as u64));
                        prop_assert_eq!(done.is_ok(), (1..=4).contains(&member));
                        prop_assert_eq!(done.unwrap_or(false), states(&before) != states(&room));
                    }
                    None => drop(room.expire(END)),
                }
                for (was, is) in before.members.iter().zip(&room.members) {
                    prop_assert!(is.state != CallState::Ringing || was.state == CallState::Ringing);
                    prop_assert!(is.state == CallState::Joined || is.line.is_none());
                    prop_assert!(is.id == member || step.is_none() || was == is);
                }
                for from in 0..6 {
                    for to in 0..6 {
                        let joined = |id| room.state_of(id) == Some(CallState::Joined);
                        prop_assert_eq!(room.signal(from, to).is_ok(), from != to && joined(from) && joined(to));
                    }
                }
                prop_assert_eq!(room.is_over(), room.live().count() < 2);
            }
        }
    }
}
