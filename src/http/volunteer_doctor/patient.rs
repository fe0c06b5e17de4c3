//! 3.3 患者端接口: finding hospitals, doctors and projects; joining; rating.

use super::{
    dialect::{List, Paging},
    view::{
        clinic_session::ProjectView,
        diagnosis::{CasebookView, DiagnosisView},
        news::HomepageView,
        person::{AssistantView, CenterView, DoctorView},
        place::HospitalView,
    },
};
use crate::{
    base::{
        error::{Error, NOT_FOUND, NOT_YOURS, Result, invalid},
        id::Id,
        money::Fen,
    },
    domain::{
        directory::{
            doctor,
            follow::{self, Follow},
            hospital,
        },
        free_clinic::{
            assistant_binding,
            clinic_session::{self, ClinicSession},
            doctors,
            joining::{self, JoinProject},
            listing::{self, SessionFilter, SessionSort},
            moving,
            registration::{self, Registration},
            visit,
        },
        identity::account::{self, Role},
        money::payment::{Payment, PaymentStatus},
        relations::privacy,
        shared::sight::Sight,
    },
    http::core::{
        codes,
        context::Cx,
        order_info::{self, Silence},
        reply::Reply,
        request::Request,
        table::{
            ANYONE, Endpoint, PATIENT,
            Run::{Read, Search, Write},
            get, post,
        },
    },
    store::{Tx, View},
};

/// What an order may say beyond the document.
const FEE: &str =
    "`fee` (whole yuan, as `price`), where it is sent, is the price that was shown: 409 `price_changed` where it is another by now.";

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get ("3.3.1",  "/hospital",                      ANYONE,  Search(list_hospitals),     "医院列表接口"),
    get ("3.3.2",  "/project",                       ANYONE,  Search(list_projects),      "义诊列表接口")
        .says("With `order=soonest`, and without `sort`, what begins first comes first."),
    post("3.3.4",  "/project/{id}/join",             PATIENT, Write(join_project),      "加入义诊").says(FEE),
    get ("3.3.5",  "/custom/project/{id}/cancel",    PATIENT, Write(leave_project),     "取消义诊").changing(),
    get ("3.3.6",  "/doctor/{id}/comment",           ANYONE,  Read(list_comments),      "医生评论列表接口"),
    get ("3.3.8",  "/project/{id}/casebook",         PATIENT, Read(show_casebook),      "获取病例接口"),
    get ("3.3.9",  "/doctor/list",                   ANYONE,  Search(list_doctors),       "医生列表接口"),
    get ("3.3.11", "/custom/doctor/{id}/project",    PATIENT, Read(list_projects_of),   "医生义诊列表接口"),
    get ("3.3.12", "/custom/follow",                 PATIENT, Read(list_followed),      "我关注的医生接口"),
    get ("3.3.13", "/custom/diagnoses",              PATIENT, Read(list_registrations), "我的挂号列表接口"),
    get ("3.3.14", "/custom/need/comment",           PATIENT, Read(list_to_rate),       "待评论的医生接口"),
    get ("3.3.15", "/custom/payment/diagnoses",      PATIENT, Read(list_refunds),       "我的退款接口"),
    get ("3.3.16", "/custom/assistant",              PATIENT, Read(list_assistants),    "我的医助接口"),
    post("3.3.17", "/custom/diagnoses/{id}/comment", PATIENT, Write(rate_doctor),       "患者对医生评论接口"),
    post("own",    "/custom/diagnoses/{id}/move",    PATIENT, Write(move_visit),        "改约到其他时段"),
    get ("3.3.18", "/custom/center",                 PATIENT, Read(show_center),        "个人中心首页接口"),
    get ("3.3.19", "/custom/homepage",               ANYONE,  Read(show_homepage),      "首页接口"),
    get ("3.3.20", "/order/query/{sn}",              PATIENT, Read(query_order),        "订单查询接口"),
];

fn list_hospitals(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let hospitals = hospital::find(db, &cx.app.index, &request.text_or_empty("keyword", 100)?, paging.page)?;
    Reply::of(&paging.list(hospitals.try_map(|hospital| HospitalView::of(db, hospital))?))
}

fn list_projects(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let soonest = match request.word_or_none("order", 20)?.as_deref() {
        None => false,
        Some("soonest") => true,
        Some(_) => return Err(invalid("order", "应为 soonest")),
    };
    let sort = match request.integer_or_none("sort", 1..=3)? {
        Some(1) => SessionSort::Nearest,
        Some(2) => SessionSort::Newest,
        Some(3) => SessionSort::Hot,
        _ if soonest => SessionSort::Soonest,
        _ => SessionSort::Relevance,
    };
    let wanted = SessionFilter {
        keyword: request.text_or_empty("keyword", 100)?,
        service_target: request.text_or_empty("service_target", 50)?,
        departments: request.text_or_empty("departments", 50)?,
        hospital_id: request.id_or_none("hospital_id")?,
        org_id: request.id_or_none("org_id")?,
        sort,
        here: request.location(),
    };
    let found = listing::find(db, &cx.app.index, &wanted, paging.page)?;
    let view = |found: listing::FoundSession| {
        let mut view = ProjectView::of(db, found.project, cx.reader())?;
        view.distance = found.distance;
        Ok::<_, crate::base::error::Error>(view)
    };
    Reply::of(&paging.list(found.try_map(view)?))
}

/// With a deposit the answer carries what is needed to pay it; `sn` is the payment's number.
fn join_project(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let form = JoinProject {
        content: request.prose("content", 20_000)?,
        photo: request.pictures_or_empty("photo", 3)?,
        plan_time: request.word_or_none("plan_time", 60)?,
        assistant_id: Id::NONE,
        // Whole yuan, as the price prints.
        fee: request.amount("fee", 0..=100_000)?.and_then(|yuan| u32::try_from(yuan).ok()).map(Fen::from_yuan),
    };
    let (registration, payment) = joining::join(db, cx.my_id()?, request.path_id("id")?, form)?;
    let view = own(cx, db, registration)?;
    let asked = payment.clone();
    order_info::answer(cx, db, &asked, Silence::LeavesOut, move |info| Reply::of(&view.with_payment(payment.as_ref(), info)))
}

fn leave_project(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    registration::leave(db, cx.my_id()?, request.path_id("id")?)?;
    Reply::empty()
}

/// To another slot in one step. The answer carries what is needed to pay a deposit that is still open.
fn move_visit(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let registration = moving::relocate(db, cx.my_id()?, request.path_id("id")?, &request.text("plan_time", 60)?)?;
    let payment = payment(db, &registration)?.filter(|payment| payment.status == PaymentStatus::WaitForPay);
    let view = own(cx, db, registration)?;
    let asked = payment.clone();
    order_info::answer(cx, db, &asked, Silence::LeavesOut, move |info| Reply::of(&view.with_payment(payment.as_ref(), info)))
}

fn list_comments(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let (doctor, paging) = (request.path_id("id")?, Paging::of(request)?);
    let doctor = account::need(db, doctor, Role::Doctor)?.id.doctor();
    let rated = registration::list::rated(db, doctor, paging.page)?;
    Reply::of(&paging.list(rated.try_map(|registration| DiagnosisView::comment(db, registration))?))
}

/// The caller's own casebook in that project, of the latest registration.
fn show_casebook(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let project = request.path_id("id")?;
    db.need::<ClinicSession>(project)?;
    let latest = registration::of_user_in_project(db, cx.my_id()?, project)?.into_iter().next();
    let registration = latest.ok_or_else(|| registration::NOT_JOINED.err())?;
    Reply::of(&CasebookView::from(registration.casebook))
}

fn list_doctors(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let sort = match request.integer_or_none("sort", 1..=2)? {
        Some(1) => doctors::DoctorSort::Score,
        Some(2) => doctors::DoctorSort::Hot,
        _ => doctors::DoctorSort::Relevance,
    };
    let wanted = doctors::DoctorFilter {
        keyword: request.text_or_empty("keyword", 100)?,
        departments: request.text_or_empty("departments", 50)?,
        job_position: request.text_or_empty("job_position", 50)?,
        hospital_id: request.id_or_none("hospital_id")?,
        org_id: request.id_or_none("org_id")?,
        sort,
    };
    let found = doctors::find(db, &cx.app.index, &wanted, paging.page)?;
    Reply::of(&paging.list(found.try_map(|account| DoctorView::of(db, &account, Sight::STRANGER))?))
}

/// The doctor's projects that a patient may still join; none of a doctor who is closed.
fn list_projects_of(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let (doctor, paging) = (request.path_id("id")?, Paging::of(request)?);
    account::need(db, doctor, Role::Doctor)?;
    let mut open = if doctor::is_open(db, doctor.doctor())? { clinic_session::open_of(db, doctor.doctor())? } else { Vec::new() };
    open.reverse();
    let open = paging.page.of(open);
    Reply::of(&paging.list(open.try_map(|project| ProjectView::of(db, project, cx.reader()))?))
}

fn list_followed(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let followed = follow::followed(db, cx.me()?.account, Role::Doctor, paging.page)?;
    Reply::of(&paging.list(followed.try_map(|follow: Follow| DoctorView::by_id(db, follow.followed.doctor(), Sight::STRANGER))?))
}

fn list_registrations(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let kind = request.integer_or_none("type", 1..=4)?;
    let registrations = registration::list::of_patient(db, cx.my_id()?, kind.and_then(codes::outcome_of_type), paging.page)?;
    let mut waiting = Vec::new();
    // With its payment while there is something to pay.
    let shown = registrations.try_map(|registration| {
        let payment = payment(db, &registration)?.filter(|payment| payment.status == PaymentStatus::WaitForPay);
        waiting.extend(payment.clone());
        Ok::<_, Error>((own(cx, db, registration)?, payment))
    })?;
    order_info::answer(cx, db, &waiting, Silence::LeavesOut, move |info| {
        let views = shown.try_map(|(view, payment)| Ok::<_, Error>(view.with_payment(payment.as_ref(), info)))?;
        Reply::of(&paging.list(views))
    })
}

fn list_to_rate(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let visits = registration::list::to_rate(db, cx.my_id()?, paging.page)?;
    Reply::of(&paging.list(visits.try_map(|registration| own(cx, db, registration))?))
}

fn list_refunds(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let refunds = registration::list::with_refund(db, cx.my_id()?, paging.page)?;
    Reply::of(&paging.list(refunds.try_map(|registration| own(cx, db, registration))?))
}

/// Those who bound or made the patient.
fn list_assistants(cx: &Cx, db: &View, _: &Request) -> Result<Reply> {
    let bindings = assistant_binding::of_patient(db, cx.my_id()?)?.into_iter();
    let views = bindings.map(|binding| AssistantView::of(db, &db.need(binding.assistant_id.account())?, Sight::STRANGER));
    Reply::of(&List::whole(views.collect::<Result<Vec<_>>>()?))
}

fn rate_doctor(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (score, comment) = (request.small("doctor_score", 1..=5)?, request.prose("doctor_comment", 1_000)?);
    visit::rate_doctor(db, cx.my_id()?, request.path_id("id")?, score, comment)?;
    Reply::empty()
}

fn show_center(cx: &Cx, db: &View, _: &Request) -> Result<Reply> {
    Reply::of(&CenterView::of(db, cx.need_reader()?)?)
}

fn show_homepage(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&HomepageView::of_patients(db, request.id_or_none("hospital_id")?, request.id_or_none("org_id")?, cx)?)
}

/// The registration once its deposit has been paid, `null` before.
fn query_order(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let registration = registration::by_sn(db, request.segment("sn"))?.ok_or_else(|| NOT_FOUND.err())?;
    if registration.user_id != cx.my_id()? {
        return Err(NOT_YOURS.err());
    }
    match payment(db, &registration)?.map(|payment| payment.status) {
        Some(PaymentStatus::Paid | PaymentStatus::Refunding | PaymentStatus::Refunded) => Reply::of(&own(cx, db, registration)?),
        _ => Reply::null(),
    }
}

/// The caller's own registration.
fn own(cx: &Cx, db: &View, registration: Registration) -> Result<DiagnosisView> {
    let sight = privacy::oneself(cx.reader(), registration.user_id.account());
    DiagnosisView::of(db, registration, sight)
}

fn payment(db: &View, registration: &Registration) -> Result<Option<Payment>> {
    registration.payment_id.map_or(Ok(None), |payment| db.get(payment))
}
