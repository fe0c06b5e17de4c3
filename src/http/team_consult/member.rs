//! 任务列表 (会员, 剩余会费): finding and joining a team as a member, its members and what they keep with it.

use serde::Serialize;

use super::dialect;
use crate::{
    base::{
        error::Result,
        id::{DoctorId, PatientAccountId, TeamId},
        money::Fen,
    },
    domain::{
        care::consent::{self, Origin},
        directory::doctor,
        money::expense,
        relations::privacy,
        team::{
            self, Team, invitation,
            member::{self, TeamMembership},
        },
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            DOCTOR, Endpoint, PATIENT,
            Run::{Heavy, Read, Search, Write},
            get, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("own", "/team/{id}/member",      PATIENT, Write(join_as_member),    "会员加入团队"),
    get ("own", "/member/team",           PATIENT, Read(list_own_teams),     "我加入的团队"),
    get ("own", "/team/search",           PATIENT, Search(search_teams),     "患者搜索团队"),
    post("own", "/team/join",             PATIENT, Read(read_invitation),    "凭邀请码查看团队"),
    get ("own", "/team/{id}/member",      DOCTOR,  Read(list_members),       "团队会员列表"),
    get ("own", "/team/{id}/fee_balance", DOCTOR,  Heavy(list_fee_balances), "剩余会费"),
];

/// A fee that is not named is nothing: membership without money in advance.
fn join_as_member(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (team, accepted) = (request.path_id("id")?, request.flag_or_none("agreement_accepted")?.unwrap_or(false));
    let fee = dialect::fen(request, "fee", 0)?.unwrap_or(Fen::ZERO);
    let membership = member::join(db, cx.my_id()?, team, accepted, fee)?;
    let origin = Origin {
        address: cx.address.to_string(),
        client: request.header("user-agent").unwrap_or_default().chars().take(200).collect(),
        paper: String::new(),
    };
    consent::accept_agreement(db, membership.member, team, &db.need::<Team>(team)?.agreement, origin)?;
    Reply::of(&JoinedView {
        team_id: team,
        member_id: membership.member,
        fee_balance: expense::fee_balance(db, team, membership.member)?.0,
        joined: membership.joined_at.0,
    })
}

#[derive(Serialize)]
struct JoinedView {
    team_id: TeamId,
    member_id: PatientAccountId,
    /// Fen.
    fee_balance: i64,
    joined: i64,
}

/// The teams that one belongs to, the newest membership first.
fn list_own_teams(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    dialect::list(member::of_member(db, cx.my_id()?, request.skip_page()?)?, |membership| OwnTeamView::of(db, membership))
}

#[derive(Serialize)]
struct OwnTeamView {
    team_id: TeamId,
    name: String,
    introduction: String,
    /// Fen, both.
    consult_fee: i64,
    fee_balance: i64,
    joined: i64,
}

impl OwnTeamView {
    fn of(db: &View, membership: TeamMembership) -> Result<OwnTeamView> {
        let team: Team = db.need(membership.team_id)?;
        Ok(OwnTeamView {
            team_id: team.id,
            name: team.name,
            introduction: team.introduction,
            consult_fee: team.consult_fee.0,
            fee_balance: expense::fee_balance(db, team.id, membership.member)?.0,
            joined: membership.joined_at.0,
        })
    }
}

/// By name or its sound; those that take no consults are left out.
fn search_teams(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let me = cx.my_id()?;
    let found = team::find_open(db, &cx.app.index, &request.text_or_empty("q", 100)?, request.skip_page()?)?;
    dialect::list(found, |team| {
        let joined = member::find(db, team.id, me)?.is_some();
        Ok(FoundTeamView { team: PublicTeamView::of(db, &team)?, joined })
    })
}

#[derive(Serialize)]
struct FoundTeamView {
    #[serde(flatten)]
    team: PublicTeamView,
    /// Whether one is a member.
    joined: bool,
}

/// What an invitation is to: agreement and fee follow where one joins.
fn read_invitation(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let team = invitation::team_of(db, &cx.app.signer, &request.text("code", 1_000)?)?;
    Reply::of(&InvitingTeamView { team: PublicTeamView::of(db, &team)?, agreement: team.agreement })
}

#[derive(Serialize)]
struct InvitingTeamView {
    #[serde(flatten)]
    team: PublicTeamView,
    /// 会员加入协议
    agreement: String,
}

/// A team, as those see it who are not in it.
#[derive(Serialize)]
struct PublicTeamView {
    team_id: TeamId,
    name: String,
    introduction: String,
    /// Fen.
    consult_fee: i64,
    doctors: Vec<TeamDoctorView>,
}

#[derive(Serialize)]
struct TeamDoctorView {
    member_id: DoctorId,
    name: String,
    avatar: String,
    job_position: String,
}

impl PublicTeamView {
    fn of(db: &View, team: &Team) -> Result<PublicTeamView> {
        let doctors = team::active_doctors(db, team.id)?.into_iter().map(|id| {
            let doctor = doctor::profile(db, id)?;
            Ok(TeamDoctorView { member_id: id, name: doctor.name, avatar: doctor.avatar, job_position: doctor.job_position })
        });
        Ok(PublicTeamView {
            team_id: team.id,
            name: team.name.clone(),
            introduction: team.introduction.clone(),
            consult_fee: team.consult_fee.0,
            doctors: doctors.collect::<Result<_>>()?,
        })
    }
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
    member_id: PatientAccountId,
    name: String,
    /// Fen.
    fee_balance: i64,
    joined: i64,
}

impl MemberView {
    fn of(cx: &Cx, db: &View, membership: TeamMembership) -> Result<MemberView> {
        Ok(MemberView {
            member_id: membership.member,
            name: privacy::name(db, cx.my_id()?, membership.member.account())?,
            fee_balance: expense::fee_balance(db, membership.team_id, membership.member)?.0,
            joined: membership.joined_at.0,
        })
    }
}
