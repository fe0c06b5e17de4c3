//! The chain: each record carries the hash of the one before it, so that whoever changes, drops, swaps or adds one has to make all later hashes
//! anew. Whoever owns the disk can do that: only a head that is kept elsewhere proves that nobody did.
//!
//! `hash` is SHA-256 of the 32 bytes of `prev` and of the [canonical JSON](rest) of everything else. The first record's `prev` is one hash over
//! all records that are older than the chain.
//!
//! Sources: 互联网诊疗管理办法 Art. 24 (the whole course leaves traces), 数据安全法 Art. 27, 个人信息保护法 Art. 51 (technical measures).

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    deed::{Actor, Deed, MOST_PATIENTS},
    row::{Action, AuditRecord, BY_SEQ, Hash, Subject},
};
use crate::{
    base::{
        error::{INTERNAL, Result},
        id::{AnyId, Id, PatientId},
        secret,
        time::Time,
    },
    domain::identity::account::Role,
    store::{Order, Tx, View, key},
};

/// How many records the chain has had; what is missing at its end is seen by it.
const SEQUENCE: &str = "audit";

/// The newest record of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub seq: u64,
    pub hash: Hash,
    pub at: Time,
}

impl Head {
    fn of(record: &AuditRecord) -> Head {
        Head { seq: record.seq, hash: record.hash, at: record.at }
    }

    pub fn hex(&self) -> String {
        secret::hex(&self.hash)
    }
}

/// The newest record; `None` before the first.
pub fn head(db: &View) -> Result<Option<Head>> {
    Ok(newest(db)?.filter(|record| record.seq > 0).map(|record| Head::of(&record)))
}

/// The last of the chain by its number. Where that is not there, or the chain has not begun: ids rise with time, so the newest has the greatest.
fn newest(db: &View) -> Result<Option<AuditRecord>> {
    match db.first(&BY_SEQ, key(&[&db.last_in(SEQUENCE)?]))? {
        Some(last) => Ok(Some(last)),
        None => db.all(Order::Newest).next().transpose(),
    }
}

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
        append(db, record)?;
    }
    Ok(())
}

/// Puts a record behind the newest one.
fn append(db: &mut Tx, mut record: AuditRecord) -> Result<()> {
    record.prev = match newest(db)? {
        Some(newest) if newest.seq > 0 => newest.hash,
        _ => of_old(db)?,
    };
    record.seq = db.next_in(SEQUENCE)?;
    record.hash = hash_of(&record)?;
    db.put(&record)
}

/// Begins the chain of a store whose records are all older: a chore, which does nothing afterwards.
pub fn begin(db: &mut Tx) -> Result<usize> {
    match newest(db)? {
        Some(newest) if newest.seq == 0 => {
            let server = Actor { account_id: Id::NONE, role: Role::Admin, address: "server".to_owned() };
            write(db, &server, &Deed::new(Action::Seal, Subject::Audit, AnyId::NONE))?;
            Ok(1)
        }
        _ => Ok(0),
    }
}

/// One hash over all records that are older than the chain, in their order; that of nothing where there are none.
fn of_old(db: &View) -> Result<Hash> {
    let mut hasher = Sha256::new();
    for record in db.all::<AuditRecord>(Order::Oldest) {
        let record = record?;
        if record.seq > 0 {
            break;
        }
        add_old(&mut hasher, &record)?;
    }
    Ok(hasher.finalize().into())
}

fn add_old(hasher: &mut Sha256, record: &AuditRecord) -> Result<()> {
    hasher.update(rest(record)?);
    hasher.update(b"\n");
    Ok(())
}

fn hash_of(record: &AuditRecord) -> Result<Hash> {
    let mut hasher = Sha256::new();
    hasher.update(record.prev);
    hasher.update(rest(record)?);
    Ok(hasher.finalize().into())
}

/// A record as canonical JSON, without its hashes: keys in the order of their letters, no spaces, UTF-8, times as RFC 3339 in UTC (RFC 8785
/// gives the same). What a later version adds is left out where it is not there: this text never changes for a record that is written.
fn rest(record: &AuditRecord) -> Result<String> {
    text(&fields(record))
}

/// The whole record as a line of an export: what is hashed, with `prev` and `hash` where it is of the chain.
pub fn line(record: &AuditRecord) -> Result<String> {
    let mut all = fields(record);
    if record.seq > 0 {
        all.insert("prev", secret::hex(&record.prev).into());
        all.insert("hash", secret::hex(&record.hash).into());
    }
    text(&all)
}

fn text(fields: &BTreeMap<&'static str, Value>) -> Result<String> {
    serde_json::to_string(fields).map_err(|e| INTERNAL.caused_by(e))
}

fn fields(record: &AuditRecord) -> BTreeMap<&'static str, Value> {
    let AuditRecord { id, at, account_id, role, action, thing, thing_id, address, purpose, reason, seq, patients, detail, .. } = record;
    BTreeMap::from([
        ("id", json!(id)),
        ("at", at.rfc3339().into()),
        ("account_id", json!(account_id)),
        ("role", role.name().into()),
        ("action", action.name().into()),
        ("subject", thing.name().into()),
        ("subject_id", json!(thing_id)),
        ("address", json!(address)),
        ("purpose", purpose.name().into()),
        ("reason", json!(reason)),
        ("seq", json!(seq)),
        ("patients", json!(patients)),
        ("detail", json!(detail)),
    ])
}

/// What looking at the whole chain found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Of the chain.
    pub records: u64,
    /// Older than the chain.
    pub older: u64,
    pub head: Option<Head>,
    /// The first place at which it is broken.
    pub broken: Option<Broken>,
}

/// The first place that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub seq: u64,
    /// In English.
    pub why: &'static str,
}

/// Looks at every record. With `kept`, a head that somebody kept elsewhere, one of them must have that hash.
pub fn verify(db: &View, kept: Option<&Hash>) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let (mut old, mut expected, mut is_known) = (Sha256::new(), None::<Hash>, kept.is_none());
    for record in db.all::<AuditRecord>(Order::Oldest) {
        let seq = verdict.records + 1;
        let broken = |why| Some(Broken { seq, why });
        let Ok(record) = record else {
            verdict.broken = broken("it cannot be read");
            return Ok(verdict);
        };
        if record.seq == 0 && verdict.records == 0 {
            add_old(&mut old, &record)?;
            verdict.older += 1;
            continue;
        }
        let prev = expected.unwrap_or_else(|| old.clone().finalize().into());
        verdict.broken = match () {
            () if record.seq != seq => broken("another record stands in its place: one was taken out, put in, or moved"),
            () if record.prev != prev && seq == 1 => broken("the records before the chain are not those that it began with"),
            () if record.prev != prev => broken("it does not follow the record before it"),
            () if hash_of(&record)? != record.hash => broken("it was changed"),
            () => None,
        };
        if verdict.broken.is_some() {
            return Ok(verdict);
        }
        is_known |= kept == Some(&record.hash);
        expected = Some(record.hash);
        verdict.records = seq;
        verdict.head = Some(Head::of(&record));
    }
    let written = db.last_in(SEQUENCE)?;
    verdict.broken = match verdict.records {
        records if records < written => Some(Broken { seq: records + 1, why: "it is missing, and all behind it" }),
        records if records > written => Some(Broken { seq: written + 1, why: "it was put in behind the chain" }),
        records if !is_known => Some(Broken { seq: records, why: "no record has the hash that was kept: the chain is another one" }),
        _ => None,
    };
    Ok(verdict)
}

/// Writes the records of a period, oldest first, a [`line()`] each; `None` is no bound. Answers how many.
pub fn export(db: &View, (since, until): (Option<Time>, Option<Time>), mut write: impl FnMut(&str) -> Result<()>) -> Result<u64> {
    let mut written = 0;
    for record in db.all::<AuditRecord>(Order::Oldest) {
        let record = record?;
        if since.is_none_or(|since| record.at >= since) && until.is_none_or(|until| record.at < until) {
            write(&line(&record)?)?;
            written += 1;
        }
    }
    Ok(written)
}

/// Reads a hash as it prints; `None` for anything else.
pub fn hash_from_hex(text: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, digits) in hash.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(text.get(digits..digits + 2)?, 16).ok()?;
    }
    Some(hash)
}
