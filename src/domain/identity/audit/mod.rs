//! The audit log: who changed what, and who looked at whose private data. A record is written in the same commit as the change, and
//! never changed.

pub mod chain;
mod deed;
mod names;
mod row;

pub use chain::write;
pub use deed::{Actor, Deed, MOST_PATIENTS};
pub use row::{Action, AuditRecord, Hash, Purpose, Subject, v1, v2, v3};
use row::{BY_ACCOUNT, BY_PATIENT, BY_THING};

use crate::{
    base::{
        error::Result,
        id::{AccountId, AnyId, Id, PatientId},
        page::{Page, Slice},
        time::Time,
    },
    store::{Order, Tx, View, key},
};

/// Writes down that `actor` did this.
pub fn note<K>(db: &mut Tx, actor: &Actor, action: Action, thing: Subject, thing_id: Id<K>) -> Result<()> {
    write(db, actor, &Deed::new(action, thing, thing_id))
}

/// The same, for a reason.
pub fn note_why<K>(db: &mut Tx, actor: &Actor, action: Action, thing: Subject, thing_id: Id<K>, reason: String) -> Result<()> {
    write(db, actor, &Deed::new(action, thing, thing_id).why(reason))
}

/// Writes down that `actor` looked at this, which is data of these patients. Who may look, and what is a look, is
/// [`privacy`](crate::domain::relations::privacy)'s to say.
pub fn look<K>(db: &mut Tx, actor: &Actor, (thing, thing_id): (Subject, Id<K>), patients: &[PatientId], purpose: Purpose) -> Result<()> {
    write(db, actor, &Deed::new(Action::Look, thing, thing_id).about(patients.iter().copied()).purpose(purpose))
}

/// Whether the account has looked at that data of the patient since then: a list that is opened every minute is one look an hour.
pub fn has_looked<K>(
    db: &View,
    account: AccountId,
    (thing, thing_id): (Subject, Id<K>),
    patient: Option<PatientId>,
    since: Time,
) -> Result<bool> {
    was_noted(db, Action::Look, thing, thing_id, since, |record| {
        record.account_id == account && patient.is_none_or(|patient| record.patients.contains(&patient))
    })
}

/// Whether a record of that action that is like the wanted one was written since then.
pub fn was_noted<K>(
    db: &View,
    action: Action,
    thing: Subject,
    thing_id: Id<K>,
    since: Time,
    mut alike: impl FnMut(&AuditRecord) -> bool,
) -> Result<bool> {
    for record in db.rows(&BY_THING, key(&[&(thing as u8), &thing_id]), Order::Newest) {
        match record? {
            record if record.at < since => return Ok(false),
            record if record.action == action && alike(&record) => return Ok(true),
            _ => {}
        }
    }
    Ok(false)
}

/// Whether the account has ever done that.
pub fn has_done(db: &View, account: AccountId, action: Action) -> Result<bool> {
    for record in db.rows(&BY_ACCOUNT, key(&[&account]), Order::Oldest) {
        if record?.action == action {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What somebody looks for in the log; what is `None` does not matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuditFilter {
    pub account: Option<AccountId>,
    pub action: Option<Action>,
    pub thing: Option<Subject>,
    pub thing_id: Option<AnyId>,
    /// Whose data it was.
    pub patient: Option<PatientId>,
}

/// The records that are wanted, newest first.
pub fn find(db: &View, wanted: AuditFilter, page: Page) -> Result<Slice<AuditRecord>> {
    let fits = |record: &AuditRecord| {
        Ok(wanted.account.is_none_or(|account| account == record.account_id)
            && wanted.action.is_none_or(|action| action == record.action)
            && wanted.thing.is_none_or(|thing| thing == record.thing)
            && wanted.thing_id.is_none_or(|id| id == record.thing_id)
            && wanted.patient.is_none_or(|patient| record.patients.contains(&patient)))
    };
    match wanted {
        AuditFilter { account: None, action: None, thing: None, thing_id: None, patient: None } => db.page_all(page),
        AuditFilter { patient: Some(patient), .. } => page.pick(db.rows(&BY_PATIENT, key(&[&patient]), Order::Newest), fits),
        AuditFilter { thing: Some(thing), thing_id: Some(id), .. } => {
            page.pick(db.rows(&BY_THING, key(&[&(thing as u8), &id]), Order::Newest), fits)
        }
        AuditFilter { account: Some(account), .. } => page.pick(db.rows(&BY_ACCOUNT, key(&[&account]), Order::Newest), fits),
        _ => page.pick(db.all::<AuditRecord>(Order::Newest), fits),
    }
}

/// What was done with the data of a patient within that time, newest first.
pub fn of_patient(db: &View, patient: PatientId, (from, to): (Time, Time)) -> impl Iterator<Item = Result<AuditRecord>> {
    let ids = db.ids_between(&BY_PATIENT, key(&[&patient]), key(&[&from]), key(&[&to]), Order::Newest);
    ids.filter_map(|id| id.and_then(|id| db.get(id)).transpose())
}

/// What was done with an account before records named their patients, newest first.
pub fn older_of_account(db: &View, account: AccountId) -> impl Iterator<Item = Result<AuditRecord>> {
    let of_account = db.rows(&BY_THING, key(&[&(Subject::Patient as u8), &account]), Order::Newest);
    of_account.filter(|record| record.as_ref().map_or(true, |record: &AuditRecord| record.seq == 0))
}
