//! Address books (通讯录): whom a patient or a doctor finds there, and which of a patient account's records (病历) a doctor may read.
//!
//! In a patient's book stand the doctors of its encounters, those whom it follows and those who follow it; in a doctor's the patients of
//! encounters that count or still wait for their payment, and those who follow the doctor: nobody gets into a doctor's book by being followed,
//! and nobody stays in it by an encounter that came to nothing. Whoever is banned stays.

use std::collections::{BTreeMap, BTreeSet};

use super::encounter::{self, Encounter};
use crate::{
    base::{
        error::{Kind, NOT_FOUND, NOT_YOURS, Reason, Result},
        id::{AccountId, DoctorId, EncounterId, PatientAccountId, PatientId},
    },
    domain::{
        directory::{
            clinic,
            follow::{self, Follow},
            patient::Patient,
        },
        identity::account::{self, Account, Role},
        messaging::contact::{self, Contact},
        team,
    },
    store::{Order, View, key},
};

pub const WHOSE_AVATAR: Reason = Reason::new(Kind::Rule, "whose_avatar", "请提供 voipAccount 或 phone；两者都提供时必须是同一个人");

/// Somebody in an address book.
pub struct AddressBookEntry {
    pub account: Account,
    /// How the book's owner sees them.
    pub contact: Contact,
    /// Whether there is, or was, an encounter that counts.
    pub treated: bool,
    /// In a doctor's book: the records that came to the doctor, the newest encounter's first.
    pub records: Vec<PatientRecord>,
}

/// A patient of an account (病历) with what it shares with a doctor.
pub struct PatientRecord {
    pub patient: Patient,
    /// The encounters' ids, oldest first.
    pub encounters: Vec<EncounterId>,
    /// Whether one of them counts.
    pub treated: bool,
}

/// The book of a patient or a doctor: by the newest encounter, then those without one, the newest follower first.
pub fn list(db: &View, owner: &Account) -> Result<Vec<AddressBookEntry>> {
    let doctor = owner.role == Role::Doctor;
    let mut met = if doctor { encounter::of_doctor(db, owner.id.doctor())? } else { encounter::of_user(db, owner.id.patient_account())? };
    met.retain(|encounter| !doctor || stands(encounter));
    let mut ids: Vec<_> = Vec::new();
    let mut treated: BTreeSet<AccountId> = BTreeSet::new();
    let mut shared: BTreeMap<AccountId, Vec<Encounter>> = BTreeMap::new();
    for encounter in met {
        let others =
            if doctor { vec![encounter.user.account()] } else { encounter.doctors.iter().map(|doctor| doctor.account()).collect() };
        if encounter.counts {
            treated.extend(&others);
        }
        ids.extend(others);
        if doctor {
            shared.entry(encounter.user.account()).or_default().push(encounter);
        }
    }
    ids.extend(followers(db, owner)?);
    ids.extend(contact::banned_by(db, owner.id)?);
    let mut seen = BTreeSet::new();
    let mut entries = Vec::new();
    for id in ids.into_iter().filter(|id| seen.insert(*id)) {
        let Some(account) = db.get::<Account>(id)? else { continue };
        entries.push(AddressBookEntry {
            contact: contact::of(db, owner.id, id)?,
            treated: treated.contains(&id),
            records: records(db, shared.remove(&id).unwrap_or_default())?,
            account,
        });
    }
    Ok(entries)
}

/// Who stands in the book because of a follow, the newest first.
fn followers(db: &View, owner: &Account) -> Result<Vec<AccountId>> {
    let role = if owner.role == Role::Doctor { Role::Patient } else { Role::Doctor };
    let group = key(&[&owner.id, &role.number()]);
    let mut follows: Vec<Follow> = db.rows(&follow::BY_FOLLOWED, group.clone(), Order::Newest).collect::<Result<_>>()?;
    if owner.role == Role::Patient {
        follows.extend(db.rows(&follow::BY_FOLLOWER, group, Order::Newest).collect::<Result<Vec<Follow>>>()?);
        follows.sort_by_key(|follow| std::cmp::Reverse((follow.created_at, follow.id)));
    }
    Ok(follows.into_iter().map(|follow| if follow.follower == owner.id { follow.followed } else { follow.follower }).collect())
}

/// The records of a patient account that came to a doctor, the newest encounter's first.
pub fn records_for_doctor(db: &View, doctor: DoctorId, user: PatientAccountId) -> Result<Vec<PatientRecord>> {
    let mut met = encounter::for_doctor(db, doctor, user)?;
    met.retain(stands);
    records(db, met)
}

/// Whether a doctor finds the patient in the book because of it: it counts, or waits for its payment.
fn stands(encounter: &Encounter) -> bool {
    encounter.counts || encounter.awaits_payment()
}

/// The account's own records that it shares with a doctor, also those that it has deleted since: their encounters may go on.
pub fn records_of_user(db: &View, user: PatientAccountId, doctor: DoctorId) -> Result<Vec<PatientRecord>> {
    records(db, encounter::between(db, user, doctor)?)
}

/// A record that came to the doctor. Errors: `not_found` for any other.
pub fn need_record(db: &View, doctor: DoctorId, user: PatientAccountId, record: PatientId) -> Result<Patient> {
    let mut records = records_for_doctor(db, doctor, user)?;
    match records.iter().position(|known| known.patient.id == record) {
        Some(at) => Ok(records.swap_remove(at).patient),
        None => Err(NOT_FOUND.err()),
    }
}

/// Encounters, newest first, by the record that they are about.
fn records(db: &View, encounters: Vec<Encounter>) -> Result<Vec<PatientRecord>> {
    let mut records: Vec<PatientRecord> = Vec::new();
    for encounter in encounters {
        match records.iter_mut().find(|record| record.patient.id == encounter.patient) {
            Some(record) => {
                record.encounters.push(encounter.id);
                record.treated |= encounter.counts;
            }
            None => {
                if let Some(patient) = db.get::<Patient>(encounter.patient)? {
                    records.push(PatientRecord { patient, encounters: vec![encounter.id], treated: encounter.counts });
                }
            }
        }
    }
    records.iter_mut().for_each(|record| record.encounters.reverse());
    Ok(records)
}

/// An encounter of the caller's, as patient or as doctor.
///
/// Errors: `not_found`, also for a doctor while it is not the doctor's business yet, `not_yours`.
pub fn need_encounter(db: &View, caller: &Account, id: EncounterId) -> Result<Encounter> {
    let encounter = encounter::need(db, id)?;
    let mine = match caller.role {
        Role::Doctor => encounter.doctors.contains(&caller.id.doctor()),
        _ => encounter.user == caller.id.patient_account(),
    };
    match mine {
        false => Err(NOT_YOURS.err()),
        true if caller.role == Role::Doctor && !encounter.shown_to_doctors => Err(NOT_FOUND.err()),
        true => Ok(encounter),
    }
}

/// Who of those whom the asker knows has this voip account and this phone, of which one is enough. A phone may be a patient's and a doctor's at
/// once: then it is the one of the other side than the asker. To everybody else the two are nobody's.
///
/// Errors: `whose_avatar` where neither is named or they are not one person's, `not_found` for nobody.
pub fn look_up(db: &View, asker: &Account, voip: Option<u64>, phone: Option<&str>) -> Result<Account> {
    let book: BTreeSet<AccountId> = list(db, asker)?.into_iter().map(|entry| entry.account.id).collect();
    let knows = |account: &Account| -> Result<bool> {
        let near = account.id == asker.id || book.contains(&account.id);
        Ok(account.role != Role::Admin && (near || is_colleague(db, asker.id.doctor(), account.id.doctor())?))
    };
    let known = |accounts: Vec<Account>| -> Result<Vec<Account>> {
        let mut found = Vec::new();
        for account in accounts {
            if knows(&account)? {
                found.push(account);
            }
        }
        Ok(found)
    };
    let by_voip = match voip {
        Some(voip) => Some(known(account::by_voip(db, voip)?.into_iter().collect())?.pop()),
        None => None,
    };
    let by_phone = phone.map(|phone| known(of_phone(db, asker.role, phone)?)).transpose()?;
    match (by_voip, by_phone) {
        (None, None) => Err(WHOSE_AVATAR.err()),
        (Some(account), None) => account.ok_or_else(|| NOT_FOUND.err()),
        (None, Some(owners)) => owners.into_iter().next().ok_or_else(|| NOT_FOUND.err()),
        (Some(None), Some(owners)) if owners.is_empty() => Err(NOT_FOUND.err()),
        (Some(account), Some(owners)) => {
            account.filter(|account| owners.iter().any(|owner| owner.id == account.id)).ok_or_else(|| WHOSE_AVATAR.err())
        }
    }
}

/// Whether the two are doctors of one team, or of one clinic.
fn is_colleague(db: &View, one: DoctorId, other: DoctorId) -> Result<bool> {
    Ok(team::colleagues(db, one, other)? || clinic::colleagues(db, one, other)?)
}

/// The accounts of a phone, those of the other side first.
fn of_phone(db: &View, asker: Role, phone: &str) -> Result<Vec<Account>> {
    let roles = match asker {
        Role::Doctor => [Role::Patient, Role::Doctor, Role::Assistant],
        _ => [Role::Doctor, Role::Patient, Role::Assistant],
    };
    roles.into_iter().filter_map(|role| account::by_phone(db, role, phone).transpose()).collect()
}
