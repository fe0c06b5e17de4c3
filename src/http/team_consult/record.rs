//! Signing the record of a team consult, amending it.

use crate::{
    base::{error::Result, id::TeamConsultId},
    http::core::{
        context::Cx,
        record,
        reply::Reply,
        request::Request,
        table::{DOCTOR, Endpoint, Run::Heavy, post},
    },
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("own", "/consult/{id}/record/sign",     DOCTOR, Heavy(sign),    "签署病历").guarded(),
    post("own", "/consult/{id}/record/amend",    DOCTOR, Heavy(amend),   "修订病历").guarded(),
];

fn sign(cx: &Cx, request: &Request) -> Result<Reply> {
    let id: TeamConsultId = request.path_id("id")?;
    record::sign(cx, request, id.encounter())
}

fn amend(cx: &Cx, request: &Request) -> Result<Reply> {
    let id: TeamConsultId = request.path_id("id")?;
    record::amend(cx, request, id.encounter())
}
