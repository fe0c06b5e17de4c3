//! A call's room: who is in it and in which state. Rules only: who is told of a change stands in [`call`](crate::live::call).

use crate::base::{
    error::{Kind, NOT_FOUND, Reason, Result},
    id::{AccountId, CallId},
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
    /// Joined, and the connection of the device was lost: the member may come back until its time is over.
    Away,
    Declined,
    Left,
    Missed,
}

#[derive(Clone, Debug)]
pub struct CallRoom {
    pub id: CallId,
    pub media: CallMedia,
    pub creator: AccountId,
    /// As those who are called read it.
    pub creator_name: String,
    pub members: Vec<Member>,
    rings_until: Time,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub id: AccountId,
    pub state: CallState,
    /// The device that joined: signals go there alone, and come from there alone.
    pub line: Option<u64>,
    /// When a member has left who is away, or who rings and has no connection any more.
    until: Option<Time>,
}

/// What a member does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallStep {
    Join,
    Decline,
    Leave,
}

/// What has come of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Same,
    /// The member is in another state now.
    State,
    /// Another device of the member is in the call now, instead of this one.
    Device(u64),
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
            CallState::Away => "away",
            CallState::Declined => "declined",
            CallState::Left => "left",
            CallState::Missed => "missed",
        }
    }

    /// Whether the call goes on for who is in this state.
    pub const fn is_live(self) -> bool {
        matches!(self, CallState::Ringing | CallState::Joined | CallState::Away)
    }
}

impl CallRoom {
    /// A room in which everybody rings. `others` may name the creator and anybody twice.
    ///
    /// Errors: `too_many_members`.
    pub fn new(
        id: CallId,
        media: CallMedia,
        (creator, creator_name): (AccountId, String),
        others: &[AccountId],
        rings_until: Time,
    ) -> Result<CallRoom> {
        let ringing = |id| Member { id, state: CallState::Ringing, line: None, until: None };
        let members = need_places(creator, others)?.into_iter().map(ringing).collect();
        Ok(CallRoom { id, media, creator, creator_name, members, rings_until })
    }

    /// What a member does on one of its devices. Who declined, left or missed the call may still join, and a device that joins takes the call over
    /// from another one of its member. Errors: `not_found` for everybody else.
    pub fn step(&mut self, member: AccountId, step: CallStep, line: u64) -> Result<Outcome> {
        let member = self.member(member).ok_or_else(|| NOT_FOUND.err())?;
        let to = match (step, member.state) {
            (CallStep::Join, _) => CallState::Joined,
            (CallStep::Decline, CallState::Ringing) => CallState::Declined,
            // A device that rang declines late: that is no business of the one that answered.
            (CallStep::Decline, CallState::Joined) if member.line != Some(line) => return Ok(Outcome::Same),
            (CallStep::Decline, CallState::Joined) | (CallStep::Leave, CallState::Ringing | CallState::Joined | CallState::Away) => {
                CallState::Left
            }
            _ => return Ok(Outcome::Same),
        };
        let before = (member.state, member.line);
        member.go(to);
        if to == CallState::Joined {
            member.line = Some(line);
        }
        Ok(match before {
            (CallState::Joined, Some(old)) if to == CallState::Joined && old != line => Outcome::Device(old),
            (state, _) if state != to => Outcome::State,
            _ => Outcome::Same,
        })
    }

    /// A connection is lost. Whose device of the call it was is away until then; who rings without any other has the same time to come back.
    /// Answers who is away now.
    pub fn lose(&mut self, member: AccountId, line: u64, was_last: bool, until: Time) -> Option<AccountId> {
        let member = self.member(member)?;
        match member.state {
            CallState::Joined if member.line == Some(line) => {
                member.go(CallState::Away);
                member.until = Some(until);
                Some(member.id)
            }
            CallState::Ringing if was_last => {
                member.until = Some(until);
                None
            }
            _ => None,
        }
    }

    /// A member who rings has a connection again.
    pub fn find_again(&mut self, member: AccountId) {
        if let Some(member) = self.member(member).filter(|member| member.state == CallState::Ringing) {
            member.until = None;
        }
    }

    /// One member has banned another. Where the call goes on for both, one of them has to go: the one who was banned, unless it is the call of that
    /// one. Answers who.
    pub fn part(&mut self, by: AccountId, banned: AccountId) -> Option<AccountId> {
        let live = |id| self.state_of(id).is_some_and(CallState::is_live);
        if !live(by) || !live(banned) {
            return None;
        }
        let goes = if banned == self.creator { by } else { banned };
        self.member(goes)?.go(CallState::Left);
        Some(goes)
    }

    /// Who has rung for too long misses the call, who was away for too long has left. Answers who.
    pub fn expire(&mut self, now: Time) -> Vec<AccountId> {
        let rings_until = self.rings_until;
        let mut gone = Vec::new();
        for member in self.members.iter_mut().filter(|member| member.state.is_live()) {
            if member.until.is_some_and(|until| until <= now) {
                member.go(CallState::Left);
            } else if member.state == CallState::Ringing && rings_until <= now {
                member.go(CallState::Missed);
            } else {
                continue;
            }
            gone.push(member.id);
        }
        gone
    }

    pub fn is_over(&self) -> bool {
        self.live().count() < 2
    }

    /// For whom the call goes on: who is ringing, joined or away.
    pub fn live(&self) -> impl Iterator<Item = AccountId> {
        self.members.iter().filter(|member| member.state.is_live()).map(|member| member.id)
    }

    /// Who is in the call, or will be again, but for one member.
    pub fn company_of(&self, member: AccountId) -> impl Iterator<Item = AccountId> {
        let others = self.members.iter().filter(move |other| other.id != member);
        others.filter(|other| matches!(other.state, CallState::Joined | CallState::Away)).map(|other| other.id)
    }

    pub fn state_of(&self, member: AccountId) -> Option<CallState> {
        self.members.iter().find(|one| one.id == member).map(|one| one.state)
    }

    /// To which device of `to` a signal goes that comes from a device of `from`. Errors: `not_found` where `from` is nobody of the room, `not_in_call`
    /// unless both have joined, `from` on this device.
    pub fn signal(&self, from: AccountId, line: u64, to: AccountId) -> Result<u64> {
        let sender = self.members.iter().find(|one| one.id == from).ok_or_else(|| NOT_FOUND.err())?;
        let receiver = self.members.iter().find(|one| one.id == to && one.id != from);
        match (sender.line == Some(line), receiver.and_then(|receiver| receiver.line)) {
            (true, Some(device)) => Ok(device),
            _ => Err(NOT_IN_CALL.err()),
        }
    }

    fn member(&mut self, id: AccountId) -> Option<&mut Member> {
        self.members.iter_mut().find(|one| one.id == id)
    }
}

impl Member {
    fn go(&mut self, state: CallState) {
        (self.state, self.line, self.until) = (state, None, None);
    }
}

/// The creator and the others, nobody twice. Errors: `too_many_members`.
pub fn need_places(creator: AccountId, others: &[AccountId]) -> Result<Vec<AccountId>> {
    let mut ids = vec![creator];
    for other in others {
        if !ids.contains(other) {
            ids.push(*other);
        }
        if ids.len() > MOST_MEMBERS {
            return Err(TOO_MANY_MEMBERS.err());
        }
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const END: Time = Time(60_000);

    fn m(number: u64) -> AccountId {
        AccountId::from_number(number)
    }

    fn ids(numbers: impl IntoIterator<Item = u64>) -> Vec<AccountId> {
        numbers.into_iter().map(m).collect()
    }

    fn room(others: &[u64]) -> CallRoom {
        CallRoom::new(CallId::from_number(7), CallMedia::Video, (m(1), "甲".into()), &ids(others.iter().copied()), END).unwrap()
    }

    fn states(room: &CallRoom) -> Vec<CallState> {
        room.members.iter().map(|member| member.state).collect()
    }

    #[test]
    fn eight_people_and_nobody_twice() {
        assert_eq!(room(&[2, 1, 2, 3]).members.iter().map(|member| member.id).collect::<Vec<_>>(), ids(1..=3));
        assert_eq!(room(&[2, 3, 4, 5, 6, 7, 8]).members.len(), 8);
        for too_many in [(2..=9).collect::<Vec<_>>(), (2..=200_000).collect()] {
            assert!(
                CallRoom::new(CallId::from_number(7), CallMedia::Audio, (m(1), String::new()), &ids(too_many), END)
                    .unwrap_err()
                    .is(&TOO_MANY_MEMBERS)
            );
        }
    }

    #[test]
    fn a_call_from_ringing_to_its_end() {
        let mut room = room(&[2, 3]);
        assert_eq!(room.step(m(1), CallStep::Join, 10).unwrap(), Outcome::State);
        assert_eq!(room.step(m(1), CallStep::Join, 10).unwrap(), Outcome::Same);
        assert_eq!(room.step(m(1), CallStep::Join, 11).unwrap(), Outcome::Device(10), "another device of the same member takes over");
        assert!(room.signal(m(1), 11, m(2)).unwrap_err().is(&NOT_IN_CALL));
        assert_eq!(room.step(m(2), CallStep::Join, 20).unwrap(), Outcome::State);
        assert_eq!((room.signal(m(1), 11, m(2)).unwrap(), room.signal(m(2), 20, m(1)).unwrap()), (20, 11));
        assert!(room.signal(m(1), 10, m(2)).unwrap_err().is(&NOT_IN_CALL), "only the device that joined speaks");
        assert!(room.signal(m(1), 11, m(1)).unwrap_err().is(&NOT_IN_CALL) && room.signal(m(1), 11, m(9)).unwrap_err().is(&NOT_IN_CALL));
        assert!(room.signal(m(9), 11, m(1)).unwrap_err().is(&NOT_FOUND) && room.step(m(9), CallStep::Join, 90).unwrap_err().is(&NOT_FOUND));
        assert_eq!(room.step(m(2), CallStep::Decline, 21).unwrap(), Outcome::Same, "another device declines late");
        assert_eq!(
            (room.step(m(3), CallStep::Decline, 30).unwrap(), room.step(m(3), CallStep::Leave, 30).unwrap()),
            (Outcome::State, Outcome::Same)
        );
        assert_eq!(states(&room), [CallState::Joined, CallState::Joined, CallState::Declined]);
        assert_eq!(room.step(m(2), CallStep::Leave, 21).unwrap(), Outcome::State, "any device may hang up");
        assert!(room.is_over());
    }

    #[test]
    fn who_does_not_answer_misses_the_call() {
        let mut room = room(&[2, 3]);
        room.step(m(1), CallStep::Join, 10).unwrap();
        room.step(m(2), CallStep::Join, 20).unwrap();
        assert!(room.expire(Time(END.0 - 1)).is_empty());
        assert_eq!(room.expire(END), ids([3]));
        assert!(!room.is_over());
        assert_eq!(room.step(m(3), CallStep::Join, 30).unwrap(), Outcome::State, "one may come late while the call lasts");
    }

    #[test]
    fn who_is_lost_has_a_while_to_come_back() {
        let mut room = room(&[2, 3]);
        room.step(m(1), CallStep::Join, 10).unwrap();
        room.step(m(2), CallStep::Join, 20).unwrap();
        assert_eq!(room.lose(m(2), 21, false, Time(500)), None, "another device of the member's");
        assert_eq!(room.lose(m(2), 20, false, Time(500)), Some(m(2)));
        assert_eq!(room.lose(m(3), 30, true, Time(600)), None, "who rings goes on ringing");
        assert_eq!(states(&room), [CallState::Joined, CallState::Away, CallState::Ringing]);
        assert!(room.signal(m(1), 10, m(2)).unwrap_err().is(&NOT_IN_CALL) && !room.is_over() && room.expire(Time(499)).is_empty());
        assert_eq!(room.step(m(2), CallStep::Join, 22).unwrap(), Outcome::State);
        assert!(room.expire(Time(500)).is_empty() && room.signal(m(1), 10, m(2)).unwrap() == 22);
        room.find_again(m(3));
        assert!(room.expire(Time(600)).is_empty());
        room.lose(m(3), 31, true, Time(700));
        room.lose(m(2), 22, true, Time(700));
        assert_eq!((room.expire(Time(700)), states(&room)), (ids([2, 3]), vec![CallState::Joined, CallState::Left, CallState::Left]));
        assert!(room.is_over());
    }

    #[test]
    fn a_ban_takes_one_of_the_two_out() {
        let joined = || {
            let mut room = room(&[2, 3]);
            (1..=3).for_each(|id| assert_eq!(room.step(m(id), CallStep::Join, id * 10).unwrap(), Outcome::State));
            room
        };
        for (by, banned, goes) in [(1, 2, 2), (2, 1, 2), (2, 3, 3), (3, 2, 2)] {
            let mut room = joined();
            assert_eq!((room.part(m(by), m(banned)), room.part(m(by), m(banned))), (Some(m(goes)), None));
            assert_eq!(room.state_of(m(goes)), Some(CallState::Left));
        }
        assert_eq!(joined().part(m(1), m(9)), None);
    }

    fn step() -> impl Strategy<Value = (u64, Option<CallStep>)> {
        (0..7u64, prop_oneof![Just(Some(CallStep::Join)), Just(Some(CallStep::Decline)), Just(Some(CallStep::Leave)), Just(None)])
    }

    proptest! {
        /// Whatever is done: only members change, ringing never comes back, exactly the joined ones have a device, and signals pass between those alone.
        #[test]
        fn rules_hold_in_any_order(steps in proptest::collection::vec(step(), 0..40)) {
            let mut room = room(&[2, 3, 4]);
            for (n, (member, step)) in steps.into_iter().enumerate() {
                let before = room.clone();
                match step {
                    Some(step) => {
                        let done = room.step(m(member), step, n as u64);
                        prop_assert_eq!(done.is_ok(), (1..=4).contains(&member));
                        prop_assert_eq!(done.is_ok_and(|outcome| outcome == Outcome::State), states(&before) != states(&room));
                    }
                    None if member == 0 => drop(room.expire(END)),
                    None => {
                        let line = room.members.iter().find(|one| one.id == m(member)).and_then(|one| one.line);
                        let lost = room.lose(m(member), line.unwrap_or(99), member % 2 == 0, Time(END.0 * 2));
                        prop_assert_eq!(lost.is_some(), line.is_some());
                    }
                }
                for (was, is) in before.members.iter().zip(&room.members) {
                    prop_assert!(is.state != CallState::Ringing || was.state == CallState::Ringing);
                    prop_assert_eq!(is.state == CallState::Joined, is.line.is_some());
                    prop_assert!(is.state != CallState::Away || is.until.is_some());
                    prop_assert!(is.id == m(member) || (step.is_none() && member == 0) || was == is);
                }
                let line_of = |id| room.members.iter().find(|one| one.id == m(id)).and_then(|one| one.line);
                for from in 0..6 {
                    for to in 0..6 {
                        let passes = line_of(from).is_some_and(|line| room.signal(m(from), line, m(to)).is_ok());
                        prop_assert_eq!(passes, from != to && line_of(from).is_some() && line_of(to).is_some());
                    }
                }
                prop_assert_eq!(room.is_over(), room.live().count() < 2);
            }
        }
    }
}
