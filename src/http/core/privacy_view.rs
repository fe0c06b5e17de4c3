//! What people ask about their own data, as it prints to them and to the clinic's staff.

use schemars::JsonSchema;
use serde::Serialize;

use super::typed::Choice;
use crate::{
    base::{
        id::{AnyId, PatientAccountId, PatientId},
        page::Slice,
        time::Time,
    },
    domain::clinic_wide::privacy_request::{PrivacyRequest, RequestKind, RequestState},
};

impl Choice for RequestKind {
    const WORDS: &'static [(&'static str, RequestKind)] = &[
        ("correct", RequestKind::Correct),
        ("restrict", RequestKind::Restrict),
        ("delete", RequestKind::Delete),
        ("copy", RequestKind::Copy),
    ];
}

impl Choice for RequestState {
    const WORDS: &'static [(&'static str, RequestState)] =
        &[("open", RequestState::Open), ("done", RequestState::Done), ("refused", RequestState::Refused)];
}

fn word<C: Choice + PartialEq>(choice: C) -> &'static str {
    C::WORDS.iter().find(|(_, one)| *one == choice).map_or("", |(word, _)| word)
}

#[derive(Serialize, JsonSchema)]
pub struct RequestView {
    id: AnyId,
    account_id: PatientAccountId,
    patient_id: PatientId,
    /// `correct`, `restrict`, `delete` or `copy`.
    kind: &'static str,
    text: String,
    /// `open`, `done` or `refused`.
    state: &'static str,
    /// What the clinic said; empty while it is open.
    answer: String,
    /// RFC 3339, as are the next three.
    asked_at: String,
    /// By then the clinic has to answer.
    due_at: String,
    decided_at: Option<String>,
    /// Whether that time is over and nobody has answered.
    overdue: bool,
}

impl RequestView {
    pub fn of(request: PrivacyRequest, now: Time) -> RequestView {
        RequestView {
            id: request.id.any(),
            account_id: request.account_id,
            patient_id: request.patient_id,
            kind: word(request.kind),
            text: request.text,
            overdue: request.state == RequestState::Open && request.due_at < now,
            state: word(request.state),
            answer: request.answer,
            asked_at: request.asked_at.rfc3339(),
            due_at: request.due_at.rfc3339(),
            decided_at: request.decided_at.map(Time::rfc3339),
        }
    }
}

#[derive(Serialize, JsonSchema)]
pub struct RequestsView {
    /// Newest first.
    items: Vec<RequestView>,
    total: u64,
}

impl RequestsView {
    pub fn of(found: Slice<PrivacyRequest>, now: Time) -> RequestsView {
        RequestsView { total: found.total, items: found.items.into_iter().map(|one| RequestView::of(one, now)).collect() }
    }
}
