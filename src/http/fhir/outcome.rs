//! Refusals as OperationOutcome: everything that is answered below `/fhir`, routing errors too.

use serde_json::{Value, json};

use crate::{
    base::error::{Error, Kind, Reason},
    http::core::api::Dialect,
};

pub const FHIR_JSON: &str = "application/fhir+json; charset=utf-8";

pub const FHIR_OFF: Reason = Reason::new(Kind::NotFound, "fhir_off", "本诊所未开放 FHIR 接口，请联系诊所");
pub const NO_SUCH_TYPE: Reason = Reason::new(Kind::NotFound, "no_such_type", "本接口没有这种资源，请查看 /fhir/metadata");
pub const DELETED: Reason = Reason::new(Kind::Gone, "deleted", "该记录已删除");
pub const NOT_FOR_ROLE: Reason = Reason::new(Kind::Forbidden, "fhir_not_for_role", "管理员和医助不能直接读取，请由管理员新建接入");
pub const TYPE_NOT_OPEN: Reason = Reason::new(Kind::Forbidden, "type_not_open", "没有读取这种资源的权限");
pub const NUMBER_SEARCH_DENIED: Reason = Reason::new(Kind::Forbidden, "number_search_denied", "该接入不能按证件号码查找");
pub const UNKNOWN_PARAMETER: Reason = Reason::new(Kind::Malformed, "unknown_search_parameter", "不支持的查询参数");
pub const UNKNOWN_MODIFIER: Reason = Reason::new(Kind::Malformed, "unknown_modifier", "不支持的查询修饰符");
pub const UNKNOWN_PREFIX: Reason = Reason::new(Kind::Malformed, "unknown_prefix", "日期只支持 eq、ge、gt、le、lt 前缀");
pub const UNKNOWN_SORT: Reason = Reason::new(Kind::Malformed, "unknown_sort", "不支持的排序");
pub const UNKNOWN_INCLUDE: Reason = Reason::new(Kind::Malformed, "unknown_include", "不支持的 _include");
pub const BAD_DATE: Reason = Reason::new(Kind::Malformed, "bad_date", "日期格式有误，应如 2026-11-29 或 2026-11-29T09:00:00+08:00");
pub const BAD_VALUE: Reason = Reason::new(Kind::Malformed, "bad_search_value", "查询参数的值有误");
pub const BAD_PAGE: Reason = Reason::new(Kind::Malformed, "bad_page", "翻页地址无效，请从头查询");
pub const TOO_COSTLY: Reason = Reason::new(Kind::Malformed, "too_costly", "要排序的结果过多，请缩小范围");
pub const EXPORT_HEADERS: Reason = Reason::new(Kind::Malformed, "export_headers", "导出须异步请求");
pub const EXPORT_FAILED: Reason = Reason::new(Kind::Internal, "export_failed", "导出未能完成，请重新发起");
pub const NOT_ACCEPTABLE: Reason = Reason::new(Kind::NotAcceptable, "not_acceptable", "只提供 JSON 格式");

/// The envelope of this face. What it answers goes out as it is.
pub const DIALECT: Dialect = Dialect {
    content_type_of_failure: FHIR_JSON,
    success: |data, beside| data.or(beside).unwrap_or(b"{}").to_vec(),
    failure: |error| outcome(error).to_string().into_bytes(),
    may_always_200: false,
};

/// By slug where the kind does not say it.
#[rustfmt::skip]
const CODES: &[(&str, &str)] = &[
    ("unknown_search_parameter", "not-supported"),
    ("unknown_modifier",         "not-supported"),
    ("unknown_prefix",           "not-supported"),
    ("unknown_sort",             "not-supported"),
    ("unknown_include",          "not-supported"),
    ("bad_date",                 "value"),
    ("bad_search_value",         "value"),
    ("too_costly",               "too-costly"),
    ("bad_token",                "expired"),
    ("no_such_type",             "not-supported"),
    ("no_such_endpoint",         "not-supported"),
    ("fhir_off",                 "not-supported"),
];

fn code(error: &Error) -> &'static str {
    if let Some((_, code)) = CODES.iter().find(|(slug, _)| *slug == error.slug()) {
        return code;
    }
    match error.kind() {
        Kind::Malformed => "invalid",
        Kind::Unauthorized => "login",
        Kind::Forbidden => "forbidden",
        Kind::NotFound => "not-found",
        Kind::Gone => "deleted",
        Kind::MethodNotAllowed | Kind::NotAcceptable | Kind::Unsupported | Kind::UpgradeRequired => "not-supported",
        Kind::Conflict => "conflict",
        Kind::TooLarge | Kind::Range => "too-long",
        Kind::Rule => "business-rule",
        Kind::TooMany => "throttled",
        Kind::Busy | Kind::Timeout => "transient",
        Kind::Full => "no-store",
        Kind::Internal => "exception",
    }
}

/// What to do about it, where the place that refused says no more.
fn advice(error: &Error) -> &'static str {
    match error.kind() {
        Kind::Malformed => "The request cannot be read as it is written. See /fhir/metadata for what is understood.",
        Kind::Unauthorized => "Send a token that is good: Authorization: Bearer <token>.",
        Kind::Forbidden => "This token does not open that. An administrator can make an integration with other scopes.",
        Kind::NotFound if code(error) == "not-supported" => "There is no such type or interaction. See /fhir/metadata for what there is.",
        Kind::NotFound => "There is no such resource for this caller.",
        Kind::Gone => "The resource was deleted.",
        Kind::MethodNotAllowed => "This face is for reading. The Allow header names the methods.",
        Kind::NotAcceptable => "Only application/fhir+json is answered. Set Accept or _format to it.",
        Kind::TooMany => "Too many requests. Retry-After says when to come back.",
        Kind::Busy | Kind::Timeout => "The server is busy. Try again in a moment.",
        Kind::Full => "The disk of the server is full.",
        Kind::Internal => "The server failed. Its log says why.",
        _ => "The request cannot be served as it is.",
    }
}

/// The resource that tells of a refusal.
pub fn outcome(error: &Error) -> Value {
    // Where the fault is this face's own to tell, the field's problem is the English sentence.
    let (expression, told) = match error.fields().first() {
        Some((name, problem)) => (Some(name.as_str()), Some(problem.as_str()).filter(|problem| problem.is_ascii())),
        None => (None, None),
    };
    let mut issue = issue("error", code(error), (error.slug(), &error.message()), told.unwrap_or_else(|| advice(error)));
    if let Some(expression) = expression {
        issue["expression"] = json!([expression]);
    }
    json!({ "resourceType": "OperationOutcome", "issue": [issue] })
}

fn issue(severity: &str, code: &str, (slug, text): (&str, &str), diagnostics: &str) -> Value {
    json!({
        "severity": severity,
        "code": code,
        "details": { "coding": [{ "system": "urn:xuanhu:cs:error", "code": slug }], "text": text },
        "diagnostics": diagnostics,
    })
}

/// What was passed over in a search, as a resource beside the results.
pub fn ignored(names: &[String]) -> Value {
    let issues: Vec<Value> = names
        .iter()
        .map(|name| {
            json!({
                "severity": "warning",
                "code": "not-supported",
                "details": { "text": format!("参数 {name} 不支持，已忽略（Prefer: handling=lenient）") },
                "expression": [name],
            })
        })
        .collect();
    json!({ "resourceType": "OperationOutcome", "issue": issues })
}
