//! Teams of doctors who take consults together (任务列表: 团队). Who pays a fee to consult one is a [`member`].

pub mod member;

use serde::{Deserialize, Serialize};

use crate::{
    base::{error::Result, id::Id, money::Fen, time::Time},
    store::{Entries, Index, Key, Order, Row, Table, View, key},
};

pub use v1::{Team, TeamDoctor};

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Team {
        pub id: Id,
        pub name: String,
        pub introduction: String,
        /// What a member accepts when joining (会员加入协议).
        pub agreement: String,
        /// What a consult costs.
        pub consult_fee: Fen,
        /// The founder's clinic, 0 for none.
        pub clinic_id: Id,
        pub founder: Id,
        /// The group assistant (群助手), a doctor of the team: the founder unless another is named.
        pub assistant: Id,
        pub created_at: Time,
    }

    /// A doctor's place in a team, the founder's too.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct TeamDoctor {
        pub id: Id,
        pub team_id: Id,
        pub doctor_id: Id,
        /// Who invited the doctor; 0 for the founder.
        pub invited_by: Id,
        pub joined_at: Time,
    }
}

/// The doctors of a team, the founder first.
pub const BY_TEAM: Index<TeamDoctor> = Index::counted(1);
/// A doctor's teams.
pub const BY_DOCTOR: Index<TeamDoctor> = Index::counted(2);
const PLACE: Index<TeamDoctor> = Index::new(3);

impl Row for Team {
    const TABLE: Table = Table { code: 46, name: "team", version: 1 };

    fn id(&self) -> Id {
        self.id
    }

    fn index(&self, _entries: &mut Entries) {}
}

impl Row for TeamDoctor {
    const TABLE: Table = Table { code: 47, name: "team_doctor", version: 1 };

    fn id(&self) -> Id {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_TEAM, key(&[&self.team_id]), Key::NONE);
        entries.add(&BY_DOCTOR, key(&[&self.doctor_id]), Key::NONE);
        entries.add(&PLACE, key(&[&self.team_id, &self.doctor_id]), Key::NONE);
    }
}

/// A doctor's place in a team, if there is one.
pub fn place(db: &View, team: Id, doctor: Id) -> Result<Option<TeamDoctor>> {
    db.first(&PLACE, key(&[&team, &doctor]))
}

/// The doctors of a team, the founder first.
pub fn doctors(db: &View, team: Id) -> Result<Vec<Id>> {
    db.rows(&BY_TEAM, key(&[&team]), Order::Oldest).map(|place| place.map(|place: TeamDoctor| place.doctor_id)).collect()
}

/// Whether the two are doctors of one team.
pub fn colleagues(db: &View, one: Id, other: Id) -> Result<bool> {
    for mine in db.rows(&BY_DOCTOR, key(&[&one]), Order::Oldest) {
        let mine: TeamDoctor = mine?;
        if place(db, mine.team_id, other)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
