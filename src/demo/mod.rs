//! A fictional clinic for looking around and for trying clients: `serve --demo` fills an empty store with it.
//!
//! Nothing is put in as finished. The past is played again: each step is the domain's own verb, run at the time when it happened, so that
//! seats, counters, ratings and books come out as they do in life. All of it is one job: a kill leaves the store empty or full.

mod cast;
mod consulting;
mod people;
mod story;
mod team_consulting;
mod teams;

use std::collections::BTreeMap;

use crate::{
    base::{
        error::{INTERNAL, Kind, Reason, Result},
        id::Id,
    },
    domain::{
        clinic_wide::settlement,
        consultation,
        free_clinic::{clinic_session, registration},
        identity::account::{self, Role},
        messaging::system,
        notice::{self, Notice},
        shared::event::{self, Event, WORK},
    },
    store::{Store, Tx, View, key},
};
use cast::Cast;

pub const NOT_EMPTY: Reason =
    Reason::new(Kind::Conflict, "not_empty", "this store already has people, and the demonstration clinic goes only into an empty one");
pub const NOBODY_IS_PAID: Reason =
    Reason::new(Kind::Conflict, "nobody_is_paid", "the demonstration clinic's people pay each other: it needs payment.provider = \"demo\"");

/// Everybody's. It is public: never for a clinic with real people.
pub const PASSWORD: &str = "xuanhu-demo";

/// How to sign in as the people of the demonstration clinic.
pub struct DemoLogins {
    pub password: &'static str,
    pub people: Vec<DemoLogin>,
}

pub struct DemoLogin {
    pub role: Role,
    pub phone: String,
    /// Empty for one who has not filled in a profile.
    pub name: String,
    /// Whether an administrator has let the person in; patients let themselves in by their profile.
    pub verified: bool,
}

/// Fills an empty store with the demonstration clinic, as it stands today. For a thread that may block.
///
/// Errors: `not_empty`, `nobody_is_paid` where the clinic takes no money.
pub fn load(store: &Store) -> Result<DemoLogins> {
    let cast = Cast::read()?;
    let password = account::hash_password(PASSWORD)?;
    let people = store.write_blocking(move |db| {
        if !is_empty(db)? {
            return Err(NOT_EMPTY.err());
        }
        db.settings.payment.provider.ok_or_else(|| NOBODY_IS_PAID.err())?;
        let today = db.now;
        let mut ids = Ids::default();
        let people = people::arrive(db, &cast, &password, &mut ids)?;
        for step in story::story(db, &cast)? {
            db.set_now(step.at);
            registration::lapse_due(db)?;
            clinic_session::end_due(db)?;
            while consultation::end_due(db)? > 0 {}
            step.happens(db, &mut ids)?;
            follow_up(db)?;
        }
        db.set_now(today);
        clinic_session::end_due(db)?;
        while consultation::end_due(db)? > 0 {}
        follow_up(db)?;
        Ok(people)
    })?;
    Ok(DemoLogins { password: PASSWORD, people })
}

/// What the pump does in a running clinic, at the time when it would have: money goes back, notices arrive.
fn follow_up(db: &mut Tx) -> Result<()> {
    let events: Vec<_> = db.events_after(WORK, 0).collect::<Result<_>>()?;
    for one in events {
        match event::read(&one.bytes)? {
            Event::RefundDue(refund) => settlement::refunded(db, refund)?,
            Event::NoticeDue(id) => {
                let notice: Notice = db.need(id)?;
                let recipients = notice::recipients(db, &notice)?;
                system::deliver(db, id, &recipients)?;
            }
            // One asks a provider outside, which the demonstration does not wait for; the other it does not do.
            Event::PaymentAsked(_) | Event::NoticeWithdrawn(_) => {}
        }
        db.forget_events(WORK, one.seq)?;
    }
    Ok(())
}

/// Whether there is nobody but administrators.
fn is_empty(db: &View) -> Result<bool> {
    for role in [Role::Patient, Role::Doctor, Role::Assistant] {
        if db.count(&account::BY_ROLE, key(&[&role.number()]))? > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The ids that the keys of the cast got.
#[derive(Default)]
struct Ids(BTreeMap<String, Id>);

impl Ids {
    fn add(&mut self, key: &str, id: Id) -> Result<()> {
        match self.0.insert(key.to_owned(), id) {
            None => Ok(()),
            Some(_) => Err(INTERNAL.caused_by(format!("two in the demonstration clinic are called {key}"))),
        }
    }

    fn of(&self, key: &str) -> Result<Id> {
        self.0.get(key).copied().ok_or_else(|| INTERNAL.caused_by(format!("the demonstration clinic has no {key}")))
    }
}

#[cfg(test)]
mod tests;
