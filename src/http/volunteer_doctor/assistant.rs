//! 3.4 医助端接口: the patients whom an assistant looks after, and the seats taken for them.

use serde_json::json;

use super::{
    dialect::Paging,
    doctor::looked,
    user::patient_profile,
    view::{
        clinic_session::ProjectView,
        news::HomepageView,
        person::{CenterView, DoctorView, PatientView},
    },
};
use crate::{
    base::{
        error::{Error, Result},
        needle::Needle,
    },
    domain::{
        directory::{
            follow::{self, Follow},
            patient,
        },
        free_clinic::{
            assistant_binding::{self, CreatePatient},
            clinic_session::ClinicSession,
            registration,
        },
        identity::{
            account::{self, Account, Role},
            audit::Purpose,
            sign_in::Tried,
        },
        relations::privacy,
        shared::sight::Sight,
    },
    http::core::{
        attempt,
        context::Cx,
        order_info::{self, Silence},
        reply::Reply,
        request::Request,
        table::{
            ASSISTANT, Endpoint,
            Run::{Heavy, Read, Write},
            get, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get ("3.4.2",  "/assistant/follow",                ASSISTANT, Read(list_followed),        "我关注医生列表接口"),
    post("3.4.3",  "/assistant/bind/patient",          ASSISTANT, Heavy(bind_patient),        "添加病人（已有账号）接口").guarded(),
    post("3.4.4",  "/assistant/create/patient",        ASSISTANT, Heavy(create_patient),      "新建病人接口"),
    get ("3.4.5",  "/assistant/patient",               ASSISTANT, Write(list_patients),       "我的病人列表接口"),
    post("3.4.7",  "/assistant/join/project/{id}",     ASSISTANT, Write(join_project),        "加入义诊接口"),
    get ("3.4.8",  "/assistant/project",               ASSISTANT, Read(list_projects),        "我的挂号列表接口"),
    get ("3.4.9",  "/assistant/project/{id}/paitient", ASSISTANT, Write(list_project_patients),"义诊挂号病人列表接口"),
    get ("3.4.10", "/assistant/diagnoses/{id}/cancel", ASSISTANT, Write(cancel),              "取消挂号接口").changing(),
    get ("3.4.11", "/assistant/center",                ASSISTANT, Read(show_center),          "个人中心首页接口"),
    get ("3.4.12", "/assistant/homepage",              ASSISTANT, Read(show_homepage),        "首页接口"),
];

fn list_followed(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let followed = follow::followed(db, cx.me()?.account, Role::Doctor, paging.page)?;
    Reply::of(&paging.list(followed.try_map(|follow: Follow| DoctorView::by_id(db, follow.followed.doctor(), Sight::STRANGER))?))
}

/// With the code that the patient's own phone received.
fn bind_patient(cx: &Cx, request: &Request) -> Result<Reply> {
    let (phone, code) = (request.phone(&["phone", "phono", "photo"])?, request.sms_code("verify_code")?);
    let (me, tried) = (cx.my_id()?, Tried::phone(&cx.view(), Role::Patient, &phone)?);
    attempt::by_code(cx, &tried, move |db, _| assistant_binding::bind(db, me, &phone, &code))?;
    Reply::empty()
}

/// The document answers `{}` and asks for no phone; the new id comes back, and a phone may be given to sign in with.
fn create_patient(cx: &Cx, request: &Request) -> Result<Reply> {
    let me = cx.my_id()?;
    account::need_verified(&cx.view(), me)?; // before the work of hashing
    let names = ["phone", "phono"];
    let form = CreatePatient {
        phone: if names.iter().any(|name| request.has(name)) { Some(request.phone(&names)?) } else { None },
        profile: patient_profile(&cx.view(), request)?,
        password: account::hash_password(&request.password("pwd")?)?,
    };
    let account = cx.write(move |db| assistant_binding::create_patient(db, me.assistant(), form))?;
    Reply::of(&json!({ "id": account.id }))
}

/// The look is written down.
fn list_patients(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let patients = assistant_binding::patients(db, cx.my_id()?, &Needle::new(&request.text_or_empty("keyword", 100)?), paging.page)?;
    let actor = cx.actor()?;
    let view = |account: Account| {
        let patient = patient::of_account(db, &account)?;
        let sight = privacy::look(db, &actor, &patient, Purpose::Profile)?;
        PatientView::of(db, &account, &patient, sight)
    };
    Reply::of(&paging.list(patients.try_map(view)?))
}

/// As where the patient joins: with a deposit the answer carries what is needed to pay it, which the patient does.
fn join_project(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (user, plan_time) = (request.id("user_id")?, request.word("plan_time", 60)?);
    let (registration, payment) = assistant_binding::join(db, cx.my_id()?, user, request.path_id("id")?, Some(plan_time))?;
    let view = looked(cx, db, registration)?;
    let asked = payment.clone();
    order_info::answer(cx, db, &asked, Silence::LeavesOut, move |info| Reply::of(&view.with_payment(payment.as_ref(), info)))
}

fn list_projects(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let (me, paging) = (cx.my_id()?, Paging::of(request)?);
    let view = |project: ClinicSession| {
        let joined = registration::helped_in(db, me, project.id)?;
        let mut view = ProjectView::of(db, project, cx.reader())?;
        view.assistant_join_count = Some(joined);
        Ok::<_, Error>(view)
    };
    Reply::of(&paging.list(assistant_binding::projects(db, me, paging.page)?.try_map(view)?))
}

fn list_project_patients(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (project, paging): (ClinicSession, _) = (db.need(request.path_id("id")?)?, Paging::of(request)?);
    let registrations = registration::list::of_assistant_in(db, cx.my_id()?, project.id, paging.page)?;
    Reply::of(&paging.list(registrations.try_map(|registration| looked(cx, db, registration))?))
}

fn cancel(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    assistant_binding::cancel(db, cx.my_id()?, request.path_id("id")?)?;
    Reply::empty()
}

fn show_center(cx: &Cx, db: &View, _: &Request) -> Result<Reply> {
    Reply::of(&CenterView::of(db, cx.need_reader()?)?)
}

fn show_homepage(cx: &Cx, db: &View, _: &Request) -> Result<Reply> {
    Reply::of(&HomepageView::of_assistants(db, cx)?)
}
