//! 团队收入: what a team has handled and earned, and withdrawing it.

use serde::Serialize;

use super::dialect;
use crate::{
    base::{
        error::{NOT_FOUND, Result},
        id::{DoctorId, TeamId, WithdrawalId},
        month::Month,
    },
    domain::team_consult::{
        income::{self, Income, MonthRecord, Share, Summary},
        withdrawal::{self, Withdrawal},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            DOCTOR, Endpoint,
            Run::{Heavy, Read, Write},
            get, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get ("own", "/team/{id}/consult_summary",     DOCTOR, Read(summarize),         "团队咨询历史汇总"),
    get ("own", "/team/{id}/income",              DOCTOR, Heavy(show_income),       "团队收入"),
    get ("own", "/team/{id}/withdrawal",          DOCTOR, Read(list_withdrawals),  "提现历史"),
    post("own", "/team/{id}/withdrawal",          DOCTOR, Write(ask_withdrawal),   "申请提现"),
    get ("own", "/team/{id}/withdrawal/{month}",  DOCTOR, Heavy(show_month),        "具体月份记录"),
];

fn summarize(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&SummaryView::from(income::summary(db, cx.my_id()?, request.path_id("id")?)?))
}

/// Reads every member's fee balance, and all that the team did in a month.
fn show_income(cx: &Cx, request: &Request) -> Result<Reply> {
    Reply::of(&IncomeView::from(income::of(&cx.view(), cx.my_id()?, request.path_id("id")?)?))
}

fn list_withdrawals(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let found = withdrawal::list(db, cx.my_id()?, request.path_id("id")?, request.skip_page()?)?;
    dialect::list(found, |withdrawal| Ok(WithdrawalView::from(withdrawal)))
}

fn ask_withdrawal(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let withdrawal = withdrawal::ask(db, cx.my_id()?, request.path_id("id")?)?;
    Reply::of(&WithdrawalView::from(withdrawal))
}

/// What is no month names nothing, as everywhere in paths.
fn show_month(cx: &Cx, request: &Request) -> Result<Reply> {
    let month = Month::parse(request.segment("month")).ok_or_else(|| NOT_FOUND.err())?;
    Reply::of(&MonthView::from(income::of_month(&cx.view(), cx.my_id()?, request.path_id("id")?, month)?))
}

// All amounts are fen, months `2026-11`.

#[derive(Serialize)]
struct SummaryView {
    total_income: i64,
    consult_count: u64,
    my_consult_count: u64,
    my_vas_count: u64,
}

impl From<Summary> for SummaryView {
    fn from(summary: Summary) -> SummaryView {
        SummaryView {
            total_income: summary.total.0,
            consult_count: summary.consults,
            my_consult_count: summary.my_consults,
            my_vas_count: summary.my_vas,
        }
    }
}

#[derive(Serialize)]
struct ShareView {
    doctor_id: DoctorId,
    name: String,
    consult_count: u64,
    vas_amount: i64,
}

impl From<Share> for ShareView {
    fn from(share: Share) -> ShareView {
        ShareView { doctor_id: share.doctor_id, name: share.name, consult_count: share.consults, vas_amount: share.vas_amount.0 }
    }
}

fn shares(shares: Vec<Share>) -> Vec<ShareView> {
    shares.into_iter().map(ShareView::from).collect()
}

#[derive(Serialize)]
struct IncomeView {
    /// Last month, which everything but `this_month` and `remaining_fees` is about.
    month: String,
    /// What can be withdrawn of it; 0 once the days for that are over.
    withdrawable: i64,
    /// Whether today is one of those days.
    withdrawal_open: bool,
    this_month: i64,
    /// What all members keep with the team.
    remaining_fees: i64,
    doctors: Vec<ShareView>,
}

impl From<Income> for IncomeView {
    fn from(income: Income) -> IncomeView {
        IncomeView {
            month: income.last_month.month.to_string(),
            withdrawable: income.withdrawable.0,
            withdrawal_open: income.is_open,
            this_month: income.this_month.0,
            remaining_fees: income.remaining_fees.0,
            doctors: shares(income.last_month.shares),
        }
    }
}

#[derive(Serialize)]
struct MonthView {
    month: String,
    income: i64,
    /// Of that, with the administrator's consent.
    withdrawn: i64,
    /// Of that, waiting for the administrator.
    pending: i64,
    doctors: Vec<ShareView>,
}

impl From<MonthRecord> for MonthView {
    fn from(record: MonthRecord) -> MonthView {
        MonthView {
            month: record.month.to_string(),
            income: record.income.0,
            withdrawn: record.withdrawn.0,
            pending: record.pending.0,
            doctors: shares(record.shares),
        }
    }
}

#[derive(Serialize)]
struct WithdrawalView {
    withdrawal_id: WithdrawalId,
    team_id: TeamId,
    month: String,
    amount: i64,
    /// 0 waits for the administrator, 1 approved, 2 rejected.
    status: u8,
    /// Epoch milliseconds, also of the decision.
    created: i64,
    decided: Option<i64>,
}

impl From<Withdrawal> for WithdrawalView {
    fn from(withdrawal: Withdrawal) -> WithdrawalView {
        WithdrawalView {
            withdrawal_id: withdrawal.id,
            team_id: withdrawal.team_id,
            month: withdrawal.month.to_string(),
            amount: withdrawal.amount.0,
            status: withdrawal.status.number(),
            created: withdrawal.created_at.0,
            decided: withdrawal.decided_at.map(|at| at.0),
        }
    }
}
