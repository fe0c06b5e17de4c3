//! Is the server alive, is it ready, what does it count: for supervisors and monitors.

use serde_json::json;

use crate::{
    base::error::Result,
    domain::identity::account::Role,
    http::core::{
        access::WRONG_ROLE,
        context::Cx,
        reply::Reply,
        request::Request,
        table::{ANYONE, Endpoint, Run::Read, get},
    },
    search::INDEX_BUILDING,
    store::{STORE_FAILED, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("own", "/healthz", ANYONE, Read(alive),   "存活检查"),
    get("own", "/readyz",  ANYONE, Read(ready),   "就绪检查"),
    get("own", "/metrics", ANYONE, Read(metrics), "监控指标"),
];

fn alive(_: &Cx, _: &View, _: &Request) -> Result<Reply> {
    Reply::of(&json!({ "status": "ok" }))
}

fn ready(cx: &Cx, _: &View, _: &Request) -> Result<Reply> {
    match (*cx.app.store.failed().borrow(), cx.app.index_is_ready()) {
        (true, _) => Err(STORE_FAILED.err()),
        (false, false) => Err(INDEX_BUILDING.err().retry_in(1)),
        (false, true) => Reply::of(&json!({ "status": "ready" })),
    }
}

/// For this machine and for administrators: the counts tell how busy a clinic is.
fn metrics(cx: &Cx, _: &View, _: &Request) -> Result<Reply> {
    let admin = cx.caller.is_some_and(|caller| caller.role == Role::Admin);
    match admin || cx.address.is_loopback() {
        true => {
            let (metrics, live) = (&cx.app.metrics, &cx.app.live);
            metrics.devices.set(i64::try_from(live.lines()).unwrap_or(i64::MAX));
            metrics.calls.set(i64::try_from(live.calls()).unwrap_or(i64::MAX));
            Ok(Reply::bytes("application/openmetrics-text; version=1.0.0; charset=utf-8", metrics.text().into_bytes()))
        }
        false => Err(WRONG_ROLE.err()),
    }
}
