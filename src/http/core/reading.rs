//! Running a handler that reads: what it answers is one moment's state, and on disk before it goes out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{context::Cx, reply::Reply, request::Request};
use crate::{
    base::error::{INTERNAL, Result},
    store::{Tx, View},
};

pub type Handler = fn(&Cx, &View, &Request) -> Result<Reply>;

/// Runs it beside the writer; where commits come in between again and again, as a job.
pub async fn run(handler: Handler, cx: Cx, request: Request) -> Result<Reply> {
    let attempt = |db: &View| catch_unwind(AssertUnwindSafe(|| at(handler, &cx, db, &request))).unwrap_or_else(|_| panicked());
    match cx.app.store.read(attempt).await? {
        Some(reply) => reply,
        None => {
            let app = cx.app.clone();
            app.store.write(move |db: &mut Tx| at(handler, &cx, db, &request)).await
        }
    }
}

/// The caller was let in a moment ago: where something has changed since, the session may have ended.
fn at(handler: Handler, cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    if cx.admitted != cx.app.store.moment() {
        cx.need_session(db)?;
    }
    handler(cx, db, request)
}

fn panicked() -> Result<Reply> {
    Err(INTERNAL.caused_by("a handler panicked"))
}
