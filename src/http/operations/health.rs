//! Is the server alive, is it ready, what does it count: for supervisors and monitors.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    base::error::Result,
    domain::identity::account::Role,
    http::core::{
        access::WRONG_ROLE,
        context::Cx,
        reply::Reply,
        signature::{AnswerSpec, Content, Schemas},
        table::{ANYONE, Endpoint},
        typed::{Answer, get, run},
    },
    store::View,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("own", "/healthz", ANYONE, run!(Read(alive)),   "存活检查").unlimited(),
    get("own", "/readyz",  ANYONE, run!(Read(ready)),   "就绪检查").unlimited(),
    get("own", "/metrics", ANYONE, run!(Read(metrics)), "监控指标"),
];

#[derive(Serialize, JsonSchema)]
struct Alive {
    status: AliveStatus,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum AliveStatus {
    Ok,
}

fn alive(_: &Cx, _: &View, (): ()) -> Result<Alive> {
    Ok(Alive { status: AliveStatus::Ok })
}

#[derive(Serialize, JsonSchema)]
struct Ready {
    status: ReadyStatus,
    /// What an administrator has to see to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum ReadyStatus {
    Ready,
}

fn ready(cx: &Cx, _: &View, (): ()) -> Result<Ready> {
    Ok(Ready { status: ReadyStatus::Ready, warnings: cx.app.readiness()? })
}

/// OpenMetrics.
struct Metrics(String);

impl Answer for Metrics {
    fn reply(self) -> Result<Reply> {
        Ok(Reply::bytes("application/openmetrics-text; version=1.0.0; charset=utf-8", self.0.into_bytes()))
    }

    fn describe(_: &mut Schemas) -> AnswerSpec {
        AnswerSpec::of(Content::Other(&["application/openmetrics-text"]))
    }
}

/// For this machine and for administrators: the counts tell how busy a clinic is.
fn metrics(cx: &Cx, _: &View, (): ()) -> Result<Metrics> {
    let admin = cx.caller.is_some_and(|caller| caller.role == Role::Admin);
    match admin || cx.is_local {
        true => {
            cx.app.measure();
            Ok(Metrics(cx.app.metrics.text()))
        }
        false => Err(WRONG_ROLE.err()),
    }
}
