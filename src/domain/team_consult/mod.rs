//! Team consults (咨询): a member consults a team; its group assistant brings doctors into the group.

use serde::{Deserialize, Serialize};

use crate::{
    base::{id::Id, money::Fen, time::Time},
    store::{Entries, Index, Key, Row, Table, key},
};

pub use v1::{Status, TeamConsult};

pub mod v1 {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub enum Status {
        /// 0: no doctor has been brought in yet.
        Waiting,
        /// 1
        InProcess,
        /// 2
        Finished,
        /// 3
        Cancelled,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct TeamConsult {
        pub id: Id,
        pub team_id: Id,
        /// The patient account that asked.
        pub creator: Id,
        /// For whom: the creator's own account id, or the id of one of its family members (a patient).
        pub target: Id,
        /// The text, or the address of the recording or picture.
        pub symptom_content: String,
        /// One of the IM MIME types.
        pub symptom_type: String,
        pub images: Vec<String>,
        pub status: Status,
        /// The doctors in the group, the group assistant first.
        pub doctors: Vec<Id>,
        /// The group assistant when it was created.
        pub assistant: Id,
        pub conversation_id: Id,
        /// What was paid from the fee balance, and what from the wallet.
        pub from_fees: Fen,
        pub from_wallet: Fen,
        /// Who has deleted it from their history.
        pub hidden_from: Vec<Id>,
        pub created_at: Time,
        /// When the first doctor was brought in.
        pub started_at: Option<Time>,
        /// When it was finished or cancelled.
        pub ended_at: Option<Time>,
    }
}

pub const BY_CREATOR: Index<TeamConsult> = Index::counted(1);
pub const BY_DOCTOR: Index<TeamConsult> = Index::counted(2);
pub const BY_TEAM: Index<TeamConsult> = Index::counted(3);

impl Row for TeamConsult {
    const TABLE: Table = Table { code: 49, name: "team_consult", version: 1 };

    fn id(&self) -> Id {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_CREATOR, key(&[&self.creator]), Key::NONE);
        entries.add(&BY_TEAM, key(&[&self.team_id]), Key::NONE);
        for doctor in &self.doctors {
            entries.add(&BY_DOCTOR, key(&[doctor]), Key::NONE);
        }
    }
}

impl Status {
    /// As every door prints it.
    pub const fn number(self) -> u8 {
        self as u8
    }

    pub const fn is_over(self) -> bool {
        matches!(self, Status::Finished | Status::Cancelled)
    }
}
