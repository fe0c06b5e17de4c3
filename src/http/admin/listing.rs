//! Collections: which part of a list is asked for (`page`, `page_size`, `q`), and `{items, total}`.

use serde::Serialize;

use crate::{
    base::{
        error::{Error, Result},
        needle::Needle,
        page::{Page, Slice},
    },
    http::core::{reply::Reply, request::Request},
};

/// The largest page; a larger one is cut to it.
const MOST: i64 = 1_000;

pub struct Asked {
    pub page: Page,
    pub needle: Needle,
}

impl Asked {
    pub fn of(request: &Request) -> Result<Asked> {
        let number = request.integer_or_none("page", 1..=i64::MAX)?.unwrap_or(1).unsigned_abs();
        let size = request.integer_or_none("page_size", 1..=i64::MAX)?.unwrap_or(10).min(MOST).unsigned_abs();
        Ok(Asked { page: Page::numbered(number, size), needle: Needle::new(&request.text_or_empty("q", 100)?) })
    }
}

#[derive(Serialize)]
struct Items<T> {
    items: Vec<T>,
    total: u64,
}

/// A page of a collection, each row made into its view.
pub fn reply<T, V: Serialize>(slice: Slice<T>, view: impl FnMut(T) -> Result<V, Error>) -> Result<Reply> {
    let slice = slice.try_map(view)?;
    Reply::of(&Items { items: slice.items, total: slice.total })
}
