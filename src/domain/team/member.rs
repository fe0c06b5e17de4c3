//! Members: patients who have accepted a team's agreement and keep a fee balance with it.

use serde::{Deserialize, Serialize};

use crate::{
    base::{error::Result, id::Id, time::Time},
    store::{Entries, Index, Key, Row, Table, View, key},
};

pub use v1::Membership;

pub mod v1 {
    use super::*;

    /// The fee balance itself lies on the ledger.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Membership {
        pub id: Id,
        pub team_id: Id,
        /// The patient account.
        pub member: Id,
        pub joined_at: Time,
    }
}

/// A team's members.
pub const BY_TEAM: Index<Membership> = Index::counted(1);
/// An account's memberships.
pub const BY_MEMBER: Index<Membership> = Index::counted(2);
const PAIR: Index<Membership> = Index::new(3);

impl Row for Membership {
    const TABLE: Table = Table { code: 48, name: "team_member", version: 1 };

    fn id(&self) -> Id {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_TEAM, key(&[&self.team_id]), Key::NONE);
        entries.add(&BY_MEMBER, key(&[&self.member]), Key::NONE);
        entries.add(&PAIR, key(&[&self.team_id, &self.member]), Key::NONE);
    }
}

pub fn find(db: &View, team: Id, member: Id) -> Result<Option<Membership>> {
    db.first(&PAIR, key(&[&team, &member]))
}
