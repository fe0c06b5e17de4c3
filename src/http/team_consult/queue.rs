//! The queue of a free-clinic session, for the page of a patient who waits in it.

use serde::Serialize;

use crate::{
    base::error::Result,
    domain::free_clinic::queue,
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{Endpoint, PATIENT, Run::Read, get},
    },
    store::View,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("own", "/project/{id}/queue", PATIENT, Read(show_queue), "义诊排队情况"),
];

fn show_queue(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let queue = queue::of(db, cx.my_id()?, request.path_id("id")?)?;
    let clock = |time| db.settings.clinic.zone.clock(time)[..5].to_owned();
    Reply::of(&QueueView { ahead: queue.ahead, slot_ahead: queue.slot_ahead, now_serving: queue.now_serving.map(clock), updated: db.now.0 })
}

/// Numbers alone: who waits with one is nobody's business.
#[derive(Serialize)]
struct QueueView {
    ahead: u64,
    slot_ahead: u64,
    /// `09:30`; left out before the first visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    now_serving: Option<String>,
    updated: i64,
}
