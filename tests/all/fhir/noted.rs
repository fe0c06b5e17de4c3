//! The store notes when rows changed last.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use xuanhu::{
    base::{
        error::NOT_FOUND,
        id::Id,
        settings::Settings,
        time::{Clock, Time},
    },
    store::{Class, Entries, Order, References, Row, Store, Table, TableInfo, Tables},
};

/// A table of which it is noted when its rows changed; as an earlier release had it for `NOTED = false`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Told<const NOTED: bool>(Id<Told<NOTED>>, Time);

impl<const NOTED: bool> Row for Told<NOTED> {
    type Kind = Self;
    const TABLE: Table = Table { code: 203, name: "told", version: 1 };
    const TOUCHED: bool = NOTED;

    fn id(&self) -> Id<Self::Kind> {
        self.0
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn changed_at(&self) -> Time {
        self.1
    }

    fn refers_to(&self, _: &mut References) {}

    fn index(&self, _: &mut Entries) {}
}

#[test]
fn it_is_noted_when_rows_changed_and_no_commit_is_older_than_the_one_before() {
    const BEFORE: &Tables = &Tables { infos: &[TableInfo::of::<Told<false>>()], kept_until: |_, _| Ok(None), touching: |_, _, _| Ok(()) };
    const AFTER: &Tables = &Tables { infos: &[TableInfo::of::<Told<true>>()], kept_until: |_, _| Ok(None), touching: |_, _, _| Ok(()) };
    let dir = TempDir::new().unwrap();
    let clock = Arc::new(Clock::stopped_at(Time(1_000)));
    let old = Store::open(dir.path(), BEFORE, Arc::new(Settings::default()), clock.clone()).unwrap();
    old.write_blocking(|db| db.put(&Told::<false>(Id::from_number(1), Time(500)))).unwrap();
    drop(old);
    let store = Store::open(dir.path(), AFTER, Arc::new(Settings::default()), clock.clone()).unwrap();
    store.note_changes().unwrap();
    let touch =
        |id: u64| store.view().touch::<Told<true>>(Id::from_number(id)).unwrap().map(|touch| (touch.version, touch.time.0, touch.deleted));
    let put = |id: u64| store.write_blocking(move |db| db.put(&Told::<true>(Id::from_number(id), Time(0)))).unwrap();
    assert_eq!((touch(1), touch(2)), (Some((1, 500, false)), None));
    put(2);
    clock.advance(-700);
    put(1);
    assert_eq!((touch(1), touch(2)), (Some((2, 1_000, false)), Some((1, 1_000, false))));
    assert_eq!(store.stamp().unwrap(), Time(1_000));
    clock.advance(900);
    store.write_blocking(|db| db.delete::<Told<true>>(Id::from_number(2))).unwrap();
    assert_eq!(touch(2), Some((2, 1_200, true)));
    let all = |order| {
        let view = store.view();
        let found: Vec<_> =
            view.touches(203, None, order).map(|touch| touch.map(|(moment, gone)| (moment.id.number(), gone)).unwrap()).collect();
        found
    };
    assert_eq!((all(Order::Oldest), all(Order::Newest)), (vec![(1, false), (2, true)], vec![(2, true), (1, false)]));
    let view = store.view();
    let first = view.touches(203, None, Order::Oldest).next().unwrap().unwrap().0;
    assert_eq!(view.touches(203, Some(first), Order::Oldest).count(), 1);
    drop(view);
    assert_eq!(store.check(true).unwrap().problems, Vec::<String>::new());
    // A job that fails changes nothing.
    store
        .write_blocking(|db| {
            db.put(&Told::<true>(Id::from_number(1), Time(9)))?;
            Err::<(), _>(NOT_FOUND.err())
        })
        .unwrap_err();
    assert_eq!(touch(1), Some((2, 1_000, false)));
    // A repair makes the order of time anew.
    drop(store);
    Store::rebuild(dir.path(), AFTER).unwrap();
    let again = Store::open(dir.path(), AFTER, Arc::new(Settings::default()), clock).unwrap();
    assert_eq!(again.check(true).unwrap().problems, Vec::<String>::new());
    assert_eq!(again.view().touches(203, None, Order::Oldest).count(), 2);
}
