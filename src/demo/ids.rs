//! What the steps of the story hand on: the ids that the keys of the cast got, and who can sign in.

use std::collections::BTreeMap;

use crate::{
    base::{
        error::{INTERNAL, Result},
        id::Id,
    },
    domain::identity::account::Role,
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

pub struct DemoLogin {
    pub role: Role,
    pub phone: String,
    /// Empty for one who has not filled in a profile.
    pub name: String,
    /// Whether an administrator has let the person in; patients let themselves in by their profile.
    pub verified: bool,
    /// One sentence about the person, for who chooses among them; empty where there is nothing to say.
    pub line: String,
}
