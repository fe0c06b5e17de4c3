//! `/admin/unsigned-records`: encounters that are over and whose record nobody has signed within `care.sign_window`.

use serde::Serialize;

use super::listing::takes_only;
use crate::{
    base::{
        error::Result,
        id::{DoctorId, EncounterId},
    },
    domain::{care::signed_record, directory::doctor},
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{ADMIN, Endpoint, Run::Heavy, get},
    },
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("admin", "/admin/unsigned-records", ADMIN, Heavy(list_unsigned), "逾期未签署的病历"),
];

fn list_unsigned(cx: &Cx, request: &Request) -> Result<Reply> {
    takes_only(request, &[])?;
    let db = cx.view();
    let mut items = Vec::new();
    for late in signed_record::overdue(&db, db.now)? {
        let doctor_name = doctor::profile(&db, late.doctor_id)?.name;
        items.push(UnsignedView { encounter: late.encounter, doctor_id: late.doctor_id, doctor_name, ended_at: late.ended_at.rfc3339() });
    }
    Reply::of(&ListView { total: items.len(), items })
}

#[derive(Serialize)]
struct ListView {
    items: Vec<UnsignedView>,
    total: usize,
}

#[derive(Serialize)]
struct UnsignedView {
    encounter: EncounterId,
    doctor_id: DoctorId,
    doctor_name: String,
    ended_at: String,
}
