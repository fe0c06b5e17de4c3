//! 3.5 专题活动接口: special events and their projects.

use super::{
    dialect::Paging,
    view::{clinic_session::ProjectView, special_event::SpecialView},
};
use crate::{
    base::error::Result,
    domain::free_clinic::{special_event, turnout},
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{ANYONE, Endpoint, Run::Read, get},
    },
    store::View,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("3.5.1", "/sp_project",      ANYONE, Read(list_specials), "专题活动列表"),
    get("3.5.2", "/sp_project/{id}", ANYONE, Read(list_projects), "专题活动的活动列表接口"),
];

fn list_specials(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let specials = special_event::list(db, paging.page)?;
    Reply::of(&paging.list(specials.try_map(|special| SpecialView::of(db, special, cx.reader()))?))
}

/// The event's projects, as the document's heading says and its path does not.
fn list_projects(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let projects = turnout::projects(db, request.path_id("id")?, paging.page)?;
    Reply::of(&paging.list(projects.try_map(|project| ProjectView::of(db, project, cx.reader()))?))
}
