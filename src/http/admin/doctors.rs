//! `/admin/doctors`: bringing in, verifying, changing and removing doctors.

use serde::Serialize;

use super::{
    form,
    listing::{self, Listing},
    people::{self, AccountChange, Masked, PlaceView, Printed},
};
use crate::{
    base::{
        error::{Result, missing},
        id::{AccountId, ClinicSessionId, ConsultationId, DepartmentId, DoctorId, HospitalId, RegistrationId, TeamConsultId},
        money::{self, Fen},
        needle::Straw,
    },
    domain::{
        clinic_wide::closing::{self, Open},
        directory::{
            doctor::{self, Doctor, DoctorChange},
            hospital::Hospital,
        },
        free_clinic::{
            clinic_session::{self},
            registration::{self},
        },
        identity::{
            account::{self, Account, NewAccount, Role, Verify},
            audit::Action,
        },
        relations::privacy,
        shared::sight::Sight,
    },
    http::core::{
        codes,
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Read, Write},
            delete, get, patch, post,
        },
        week::{self, HalfDaysView},
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/doctors",             ADMIN, Heavy(list_doctors),   "医生列表"),
    post  ("admin", "/admin/doctors",             ADMIN, Heavy(create_doctor),  "新增医生"),
    get   ("admin", "/admin/doctors/{id}",        ADMIN, Write(show_doctor),    "医生详情"),
    patch ("admin", "/admin/doctors/{id}",        ADMIN, Heavy(change_doctor),  "修改医生"),
    delete("admin", "/admin/doctors/{id}",        ADMIN, Write(remove_doctor),  "删除医生"),
    post  ("admin", "/admin/doctors/{id}/verify", ADMIN, Write(verify_doctor),  "审核医生"),
    post  ("admin", "/admin/doctors/{id}/reveal", ADMIN, Write(reveal_doctor),  "显示医生被遮盖的信息"),
    get   ("admin", "/admin/doctors/{id}/open",   ADMIN, Read(show_open),       "医生未了结的事项"),
];

const LISTING: Listing<Account> = Listing {
    filters: &["is_verify"],
    time: Some(|account| account.created_at),
    sorts: &[
        ("id", |_, account| Ok(account.id.into())),
        ("real_name", |db, account| Ok(doctor::profile(db, account.id.doctor())?.name.as_str().into())),
        ("hospital", |db, account| {
            let hospital = db.get::<Hospital>(doctor::profile(db, account.id.doctor())?.hospital_id)?;
            Ok(hospital.map(|hospital| hospital.name).unwrap_or_default().as_str().into())
        }),
        ("departments", |db, account| Ok(doctor::profile(db, account.id.doctor())?.departments.as_str().into())),
        ("image_and_text_price", |db, account| Ok(doctor::profile(db, account.id.doctor())?.image_and_text_price.into())),
        ("weight", |db, account| Ok(doctor::profile(db, account.id.doctor())?.weight.into())),
        ("is_verify", |_, account| Ok(u64::from(codes::is_verify(account.verify)).into())),
        ("created_at", |_, account| Ok(account.created_at.into())),
    ],
};

/// By what a doctor is looked for.
fn known(db: &View, id: AccountId) -> Result<Vec<Straw<String>>> {
    let doctor = doctor::profile(db, id.doctor())?;
    let hospital = db.get::<Hospital>(doctor.hospital_id)?.map(|hospital| hospital.name).unwrap_or_default();
    Ok(vec![
        Straw::Name(doctor.name),
        Straw::Text(doctor.doctor_sn),
        Straw::Name(doctor.departments),
        Straw::Name(hospital),
        Straw::Number(doctor.idno),
    ])
}

fn list_doctors(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let found = people::look_at_all(cx, people::find(&db, request, Role::Doctor, &LISTING, known)?)?;
    listing::reply(found, |(account, sight)| DoctorView::of(&db, account, sight))
}

fn create_doctor(cx: &Cx, request: &Request) -> Result<Reply> {
    let form = form(cx, request, &Printed::default())?;
    form.name.as_ref().ok_or_else(|| missing("real_name"))?;
    let verify = form::standing(request)?.unwrap_or(Verify::Enabled);
    let new =
        NewAccount { role: Role::Doctor, phone: Some(request.phone(&["phone"])?), username: None, password: form::password(request)? };
    let actor = cx.actor()?;
    let view = cx.write(move |db| {
        let doctor = doctor::bring_in(db, new, verify, form)?;
        let account: Account = db.need(doctor.id.account())?;
        let sight = privacy::administer(db, &actor, Action::Create, &account)?;
        DoctorView::of(db, account, sight)
    })?;
    Reply::bare(201, &view)
}

fn show_doctor(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (account, sight) = people::look_at(cx, db, request, Role::Doctor)?;
    Reply::of(&DoctorView::of(db, account, sight)?)
}

/// For whoever thinks of shutting the doctor out.
fn show_open(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let account = account::need(db, request.path_id("id")?, Role::Doctor)?;
    Reply::of(&OpenView::of(&closing::open(db, account.id.doctor())?))
}

fn change_doctor(cx: &Cx, request: &Request) -> Result<Reply> {
    let (id, actor) = (request.path_id("id")?, cx.actor()?);
    let printed = printed(cx, id)?;
    let (form, account) = (form(cx, request, &printed)?, AccountChange::of(request)?);
    let view = cx.write(move |db| {
        account.apply(db, id.account(), Role::Doctor)?;
        doctor::change(db, id, form)?;
        let account: Account = db.need(id.account())?;
        let sight = privacy::administer(db, &actor, Action::Update, &account)?;
        DoctorView::of(db, account, sight)
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
        let (account, sight) = people::verify(cx, db, request, Role::Doctor)?;
        return Reply::of(&DoctorView::of(db, account, sight)?);
    }
    let keep_open = request.flag_or_none("keep_open")?.unwrap_or(false);
    let account = account::need(db, request.path_id("id")?, Role::Doctor)?;
    let (account, open) = closing::shut_out(db, account, keep_open)?;
    let sight = privacy::administer(db, &cx.actor()?, Action::Verify, &account)?;
    let id = account.id;
    Reply::of(&ShutOutView {
        doctor: DoctorView::of(db, account, sight)?,
        open: OpenView::of(&open),
        still_open: OpenView::of(&closing::open(db, id.doctor())?),
    })
}

/// What is masked, whole, to whoever says why.
fn reveal_doctor(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let account = account::need(db, request.path_id("id")?, Role::Doctor)?;
    let doctor = doctor::profile(db, account.id.doctor())?;
    people::reveal(cx, db, request, (&account, None), |db, sight| Printed::of_staff(db, masked(&doctor), sight), None)
}

/// As the masked fields print now.
fn printed(cx: &Cx, id: DoctorId) -> Result<Printed> {
    let db = cx.view();
    let doctor = doctor::profile(&db, account::need(&db, id.account(), Role::Doctor)?.id.doctor())?;
    Printed::of_staff(&db, masked(&doctor), privacy::administrator(cx.need_reader()?))
}

fn masked(doctor: &Doctor) -> Masked<'_> {
    Masked { name: &doctor.name, idno: &doctor.idno, email: &doctor.email, place: &doctor.place }
}

fn form(cx: &Cx, request: &Request, printed: &Printed) -> Result<DoctorChange> {
    Ok(DoctorChange {
        avatar: form::picture(request, "avatars")?,
        name: form::masked(request, "real_name", &printed.name, |request| form::filled(request, "real_name", 50))?,
        idno: form::idno(cx, request, &printed.idno)?,
        hospital_id: request.id_or_none("hospital_id")?,
        departments: form::text(request, "departments", 50)?,
        department_id: request.id_or_none("department_id")?,
        job_position: form::text(request, "job_position", 50)?,
        good_at: form::prose(request, "good_at", 1_000)?,
        honours: form::prose(request, "honours", 2_000)?,
        work_photo: form::pictures(request, "work_photo", 20)?,
        introduction: form::prose(request, "abstract", 5_000)?,
        work_time: week::asked(request, "work_time")?,
        email: form::masked(request, "email", &printed.email, form::email)?,
        place: form::place_beside(request, &printed.addr)?,
        doctor_sn: request.word_or_none("doctor_sn", 32)?,
        image_and_text_open: request.flag_or_none("image_and_text_open")?,
        image_and_text_price: request.amount("image_and_text_price", 0..=money::MOST.0)?.map(Fen),
        is_hot: request.flag_or_none("is_hot")?,
        weight: form::number(request, "weight")?,
    })
}

#[derive(Serialize)]
struct DoctorView {
    id: DoctorId,
    real_name: String,
    phone: String,
    avatars: String,
    idno: String,
    hospital_id: HospitalId,
    hospital: String,
    departments: String,
    department_id: DepartmentId,
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
    projects: Vec<ClinicSessionId>,
    registrations: Vec<RegistrationId>,
    consultations: Vec<ConsultationId>,
    team_consults: Vec<TeamConsultId>,
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

impl DoctorView {
    fn of(db: &View, account: Account, sight: Sight) -> Result<DoctorView> {
        let doctor = doctor::profile(db, account.id.doctor())?;
        let printed = Printed::of_staff(db, masked(&doctor), sight)?;
        Ok(DoctorView {
            id: account.id.doctor(),
            hospital: db.get::<Hospital>(doctor.hospital_id)?.map(|hospital| hospital.name).unwrap_or_default(),
            place: PlaceView::beside(db, doctor.place, printed.addr)?,
            visits_count: clinic_session::count_ended(db, account.id.doctor())?,
            patient_count: registration::list::count_done(db, account.id.doctor())?,
            real_name: doctor.name,
            phone: sight.staff_phone(account.phone.as_deref().unwrap_or_default()),
            avatars: doctor.avatar,
            idno: printed.idno,
            hospital_id: doctor.hospital_id,
            departments: doctor.departments,
            department_id: doctor.department_id,
            job_position: doctor.job_position,
            good_at: doctor.good_at,
            honours: doctor.honours,
            work_photo: doctor.work_photo,
            introduction: doctor.introduction,
            work_time: doctor.work_time.map(HalfDaysView::from),
            email: printed.email,
            is_verify: codes::is_verify(account.verify),
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
