//! 9 收藏模块: the doctors that a user keeps.

use serde_json::json;

use super::{
    ids,
    view::doctor::{CollectedDoctorView, CollectionView},
};
use crate::{
    base::error::Result,
    domain::directory::favourite,
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
    post("9.1", "/api/doctorCollection/create", PATIENT, Write(collect_doctor),          "用户收藏医生"),
    post("9.2", "/api/doctorCollection/list",   PATIENT, Read(list_collected_doctors),   "用户查询收藏的医生列表"),
    post("9.3", "/api/doctorCollection/delete", PATIENT, Write(remove_collected_doctor), "用户取消收藏医生"),
];

fn collect_doctor(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let user = ids::mine(cx, db, request, "userId")?;
    let collection = favourite::collect(db, user, ids::need(request, "doctorId")?)?;
    Reply::of(&CollectionView::of(db, &collection)?)
}

fn list_collected_doctors(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let collections = favourite::list(db, ids::mine(cx, db, request, "userId")?)?;
    Reply::of(&collections.iter().map(|collection| CollectedDoctorView::of(db, collection)).collect::<Result<Vec<_>>>()?)
}

fn remove_collected_doctor(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    favourite::remove(db, cx.my_id()?, ids::need(request, "id")?)?;
    Reply::of(&json!({ "n": 1, "ok": 1 }))
}
