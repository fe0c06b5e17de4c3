//! `xuanhu openapi`: the reference of the HTTP APIs, for generators of clients and for who reads it elsewhere.

use super::common::say;
use crate::{base::error::Result, http};

/// The same text as `GET /openapi.json`; needs no data directory and no running server.
pub fn run() -> Result<()> {
    say(http::reference().trim_end());
    Ok(())
}
