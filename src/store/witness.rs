//! What a view of one request has read: rows are not looked up twice, and whether it has seen anything that is not on disk yet is known afterwards.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    ops::Bound,
    sync::Arc,
};

use sled::IVec;

use super::scan::Overlay;

#[derive(Default)]
pub(super) struct Witness {
    /// The first pieces of rows, by table and id; `None` for those that are not there.
    rows: RefCell<HashMap<(u8, u64), Option<IVec>>>,
    /// The newest commit, while it is not on disk.
    fresh: Option<Arc<Overlay>>,
    saw_fresh: Cell<bool>,
}

impl Witness {
    pub fn of(fresh: Option<Arc<Overlay>>) -> Witness {
        Witness { fresh, ..Witness::default() }
    }

    pub fn known(&self, table: u8, id: u64) -> Option<Option<IVec>> {
        self.rows.borrow().get(&(table, id)).cloned()
    }

    pub fn note(&self, table: u8, id: u64, piece: Option<IVec>) {
        self.rows.borrow_mut().insert((table, id), piece);
    }

    pub fn look(&self, key: &[u8]) {
        if self.fresh.as_ref().is_some_and(|fresh| fresh.contains_key(key)) {
            self.saw_fresh.set(true);
        }
    }

    /// `bounds` are in order.
    pub fn look_within(&self, bounds: &(Bound<Vec<u8>>, Bound<Vec<u8>>)) {
        if self.fresh.as_ref().is_some_and(|fresh| fresh.range(bounds.clone()).next().is_some()) {
            self.saw_fresh.set(true);
        }
    }

    /// Whether something that was read, or was found missing, is of a commit that a kill could take back.
    pub fn saw_fresh(&self) -> bool {
        self.saw_fresh.get()
    }
}
