//! Signing the record of a consultation, amending it.

use super::ids;
use crate::{
    base::{error::Result, id::ConsultationId},
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
    post("own", "/consultation/{id}/record/sign",     DOCTOR, Heavy(sign),    "签署病历").guarded(),
    post("own", "/consultation/{id}/record/amend",    DOCTOR, Heavy(amend),   "修订病历").guarded(),
];

fn sign(cx: &Cx, request: &Request) -> Result<Reply> {
    let id: ConsultationId = ids::in_path(request)?;
    record::sign(cx, request, id.encounter())
}

fn amend(cx: &Cx, request: &Request) -> Result<Reply> {
    let id: ConsultationId = ids::in_path(request)?;
    record::amend(cx, request, id.encounter())
}
