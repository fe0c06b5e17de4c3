//! `/admin/doctors`: bringing in, verifying, changing and removing doctors.

use serde::Serialize;

use super::{
    form, listing,
    people::{self, AccountChange, PlaceView},
};
use crate::{
    base::{
        error::{Result, missing},
        id::Id,
        money::{self, Fen},
        needle::Needle,
    },
    domain::{
        clinic_wide::closing::{self, Open},
        directory::{
            doctor::{self, DoctorChange, HalfDays},
            hospital::Hospital,
        },
        free_clinic::{
            clinic_session::{self, SessionState},
            registration::{self, Outcome},
        },
        identity::{
            account::{self, Account, NewAccount, Role, Verify},
            audit::{self, Action, Subject},
        },
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
    store::{Tx, View, key},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/doctors",             ADMIN, Heavy(list_doctors),   "医生列表"),
    post  ("admin", "/admin/doctors",             ADMIN, Heavy(create_doctor),  "新增医生"),
    get   ("admin", "/admin/doctors/{id}",        ADMIN, Write(show_doctor),    "医生详情"),
    patch ("admin", "/admin/doctors/{id}",        ADMIN, Heavy(change_doctor),  "修改医生"),
    delete("admin", "/admin/doctors/{id}",        ADMIN, Write(remove_doctor),  "删除医生"),
    post  ("admin", "/admin/doctors/{id}/verify", ADMIN, Write(verify_doctor),  "审核医生"),
    get   ("admin", "/admin/doctors/{id}/open",   ADMIN, Read(show_open),       "医生未了结的事项"),
];

/// In the name, the number, the department or the hospital.
fn holds(db: &View, id: Id, needle: &Needle) -> Result<bool> {
    let doctor = doctor::profile(db, id)?;
    Ok(needle.is_in(&[&doctor.name, &doctor.doctor_sn, &doctor.departments, &doctor.idno])
        || db.get::<Hospital>(doctor.hospital_id)?.is_some_and(|hospital| needle.is_in(&[&hospital.name])))
}

fn list_doctors(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    listing::reply(people::find(&db, request, Role::Doctor, holds)?, |account| DoctorView::of(&db, account))
}

fn create_doctor(cx: &Cx, request: &Request) -> Result<Reply> {
    let form = form(cx, request)?;
    form.name.as_ref().ok_or_else(|| missing("real_name"))?;
    let verify = form::standing(request)?.unwrap_or(Verify::Enabled);
    let new =
        NewAccount { role: Role::Doctor, phone: Some(request.phone(&["phone"])?), username: None, password: form::password(request)? };
    let actor = cx.actor()?;
    let view = cx.write(move |db| {
        let doctor = doctor::bring_in(db, new, verify, form)?;
        audit::note(db, &actor, Action::Create, Subject::Doctor, doctor.id)?;
        DoctorView::of(db, db.need(doctor.id)?)
    })?;
    Reply::bare(201, &view)
}

fn show_doctor(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let account = people::look_at(cx, db, request, Role::Doctor)?;
    Reply::of(&DoctorView::of(db, account)?)
}

/// For whoever thinks of shutting the doctor out.
fn show_open(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let account = account::need(db, request.path_id("id")?, Role::Doctor)?;
    Reply::of(&OpenView::of(&closing::open(db, account.id)?))
}

fn change_doctor(cx: &Cx, request: &Request) -> Result<Reply> {
    let (id, form, account, actor) = (request.path_id("id")?, form(cx, request)?, AccountChange::of(request)?, cx.actor()?);
    let view = cx.write(move |db| {
        account.apply(db, id, Role::Doctor)?;
        doctor::change(db, id, form)?;
        audit::note(db, &actor, Action::Update, Subject::Doctor, id)?;
        DoctorView::of(db, db.need(id)?)
    })?;
    Reply::of(&view)
}

fn remove_doctor(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    people::remove(cx, db, request, Role::Doctor)?;
    Reply::empty()
}

/// Shutting out tells what is open, and cancels and refunds it unless `keep_open` is true.
fn verify_doctor(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    if form::decision(request)? != Verify::Disabled {
        let account = people::verify(cx, db, request, Role::Doctor)?;
        return Reply::of(&DoctorView::of(db, account)?);
    }
    let keep_open = request.flag_or_none("keep_open")?.unwrap_or(false);
    let account = account::need(db, request.path_id("id")?, Role::Doctor)?;
    let (account, open) = closing::shut_out(db, account, keep_open)?;
    audit::note(db, &cx.actor()?, Action::Verify, Subject::Doctor, account.id)?;
    let id = account.id;
    Reply::of(&ShutOutView {
        doctor: DoctorView::of(db, account)?,
        open: OpenView::of(&open),
        still_open: OpenView::of(&closing::open(db, id)?),
    })
}

fn form(cx: &Cx, request: &Request) -> Result<DoctorChange> {
    Ok(DoctorChange {
        avatar: form::text(request, "avatars", 500)?,
        name: form::filled(request, "real_name", 50)?,
        idno: form::idno(cx, request)?,
        hospital_id: request.id_or_none("hospital_id")?,
        departments: form::text(request, "departments", 50)?,
        department_id: request.id_or_none("department_id")?,
        job_position: form::text(request, "job_position", 50)?,
        good_at: form::text(request, "good_at", 1_000)?,
        honours: form::text(request, "honours", 2_000)?,
        work_photo: form::texts(request, "work_photo", 20, 500)?,
        introduction: form::text(request, "abstract", 5_000)?,
        work_time: form::work_time(request)?,
        email: form::text(request, "email", 100)?,
        place: form::place(request)?,
        doctor_sn: request.text_or_none("doctor_sn", 32)?,
        image_and_text_open: request.flag_or_none("image_and_text_open")?,
        image_and_text_price: request.amount("image_and_text_price", 0..=money::MOST.0)?.map(Fen),
        is_hot: request.flag_or_none("is_hot")?,
        weight: form::number(request, "weight")?,
    })
}

#[derive(Serialize)]
struct DoctorView {
    id: Id,
    real_name: String,
    phone: String,
    avatars: String,
    idno: String,
    hospital_id: Id,
    hospital: String,
    departments: String,
    department_id: Id,
    job_position: String,
    good_at: String,
    honours: String,
    work_photo: Vec<String>,
    #[serde(rename = "abstract")]
    introduction: String,
    work_time: [HalfDaysView; 7],
    email: String,
    #[serde(flatten)]
    place: PlaceView,
    is_verify: u8,
    doctor_sn: String,
    image_and_text_open: bool,
    /// Fen.
    image_and_text_price: i64,
    is_hot: bool,
    weight: u32,
    score: String,
    visits_count: u64,
    patient_count: u64,
    /// Minutes.
    service_time_long: u64,
    /// Whether a password has been set; the password itself is never printed.
    has_password: bool,
    created_at: String,
}

#[derive(Serialize)]
struct ShutOutView {
    #[serde(flatten)]
    doctor: DoctorView,
    /// What was open when the doctor was shut out.
    open: OpenView,
    /// What is left of it: all with `keep_open`; otherwise consultations whose refund is on its way.
    still_open: OpenView,
}

/// What is open of a doctor, by ids.
#[derive(Serialize)]
struct OpenView {
    projects: Vec<Id>,
    registrations: Vec<Id>,
    consultations: Vec<Id>,
    team_consults: Vec<Id>,
}

impl OpenView {
    fn of(open: &Open) -> OpenView {
        OpenView {
            projects: open.projects.iter().map(|row| row.id).collect(),
            registrations: open.registrations.iter().map(|row| row.id).collect(),
            consultations: open.consultations.iter().map(|row| row.id).collect(),
            team_consults: open.team_consults.iter().map(|row| row.id).collect(),
        }
    }
}

#[derive(Clone, Copy, Serialize)]
struct HalfDaysView {
    morning: u8,
    afternoon: u8,
}

impl From<HalfDays> for HalfDaysView {
    fn from(day: HalfDays) -> HalfDaysView {
        HalfDaysView { morning: day.morning.into(), afternoon: day.afternoon.into() }
    }
}

impl DoctorView {
    fn of(db: &View, account: Account) -> Result<DoctorView> {
        let doctor = doctor::profile(db, account.id)?;
        Ok(DoctorView {
            id: account.id,
            hospital: db.get::<Hospital>(doctor.hospital_id)?.map(|hospital| hospital.name).unwrap_or_default(),
            place: PlaceView::of(db, doctor.place)?,
            visits_count: db.count(&clinic_session::BY_DOCTOR_STATE, key(&[&account.id, &(SessionState::Ended as u8)]))?,
            patient_count: db.count(&registration::BY_DOCTOR_OUTCOME, key(&[&account.id, &(Outcome::Done as u8)]))?,
            real_name: doctor.name,
            phone: account.phone.unwrap_or_default(),
            avatars: doctor.avatar,
            idno: doctor.idno,
            hospital_id: doctor.hospital_id,
            departments: doctor.departments,
            department_id: doctor.department_id,
            job_position: doctor.job_position,
            good_at: doctor.good_at,
            honours: doctor.honours,
            work_photo: doctor.work_photo,
            introduction: doctor.introduction,
            work_time: doctor.work_time.map(HalfDaysView::from),
            email: doctor.email,
            is_verify: account.verify.number(),
            doctor_sn: doctor.doctor_sn,
            image_and_text_open: doctor.image_and_text_open,
            image_and_text_price: doctor.image_and_text_price.0,
            is_hot: doctor.is_hot,
            weight: doctor.weight,
            score: doctor.score.mean(),
            service_time_long: doctor.service_minutes,
            has_password: account.password.is_some(),
            created_at: account.created_at.rfc3339(),
        })
    }
}
