//! What the steps of the story hand on: the ids that the keys of the cast got.

use std::collections::BTreeMap;

use crate::base::{
    error::{INTERNAL, Result},
    id::{AnyId, Id},
};

/// The ids that the keys of the cast got.
#[derive(Default)]
pub struct Ids(BTreeMap<String, AnyId>);

impl Ids {
    pub fn add<K>(&mut self, key: &str, id: Id<K>) -> Result<()> {
        match self.0.insert(key.to_owned(), id.any()) {
            None => Ok(()),
            Some(_) => Err(INTERNAL.caused_by(format!("two in the demonstration clinic are called {key}"))),
        }
    }

    pub fn of<K>(&self, key: &str) -> Result<Id<K>> {
        self.0.get(key).map(|id| id.of()).ok_or_else(|| INTERNAL.caused_by(format!("the demonstration clinic has no {key}")))
    }
}
