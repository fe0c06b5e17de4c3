//! 任务列表 (团队): founding a team, finding one, joining and leaving as a doctor, naming the group assistant.

use serde::Serialize;

use super::dialect;
use crate::{
    base::{
        error::{Result, missing},
        id::{ClinicId, DoctorId, TeamId},
        needle::Needle,
    },
    domain::{
        team::{self, NewTeam, Team},
        team_consult::assistant,
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            DOCTOR, Endpoint, PATIENT,
            Run::{Heavy, Read, Write},
            delete, get, post, put,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post  ("own", "/team",                DOCTOR,             Write(found_team),     "创建团队"),
    get   ("own", "/team",                DOCTOR,             Heavy(list_teams),     "搜索团队名称查找团队"),
    get   ("own", "/team/{id}",           DOCTOR.or(PATIENT), Read(show_team),       "团队信息"),
    post  ("own", "/team/{id}/doctor",    DOCTOR,             Write(join_team),      "医生加入团队"),
    delete("own", "/team/{id}/doctor",    DOCTOR,             Write(leave_team),     "医生退出团队"),
    put   ("own", "/team/{id}/assistant", DOCTOR,             Write(name_assistant), "指定群助手"),
];

fn found_team(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let form = NewTeam {
        name: request.text("name", 100)?,
        introduction: request.prose_or_empty("introduction", 5_000)?,
        agreement: request.prose("agreement", 20_000)?,
        consult_fee: dialect::fen(request, "consult_fee", 0)?.ok_or_else(|| missing("consult_fee"))?,
        clinic_id: request.id_or_zero("clinic_id")?,
    };
    let team = team::found(db, cx.my_id()?, form)?;
    Reply::of(&TeamView::of(db, team)?)
}

/// Reads every team's name where one is looked for.
fn list_teams(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let found = team::find(&db, &Needle::new(&request.text_or_empty("name", 100)?), request.skip_page()?)?;
    dialect::list(found, |team| TeamView::of(&db, team))
}

/// Also for patients: who joins wants to read the agreement.
fn show_team(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&TeamView::of(db, db.need(request.path_id("id")?)?)?)
}

fn join_team(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (id, code) = (request.path_id("id")?, request.prose("code", 1_000)?);
    let team = team::invitation::join(db, &cx.app.signer, cx.my_id()?, id, &code)?;
    Reply::of(&TeamView::of(db, team)?)
}

fn leave_team(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    assistant::leave(db, cx.my_id()?, request.path_id("id")?)?;
    dialect::deleted()
}

fn name_assistant(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let team = assistant::name(db, cx.my_id()?, request.path_id("id")?, request.id("doctor_id")?)?;
    Reply::of(&TeamView::of(db, team)?)
}

/// 团队
#[derive(Serialize)]
struct TeamView {
    team_id: TeamId,
    name: String,
    introduction: String,
    /// 会员加入协议
    agreement: String,
    /// Fen.
    consult_fee: i64,
    /// `null` where the team is of no clinic.
    clinic_id: Option<ClinicId>,
    founder_id: DoctorId,
    /// 群助手
    assistant_id: DoctorId,
    /// The founder first.
    doctor_ids: Vec<DoctorId>,
    created: i64,
}

impl TeamView {
    fn of(db: &View, team: Team) -> Result<TeamView> {
        Ok(TeamView {
            team_id: team.id,
            doctor_ids: team::doctors(db, team.id)?,
            name: team.name,
            introduction: team.introduction,
            agreement: team.agreement,
            consult_fee: team.consult_fee.0,
            clinic_id: Some(team.clinic_id).filter(|id| !id.is_none()),
            founder_id: team.founder,
            assistant_id: team.assistant,
            created: team.created_at.0,
        })
    }
}
