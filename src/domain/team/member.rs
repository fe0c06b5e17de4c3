//! Members: patients who have accepted a team's agreement and keep a fee balance with it.

use serde::{Deserialize, Serialize};

use super::{Team, need_open};
use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{AccountId, Id, MembershipId, PatientAccountId, TeamId, kind},
        money::Fen,
        page::{Page, Slice},
        time::Time,
    },
    domain::{
        directory::display_name,
        identity::account::{self, Role},
        money::{
            expense,
            ledger::{self, Holder},
        },
        notice::notification::{self, Facts, Movement, People},
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const AGREEMENT_NOT_ACCEPTED: Reason = Reason::new(Kind::Rule, "agreement_not_accepted", "请先阅读并同意会员加入协议");

pub use v1::TeamMembership;

pub mod v1 {
    use super::*;

    /// The fee balance itself lies on the ledger.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct TeamMembership {
        pub id: MembershipId,
        pub team_id: TeamId,
        /// The patient account.
        pub member: PatientAccountId,
        pub joined_at: Time,
    }
}

/// A team's members.
pub const BY_TEAM: Index<TeamMembership> = Index::counted(1);
/// An account's memberships.
pub const BY_MEMBER: Index<TeamMembership> = Index::counted(2);
const PAIR: Index<TeamMembership> = Index::new(3);

impl Row for TeamMembership {
    type Kind = kind::Membership;

    const TABLE: Table = Table { code: 48, name: "team_member", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.member.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.needs(self.team_id).needs(self.member);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_TEAM, key(&[&self.team_id]), Key::NONE);
        entries.add(&BY_MEMBER, key(&[&self.member]), Key::NONE);
        entries.add(&PAIR, key(&[&self.team_id, &self.member]), Key::NONE);
    }
}

pub fn find(db: &View, team: TeamId, member: PatientAccountId) -> Result<Option<TeamMembership>> {
    db.first(&PAIR, key(&[&team, &member]))
}

/// A patient accepts the team's agreement and moves a fee from the wallet to the fee balance there. Joining again tops it up.
///
/// Errors: `not_found`, `agreement_not_accepted`, `team_closed`, `insufficient_balance`.
pub fn join(db: &mut Tx, member: PatientAccountId, team: TeamId, agreement_accepted: bool, fee: Fen) -> Result<TeamMembership> {
    let (team, member): (Team, _) = (db.need(team)?, account::need(db, member.account(), Role::Patient)?.id);
    if !agreement_accepted {
        return Err(AGREEMENT_NOT_ACCEPTED.err());
    }
    need_open(db, &team)?;
    let (membership, movement) = match find(db, team.id, member.patient_account())? {
        Some(membership) => (membership, (fee > Fen::ZERO).then_some(Movement::FeeToppedUp)),
        None => (
            TeamMembership { id: db.next_id()?, team_id: team.id, member: member.patient_account(), joined_at: db.now },
            Some(Movement::MemberJoined),
        ),
    };
    expense::pay_in(db, member.patient_account(), team.id, fee, membership.id)?;
    db.put(&membership)?;
    if let Some(movement) = movement {
        let people = People { patient: member.patient_account(), group_assistant: team.assistant, ..People::default() };
        let facts = Facts { team: team.name, patient: display_name::name(db, member)?, amount: fee.yuan(), ..Facts::default() };
        notification::tell(db, movement, &people, &facts)?;
    }
    Ok(membership)
}

/// A team's members, newest first.
pub fn list(db: &View, team: TeamId, page: Page) -> Result<Slice<TeamMembership>> {
    db.page(&BY_TEAM, key(&[&team]), page)
}

/// A patient's memberships, the newest first.
/// How many members a team has.
pub fn count_of(db: &View, team: TeamId) -> Result<u64> {
    db.count(&BY_TEAM, key(&[&team]))
}

pub fn of_member(db: &View, member: PatientAccountId, page: Page) -> Result<Slice<TeamMembership>> {
    db.page(&BY_MEMBER, key(&[&member]), page)
}

/// What a team's members keep with it, all together.
pub fn total_fees(db: &View, team: TeamId) -> Result<Fen> {
    let mut total = Fen::ZERO;
    for membership in db.rows(&BY_TEAM, key(&[&team]), Order::Oldest) {
        total = total + expense::fee_balance(db, team, membership?.member)?;
    }
    Ok(total)
}

/// The memberships of one account become another's, with what lies on them.
pub fn hand_over(db: &mut Tx, from: PatientAccountId, to: PatientAccountId) -> Result<()> {
    let memberships: Vec<TeamMembership> = db.rows(&BY_MEMBER, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    for membership in memberships {
        let team = membership.team_id;
        let left = expense::fee_balance(db, team, from)?;
        if left > Fen::ZERO {
            ledger::transfer(
                db,
                Holder::FeeBalance { team, member: from },
                Holder::FeeBalance { team, member: to },
                left,
                membership.id.any(),
            )?;
        }
        match find(db, team, to)? {
            Some(_) => db.delete::<TeamMembership>(membership.id)?,
            None => db.put(&TeamMembership { member: to, ..membership })?,
        }
    }
    Ok(())
}
