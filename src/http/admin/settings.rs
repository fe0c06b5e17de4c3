//! `/admin/settings`: how the server is set up. Read only: it is changed in `xuanhu.toml`.

use super::listing::{self, Listing};
use crate::{
    base::{error::Result, page::Page, settings::Shown},
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{ADMIN, Endpoint, Run::Read, get},
    },
    store::View,
};

pub const CHAPTER: &[Endpoint] = &[get("admin", "/admin/settings", ADMIN, Read(list_settings), "系统设置")];

const LISTING: Listing<Shown> = Listing { filters: &[], time: None, sorts: &[("key", |_, one| Ok(one.key.into()))] };

/// As `xuanhu config` prints them: where each comes from, secrets as `***`. There are few, and a page of settings is no use: the default is all.
fn list_settings(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let found = LISTING.find(db, request, |asked| {
        let shown = cx.app.settings.shown().into_iter().filter(|one| asked.needle.is_in(&[one.key, one.doc])).collect();
        let page = if request.has("page_size") { asked.page } else { Page::ALL };
        Ok(page.of(shown))
    })?;
    listing::reply(found, Ok)
}
