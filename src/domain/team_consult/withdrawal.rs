//! Withdrawals (提现): on the first days of a month (`team.withdrawal_days`) the founder takes out all that the team earned in the month
//! before. What is not taken then stays where it is.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{AccountId, DoctorId, Id, TeamId, WithdrawalId, kind},
        money::Fen,
        month::Month,
        page::{Page, Slice},
        time::Time,
    },
    domain::{
        identity::account,
        money::ledger::{self, Holder},
        notice::notification::{self, Facts, Movement, People},
        team::{self, Team},
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub use v1::{Withdrawal, WithdrawalStatus};

pub const FOUNDER_ONLY: Reason = Reason::new(Kind::Forbidden, "founder_only", "只有团队创始人可以操作");
pub const WITHDRAWAL_CLOSED: Reason = Reason::new(Kind::Rule, "withdrawal_closed", "当前不在可提现日期内");
pub const NOTHING_TO_WITHDRAW: Reason = Reason::new(Kind::Rule, "nothing_to_withdraw", "上个月没有可提现的收入");
pub const WITHDRAWAL_DECIDED: Reason = Reason::new(Kind::Conflict, "withdrawal_decided", "该提现申请已处理，不能重复操作");

pub mod v1 {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum WithdrawalStatus {
        /// 0: waits for the administrator.
        Pending,
        /// 1
        Approved,
        /// 2: the money is the month's income again.
        Rejected,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Withdrawal {
        pub id: WithdrawalId,
        pub team_id: TeamId,
        /// Who asked.
        pub founder: DoctorId,
        /// The month whose income it is.
        pub month: Month,
        pub amount: Fen,
        pub status: WithdrawalStatus,
        pub created_at: Time,
        pub decided_at: Option<Time>,
    }
}

pub(super) const BY_TEAM: Index<Withdrawal> = Index::counted(1);
const BY_MONTH: Index<Withdrawal> = Index::new(2);
/// A team's, by status.
const BY_STATUS: Index<Withdrawal> = Index::new(3);

impl Row for Withdrawal {
    type Kind = kind::Withdrawal;

    const TABLE: Table = Table { code: 51, name: "withdrawal", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Money(self.created_at)
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.founder.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.needs(self.team_id).needs(self.founder);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_TEAM, key(&[&self.team_id]), Key::NONE);
        entries.add(&BY_MONTH, key(&[&self.team_id, &self.month.0]), Key::NONE);
        entries.add(&BY_STATUS, key(&[&self.team_id, &(self.status as u8)]), Key::NONE);
    }
}

impl WithdrawalStatus {
    /// As the family prints it.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// As the administration prints it.
    pub const fn name(self) -> &'static str {
        match self {
            WithdrawalStatus::Pending => "pending",
            WithdrawalStatus::Approved => "approved",
            WithdrawalStatus::Rejected => "rejected",
        }
    }
}

/// The founder asks for all that is left of last month.
///
/// Errors: `not_found`, `not_in_team`, `founder_only`, `not_verified`, `withdrawal_closed`, `nothing_to_withdraw`.
pub fn ask(db: &mut Tx, founder: DoctorId, team: TeamId) -> Result<Withdrawal> {
    let team = team::need_of(db, founder, team)?;
    if team.founder != founder {
        return Err(FOUNDER_ONLY.err());
    }
    account::need_verified(db, founder.account())?;
    let (zone, days) = (&db.settings.clinic.zone, db.settings.team.withdrawal_days);
    if !days.contains(zone.today(db.now).day()) {
        return Err(WITHDRAWAL_CLOSED.with(format!("每月 {} 日至 {} 日可提现上个月的收入", days.from, days.to)));
    }
    let month = Month::of(zone, db.now).previous();
    let amount = left(db, team.id, month)?;
    if amount == Fen::ZERO {
        return Err(NOTHING_TO_WITHDRAW.err());
    }
    let id = db.next_id()?;
    let withdrawal = Withdrawal {
        id,
        team_id: team.id,
        founder,
        month,
        amount,
        status: WithdrawalStatus::Pending,
        created_at: db.now,
        decided_at: None,
    };
    ledger::transfer(db, Holder::TeamIncome { team: team.id, month: month.0 }, Holder::Withdrawing(id), amount, id.any())?;
    db.put(&withdrawal)?;
    tell_of_withdrawal(db, Movement::WithdrawalAsked, &withdrawal)?;
    Ok(withdrawal)
}

/// The administrator pays it out. Errors: `not_found`, `withdrawal_decided`.
pub fn approve(db: &mut Tx, id: WithdrawalId) -> Result<Withdrawal> {
    let withdrawal = decide(db, id, WithdrawalStatus::Approved)?;
    ledger::transfer(db, Holder::Withdrawing(id), Holder::Withdrawn(withdrawal.team_id), withdrawal.amount, id.any())?;
    tell_of_withdrawal(db, Movement::WithdrawalApproved, &withdrawal)?;
    Ok(withdrawal)
}

/// The administrator refuses: the founder can ask again while the days of withdrawal last. Errors: `not_found`, `withdrawal_decided`.
pub fn reject(db: &mut Tx, id: WithdrawalId) -> Result<Withdrawal> {
    let withdrawal = decide(db, id, WithdrawalStatus::Rejected)?;
    let to = Holder::TeamIncome { team: withdrawal.team_id, month: withdrawal.month.0 };
    ledger::transfer(db, Holder::Withdrawing(id), to, withdrawal.amount, id.any())?;
    tell_of_withdrawal(db, Movement::WithdrawalRejected, &withdrawal)?;
    Ok(withdrawal)
}

/// A team's withdrawals, newest first, for its doctors. Errors: `not_found`, `not_in_team`.
pub fn list(db: &View, doctor: DoctorId, team: TeamId, page: Page) -> Result<Slice<Withdrawal>> {
    let team = team::need_of(db, doctor, team)?;
    db.page(&BY_TEAM, key(&[&team.id]), page)
}

/// What was withdrawn of a month's income, and what waits.
pub(super) fn taken(db: &View, team: TeamId, month: Month) -> Result<(Fen, Fen)> {
    let (mut withdrawn, mut pending) = (Fen::ZERO, Fen::ZERO);
    for withdrawal in db.rows(&BY_MONTH, key(&[&team, &month.0]), Order::Oldest) {
        let withdrawal: Withdrawal = withdrawal?;
        match withdrawal.status {
            WithdrawalStatus::Approved => withdrawn = withdrawn + withdrawal.amount,
            WithdrawalStatus::Pending => pending = pending + withdrawal.amount,
            WithdrawalStatus::Rejected => {}
        }
    }
    Ok((withdrawn, pending))
}

/// What waits for the administrator.
pub(super) fn waiting(db: &View, team: TeamId) -> Result<Fen> {
    let waiting = db.rows(&BY_STATUS, key(&[&team, &(WithdrawalStatus::Pending as u8)]), Order::Oldest);
    waiting
        .map(|withdrawal| withdrawal.map(|withdrawal: Withdrawal| withdrawal.amount))
        .try_fold(Fen::ZERO, |sum, amount| Ok(sum + amount?))
}

fn decide(db: &mut Tx, id: WithdrawalId, status: WithdrawalStatus) -> Result<Withdrawal> {
    let withdrawal: Withdrawal = db.need(id)?;
    if withdrawal.status != WithdrawalStatus::Pending {
        return Err(WITHDRAWAL_DECIDED.err());
    }
    let withdrawal = Withdrawal { status, decided_at: Some(db.now), ..withdrawal };
    db.put(&withdrawal)?;
    Ok(withdrawal)
}

/// Tells the team's founder.
fn tell_of_withdrawal(db: &mut Tx, movement: Movement, withdrawal: &Withdrawal) -> Result<()> {
    let team: Team = db.need(withdrawal.team_id)?;
    let facts = Facts { team: team.name, month: withdrawal.month.said(), amount: withdrawal.amount.yuan(), ..Facts::default() };
    notification::tell(db, movement, &People { founder: team.founder, ..People::default() }, &facts)
}

/// What is left of a month's income.
pub(super) fn left(db: &View, team: TeamId, month: Month) -> Result<Fen> {
    ledger::balance(db, Holder::TeamIncome { team, month: month.0 })
}
