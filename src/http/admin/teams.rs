//! `/admin/teams`: the teams and what a consult costs.

use serde::Serialize;

use super::{
    form,
    listing::{Asked, Listing},
    resource::{self, Resource},
};
use crate::{
    base::{
        error::{Result, missing},
        id::{ClinicId, DoctorId, TeamId},
        money::{Fen, MOST},
        page::Slice,
    },
    domain::{
        clinic_wide::removal,
        directory::{clinic::Clinic, display_name},
        identity::audit::Subject,
        team::{self, NewTeam, Team, TeamChange, member},
        team_consult::assistant,
    },
    http::core::{
        context::Cx,
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
    get   ("admin", "/admin/teams",      ADMIN, Heavy(resource::list::<Team>),   "团队列表"),
    post  ("admin", "/admin/teams",      ADMIN, Write(resource::create::<Team>), "新增团队"),
    get   ("admin", "/admin/teams/{id}", ADMIN, Read(resource::show::<Team>),    "团队详情"),
    patch ("admin", "/admin/teams/{id}", ADMIN, Write(resource::change::<Team>), "修改团队"),
    delete("admin", "/admin/teams/{id}", ADMIN, Write(resource::remove::<Team>), "删除团队"),
];

impl Resource for Team {
    const SUBJECT: Subject = Subject::Team;
    const LISTING: Listing<Team> = Listing {
        filters: &[],
        time: Some(|team| team.created_at),
        sorts: &[
            ("id", |_, team| Ok(team.id.into())),
            ("name", |_, team| Ok(team.name.as_str().into())),
            ("founder_name", |db, team| Ok(display_name::name(db, team.founder.account())?.as_str().into())),
            ("consult_fee", |_, team| Ok(team.consult_fee.into())),
            ("member_count", |db, team| Ok(member::count_of(db, team.id)?.into())),
            ("created_at", |_, team| Ok(team.created_at.into())),
        ],
    };
    type View = TeamView;

    fn find(_: &Cx, db: &View, _: &Request, asked: Asked) -> Result<Slice<Team>> {
        team::find(db, &asked.needle, asked.page)
    }

    fn view(db: &View, team: Team) -> Result<TeamView> {
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

    fn create(db: &mut Tx, request: &Request) -> Result<Team> {
        let form = NewTeam {
            name: request.text("name", 100)?,
            introduction: request.prose_or_empty("introduction", 5_000)?,
            agreement: request.prose("agreement", 20_000)?,
            consult_fee: consult_fee(request)?.ok_or_else(|| missing("consult_fee"))?,
            clinic_id: request.id_or_zero("clinic_id")?,
        };
        team::found(db, request.id("founder_id")?, form)
    }

    fn change(db: &mut Tx, team: Team, request: &Request) -> Result<Team> {
        let form = TeamChange {
            name: form::filled(request, "name", 100)?,
            introduction: form::prose(request, "introduction", 5_000)?,
            agreement: form::filled_prose(request, "agreement", 20_000)?,
            consult_fee: consult_fee(request)?,
            clinic_id: form::reference(request, "clinic_id")?,
            assistant: request.id_or_none("assistant_id")?,
        };
        assistant::change(db, team, form)
    }

    fn remove(db: &mut Tx, id: TeamId) -> Result<()> {
        removal::team(db, id)
    }
}

fn consult_fee(request: &Request) -> Result<Option<Fen>> {
    Ok(request.amount("consult_fee", 0..=MOST.0)?.map(Fen))
}

#[derive(Serialize)]
pub struct TeamView {
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
