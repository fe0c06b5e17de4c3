//! Calls: who may ring whom, and whose comings and goings one may watch.

use std::collections::HashSet;

use super::name_of;
use crate::{
    base::{
        error::{NOT_FOUND, Result},
        id::{AccountId, CallId, Id},
        time::Time,
    },
    domain::{
        directory::follow,
        free_clinic::assistant_binding,
        identity::account::{Account, Role},
        messaging::contact,
        relations::{
            encounter,
            talk_rules::{self, MAY_NOT_CALL, MAY_NOT_TALK},
        },
        team,
    },
    store::{Order, Tx, View, key},
};

/// A call that may be made.
pub struct Placed {
    pub id: CallId,
    pub caller_name: String,
    pub rings_until: Time,
}

/// Lets a member call others. Nothing of it is stored: a call is over when the server stops.
///
/// Errors: `not_found`, `may_not_call`, `contact_banned`.
pub fn place(db: &mut Tx, caller: AccountId, others: &[AccountId]) -> Result<Placed> {
    for other in others.iter().filter(|other| **other != caller) {
        let known = db.get::<Account>(*other)?.is_some_and(|account| account.role != Role::Admin);
        known.then_some(()).ok_or_else(|| NOT_FOUND.err())?;
        // To whoever wants to call it is one thing that the two may not talk either.
        talk_rules::may_call(db, caller, *other).map_err(|refusal| if refusal.is(&MAY_NOT_TALK) { MAY_NOT_CALL.err() } else { refusal })?;
    }
    let rings_until = db.now.plus(db.settings.im.ring_window.ms());
    // Whoever may be called knows the caller: they are all alike.
    let callee = others.iter().copied().find(|other| *other != caller).unwrap_or(caller);
    let caller_name = name_of(db, callee, caller)?;
    Ok(Placed { id: db.next_id()?, caller_name, rings_until })
}

/// Refuses to bring a member together with these in a call. Errors: `contact_banned`.
pub fn may_join(db: &View, member: AccountId, others: &[AccountId]) -> Result<()> {
    others.iter().try_for_each(|other| contact::need_no_ban(db, member, *other))
}

/// Which of these a member may watch: contacts (a shared encounter that counts, one follows the other, or one looks after the other) and the doctors of the
/// member's teams. Not who has banned the member.
pub fn watchable(db: &View, member: AccountId, wanted: &[AccountId]) -> Result<Vec<AccountId>> {
    let mut known = HashSet::new();
    for encounter in encounter::of_user(db, member.patient_account())?.into_iter().filter(|encounter| encounter.counts) {
        known.extend(encounter.doctors.into_iter().map(Id::account));
    }
    let mine = key(&[&member]);
    for place in db.rows(&team::BY_DOCTOR, mine.clone(), Order::Oldest) {
        known.extend(team::doctors(db, place?.team_id)?.into_iter().map(Id::account));
    }
    for membership in db.rows(&team::member::BY_MEMBER, mine, Order::Oldest) {
        known.extend(team::doctors(db, membership?.team_id)?.into_iter().map(Id::account));
    }
    let mut watchable = Vec::new();
    for other in wanted {
        // A patient has few encounters, a doctor thousands: the patient's are looked through.
        let related = known.contains(other)
            || !encounter::treated(db, member.doctor(), other.patient_account())?.is_empty()
            || follow::follows(db, member, *other)?
            || follow::follows(db, *other, member)?
            || assistant_binding::looks_after(db, member.assistant(), other.patient_account())?
            || assistant_binding::looks_after(db, other.assistant(), member.patient_account())?;
        let is_there = db.has::<Account>(*other)? && *other != member && !watchable.contains(other);
        if related && is_there && !contact::of(db, *other, member)?.is_ban {
            watchable.push(*other);
        }
    }
    Ok(watchable)
}
