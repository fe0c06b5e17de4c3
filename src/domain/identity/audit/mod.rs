//! The audit log: who changed what, and who looked at whose private data. A record is written in the same commit as the change, and
//! never changed.

pub mod chain;
mod names;
mod row;

pub use row::{Action, AuditRecord, Hash, Purpose, Subject, v1, v2, v3};
use row::{BY_ACCOUNT, BY_PATIENT, BY_THING};

use super::account::Role;
use crate::{
    base::{
        error::Result,
        id::{AccountId, AnyId, Id, PatientId},
        page::{Page, Slice},
        time::Time,
    },
    store::{Order, Tx, View, key},
};

/// Who acts, and from where.
#[derive(Clone, Debug)]
pub struct Actor {
    /// 0 where `admin.token` was shown.
    pub account_id: AccountId,
    pub role: Role,
    pub address: String,
}

/// What was done, to what.
#[derive(Clone, Debug)]
pub struct Deed {
    pub action: Action,
    pub thing: Subject,
    pub thing_id: AnyId,
    pub purpose: Purpose,
    /// In the words of whoever did it, where they are asked.
    pub reason: String,
    /// Whose data it was.
    pub patients: Vec<PatientId>,
    /// Names of fields, never what stands in them.
    pub detail: Vec<String>,
}

impl Deed {
    pub fn new<K>(action: Action, thing: Subject, thing_id: Id<K>) -> Deed {
        let (purpose, reason) = (Purpose::None, String::new());
        Deed { action, thing, thing_id: thing_id.any(), purpose, reason, patients: Vec::new(), detail: Vec::new() }
    }

    /// For this reason.
    pub fn why(self, reason: impl Into<String>) -> Deed {
        Deed { reason: reason.into(), ..self }
    }

    /// It was the data of these.
    pub fn about(self, patients: impl IntoIterator<Item = PatientId>) -> Deed {
        Deed { patients: patients.into_iter().filter(|id| !id.is_none()).collect(), ..self }
    }

    pub fn purpose(self, purpose: Purpose) -> Deed {
        Deed { purpose, ..self }
    }

    /// It concerned these fields alone.
    pub fn fields<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Deed {
        Deed { detail: names.into_iter().map(str::to_owned).collect(), ..self }
    }
}

/// Patients that one record names at most; what concerns more is several records.
pub const MOST_PATIENTS: usize = 500;

/// Writes down what `actor` did, as the newest of the chain.
pub fn write(db: &mut Tx, actor: &Actor, deed: &Deed) -> Result<()> {
    let parts: Vec<&[PatientId]> = if deed.patients.is_empty() { vec![&[]] } else { deed.patients.chunks(MOST_PATIENTS).collect() };
    for patients in parts {
        let record = AuditRecord {
            id: db.next_id()?,
            at: db.now,
            account_id: actor.account_id,
            role: actor.role,
            action: deed.action,
            thing: deed.thing,
            thing_id: deed.thing_id,
            address: actor.address.clone(),
            purpose: deed.purpose,
            reason: deed.reason.clone(),
            seq: 0,
            patients: patients.to_vec(),
            detail: deed.detail.clone(),
            prev: [0; 32],
            hash: [0; 32],
        };
        chain::append(db, record)?;
    }
    Ok(())
}

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
