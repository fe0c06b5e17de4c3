//! Collections: which part of a list is asked for (`page`, `page_size`, `q`), and `{items, total}`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    base::{
        error::{Error, Result},
        needle::Needle,
        page::{Page, Slice},
    },
    http::core::{
        reply::Reply,
        request::Request,
        signature::{FieldSpec, Schemas},
        typed::{Form, OrEmpty, Source, Text, Whole, form},
    },
};

/// The largest page; a larger one is cut to it.
const MOST: i64 = 1_000;

/// Which part of a list is asked for.
pub struct Asked {
    pub page: Page,
    pub needle: Needle,
    /// What the needle is made of.
    pub q: String,
}

form! {
    struct Part {
        /// 页码，从 1 开始
        page: Option<Whole<1, { i64::MAX }>>,
        /// 每页条数，默认 10，最多 1000
        page_size: Option<Whole<1, { i64::MAX }>>,
        /// 关键词
        q: OrEmpty<Text<100>>,
    }
}

impl Form for Asked {
    fn read(source: &Source) -> Result<Asked> {
        Part::read(source).map(Asked::from)
    }

    fn describe(schemas: &mut Schemas, fields: &mut Vec<FieldSpec>) {
        Part::describe(schemas, fields);
    }
}

impl From<Part> for Asked {
    fn from(part: Part) -> Asked {
        let number = part.page.unwrap_or(1).unsigned_abs();
        let size = part.page_size.unwrap_or(10).min(MOST).unsigned_abs();
        Asked { page: Page::numbered(number, size), needle: Needle::new(&part.q), q: part.q }
    }
}

impl Asked {
    pub fn of(request: &Request) -> Result<Asked> {
        let (page, page_size) = (request.integer_or_none("page", 1..=i64::MAX)?, request.integer_or_none("page_size", 1..=i64::MAX)?);
        Ok(Asked::from(Part { page, page_size, q: request.text_or_empty("q", 100)? }))
    }
}

/// A page of a collection.
#[derive(Serialize, JsonSchema)]
pub struct Items<T> {
    items: Vec<T>,
    /// Of the whole collection.
    total: u64,
}

/// A page of a collection, each row made into its view.
pub fn items<T, V>(slice: Slice<T>, view: impl FnMut(T) -> Result<V, Error>) -> Result<Items<V>> {
    let slice = slice.try_map(view)?;
    Ok(Items { items: slice.items, total: slice.total })
}

/// The same, for a handler that answers it itself.
pub fn reply<T, V: Serialize>(slice: Slice<T>, view: impl FnMut(T) -> Result<V, Error>) -> Result<Reply> {
    Reply::of(&items(slice, view)?)
}
