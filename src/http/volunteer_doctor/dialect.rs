//! `{error_code:0, data}` and `{error_code, error_message, error}` (志愿医生 1.3). Lists stand in `data.list`, paging in `data.page`.

use serde::Serialize;
use serde_json::json;

use crate::{
    base::{
        error::{Error, Result},
        page::{Page, Slice},
    },
    http::core::{
        api::{self, Dialect, JSON, envelope},
        request::Request,
    },
};

pub const DIALECT: Dialect = Dialect {
    content_type_of_failure: JSON,
    success: |data, beside| envelope("\"error_code\":0", "data", data, beside),
    failure,
    may_always_200: true,
};

fn failure(error: &Error) -> Vec<u8> {
    let mut failure = json!({ "error_code": error.status(), "error_message": error.message(), "error": error.slug() });
    if let Some((id, _)) = error.row() {
        failure["id"] = json!(id);
    }
    api::failure(error, failure)
}

/// The largest page; a larger one is cut to it.
const MOST: i64 = 1_000;

/// Which page is asked for (`current_page`, `page_size`).
#[derive(Clone, Copy)]
pub struct Paging {
    pub page: Page,
    current: u64,
    size: u64,
}

impl Paging {
    pub fn of(request: &Request) -> Result<Paging> {
        let (page, current, size) = request.numbered_page(MOST)?;
        Ok(Paging { page, current, size })
    }

    /// The same, with pages of another size where the call names none.
    pub fn sized(request: &Request, usual: u64) -> Result<Paging> {
        let (page, current, size) = request.numbered_page(MOST)?;
        match request.has("page_size") {
            true => Ok(Paging { page, current, size }),
            false => Ok(Paging { page: Page::numbered(current, usual), current, size: usual }),
        }
    }

    pub fn list<T: Serialize>(self, slice: Slice<T>) -> List<T> {
        let page = PageView {
            current_page: self.current,
            total_page: slice.total.div_ceil(self.size.max(1)),
            count: slice.total,
            page_size: self.size,
        };
        List { list: slice.items, page: Some(page) }
    }
}

/// A list, with its paging where the document shows one.
#[derive(Serialize)]
pub struct List<T> {
    pub list: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<PageView>,
}

impl<T: Serialize> List<T> {
    pub fn whole(list: Vec<T>) -> List<T> {
        List { list, page: None }
    }
}

#[derive(Serialize)]
struct PageView {
    current_page: u64,
    total_page: u64,
    count: u64,
    page_size: u64,
}
