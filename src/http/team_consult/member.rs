//! 任务列表 (会员, 剩余会费): joining a team as a member, its members and what they keep with it.

use serde::Serialize;

use super::dialect;
use crate::{
    base::{error::Result, id::Id, money::Fen},
    domain::{
        money::expense,
        relations::privacy,
        team::{
            self,
            member::{self, TeamMembership},
        },
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            DOCTOR, Endpoint, PATIENT,
            Run::{Heavy, Read, Write},
            get, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("own", "/team/{id}/member",      PATIENT, Write(join_as_member),    "会员加入团队"),
    get ("own", "/team/{id}/member",      DOCTOR,  Read(list_members),       "团队会员列表"),
    get ("own", "/team/{id}/fee_balance", DOCTOR,  Heavy(list_fee_balances), "剩余会费"),
];

/// A fee that is not named is nothing: membership without money in advance.
fn join_as_member(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (team, accepted) = (request.path_id("id")?, request.flag_or_none("agreement_accepted")?.unwrap_or(false));
    let fee = dialect::fen(request, "fee", 0)?.unwrap_or(Fen::ZERO);
    let membership = member::join(db, cx.my_id()?, team, accepted, fee)?;
    Reply::of(&JoinedView {
        team_id: team,
        member_id: membership.member,
        fee_balance: expense::fee_balance(db, team, membership.member)?.0,
        joined: membership.joined_at.0,
    })
}

#[derive(Serialize)]
struct JoinedView {
    team_id: Id,
    member_id: Id,
    /// Fen.
    fee_balance: i64,
    joined: i64,
}

fn list_members(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let team = team::need_of(db, cx.my_id()?, request.path_id("id")?)?;
    dialect::list(member::list(db, team.id, request.skip_page()?)?, |membership| MemberView::of(cx, db, membership))
}

/// The sum is of all members, not of the page alone.
fn list_fee_balances(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let team = team::need_of(&db, cx.my_id()?, request.path_id("id")?)?;
    let page = member::list(&db, team.id, request.skip_page()?)?.try_map(|membership| MemberView::of(cx, &db, membership))?;
    Reply::of(&FeesView { items: page.items, total: page.total, total_fen: member::total_fees(&db, team.id)?.0 })
}

#[derive(Serialize)]
struct FeesView {
    items: Vec<MemberView>,
    total: u64,
    total_fen: i64,
}

/// A member, as the team's doctors see it.
#[derive(Serialize)]
struct MemberView {
    member_id: Id,
    name: String,
    /// Fen.
    fee_balance: i64,
    joined: i64,
}

impl MemberView {
    fn of(cx: &Cx, db: &View, membership: TeamMembership) -> Result<MemberView> {
        Ok(MemberView {
            member_id: membership.member,
            name: privacy::name(db, cx.my_id()?, membership.member)?,
            fee_balance: expense::fee_balance(db, membership.team_id, membership.member)?.0,
            joined: membership.joined_at.0,
        })
    }
}
