//! 2 就诊人模块: the persons for whom a user consults.

use serde::Serialize;

use super::{dialect::CODE, ids, view::patient::PatientView};
use crate::{
    base::{
        error::{Result, missing},
        idno::{self, IdNumber},
    },
    domain::{
        directory::patient::{self, Certificate, HONG_KONG_MACAU_PERMIT, NewPatient, PASSPORT, Patient, RESIDENT_CARD},
        relations::privacy,
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            Endpoint, PATIENT,
            Run::{Read, Write},
            post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("2.1", "/api/patient/create",   PATIENT, Write(create_patient), "创建就诊人"),
    post("2.2", "/api/patient/delete",   PATIENT, Write(delete_patient), "删除就诊人"),
    post("2.3", "/api/patient/list",     PATIENT, Read(list_patients),   "就诊人列表"),
    post("2.4", "/api/patient/detail",   PATIENT, Read(show_patient),    "就诊人详情"),
    post("2.5", "/api/patient/bindcard", PATIENT, Write(bind_card),      "绑定就诊卡"),
];

#[derive(Serialize)]
struct Created {
    code: &'static str,
    msg: &'static str,
    data: PatientView,
}

fn create_patient(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let owner = ids::mine(cx, db, request, "userId")?;
    let certificate = certificate(db, request)?;
    let form = NewPatient {
        phone: phone(request, &certificate)?,
        certificate,
        name: request.text("name", 50)?,
        birthday: request.birthday("birthday", db.settings.clinic.zone.today(db.now))?.map(|date| date.to_string()),
        // 1 男 and 0 女 here, 1 and 2 in the store.
        sex: request.integer_or_none("sex", 0..=1)?.map(|sex| if sex == 1 { 1 } else { 2 }),
        card_no: card_number(request)?,
        relation: request.text_or_none("relation", 20)?,
    };
    if let Certificate::Other(..) = form.certificate {
        // Nothing to tell them from.
        form.birthday.as_ref().ok_or_else(|| missing("birthday"))?;
        form.sex.ok_or_else(|| missing("sex"))?;
    }
    let patient = patient::create(db, owner, form)?;
    Reply::beside(&Created { code: CODE, msg: "创建就诊人成功", data: own(cx, db, patient)? })
}

/// People with a passport or a 港澳通行证 may have a number of Hong Kong, Macau or Taiwan.
fn phone(request: &Request, certificate: &Certificate) -> Result<String> {
    const NAMES: &[&str] = &["phone", "phono"];
    match certificate {
        Certificate::Other(PASSPORT | HONG_KONG_MACAU_PERMIT, _) => request.any_phone(NAMES),
        _ => request.phone(NAMES),
    }
}

fn card_number(request: &Request) -> Result<Option<String>> {
    if request.has("patientIdNo") { request.code("patientIdNo", 50).map(Some) } else { Ok(None) }
}

fn certificate(db: &View, request: &Request) -> Result<Certificate> {
    let number = request.code("certificateNo", 50)?;
    match request.integer_or_none("certificateType", 1..=6)?.and_then(|kind| u8::try_from(kind).ok()).unwrap_or(RESIDENT_CARD) {
        RESIDENT_CARD => {
            let number = IdNumber::parse(&number, db.settings.clinic.zone.today(db.now));
            number.map(Certificate::Resident).map_err(|e| e.field("certificateNo", "身份证号码有误"))
        }
        kind => Ok(Certificate::Other(kind, idno::typed(&number))),
    }
}

fn delete_patient(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    patient::delete(db, cx.my_id()?, ids::need(request, "id")?)?;
    Reply::done()
}

fn list_patients(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let patients = patient::list(db, ids::mine(cx, db, request, "userId")?)?;
    Reply::of(&patients.into_iter().map(|patient| own(cx, db, patient)).collect::<Result<Vec<_>>>()?)
}

fn show_patient(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let patient = patient::need_of(db, cx.my_id()?, ids::need(request, "id")?)?;
    Reply::of(&own(cx, db, patient)?)
}

/// One of the caller's own patients.
fn own(cx: &Cx, db: &View, patient: Patient) -> Result<PatientView> {
    let sight = privacy::oneself(cx.reader(), patient.owner.account());
    PatientView::of(db, patient, sight)
}

fn bind_card(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    patient::bind_card(db, cx.my_id()?, ids::need(request, "id")?, request.code("patientIdNo", 50)?)?;
    Reply::done()
}
