//! What the steps of the story hand on: the ids that the keys of the cast got.

use std::collections::BTreeMap;

use crate::base::{
    error::{INTERNAL, Result},
    id::Id,
};

/// The ids that the keys of the cast got.
#[derive(Default)]
pub struct Ids(BTreeMap<String, Id>);

impl Ids {
    pub fn add(&mut self, key: &str, id: Id) -> Result<()> {
        match self.0.insert(key.to_owned(), id) {
            None => Ok(()),
            Some(_) => Err(INTERNAL.caused_by(format!("two in the demonstration clinic are called {key}"))),
        }
    }

    pub fn of(&self, key: &str) -> Result<Id> {
        self.0.get(key).copied().ok_or_else(|| INTERNAL.caused_by(format!("the demonstration clinic has no {key}")))
    }
}
