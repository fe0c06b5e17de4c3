//! The store from outside: random histories against a plain model, long rows, failing jobs, ids, the lock.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{self, AtomicBool},
    },
};

use proptest::{collection::vec, prelude::*};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use xuanhu::{
    base::{
        error::{NOT_FOUND, Result},
        id::Id,
        page::Page,
        settings::Settings,
        time::{Clock, Time},
    },
    store::{
        Class, Entries, Index, Key, Order, References, Row, Store, Stream, Table, TableInfo, Tables, Tx, View, decode_row, encode_row, key,
    },
};

/// A row with one index of each sort: ordered and counted, without an order, several entries a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Note {
    id: Id<Note>,
    group: u64,
    at: Time,
    tags: BTreeSet<u64>,
    text: String,
}

const BY_GROUP: Index<Note> = Index::counted(1);
const LOOSE: Index<Note> = Index::new(2);
const BY_TAG: Index<Note> = Index::counted(3);

impl Row for Note {
    type Kind = Self;
    const TABLE: Table = Table { code: 200, name: "note", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, _: &mut References) {}

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_GROUP, key(&[&self.group]), key(&[&self.at]));
        entries.add(&LOOSE, key(&[&self.group]), Key::NONE);
        for tag in &self.tags {
            entries.add(&BY_TAG, key(&[tag]), key(&[&self.at]));
        }
    }
}

const TABLES: &Tables = &Tables { infos: &[TableInfo::of::<Note>()], kept_until: |_, _| Ok(None), touching: |_, _, _| Ok(()) };
const STREAM: Stream = Stream(200);

fn open(dir: &TempDir) -> Result<Store> {
    Store::open(dir.path(), TABLES, Arc::new(Settings::default()), Arc::new(Clock::stopped_at(Time(1_000))))
}

fn note(id: u64, text: impl Into<String>) -> Note {
    Note { id: Id::from_number(id), group: 1, at: Time(id as i64), tags: BTreeSet::new(), text: text.into() }
}

/// What happens to the store in one step of a history.
#[derive(Clone, Debug)]
enum Step {
    /// A job; whether it fails or panics at its end.
    Job(Vec<Change>, End),
    Reopen,
}

#[derive(Clone, Debug)]
enum Change {
    Put(Note),
    Delete(Id<Note>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Well,
    Failed,
    Panicked,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let length = prop_oneof![4 => 0usize..40, 1 => 3_850usize..3_950, 1 => 7_000usize..20_000];
    let tags = proptest::collection::btree_set(0u64..3, 0..3);
    let put = (0u64..6, 0u64..3, -3i64..3, tags, length).prop_map(|(id, group, at, tags, length)| {
        let text = "x".repeat(length);
        Change::Put(Note { id: Id::from_number(id), group, at: Time(at), tags, text })
    });
    vec(prop_oneof![3 => put, 1 => (0u64..6).prop_map(|id| Change::Delete(Id::from_number(id)))], 1..6)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let end = prop_oneof![4 => Just(End::Well), 1 => Just(End::Failed), 1 => Just(End::Panicked)];
    vec(prop_oneof![8 => (changes(), end).prop_map(|(changes, end)| Step::Job(changes, end)), 1 => Just(Step::Reopen)], 1..12)
}

type Model = BTreeMap<Id<Note>, Note>;

/// Everything that can be asked of a view, compared with the model.
fn compare(view: &View, model: &Model) {
    for id in (0..6).map(Id::from_number) {
        assert_eq!(view.get::<Note>(id).unwrap().as_ref(), model.get(&id));
        assert_eq!(view.has::<Note>(id).unwrap(), model.contains_key(&id));
    }
    assert_eq!(view.total::<Note>().unwrap(), model.len() as u64);
    let all: Vec<Note> = view.all(Order::Oldest).collect::<Result<_>>().unwrap();
    assert_eq!(all, model.values().cloned().collect::<Vec<_>>());
    for group in 0..3 {
        let mut expected: Vec<_> = model.values().filter(|note| note.group == group).map(|note| (note.at, note.id)).collect();
        listed(view, &LOOSE, group, &expected.iter().map(|(_, id)| *id).collect::<Vec<_>>());
        expected.sort_unstable();
        listed(view, &BY_GROUP, group, &expected.iter().map(|(_, id)| *id).collect::<Vec<_>>());
        let (from, to) = (Time(-1), Time(2));
        let between: Vec<_> = expected.iter().filter(|(at, _)| (from..to).contains(at)).map(|(_, id)| *id).collect();
        let found = view.ids_between(&BY_GROUP, key(&[&group]), key(&[&from]), key(&[&to]), Order::Oldest);
        assert_eq!(found.collect::<Result<Vec<_>>>().unwrap(), between);
    }
    for tag in 0..3 {
        let mut expected: Vec<_> = model.values().filter(|note| note.tags.contains(&tag)).map(|note| (note.at, note.id)).collect();
        expected.sort_unstable();
        listed(view, &BY_TAG, tag, &expected.iter().map(|(_, id)| *id).collect::<Vec<_>>());
    }
}

fn listed(view: &View, index: &Index<Note>, group: u64, expected: &[Id<Note>]) {
    let group = || key(&[&group]);
    let ids = |order| view.ids(index, group(), order).collect::<Result<Vec<_>>>().unwrap();
    let reversed: Vec<_> = expected.iter().rev().copied().collect();
    assert_eq!((ids(Order::Oldest).as_slice(), ids(Order::Newest)), (expected, reversed.clone()));
    assert_eq!(view.count(index, group()).unwrap(), expected.len() as u64);
    assert_eq!(view.first(index, group()).unwrap().map(|note| note.id), expected.first().copied());
    let page = view.page(index, group(), Page { skip: 1, limit: 2 }).unwrap();
    assert_eq!(page.total, expected.len() as u64);
    assert_eq!(page.items.iter().map(|note| note.id).collect::<Vec<_>>(), reversed.into_iter().skip(1).take(2).collect::<Vec<_>>());
}

/// Runs a job. What it sees half-way is compared too: its own writes lie over those of others.
fn run(store: &Store, model: &mut Model, changes: Vec<Change>, end: End) {
    let mut after = model.clone();
    for change in &changes {
        match change {
            Change::Put(note) => drop(after.insert(note.id, note.clone())),
            Change::Delete(id) => drop(after.remove(id)),
        }
    }
    let seen = after.clone();
    let job = move |db: &mut Tx| {
        for change in &changes {
            match change {
                Change::Put(note) => db.put(note)?,
                Change::Delete(id) => db.delete::<Note>(*id)?,
            }
        }
        compare(db, &seen);
        match end {
            End::Well => Ok(()),
            End::Failed => Err(NOT_FOUND.err()),
            // Without the hook, which would print a message.
            End::Panicked => resume_unwind(Box::new("a broken job")),
        }
    };
    let result = store.write_blocking(job);
    match end {
        End::Well => {
            result.unwrap();
            *model = after;
        }
        End::Failed => assert_eq!(result.unwrap_err().slug(), "not_found"),
        End::Panicked => assert_eq!(result.unwrap_err().slug(), "internal"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_history_leaves_what_it_should(steps in steps()) {
        let dir = TempDir::new().unwrap();
        let mut store = open(&dir).unwrap();
        let mut model = Model::new();
        for step in steps {
            match step {
                Step::Job(changes, end) => run(&store, &mut model, changes, end),
                Step::Reopen => {
                    drop(store);
                    store = open(&dir).unwrap();
                    assert!(store.opened_clean());
                }
            }
            compare(&store.view(), &model);
        }
        let report = store.check(true).unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
        assert_eq!(report.rows["note"], model.len() as u64);
    }
}

#[test]
fn long_rows_come_back_whole() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).unwrap();
    // Around the places where a row is cut, and close to the most that fits.
    let lengths = [0, 3_870, 3_880, 3_890, 3_895, 3_900, 7_770, 7_780, 7_790, 100_000, 998_000];
    let rows: Vec<_> = lengths.iter().zip(1..).map(|(length, id)| note(id, "长".repeat(length / 3) + &"x".repeat(length % 3))).collect();
    let written = rows.clone();
    store.write_blocking(move |db| written.iter().try_for_each(|row| db.put(row))).unwrap();
    drop(store);
    let store = open(&dir).unwrap();
    for row in &rows {
        assert_eq!(store.view().need::<Note>(row.id).unwrap(), *row);
    }
    let too_long = note(99, "x".repeat(1_000_000));
    let refusal = store.write_blocking(move |db| db.put(&too_long)).unwrap_err();
    assert_eq!(refusal.status(), 413, "{refusal:?}");
    assert!(!store.view().has::<Note>(Id::from_number(99)).unwrap());
    // A long row that becomes short leaves no pieces behind; growing again finds its own.
    for length in [5, 50_000, 9_000] {
        let row = note(11, "y".repeat(length));
        let expected = row.clone();
        store.write_blocking(move |db| db.put(&row)).unwrap();
        assert_eq!(store.view().need::<Note>(Id::from_number(11)).unwrap(), expected);
    }
    assert_eq!(store.check(true).unwrap().problems, Vec::<String>::new());
}

/// A reader beside the writer gets one writing of a long row or another, never the beginning of one and the rest of the other.
#[test]
fn long_rows_are_not_torn_between_two_writings() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).unwrap();
    // The same beginning, so that only the continuations differ, and other lengths, so that their number changes too.
    let written = |n: usize| note(1, "=".repeat(4_000) + &["a", "b", "c"][n % 3].repeat(20_000 + n % 3 * 8_000));
    store.write_blocking(move |db| db.put(&written(0))).unwrap();
    let done = AtomicBool::new(false);
    let whole = |row: &Note| (0..3).any(|n| *row == written(n));
    std::thread::scope(|scope| {
        for reader in 0..2 {
            let (store, done, whole) = (&store, &done, &whole);
            scope.spawn(move || {
                while !done.load(atomic::Ordering::Relaxed) {
                    let row = match reader {
                        0 => store.view().need::<Note>(Id::from_number(1)).unwrap(),
                        _ => store.view().all::<Note>(Order::Newest).next().unwrap().unwrap(),
                    };
                    assert!(whole(&row), "torn: {}", row.text.len());
                }
            });
        }
        for n in 0..300 {
            store.write_blocking(move |db| db.put(&written(n))).unwrap();
        }
        done.store(true, atomic::Ordering::Relaxed);
    });
    assert_eq!(store.check(true).unwrap().problems, Vec::<String>::new());
}

#[test]
fn whatever_can_be_written_can_be_read() {
    #[derive(Serialize, Deserialize)]
    struct Numbers(Vec<u64>);
    impl Row for Numbers {
        type Kind = Self;
        const TABLE: Table = Table { code: 201, name: "numbers", version: 1 };
        fn id(&self) -> Id<Self> {
            Id::from_number(1)
        }
        fn class(&self) -> Class {
            Class::Free
        }

        fn refers_to(&self, _: &mut References) {}

        fn index(&self, _: &mut Entries) {}
    }
    // As many as fit, each in one byte on disk and eight in memory.
    let bytes = encode_row(&Numbers(vec![7; 998_000])).unwrap();
    assert_eq!(decode_row::<Numbers>(&bytes).unwrap().0.len(), 998_000);
}

#[test]
fn an_entry_given_twice_is_one_entry() {
    #[derive(Serialize, Deserialize)]
    struct Named(Id<Named>, [u64; 2]);
    const BY_NAME: Index<Named> = Index::counted(1);
    impl Row for Named {
        type Kind = Self;
        const TABLE: Table = Table { code: 202, name: "named", version: 1 };
        fn id(&self) -> Id<Self::Kind> {
            self.0
        }
        fn class(&self) -> Class {
            Class::Free
        }

        fn refers_to(&self, _: &mut References) {}

        fn index(&self, entries: &mut Entries) {
            self.1.iter().for_each(|name| entries.add(&BY_NAME, key(&[name]), Key::NONE));
        }
    }
    let dir = TempDir::new().unwrap();
    const NAMED: &Tables = &Tables { infos: &[TableInfo::of::<Named>()], kept_until: |_, _| Ok(None), touching: |_, _, _| Ok(()) };
    let store = Store::open(dir.path(), NAMED, Arc::new(Settings::default()), Arc::new(Clock::system(0))).unwrap();
    let counts = || [5, 6].map(|name: u64| store.view().count(&BY_NAME, key(&[&name])).unwrap());
    for (names, expected) in [([5, 5], [1, 0]), ([5, 6], [1, 1]), ([6, 6], [0, 1]), ([6, 6], [0, 1])] {
        store.write_blocking(move |db| db.put(&Named(Id::from_number(1), names))).unwrap();
        assert_eq!(counts(), expected, "{names:?}");
    }
    assert_eq!(store.check(true).unwrap().problems, Vec::<String>::new());
    store.write_blocking(|db| db.delete::<Named>(Id::from_number(1))).unwrap();
    assert_eq!(counts(), [0, 0]);
    assert_eq!(store.check(true).unwrap().problems, Vec::<String>::new());
}

/// sled's snapshot can be made again from the data; the damaged store is kept once, not at every attempt of a supervisor.
#[test]
fn a_damaged_snapshot_is_mended_and_the_damage_kept_once() {
    let home = TempDir::new().unwrap();
    let dir = home.path().join("store");
    let open = || Store::open(&dir, TABLES, Arc::new(Settings::default()), Arc::new(Clock::system(0)));
    open().unwrap().write_blocking(|db| db.put(&note(1, "still there"))).unwrap();
    for _ in 0..2 {
        drop(open().unwrap());
        let snapshots: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        let snapshots: Vec<_> = snapshots.iter().filter(|path| path.file_stem().is_some_and(|name| name == "snap")).collect();
        assert!(!snapshots.is_empty());
        snapshots.iter().for_each(|path| std::fs::write(path, [0xA5; 100]).unwrap());
        assert_eq!(open().unwrap().view().need::<Note>(Id::from_number(1)).unwrap().text, "still there");
    }
    let copies = std::fs::read_dir(home.path()).unwrap().filter(|entry| entry.as_ref().unwrap().path() != dir).count();
    assert_eq!(copies, 1);
}

#[test]
fn ids_never_repeat() {
    let dir = TempDir::new().unwrap();
    let mut given: Vec<Id<Note>> = Vec::new();
    for _ in 0..3 {
        let store = open(&dir).unwrap();
        for _ in 0..5 {
            given.extend(store.write_blocking(|db| (0..7).map(|_| db.next_id()).collect::<Result<Vec<_>>>()).unwrap());
        }
        let failed: Result<()> = store.write_blocking(|db| db.next_id::<Note>().and(Err(NOT_FOUND.err())));
        assert!(failed.is_err());
    }
    assert!(given.windows(2).all(|pair| pair[0] < pair[1]), "{given:?}");
    assert_eq!(given[0], Id::from_number(1_000));
    let store = open(&dir).unwrap();
    let number = |name: &'static str| store.write_blocking(move |db| db.next_in(name)).unwrap();
    assert_eq!([number("a"), number("b"), number("a")], [1, 1, 2]);
}

#[test]
fn jobs_run_one_after_another() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).unwrap();
    store.write_blocking(|db| db.put(&note(1, ""))).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..25 {
                    // Reads, decides, writes: two at the same time would lose one.
                    let count = |db: &mut Tx| {
                        let mut row: Note = db.need(Id::from_number(1))?;
                        row.group += 1;
                        db.put(&row)
                    };
                    store.write_blocking(count).unwrap();
                }
            });
        }
    });
    assert_eq!(store.view().need::<Note>(Id::from_number(1)).unwrap().group, 201);
    assert_eq!(store.check(true).unwrap().problems, Vec::<String>::new());
}

#[test]
fn events_come_in_order_and_once_forgotten_stay_so() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).unwrap();
    let other = Stream(201);
    for n in 0..5u8 {
        store.write_blocking(move |db| db.emit(STREAM, vec![n]).and_then(|()| db.emit(other, vec![n + 100]))).unwrap();
    }
    let lost: Result<()> = store.write_blocking(|db| db.emit(STREAM, vec![9]).and(Err(NOT_FOUND.err())));
    assert!(lost.is_err());
    store.write_blocking(|db| db.forget_events(STREAM, 2)).unwrap();
    drop(store);
    let store = open(&dir).unwrap();
    let waiting = |stream, after| {
        let view = store.view();
        let events = view.events_after(stream, after).map(|event| event.map(|event| (event.seq, event.bytes[0])));
        events.collect::<Result<Vec<_>>>().unwrap()
    };
    assert_eq!(waiting(STREAM, 0), [(3, 2), (4, 3), (5, 4)]);
    assert_eq!(waiting(STREAM, 4), [(5, 4)]);
    assert_eq!(waiting(other, 0).len(), 5);
    assert_eq!(store.view().last_event(STREAM).unwrap(), 5);
    store.write_blocking(|db| db.forget_events(STREAM, u64::MAX)).unwrap();
    store.write_blocking(|db| db.emit(STREAM, vec![7])).unwrap();
    assert_eq!(waiting(STREAM, 0), [(6, 7)]);
}

#[test]
fn each_store_has_an_era_of_its_own_for_good() {
    let (one, other) = (crate::kit::empty_dir(), crate::kit::empty_dir());
    let era = |dir: &TempDir| open(dir).unwrap().era().to_owned();
    let (first, second) = (era(&one), era(&other));
    assert!(first != second && first.len() == 16, "{first} {second}");
    assert_eq!((era(&one), era(&other)), (first, second));
}

#[test]
fn a_second_opening_is_refused() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).unwrap();
    assert_eq!(open(&dir).err().map(|error| error.slug()), Some("already_running"));
    store.write_blocking(|db| db.put(&note(1, "still works"))).unwrap();
    drop(store);
    assert_eq!(open(&dir).unwrap().view().need::<Note>(Id::from_number(1)).unwrap().text, "still works");
}

#[test]
fn a_store_whose_data_is_gone_is_not_taken_for_a_new_one() {
    let dir = TempDir::new().unwrap();
    drop(open(&dir).unwrap());
    std::fs::remove_file(dir.path().join("db")).unwrap();
    assert_eq!(open(&dir).err().map(|error| error.slug()), Some("store_missing"));
}

/// The check is worth nothing unless it finds what is wrong: a table that claims other entries than were written.
#[test]
fn the_check_finds_what_does_not_agree() {
    #[derive(Serialize, Deserialize)]
    struct Other(Note);
    impl Row for Other {
        type Kind = Self;
        const TABLE: Table = Note::TABLE;
        fn id(&self) -> Id<Self::Kind> {
            self.0.id.any().of()
        }
        fn class(&self) -> Class {
            Class::Free
        }

        fn refers_to(&self, _: &mut References) {}

        fn index(&self, _: &mut Entries) {}
    }
    let dir = TempDir::new().unwrap();
    let store = open(&dir).unwrap();
    store.write_blocking(|db| db.put(&Other(note(1, "without entries")))).unwrap();
    let problems = store.check(true).unwrap().problems;
    assert!(problems.iter().any(|line| line.contains("missing")), "{problems:?}");
    assert_eq!(store.check(false).unwrap().problems, Vec::<String>::new());
}
