//! `/admin/persons`: what is done about a person. An account is not a person: it may have a family.

use serde::Serialize;

use super::{
    patients::PersonView,
    people::{self, PlaceView, Printed},
};
use crate::{
    base::{error::Result, id::PatientAccountId, time::Time},
    domain::{
        directory::patient::Patient,
        identity::{
            account::{self, Role},
            audit::Purpose,
        },
        relations::privacy,
        shared::sight::Sight,
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{ADMIN, Endpoint, Run::Write, get, post},
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get ("admin", "/admin/persons/{id}",        ADMIN, Write(show_person),   "就诊人详情"),
    post("admin", "/admin/persons/{id}/reveal", ADMIN, Write(reveal_person), "显示就诊人被遮盖的信息"),
];

/// A look that is written down.
fn show_person(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let patient: Patient = db.need(request.path_id("id")?)?;
    let sight = privacy::look(db, &cx.actor()?, &patient, Purpose::Administration)?;
    Reply::of(&WholePersonView::of(db, patient, sight)?)
}

fn reveal_person(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let patient: Patient = db.need(request.path_id("id")?)?;
    let account = account::need(db, patient.owner.account(), Role::Patient)?;
    people::reveal(cx, db, request, &account, |db, sight| Printed::of_patient(db, &patient, sight))
}

#[derive(Serialize)]
struct WholePersonView {
    #[serde(flatten)]
    person: PersonView,
    /// The account.
    user_id: PatientAccountId,
    phone: String,
    idno: String,
    /// 1 身份证 to 6 港澳通行证.
    certificate_type: u8,
    sex: u8,
    birthday: String,
    age: Option<i64>,
    email: String,
    #[serde(flatten)]
    place: PlaceView,
    created_at: String,
    deleted_at: Option<String>,
}

impl WholePersonView {
    fn of(db: &View, patient: Patient, sight: Sight) -> Result<WholePersonView> {
        let printed = Printed::of_patient(db, &patient, sight)?;
        Ok(WholePersonView {
            person: PersonView::of(&patient, sight),
            user_id: patient.owner,
            phone: sight.phone(&patient.phone),
            idno: printed.idno,
            certificate_type: patient.certificate_type.max(1),
            sex: sight.person(patient.sex).unwrap_or(0),
            birthday: sight.birthday(&patient.birthday).unwrap_or_default(),
            age: sight.age(&patient.birthday, db.settings.clinic.zone.today(db.now)),
            email: printed.email,
            place: PlaceView::beside(db, patient.place, printed.addr)?,
            created_at: patient.created_at.rfc3339(),
            deleted_at: patient.deleted_at.map(Time::rfc3339),
        })
    }
}
