//! An order's earlier diagnosis, the doctor's judgement of it, and stopping: what the law asks beyond the document.

use super::{ids, view::consultation::ConsultationView};
use crate::{
    base::error::Result,
    domain::{
        consultation::stopping,
        identity::audit::{self, Action, Subject},
    },
    http::core::{
        context::Cx,
        first_visit,
        reply::Reply,
        request::Request,
        table::{DOCTOR, Endpoint, PATIENT, Run::Write, post},
    },
    store::Tx,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("own", "/consultation/{id}/earlier", PATIENT, Write(give_earlier), "提交既往诊断"),
    post("own", "/consultation/{id}/judge",   DOCTOR,  Write(judge),        "判断是否复诊"),
    post("own", "/consultation/{id}/stop",    DOCTOR,  Write(stop),         "终止咨询并转诊"),
];

fn give_earlier(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (id, form) = (ids::in_path(request)?, first_visit::given(request)?);
    let consultation = stopping::give_earlier(db, cx.my_id()?, id, form)?;
    Reply::of(&ConsultationView::of(db, &consultation)?)
}

/// `{fits, note}`. What does not fit is stopped as a first visit.
fn judge(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (id, fits, note) = (ids::in_path(request)?, request.flag("fits")?, request.prose_or_empty("note", 1_000)?);
    let consultation = stopping::judge(db, cx.my_id()?, id, fits, note)?;
    let action = if fits { Action::Judge } else { Action::Stop };
    audit::note(db, &cx.actor()?, action, Subject::Consultation, consultation.id)?;
    Reply::of(&ConsultationView::of(db, &consultation)?)
}

/// `{reason, advice}`.
fn stop(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (id, (reason, advice)) = (ids::in_path(request)?, first_visit::stop(request)?);
    let consultation = stopping::stop(db, cx.my_id()?, id, reason, advice)?;
    audit::note(db, &cx.actor()?, Action::Stop, Subject::Consultation, consultation.id)?;
    Reply::of(&ConsultationView::of(db, &consultation)?)
}
