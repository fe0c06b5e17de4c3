//! Walking over keys in order: what is stored, and over it what a job has written and not committed yet.

use std::{collections::BTreeMap, iter::Peekable, vec};

use sled::IVec;

use crate::base::error::{INTERNAL, Result};

/// Pending writes by physical key; `None` deletes.
pub(super) type Overlay = BTreeMap<Vec<u8>, Option<IVec>>;

/// Which end of a list comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The smallest key first.
    Oldest,
    /// The greatest key first.
    Newest,
}

/// Stored pairs with pending ones laid over them, in order.
pub(super) struct Scan {
    stored: Peekable<Stored>,
    pending: Peekable<vec::IntoIter<(Vec<u8>, Option<IVec>)>>,
    order: Order,
}

struct Stored {
    iter: sled::Iter,
    order: Order,
}

impl Scan {
    /// `pending` comes in the same order.
    pub fn new(iter: sled::Iter, pending: Vec<(Vec<u8>, Option<IVec>)>, order: Order) -> Scan {
        Scan { stored: Stored { iter, order }.peekable(), pending: pending.into_iter().peekable(), order }
    }
}

impl Iterator for Stored {
    type Item = sled::Result<(IVec, IVec)>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.order {
            Order::Oldest => self.iter.next(),
            Order::Newest => self.iter.next_back(),
        }
    }
}

impl Iterator for Scan {
    type Item = Result<(IVec, IVec)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let pending_first = match (self.pending.peek(), self.stored.peek()) {
                (None, _) => false,
                (Some(_), None) => true,
                (Some(_), Some(Err(_))) => false,
                (Some((p, _)), Some(Ok((s, _)))) => {
                    let order = p.as_slice().cmp(s);
                    if order.is_eq() {
                        self.stored.next(); // the pending one replaces it
                        true
                    } else {
                        order.is_lt() == (self.order == Order::Oldest)
                    }
                }
            };
            match pending_first {
                false => return self.stored.next().map(|pair| pair.map_err(|e| INTERNAL.caused_by(e))),
                true => {
                    let (key, value) = self.pending.next().expect("just seen");
                    if let Some(value) = value {
                        return Some(Ok((key.into(), value)));
                    }
                }
            }
        }
    }
}
