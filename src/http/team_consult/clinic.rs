//! 任务列表 (诊所): founding a clinic, its doctors and its supervisor, finding one by its name.

use serde::Serialize;

use super::dialect;
use crate::{
    base::{
        error::Result,
        id::{ClinicId, DoctorId},
    },
    domain::directory::clinic::{self, Clinic},
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            DOCTOR, Endpoint, MEMBER,
            Run::{Read, Write},
            get, post, put,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("own", "/clinic",                 DOCTOR, Write(found_clinic),   "创建诊所"),
    get ("own", "/clinic",                 MEMBER, Read(find_clinic),     "通过诊所名称查找诊所"),
    post("own", "/clinic/{id}/doctor",     DOCTOR, Write(add_doctor),     "诊所添加医生"),
    put ("own", "/clinic/{id}/supervisor", DOCTOR, Write(name_supervisor),"设置诊所主管"),
];

fn found_clinic(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let clinic = clinic::found(db, cx.my_id()?, request.text("name", 100)?, request.prose_or_empty("introduction", 5_000)?)?;
    Reply::of(&ClinicView::from(clinic))
}

/// The whole name, and no other: one clinic or none.
fn find_clinic(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let found = clinic::by_name(db, &request.text("name", 100)?)?;
    dialect::list(request.skip_page()?.of(found.into_iter().collect()), |clinic| {
        Ok(FoundView { clinic_id: clinic.id, name: clinic.name, introduction: clinic.introduction })
    })
}

fn add_doctor(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let clinic = clinic::add_doctor(db, cx.my_id()?, request.path_id("id")?, request.id("doctor_id")?)?;
    Reply::of(&ClinicView::from(clinic))
}

fn name_supervisor(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let clinic = clinic::name_supervisor(db, cx.my_id()?, request.path_id("id")?, request.id("doctor_id")?)?;
    Reply::of(&ClinicView::from(clinic))
}

#[derive(Serialize)]
struct FoundView {
    clinic_id: ClinicId,
    name: String,
    introduction: String,
}

/// 诊所, for its doctors.
#[derive(Serialize)]
struct ClinicView {
    clinic_id: ClinicId,
    name: String,
    introduction: String,
    founder_id: DoctorId,
    /// The founder until another is named.
    supervisor_id: DoctorId,
    /// The founder first.
    doctor_ids: Vec<DoctorId>,
    created: i64,
}

impl From<Clinic> for ClinicView {
    fn from(clinic: Clinic) -> ClinicView {
        ClinicView {
            clinic_id: clinic.id,
            name: clinic.name,
            introduction: clinic.introduction,
            founder_id: clinic.founder,
            supervisor_id: clinic.supervisor,
            doctor_ids: clinic.doctors.iter().map(|place| place.doctor).collect(),
            created: clinic.created_at.0,
        }
    }
}
