//! A fictional clinic for looking around and for trying clients: `serve --demo` fills an empty store with it.
//!
//! Nothing is put in as finished. The past is played again: each step is the domain's own verb, run at the time when it happened, so that
//! seats, counters, ratings and books come out as they do in life. All of it is one job: a kill leaves the store empty or full.

mod cast;
mod consulting;
mod ids;
pub mod keeper;
mod people;
mod story;
mod team_consulting;
mod teams;

use crate::{
    app::{DemoLogin, DemoLogins},
    base::{
        error::{Kind, Reason, Result},
        settings::Settings,
    },
    domain::{
        clinic_wide::settlement,
        consultation,
        free_clinic::registration,
        identity::account::{self, Account, NewAccount, Role},
        messaging::system,
        notice::{self, Notice},
        shared::event::{self, Event, WORK},
    },
    store::{Store, Tx, View, key},
};
pub use cast::Cast;
use ids::Ids;

pub const NOT_EMPTY: Reason =
    Reason::new(Kind::Conflict, "not_empty", "this store already has people, and the demonstration clinic goes only into an empty one");
pub const NOBODY_IS_PAID: Reason =
    Reason::new(Kind::Conflict, "nobody_is_paid", "the demonstration clinic's people pay each other: it needs payment.provider = \"demo\"");

/// Everybody's. It is public: never for a clinic with real people.
pub const PASSWORD: &str = "xuanhu-demo";

/// What a demonstration tells where its settings say nothing: a telephone that nobody has, and what to bring.
pub const PHONE: &str = "0571-00000000";
pub const BRING: &str = "身份证、近期的检查报告、正在吃的药";

/// The demonstration's administrator. A name in place of a phone, as administrators have.
const ADMIN: &str = "demo";
const ADMIN_NAME: &str = "管理员";
const ADMIN_LINE: &str = "看全诊所：人员、义诊、资金和设置";

/// Fills an empty store with the demonstration clinic, as it stands today. For a thread that may block.
///
/// Errors: `not_empty`, `nobody_is_paid` where the clinic takes no money.
pub fn load(store: &Store) -> Result<DemoLogins> {
    let cast = Cast::read()?;
    let password = account::hash_password(PASSWORD)?;
    let logins = logins(&cast);
    store.write_blocking(move |db| {
        if !is_empty(db)? {
            return Err(NOT_EMPTY.err());
        }
        db.settings.payment.provider.ok_or_else(|| NOBODY_IS_PAID.err())?;
        let rules = rules(db.settings);
        db.by_rules(&rules, |db| play(db, &cast, &password))
    })?;
    Ok(logins)
}

/// The people of a store that [`load`] filled at an earlier start; those who have left it since are not among them.
///
/// Errors: `not_empty` where the store is somebody else's clinic.
pub fn again(store: &Store) -> Result<DemoLogins> {
    let mut logins = logins(&Cast::read()?);
    let db = store.view();
    let accounts: Vec<_> = logins.people.iter().map(|person| account_of(&db, person)).collect::<Result<_>>()?;
    // The password is public, so who still has it is the demonstration's own.
    let ours = accounts.iter().flatten().next().is_some_and(|account| account::password_fits(Some(account), PASSWORD));
    if !ours {
        return Err(NOT_EMPTY.err());
    }
    let mut there = accounts.iter().map(Option::is_some);
    logins.people.retain(|_| there.next().unwrap_or(false));
    Ok(logins)
}

fn account_of(db: &View, person: &DemoLogin) -> Result<Option<Account>> {
    match person.role {
        Role::Admin => account::by_username(db, &person.phone),
        role => account::by_phone(db, role, &person.phone),
    }
}

/// Everybody whom the cast names, and the administrator.
fn logins(cast: &Cast) -> DemoLogins {
    let login = |role, phone: &str, name: &str, verified, line: &str| DemoLogin {
        role,
        phone: phone.to_owned(),
        name: name.to_owned(),
        verified,
        line: line.to_owned(),
    };
    let doctors = cast.doctors.iter().map(|one| login(Role::Doctor, &one.phone, &one.real_name, one.verified, &one.line));
    let assistants = cast.assistants.iter().map(|one| login(Role::Assistant, &one.phone, &one.real_name, one.verified, &one.line));
    let patients = cast.patients.iter().map(|one| {
        let name = one.profile.as_ref().map_or("", |profile| &profile.real_name);
        login(Role::Patient, &one.phone, name, one.profile.is_some(), &one.line)
    });
    let admin = login(Role::Admin, ADMIN, ADMIN_NAME, true, ADMIN_LINE);
    DemoLogins { password: PASSWORD, people: doctors.chain(assistants).chain(patients).chain([admin]).collect() }
}

/// The story was written for the usual windows and limits: by shorter ones it would end before it has begun. What it leaves open goes on by the
/// operator's.
fn rules(settings: &Settings) -> Settings {
    let (usual, mut rules) = (Settings::default(), settings.clone());
    rules.consultation = usual.consultation;
    rules.project = usual.project;
    rules.team = usual.team;
    rules.payment.refund_approval = usual.payment.refund_approval;
    (rules.care.consent, rules.care.first_visit) = (usual.care.consent, usual.care.first_visit);
    rules
}

/// Everything that has happened, and the demonstration's administrator.
fn play(db: &mut Tx, cast: &Cast, password: &str) -> Result<()> {
    let today = db.now;
    let mut ids = Ids::default();
    people::arrive(db, cast, password, &mut ids)?;
    for step in story::story(db, cast)? {
        db.set_now(step.at);
        registration::lapse_due(db)?;
        crate::domain::free_clinic::ending::end_due(db)?;
        while consultation::end_due(db)? > 0 {}
        step.happens(db, &mut ids)?;
        follow_up(db)?;
    }
    db.set_now(today);
    crate::domain::free_clinic::ending::end_due(db)?;
    while consultation::end_due(db)? > 0 {}
    follow_up(db)?;
    account::create(
        db,
        NewAccount { role: Role::Admin, phone: None, username: Some(ADMIN.to_owned()), password: Some(password.to_owned()) },
    )?;
    Ok(())
}

/// What the outbox worker does in a running clinic, at the time when it would have: money goes back, notices arrive.
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

#[cfg(test)]
mod tests;
