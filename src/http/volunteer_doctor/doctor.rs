//! 3.2 医生端接口: a doctor's projects, patients and visits.

use serde::Serialize;

use super::{
    dialect::{List, Paging},
    view::{
        clinic_session::ProjectView,
        diagnosis::DiagnosisView,
        news::{NEWEST, NewsView},
        person::{AssistantView, DoctorView},
        visit_record::RecordView,
    },
};
use crate::{
    base::{
        error::{NOT_FOUND, NOT_YOURS, Result},
        id::RegistrationId,
    },
    domain::{
        directory::{follow, patient::Patient},
        free_clinic::{
            clinic_session::{self, ClinicSession, PublishProject},
            registration::{self, Registration, Stage},
            visit,
        },
        identity::{
            account::{self, Role},
            audit::Purpose,
        },
        relations::encounter,
        relations::privacy,
        shared::sight::Sight,
    },
    http::core::{
        codes,
        context::Cx,
        period,
        record_versions::{self, VersionsView},
        reply::Reply,
        request::Request,
        table::{
            ANYONE, DOCTOR, Endpoint, MEMBER, PATIENT,
            Run::{Read, Write},
            get, post, put,
        },
        typed::{self, ById, run},
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get ("3.2.1",  "/doctor/assistant",              DOCTOR, Read(list_assistants),       "我的医助接口"),
    post("3.2.3",  "/project",                       DOCTOR, Write(publish_project),      "发布义诊接口")
        .says("Without `lng` and `lat` it lies nowhere on the map: `sort=1` lists it behind those that do."),
    get ("3.2.4",  "/doctor/project",                DOCTOR, Read(list_own_projects),     "义诊列表接口"),
    get ("3.2.5",  "/project/{id}",                  ANYONE, Read(show_project),          "义诊详情接口"),
    get ("3.2.6",  "/project/{id}/cancel",           DOCTOR, Write(cancel_project),       "取消义诊接口").changing(),
    get ("3.2.7",  "/project/{id}/patient",          DOCTOR, Write(list_project_patients),"义诊病人列表接口"),
    get ("3.2.18", "/doctor/comment",                DOCTOR, Read(list_own_comments),     "我的评论列表接口"),
    get ("3.2.8",  "/doctor/project/patient",        DOCTOR, Write(list_own_patients),    "我的义诊病人列表接口"),
    get ("3.2.9",  "/diagnoses/{id}",                MEMBER, Write(show_diagnosis),       "诊断信息接口")
        .says("To the doctor who treats her, a patient who has told of pregnancies, births and cycle has `female_history` besides."),
    post("3.2.10", "/diagnoses/{id}/reject",         DOCTOR, Write(reject),               "拒绝诊断接口"),
    get ("3.2.11", "/diagnoses/{id}/done",           DOCTOR, Write(confirm),              "诊断确认就诊接口").changing(),
    post("3.2.12", "/doctor/diagnoses/{id}/comment", DOCTOR, Write(rate_patient),         "医生对患者评论接口"),
    put ("3.2.13", "/diagnoses/{id}",                DOCTOR, Write(write_result),         "添加诊断结果接口"),
    get ("3.2.16", "/doctor/index",                  DOCTOR, Read(show_index),            "首页接口"),
    get ("3.2.22", "/all_diagnoses/{id}",            DOCTOR, Write(list_history),         "获取病人所有病例接口"),
    typed::get("own", "/diagnoses/{id}/record/versions", PATIENT.or(DOCTOR), run!(Write(show_versions)), "病历修改记录")
        .says("What stood in the record before it was changed, for the patient and the doctor of the visit."),
    post("own",    "/diagnoses/{id}/refund",         DOCTOR, Write(release_deposit),      "退还未到诊患者的押金"),
    post("own",    "/diagnoses/{id}/missed",         DOCTOR, Write(mark_missed),          "标记未到诊"),
];

/// Those who follow the doctor.
fn list_assistants(cx: &Cx, db: &View, _: &Request) -> Result<Reply> {
    let followers = follow::followers(db, cx.me()?.account, Role::Assistant)?.into_iter();
    let views = followers.map(|follow| AssistantView::of(db, &db.need(follow.follower)?, Sight::STRANGER));
    Reply::of(&List::whole(views.collect::<Result<Vec<_>>>()?))
}

fn publish_project(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
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
    let project = clinic_session::publish(db, cx.my_id()?, form)?;
    Reply::of(&ProjectView::of(db, project, cx.reader())?)
}

fn list_own_projects(cx: &Cx, db: &View, _: &Request) -> Result<Reply> {
    let projects = clinic_session::of_doctor(db, cx.my_id()?)?.into_iter();
    let views = projects.map(|project| ProjectView::of(db, project, cx.reader()));
    Reply::of(&List::whole(views.collect::<Result<Vec<_>>>()?))
}

fn show_project(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let project: ClinicSession = db.need(request.path_id("id")?)?;
    Reply::of(&ProjectView::of(db, project, cx.reader())?)
}

fn cancel_project(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    crate::domain::free_clinic::ending::cancel(db, cx.my_id()?, request.path_id("id")?)?;
    Reply::empty()
}

/// Newest first, like its twin 3.2.8. Doctors see whom they treat in full; the look is written down.
fn list_project_patients(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let project = clinic_session::need_of(db, cx.my_id()?, request.path_id("id")?)?;
    let registrations: Vec<_> = registration::of_project(db, project.id)?.into_iter().rev().filter(Registration::was_booked).collect();
    let views = registrations.into_iter().map(|registration| looked(cx, db, registration));
    Reply::of(&List::whole(views.collect::<Result<Vec<_>>>()?))
}

fn list_own_comments(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let rated = registration::list::rated(db, cx.my_id()?, paging.page)?;
    Reply::of(&paging.list(rated.try_map(|registration| glanced(cx, db, registration))?))
}

fn list_own_patients(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let status = request.integer_or_none("status", 1..=3)?;
    let registrations = registration::list::of_doctor(db, cx.my_id()?, status.and_then(codes::outcome_of_status), paging.page)?;
    Reply::of(&paging.list(registrations.try_map(|registration| looked(cx, db, registration))?))
}

/// A registration as the caller, who looks at the patient, may see it.
pub(super) fn looked(cx: &Cx, db: &mut Tx, registration: Registration) -> Result<DiagnosisView> {
    let patient: Patient = db.need(registration.patient_id)?;
    let sight = privacy::look(db, &cx.actor()?, &patient, Purpose::Visit)?;
    DiagnosisView::of(db, registration, sight)
}

/// The same in a list that is no look at anybody.
fn glanced(cx: &Cx, db: &View, registration: Registration) -> Result<DiagnosisView> {
    let sight = privacy::glance(db, cx.reader(), &db.need(registration.patient_id)?)?;
    DiagnosisView::of(db, registration, sight)
}

/// For the doctor, and for the patient and the assistant whose registration it is.
fn show_diagnosis(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let registration = mine(cx, db, request.path_id("id")?)?;
    Reply::of(&looked(cx, db, registration)?)
}

fn show_versions(cx: &Cx, db: &mut Tx, form: ById<RegistrationId>) -> Result<VersionsView> {
    let registration = mine(cx, db, form.id)?;
    record_versions::show(cx, db, registration.id.encounter(), Purpose::Visit)
}

/// A registration that the caller takes part in. Errors: `not_found`, `not_yours`.
fn mine(cx: &Cx, db: &View, id: RegistrationId) -> Result<Registration> {
    let me = cx.me()?;
    let registration: Registration = db.need(id)?;
    let mine = match me.role {
        Role::Doctor if registration.doctor_id == me.account.doctor() && registration.stage == Stage::Held => return Err(NOT_FOUND.err()),
        Role::Doctor => registration.doctor_id == me.account.doctor(),
        Role::Assistant => registration.assistant_id == me.account.assistant(),
        _ => registration.user_id == me.account.patient_account(),
    };
    if mine { Ok(registration) } else { Err(NOT_YOURS.err()) }
}

fn reject(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    registration::reject(db, cx.my_id()?, request.path_id("id")?, &request.prose("reject_msg", 500)?)?;
    Reply::empty()
}

fn confirm(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    visit::confirm(db, cx.my_id()?, request.path_id("id")?)?;
    Reply::empty()
}

fn rate_patient(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (credit, punctuality) = (request.small("patient_credit_score", 1..=5)?, request.small("patient_punctuality_score", 1..=5)?);
    visit::rate_patient(db, cx.my_id()?, request.path_id("id")?, credit, punctuality)?;
    Reply::empty()
}

fn write_result(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (result, photo) = (request.prose("diag_result", 20_000)?, request.pictures_or_empty("diag_photo", 20)?);
    visit::write_result(db, cx.my_id()?, request.path_id("id")?, result, photo)?;
    Reply::empty()
}

/// The doctor's own newest projects that are not over, and newest patients, at a glance: a front page is no look at a patient that should fill
/// the audit log. And announcements for doctors.
fn show_index(cx: &Cx, db: &View, _: &Request) -> Result<Reply> {
    let me = cx.my_id()?;
    let projects = clinic_session::newest_listed(db, me, NEWEST)?.into_iter();
    let registrations = registration::list::newest_of_doctor(db, me, NEWEST)?.into_iter();
    Reply::of(&IndexView {
        news: NewsView::newest(db, Role::Doctor)?,
        doctor_info: DoctorView::by_id(db, me, privacy::oneself(cx.reader(), me.account()))?,
        project_list: projects.map(|project| ProjectView::of(db, project, cx.reader())).collect::<Result<_>>()?,
        diagnoses_list: registrations.map(|row| glanced(cx, db, row)).collect::<Result<_>>()?,
    })
}

/// 3.2.16
#[derive(Serialize)]
struct IndexView {
    news: Vec<NewsView>,
    doctor_info: DoctorView,
    project_list: Vec<ProjectView>,
    diagnoses_list: Vec<DiagnosisView>,
}

/// Every visit of a patient whom the doctor has, or had. The look is written down.
fn list_history(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let patient = account::need(db, request.path_id("id")?, Role::Patient)?;
    let history = encounter::visits(db, cx.my_id()?, patient.id.patient_account())?;
    let actor = cx.actor()?;
    let view = |registration: Registration| {
        let patient: Patient = db.need(registration.patient_id)?;
        let sight = privacy::look(db, &actor, &patient, Purpose::Visit)?;
        RecordView::of(db, registration, sight)
    };
    Reply::of(&history.into_iter().map(view).collect::<Result<Vec<_>>>()?)
}

fn mark_missed(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let registration = visit::miss(db, cx.my_id()?, request.path_id("id")?)?;
    Reply::of(&looked(cx, db, registration)?)
}

fn release_deposit(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    registration::release_deposit(db, cx.my_id()?, request.path_id("id")?)?;
    Reply::empty()
}
