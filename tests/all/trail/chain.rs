//! Whatever somebody does to the records of a store is found.

use std::sync::{Arc, mpsc::channel};

use tempfile::TempDir;
use xuanhu::{
    base::{
        error::NOT_FOUND,
        id::{AccountId, AnyId, Id, PatientId},
        settings::Settings,
        time::{Clock, Time},
    },
    domain::{
        TABLES,
        identity::{
            account::Role,
            audit::{
                self, Action, Actor, AuditRecord, Deed, Purpose, Subject,
                chain::{self, Broken, Verdict},
            },
        },
    },
    store::{Order, Row, Store, Tables, Tx, View},
};

/// As whoever owns the disk has it: nothing is kept by law.
const FREE: &Tables = &Tables { infos: TABLES.infos, kept_until: |_, _| Ok(None), touching: TABLES.touching };

const RECORDS: u64 = 12;

fn open(dir: &TempDir) -> Store {
    Store::open(dir.path(), FREE, Arc::new(Settings::default()), Arc::new(Clock::stopped_at(Time(1_000_000)))).unwrap()
}

fn somebody() -> Actor {
    Actor { account_id: AccountId::from_number(7), role: Role::Doctor, address: "192.0.2.7".to_owned() }
}

fn write_some(store: &Store, number: u64) {
    let write = move |db: &mut Tx| {
        (0..number).try_for_each(|n| {
            let patients = (0..n % 3).map(|n| PatientId::from_number(2_000 + n));
            let deed = Deed::new(Action::Look, Subject::Patient, AnyId::from_number(3_000 + n)).about(patients);
            audit::write(db, &somebody(), &deed.purpose(Purpose::Profile).why("因“复诊”").fields(["idno"]))
        })
    };
    store.write_blocking(write).unwrap();
}

/// The records as they would be read after `harm`, of which nothing is kept.
fn after(store: &Store, harm: impl FnOnce(&mut Tx, Vec<AuditRecord>) + Send + 'static) -> Verdict {
    let (tell, told) = channel();
    let undone = store.write_blocking(move |db| {
        let all = db.all(Order::Oldest).collect::<Result<Vec<_>, _>>()?;
        harm(db, all);
        tell.send(chain::verify(db, None)).unwrap();
        Err::<(), _>(NOT_FOUND.err())
    });
    assert!(undone.is_err_and(|error| error.is(&NOT_FOUND)));
    told.recv().unwrap().unwrap()
}

fn broken_at(verdict: &Verdict) -> Option<u64> {
    verdict.broken.as_ref().map(|Broken { seq, .. }| *seq)
}

/// A change of each field but the id.
const FLIPS: &[fn(&mut AuditRecord)] = &[
    |record| record.at = record.at.plus(1),
    |record| record.account_id = AccountId::from_number(8),
    |record| record.role = Role::Admin,
    |record| record.action = Action::Create,
    |record| record.thing = Subject::Doctor,
    |record| record.thing_id = AnyId::from_number(1),
    |record| record.address.push('1'),
    |record| record.purpose = Purpose::Visit,
    |record| record.reason.clear(),
    |record| record.patients.push(PatientId::from_number(9)),
    |record| record.detail.clear(),
    |record| record.prev[31] ^= 1,
    |record| record.hash[0] ^= 1,
    |record| record.seq += 1,
];

#[test]
fn what_is_flipped_dropped_swapped_or_put_in_is_found() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir);
    write_some(&store, RECORDS);
    let whole = chain::verify(&store.view(), None).unwrap();
    assert_eq!((whole.records, whole.older, broken_at(&whole)), (RECORDS, 0, None));
    for at in 0..RECORDS as usize {
        let seq = at as u64 + 1;
        for flip in FLIPS {
            let verdict = after(&store, move |db, mut all| {
                flip(&mut all[at]);
                db.put(&all[at]).unwrap();
            });
            assert_eq!(broken_at(&verdict), Some(seq), "{verdict:?}");
        }
        let dropped = after(&store, move |db, all| db.delete::<AuditRecord>(all[at].id).unwrap());
        assert_eq!(broken_at(&dropped), Some(seq), "{dropped:?}");
        for other in at + 1..RECORDS as usize {
            let swapped = after(&store, move |db, all| {
                db.put(&AuditRecord { id: all[other].id, ..all[at].clone() }).unwrap();
                db.put(&AuditRecord { id: all[at].id, ..all[other].clone() }).unwrap();
            });
            assert_eq!(broken_at(&swapped), Some(seq), "{swapped:?}");
        }
        let put_in = after(&store, move |db, all| {
            let again = AuditRecord { id: db.next_id().unwrap(), ..all[at].clone() };
            db.put(&again).unwrap();
        });
        assert!(put_in.broken.is_some(), "{put_in:?}");
    }
    // What is older than the first cannot be put before it.
    let before = after(&store, |db, all| {
        db.put(&AuditRecord { id: Id::from_number(1), seq: 0, prev: [0; 32], hash: [0; 32], ..all[0].clone() }).unwrap();
    });
    assert_eq!(broken_at(&before), Some(1), "{before:?}");
    assert_eq!(broken_at(&chain::verify(&store.view(), None).unwrap()), None, "nothing of it was kept");
}

#[test]
fn records_that_are_older_than_the_chain_become_its_first_link() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir);
    write_some(&store, 3);
    // As an earlier version left them.
    let older = |db: &mut Tx| {
        let all: Vec<AuditRecord> = db.all(Order::Oldest).collect::<Result<_, _>>()?;
        all.into_iter().try_for_each(|record| {
            db.put(&AuditRecord { seq: 0, prev: [0; 32], hash: [0; 32], patients: Vec::new(), detail: Vec::new(), ..record })
        })
    };
    store.write_blocking(older).unwrap();
    // The sequence of that store had not begun.
    let fresh = TempDir::new().unwrap();
    let old = open(&fresh);
    let rows: Vec<AuditRecord> = store.view().all(Order::Oldest).collect::<Result<_, _>>().unwrap();
    old.write_blocking(move |db| {
        for record in &rows {
            let id = db.next_id()?;
            db.put(&AuditRecord { id, ..record.clone() })?;
        }
        Ok(())
    })
    .unwrap();
    let older = chain::verify(&old.view(), None).unwrap();
    assert_eq!((older.records, older.older, older.head, broken_at(&older)), (0, 3, None, None));
    assert_eq!(old.write_blocking(chain::begin).unwrap(), 1);
    assert_eq!(old.write_blocking(chain::begin).unwrap(), 0, "once");
    write_some(&old, 2);
    let now = chain::verify(&old.view(), None).unwrap();
    assert_eq!((now.records, now.older, broken_at(&now)), (3, 3, None));
    for at in 0..3 {
        let flipped = after(&old, move |db, all| db.put(&AuditRecord { reason: "别的".into(), ..all[at].clone() }).unwrap());
        assert_eq!(broken_at(&flipped), Some(1), "{flipped:?}");
        let dropped = after(&old, move |db, all| db.delete::<AuditRecord>(all[at].id).unwrap());
        assert_eq!(broken_at(&dropped), Some(1), "{dropped:?}");
    }
}

/// Only a head that was kept elsewhere tells that a whole chain was written anew.
#[test]
fn a_head_that_was_kept_tells_one_chain_from_another() {
    let (dir, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (store, forged) = (open(&dir), open(&other));
    write_some(&store, 4);
    forged.write_blocking(|db| audit::note(db, &somebody(), Action::Delete, Subject::Org, AnyId::from_number(4))).unwrap();
    write_some(&forged, 5);
    let kept = chain::head(&store.view()).unwrap().unwrap();
    assert_eq!(kept.seq, 4);
    write_some(&store, 2);
    let verify = |store: &Store| broken_at(&chain::verify(&store.view(), Some(&kept.hash)).unwrap());
    assert_eq!(verify(&store), None, "it is still one of them");
    assert_eq!(chain::hash_from_hex(&kept.hex()), Some(kept.hash));
    assert_eq!(broken_at(&chain::verify(&forged.view(), None).unwrap()), None, "by itself it is whole");
    assert_eq!(verify(&forged), Some(6));
}

/// What is hashed can be hashed anew by anybody who has a line of an export.
#[test]
fn a_line_of_an_export_proves_itself() {
    use sha2::{Digest, Sha256};
    let dir = TempDir::new().unwrap();
    let store = open(&dir);
    write_some(&store, 5);
    let mut lines = Vec::new();
    chain::export(&store.view(), (None, None), |line| {
        lines.push(line.to_owned());
        Ok(())
    })
    .unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut prev = hex(&Sha256::digest(b""));
    for line in &lines {
        let mut record: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        let (told, hash) = (record.remove("prev").unwrap(), record.remove("hash").unwrap());
        assert_eq!(told, prev);
        let rest = serde_json::to_string(&record).unwrap();
        let bytes: Vec<u8> = (0..64).step_by(2).map(|at| u8::from_str_radix(&prev[at..at + 2], 16).unwrap()).collect();
        prev = hex(&Sha256::digest([bytes.as_slice(), rest.as_bytes()].concat()));
        assert_eq!(hash, prev);
    }
    assert_eq!(lines.len(), 5);
    assert!(
        lines[1].starts_with(r#"{"account_id":7,"action":"look","address":"192.0.2.7","at":"1970-01-01T00:16:40.000Z","detail":["idno"],"#)
    );
}

/// One record names at most five hundred patients.
#[test]
fn a_look_at_many_is_several_records() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir);
    let all: Vec<PatientId> = (0..1_100).map(|n| PatientId::from_number(10_000 + n)).collect();
    let look = move |db: &mut Tx| audit::look(db, &somebody(), (Subject::Table, AnyId::NONE), &all, Purpose::Administration);
    store.write_blocking(look).unwrap();
    let view: View = store.view();
    let sizes: Vec<usize> = view.all::<AuditRecord>(Order::Oldest).map(|record| record.unwrap().patients.len()).collect();
    assert_eq!(sizes, [500, 500, 100]);
    let of = |id| audit::of_patient(&view, PatientId::from_number(id), (Time(0), Time(i64::MAX))).count();
    assert_eq!([10_000, 10_499, 10_500, 11_099, 11_100].map(of), [1, 1, 1, 1, 0]);
    assert_eq!(AuditRecord::TABLE.version, 3);
}
