//! `/admin/projects`: free-clinic sessions. Publishing and cancelling follow the doctor's own rules.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    form,
    listing::{self, Listing},
};
use crate::{
    base::{
        error::Result,
        id::{ClinicSessionId, DoctorId, HospitalId, SpecialEventId},
    },
    domain::{
        directory::{doctor, hospital::Hospital},
        free_clinic::{
            administration::{self, WantedProjects},
            clinic_session::{self, ClinicSession, PublishProject, SessionState},
            offer, registration,
        },
        identity::{
            account::{self, Role},
            audit::{self, Action, Subject},
        },
    },
    http::core::{
        codes,
        context::Cx,
        period,
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
    get   ("admin", "/admin/projects",      ADMIN, Heavy(list_projects),   "义诊列表"),
    post  ("admin", "/admin/projects",      ADMIN, Write(publish_project), "代医生发布义诊"),
    get   ("admin", "/admin/projects/{id}", ADMIN, Read(show_project),     "义诊详情"),
    patch ("admin", "/admin/projects/{id}", ADMIN, Write(change_project),  "修改义诊所属专题"),
    delete("admin", "/admin/projects/{id}", ADMIN, Write(cancel_project),  "取消义诊"),
];

const STATES: &[(&str, SessionState)] =
    &[("open", SessionState::Open), ("ended", SessionState::Ended), ("cancelled", SessionState::Cancelled)];

const LISTING: Listing<ClinicSession> = Listing {
    filters: &["doctor_id", "hospital_id", "special_project_id", "state"],
    time: Some(|project| project.created_at),
    sorts: &[
        ("id", |_, project| Ok(project.id.into())),
        ("doctor_name", |db, project| Ok(doctor::profile(db, project.doctor_id)?.name.as_str().into())),
        ("date", |_, project| Ok(project.begin.into())),
        ("begin", |_, project| Ok(project.begin.into())),
        ("people_count", |_, project| Ok(project.people_count().into())),
        ("join_people_count", |db, project| Ok(registration::joined(db, project.id)?.into())),
        ("price", |_, project| Ok(project.price.into())),
        ("state", |_, project| Ok((project.state as u64).into())),
        ("created_at", |_, project| Ok(project.created_at.into())),
    ],
};

fn list_projects(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let mut wanted = WantedProjects {
        doctor: request.id_or_none("doctor_id")?,
        hospital: request.id_or_none("hospital_id")?,
        special: request.id_or_none("special_project_id")?,
        state: form::choice(request, "state", STATES)?,
        ..WantedProjects::default()
    };
    let found = LISTING.find(&db, request, |asked| {
        wanted.needle = asked.needle;
        administration::find_projects(&db, &wanted, asked.page)
    })?;
    listing::reply(found, |project| ProjectView::of(&db, project))
}

fn publish_project(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let doctor = account::need(db, request.id("doctor_id")?, Role::Doctor)?;
    let (begin, end) = period::asked(db, request)?;
    let (lng, lat) = request.map_place()?;
    let form = PublishProject {
        begin,
        end,
        people_count: u32::try_from(request.integer("people_count", 1..=10_000)?).unwrap_or(1),
        lng,
        lat,
        addr: request.text("addr", 200)?,
        service_target: request.texts("service_target", 20, 50)?,
        introduction: request.prose("abstract", 5_000)?,
        price: u32::try_from(request.integer("price", 0..=100_000)?).unwrap_or(0),
        special_project_id: request.id_or_zero("special_project_id")?,
    };
    let project = clinic_session::publish(db, doctor.id.doctor(), form)?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::Project, project.id)?;
    Reply::bare(201, &ProjectView::of(db, project)?)
}

fn show_project(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&ProjectView::of(db, db.need(request.path_id("id")?)?)?)
}

/// Only the special event that it belongs to: patients have booked the rest.
fn change_project(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let mut project: ClinicSession = db.need(request.path_id("id")?)?;
    if let Some(special) = form::reference(request, "special_project_id")? {
        project = administration::set_special(db, project.id, special)?;
        audit::note(db, &cx.actor()?, Action::Update, Subject::Project, project.id)?;
    }
    Reply::of(&ProjectView::of(db, project)?)
}

/// As the doctor would: before it begins; bookings end, deposits go back, patients are told. The project stays, cancelled.
fn cancel_project(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let project: ClinicSession = db.need(request.path_id("id")?)?;
    crate::domain::free_clinic::ending::cancel(db, project.doctor_id, project.id)?;
    audit::note(db, &cx.actor()?, Action::Cancel, Subject::Project, project.id)?;
    Reply::empty()
}

#[derive(Serialize)]
struct ProjectView {
    id: ClinicSessionId,
    doctor_id: DoctorId,
    doctor_name: String,
    hospital_id: HospitalId,
    hospital: String,
    date: String,
    begin: String,
    end: String,
    people_count: u32,
    join_people_count: u64,
    addr: String,
    lng: String,
    lat: String,
    #[serde(rename = "abstract")]
    introduction: String,
    service_target: Vec<String>,
    /// Whole yuan, as the doctor's clients send it.
    price: u32,
    special_project_id: SpecialEventId,
    state: &'static str,
    project_status: u8,
    progress_status: u8,
    op_cancel: u8,
    /// Free seats by slot.
    plan_time: BTreeMap<String, u32>,
    created_at: String,
}

impl ProjectView {
    fn of(db: &View, project: ClinicSession) -> Result<ProjectView> {
        let zone = &db.settings.clinic.zone;
        let offer = offer::of(db, &project)?;
        Ok(ProjectView {
            id: project.id,
            doctor_id: project.doctor_id,
            doctor_name: doctor::profile(db, project.doctor_id)?.name,
            hospital_id: project.hospital_id,
            hospital: db.get::<Hospital>(project.hospital_id)?.map(|hospital| hospital.name).unwrap_or_default(),
            date: zone.date(project.begin),
            begin: zone.clock(project.begin),
            end: zone.end_clock(project.begin, project.end),
            people_count: project.people_count(),
            join_people_count: registration::joined(db, project.id)?,
            state: STATES.iter().find(|(_, state)| *state == project.state).map_or("", |(name, _)| name),
            project_status: codes::project_status(project.phase(db.now)),
            progress_status: offer.progress_status,
            op_cancel: project.can_cancel(db.now).into(),
            plan_time: offer.plan_time.into_iter().collect(),
            created_at: project.created_at.rfc3339(),
            addr: project.addr,
            lng: project.lng,
            lat: project.lat,
            introduction: project.introduction,
            service_target: project.service_target,
            price: project.price,
            special_project_id: project.special_project_id,
        })
    }
}
