//! `/admin/withdrawals`: what teams want to take out, and the administrator's word on it.

use serde::Serialize;

use super::{
    form,
    listing::{self, Listing},
};
use crate::{
    base::{
        error::Result,
        id::{DoctorId, TeamId, WithdrawalId},
        time::Time,
    },
    domain::{
        directory::doctor,
        identity::audit::{self, Action, Subject},
        team_consult::{
            administration::{self, team_name},
            withdrawal::{self, Withdrawal, WithdrawalStatus},
        },
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Read, Write},
            get, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get ("admin", "/admin/withdrawals",              ADMIN, Heavy(list_withdrawals),   "提现列表"),
    get ("admin", "/admin/withdrawals/{id}",         ADMIN, Read(show_withdrawal),     "提现详情"),
    post("admin", "/admin/withdrawals/{id}/approve", ADMIN, Write(approve_withdrawal), "同意提现"),
    post("admin", "/admin/withdrawals/{id}/reject",  ADMIN, Write(reject_withdrawal),  "驳回提现"),
];

const STATUSES: &[(&str, WithdrawalStatus)] =
    &[("pending", WithdrawalStatus::Pending), ("approved", WithdrawalStatus::Approved), ("rejected", WithdrawalStatus::Rejected)];

const LISTING: Listing<Withdrawal> = Listing {
    filters: &["team_id", "status"],
    time: Some(|row| row.created_at),
    sorts: &[
        ("id", |_, row| Ok(row.id.into())),
        ("team_name", |db, row| Ok(team_name(db, row.team_id)?.as_str().into())),
        ("month", |_, row| Ok(row.month.to_string().as_str().into())),
        ("amount", |_, row| Ok(row.amount.into())),
        ("status", |_, row| Ok(row.status.name().into())),
        ("created_at", |_, row| Ok(row.created_at.into())),
        ("decided_at", |_, row| Ok(row.decided_at.into())),
    ],
};

fn list_withdrawals(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let (team, status) = (request.id_or_none("team_id")?, form::choice(request, "status", STATUSES)?);
    let found = LISTING.find(&db, request, |asked| administration::find_withdrawals(&db, team, status, &asked.needle, asked.page))?;
    listing::reply(found, |row| WithdrawalView::of(&db, row))
}

fn show_withdrawal(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&WithdrawalView::of(db, db.need(request.path_id("id")?)?)?)
}

fn approve_withdrawal(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row = withdrawal::approve(db, request.path_id("id")?)?;
    audit::note(db, &cx.actor()?, Action::Approve, Subject::Withdrawal, row.id)?;
    Reply::of(&WithdrawalView::of(db, row)?)
}

fn reject_withdrawal(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row = withdrawal::reject(db, request.path_id("id")?)?;
    audit::note(db, &cx.actor()?, Action::Reject, Subject::Withdrawal, row.id)?;
    Reply::of(&WithdrawalView::of(db, row)?)
}

#[derive(Serialize)]
struct WithdrawalView {
    id: WithdrawalId,
    team_id: TeamId,
    team_name: String,
    founder_id: DoctorId,
    founder_name: String,
    /// `2026-11`: whose income it is.
    month: String,
    /// Fen.
    amount: i64,
    status: &'static str,
    created_at: String,
    decided_at: Option<String>,
}

impl WithdrawalView {
    fn of(db: &View, row: Withdrawal) -> Result<WithdrawalView> {
        Ok(WithdrawalView {
            id: row.id,
            team_id: row.team_id,
            team_name: team_name(db, row.team_id)?,
            founder_id: row.founder,
            founder_name: doctor::profile(db, row.founder)?.name,
            month: row.month.to_string(),
            amount: row.amount.0,
            status: row.status.name(),
            created_at: row.created_at.rfc3339(),
            decided_at: row.decided_at.map(Time::rfc3339),
        })
    }
}
