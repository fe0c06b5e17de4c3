//! Work that a newer program does once on the rows of an older one, a part at a time, beside what else is written. What can be read as it is
//! needs no step: rows of an earlier version are read by [`Row::upgrade`].

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::Result,
        id::{AnyId, Id},
        time::Time,
    },
    store::{Class, Entries, References, Row, Table, Tx, View},
};

pub use v1::UpgradeStep;

/// Deposits of missed visits, and those whose refund was refused, get their time limit.
pub const ADOPT_KEPT_DEPOSITS: Id<UpgradeStep> = Id::from_number(1);
/// Files that an earlier version kept as they came are freed of what they tell beside picture and sound.
pub const CLEAN_UPLOADS: Id<UpgradeStep> = Id::from_number(2);

pub mod v1 {
    use super::*;

    /// The row's id is the step's number.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct UpgradeStep {
        pub number: Id<UpgradeStep>,
        /// Rows up to this one have been looked at.
        pub cursor: AnyId,
        pub done_at: Option<Time>,
    }
}

impl Row for UpgradeStep {
    type Kind = Self;

    const TABLE: Table = Table { code: 68, name: "upgrade_step", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.number
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, to: &mut References) {
        to.recalls(self.cursor);
    }

    fn index(&self, _: &mut Entries) {}
}

/// How far a step has come; `None` where it is done.
pub fn begun(db: &View, number: Id<UpgradeStep>) -> Result<Option<UpgradeStep>> {
    let step = db.get(number)?.unwrap_or(UpgradeStep { number, cursor: Id::NONE, done_at: None });
    Ok(Some(step).filter(|step| step.done_at.is_none()))
}

/// Notes how far it has come now.
pub fn go_on(db: &mut Tx, step: UpgradeStep, cursor: AnyId, done: bool) -> Result<()> {
    let done_at = done.then_some(db.now);
    db.put(&UpgradeStep { cursor, done_at, ..step })
}
