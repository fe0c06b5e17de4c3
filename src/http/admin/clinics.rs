//! `/admin/clinics`: where doctors of teams work together. `/admin/teams`: the teams and what a consult costs.

use serde::Serialize;

use super::{
    form,
    listing::{self, Asked},
};
use crate::{
    base::{
        error::{Result, missing},
        id::{ClinicId, DoctorId, TeamId},
        money::{Fen, MOST},
    },
    domain::{
        clinic_wide::removal,
        directory::{
            clinic::{self, Clinic, ClinicChange},
            display_name,
        },
        identity::audit::{self, Action, Subject},
        team::{self, NewTeam, Team, TeamChange, member},
        team_consult::assistant,
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Read, Write},
            delete, get, patch, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/clinics",      ADMIN, Heavy(list_clinics),  "诊所列表"),
    post  ("admin", "/admin/clinics",      ADMIN, Write(create_clinic), "新增诊所"),
    get   ("admin", "/admin/clinics/{id}", ADMIN, Read(show_clinic),    "诊所详情"),
    patch ("admin", "/admin/clinics/{id}", ADMIN, Write(change_clinic), "修改诊所"),
    delete("admin", "/admin/clinics/{id}", ADMIN, Write(remove_clinic), "删除诊所"),
    get   ("admin", "/admin/teams",        ADMIN, Heavy(list_teams),    "团队列表"),
    post  ("admin", "/admin/teams",        ADMIN, Write(create_team),   "新增团队"),
    get   ("admin", "/admin/teams/{id}",   ADMIN, Read(show_team),      "团队详情"),
    patch ("admin", "/admin/teams/{id}",   ADMIN, Write(change_team),   "修改团队"),
    delete("admin", "/admin/teams/{id}",   ADMIN, Write(remove_team),   "删除团队"),
];

fn list_clinics(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, asked) = (cx.view(), Asked::of(request)?);
    listing::reply(clinic::find(&db, &asked.needle, asked.page)?, |clinic| ClinicView::of(&db, clinic))
}

fn create_clinic(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let clinic = clinic::found(db, request.id("founder_id")?, request.text("name", 100)?, request.prose_or_empty("introduction", 5_000)?)?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::Clinic, clinic.id)?;
    Reply::bare(201, &ClinicView::of(db, clinic)?)
}

fn show_clinic(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&ClinicView::of(db, db.need(request.path_id("id")?)?)?)
}

fn change_clinic(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let clinic: Clinic = db.need(request.path_id("id")?)?;
    let form = ClinicChange {
        name: form::filled(request, "name", 100)?,
        introduction: form::prose(request, "introduction", 5_000)?,
        supervisor: request.id_or_none("supervisor_id")?,
        doctors: doctors(request)?,
    };
    let clinic = clinic::change(db, clinic, form)?;
    audit::note(db, &cx.actor()?, Action::Update, Subject::Clinic, clinic.id)?;
    Reply::of(&ClinicView::of(db, clinic)?)
}

/// All of the clinic's doctors, also those who stay.
fn doctors(request: &Request) -> Result<Option<Vec<DoctorId>>> {
    match request.names("doctor_ids") {
        true => Ok(Some(request.ids_or_none("doctor_ids", 1_000)?.unwrap_or_default())),
        false => Ok(None),
    }
}

fn remove_clinic(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let id = request.path_id("id")?;
    removal::clinic(db, id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::Clinic, id)?;
    Reply::empty()
}

#[derive(Serialize)]
struct ClinicView {
    id: ClinicId,
    name: String,
    introduction: String,
    founder_id: DoctorId,
    founder_name: String,
    supervisor_id: DoctorId,
    supervisor_name: String,
    /// The founder first.
    doctor_ids: Vec<DoctorId>,
    created_at: String,
}

impl ClinicView {
    fn of(db: &View, clinic: Clinic) -> Result<ClinicView> {
        Ok(ClinicView {
            id: clinic.id,
            founder_name: display_name::name(db, clinic.founder.account())?,
            supervisor_name: display_name::name(db, clinic.supervisor.account())?,
            doctor_ids: clinic.doctors.iter().map(|place| place.doctor).collect(),
            name: clinic.name,
            introduction: clinic.introduction,
            founder_id: clinic.founder,
            supervisor_id: clinic.supervisor,
            created_at: clinic.created_at.rfc3339(),
        })
    }
}

fn list_teams(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, asked) = (cx.view(), Asked::of(request)?);
    listing::reply(team::find(&db, &asked.needle, asked.page)?, |team| TeamView::of(&db, team))
}

fn create_team(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let form = NewTeam {
        name: request.text("name", 100)?,
        introduction: request.prose_or_empty("introduction", 5_000)?,
        agreement: request.prose("agreement", 20_000)?,
        consult_fee: consult_fee(request)?.ok_or_else(|| missing("consult_fee"))?,
        clinic_id: request.id_or_zero("clinic_id")?,
    };
    let team = team::found(db, request.id("founder_id")?, form)?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::Team, team.id)?;
    Reply::bare(201, &TeamView::of(db, team)?)
}

fn show_team(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&TeamView::of(db, db.need(request.path_id("id")?)?)?)
}

fn change_team(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let team: Team = db.need(request.path_id("id")?)?;
    let form = TeamChange {
        name: form::filled(request, "name", 100)?,
        introduction: form::prose(request, "introduction", 5_000)?,
        agreement: form::filled_prose(request, "agreement", 20_000)?,
        consult_fee: consult_fee(request)?,
        clinic_id: form::reference(request, "clinic_id")?,
        assistant: request.id_or_none("assistant_id")?,
    };
    let team = assistant::change(db, team, form)?;
    audit::note(db, &cx.actor()?, Action::Update, Subject::Team, team.id)?;
    Reply::of(&TeamView::of(db, team)?)
}

fn remove_team(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let id = request.path_id("id")?;
    removal::team(db, id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::Team, id)?;
    Reply::empty()
}

fn consult_fee(request: &Request) -> Result<Option<Fen>> {
    Ok(request.amount("consult_fee", 0..=MOST.0)?.map(Fen))
}

#[derive(Serialize)]
struct TeamView {
    id: TeamId,
    name: String,
    introduction: String,
    agreement: String,
    /// Fen.
    consult_fee: i64,
    /// 0 where the team is of no clinic.
    clinic_id: ClinicId,
    clinic_name: String,
    founder_id: DoctorId,
    founder_name: String,
    assistant_id: DoctorId,
    assistant_name: String,
    /// The founder first.
    doctor_ids: Vec<DoctorId>,
    member_count: u64,
    created_at: String,
}

impl TeamView {
    fn of(db: &View, team: Team) -> Result<TeamView> {
        Ok(TeamView {
            id: team.id,
            clinic_name: db.get::<Clinic>(team.clinic_id)?.map(|clinic| clinic.name).unwrap_or_default(),
            founder_name: display_name::name(db, team.founder.account())?,
            assistant_name: display_name::name(db, team.assistant.account())?,
            doctor_ids: team::doctors(db, team.id)?,
            member_count: member::count_of(db, team.id)?,
            name: team.name,
            introduction: team.introduction,
            agreement: team.agreement,
            consult_fee: team.consult_fee.0,
            clinic_id: team.clinic_id,
            founder_id: team.founder,
            assistant_id: team.assistant,
            created_at: team.created_at.rfc3339(),
        })
    }
}
