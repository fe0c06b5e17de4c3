//! The reference of all HTTP APIs, for programs; `/docs` shows it to people. It is made by `http::core::openapi`.

use crate::http::core::table::{ANYONE, Endpoint, Run::Reference, get};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("own", "/openapi.json", ANYONE, Reference, "接口参考（OpenAPI 3.1）").says("This document. It depends on nothing but the version of the program."),
];
