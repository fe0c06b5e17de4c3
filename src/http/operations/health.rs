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
    store::View,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("own", "/healthz", ANYONE, Read(alive),   "存活检查").unlimited(),
    get("own", "/readyz",  ANYONE, Read(ready),   "就绪检查").unlimited(),
    get("own", "/metrics", ANYONE, Read(metrics), "监控指标"),
];

fn alive(_: &Cx, _: &View, _: &Request) -> Result<Reply> {
    Reply::of(&json!({ "status": "ok" }))
}

fn ready(cx: &Cx, _: &View, _: &Request) -> Result<Reply> {
    match cx.app.readiness()?.as_slice() {
        [] => Reply::of(&json!({ "status": "ready" })),
        warnings => Reply::of(&json!({ "status": "ready", "warnings": warnings })),
    }
}

/// For this machine and for administrators: the counts tell how busy a clinic is.
fn metrics(cx: &Cx, _: &View, _: &Request) -> Result<Reply> {
    let admin = cx.caller.is_some_and(|caller| caller.role == Role::Admin);
    match admin || cx.is_local {
        true => {
            cx.app.measure();
            Ok(Reply::bytes("application/openmetrics-text; version=1.0.0; charset=utf-8", cx.app.metrics.text().into_bytes()))
        }
        false => Err(WRONG_ROLE.err()),
    }
}
