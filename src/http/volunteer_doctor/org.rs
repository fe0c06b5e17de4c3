//! 3.2.14 to 3.2.21: what the clinic announces, and the orgs that doctors belong to.

use super::{
    dialect::Paging,
    view::{
        news::NewsView,
        org::{MembershipView, OrgView},
    },
};
use crate::{
    base::error::{Error, Result, invalid},
    domain::{
        directory::org::{self, Org},
        identity::account::Role,
        notice::news::{self, News},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ANYONE, DOCTOR, Endpoint,
            Run::{Read, Search, Write},
            delete, get, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("3.2.14", "/news/{type}/list",  ANYONE, Read(list_news),       "公告列表接口"),
    get   ("3.2.15", "/news/{id}",         ANYONE, Read(show_news),       "公告详情接口"),
    get   ("3.2.18", "/org",               ANYONE, Search(list_orgs),     "获取组织列表"),
    post  ("3.2.19", "/org_add/{org_id}",  DOCTOR, Write(apply),          "加入组织"),
    delete("3.2.20", "/org_remove/{id}",   DOCTOR, Write(leave),          "退出组织"),
    get   ("3.2.21", "/org/my",            DOCTOR, Read(list_memberships),"我已申请加入的组织列表"),
];

fn list_news(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let reader = request.segment("type").parse().ok().and_then(Role::from_number);
    let reader = reader.ok_or_else(|| invalid("type", "应为 1 患者端、2 医生端 或 3 医助端"))?;
    let news = news::list(db, reader, paging.page)?;
    Reply::of(&paging.list(news.try_map(|news| Ok::<_, Error>(NewsView::of(db, news)))?))
}

fn show_news(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let news: News = db.need(request.path_id("id")?)?;
    Reply::of(&NewsView::of(db, news))
}

fn list_orgs(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let orgs = org::find(db, &cx.app.index, &request.text_or_empty("keyword", 100)?, paging.page)?;
    Reply::of(&paging.list(orgs.try_map(|org: Org| Ok::<_, Error>(OrgView::from(org)))?))
}

fn apply(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    org::apply(db, cx.my_id()?, request.path_id("org_id")?)?;
    Reply::null()
}

/// By the membership's id, as 3.2.21 lists it.
fn leave(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    org::leave(db, cx.my_id()?, request.path_id("id")?)?;
    Reply::null()
}

fn list_memberships(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let paging = Paging::of(request)?;
    let memberships = org::memberships(db, cx.my_id()?, paging.page)?;
    Reply::of(&paging.list(memberships.try_map(|membership| MembershipView::of(db, membership))?))
}
