//! `/admin/orgs`: volunteer organisations.

use serde::Serialize;

use super::{
    form,
    listing::{Asked, Listing},
    resource::{self, Resource},
};
use crate::{
    base::{error::Result, id::OrgId, page::Slice},
    domain::{
        clinic_wide::removal,
        directory::org::{self, Org},
        identity::audit::Subject,
    },
    http::core::{
        context::Cx,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Read, Search, Write},
            delete, get, patch, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/orgs",      ADMIN, Search(resource::search::<Org>), "组织列表"),
    post  ("admin", "/admin/orgs",      ADMIN, Write(resource::create::<Org>),  "新增组织"),
    get   ("admin", "/admin/orgs/{id}", ADMIN, Read(resource::show::<Org>),     "组织详情"),
    patch ("admin", "/admin/orgs/{id}", ADMIN, Write(resource::change::<Org>),  "修改组织"),
    delete("admin", "/admin/orgs/{id}", ADMIN, Write(resource::remove::<Org>),  "删除组织"),
];

impl Resource for Org {
    const SUBJECT: Subject = Subject::Org;
    const LISTING: Listing<Org> = Listing {
        filters: &[],
        time: Some(|org| org.created_at),
        sorts: &[
            ("id", |_, org| Ok(org.id.into())),
            ("name", |_, org| Ok(org.name.as_str().into())),
            ("member_count", |db, org| Ok(org::count_members(db, org.id)?.into())),
            ("created_at", |_, org| Ok(org.created_at.into())),
        ],
    };
    type View = OrgView;

    fn find(cx: &Cx, db: &View, _: &Request, asked: Asked) -> Result<Slice<Org>> {
        org::find(db, &cx.app.index, &asked.keyword, asked.page)
    }

    fn view(db: &View, org: Org) -> Result<OrgView> {
        Ok(OrgView {
            id: org.id,
            member_count: org::count_members(db, org.id)?,
            name: org.name,
            logo: org.logo,
            introduction: org.introduction,
            created_at: org.created_at.rfc3339(),
        })
    }

    fn create(db: &mut Tx, request: &Request) -> Result<Org> {
        let org = Org {
            name: request.text("name", 100)?,
            logo: request.picture_or_empty("logo")?,
            introduction: request.prose_or_empty("abstract", 5_000)?,
            ..Org::default()
        };
        org::save(db, org)
    }

    fn change(db: &mut Tx, mut org: Org, request: &Request) -> Result<Org> {
        org.name = form::filled(request, "name", 100)?.unwrap_or(org.name);
        org.logo = form::picture(request, "logo")?.unwrap_or(org.logo);
        org.introduction = form::prose(request, "abstract", 5_000)?.unwrap_or(org.introduction);
        org::save(db, org)
    }

    fn remove(db: &mut Tx, id: OrgId) -> Result<()> {
        removal::org(db, id)
    }
}

#[derive(Serialize)]
pub struct OrgView {
    id: OrgId,
    name: String,
    logo: String,
    #[serde(rename = "abstract")]
    introduction: String,
    /// Doctors who have been taken in.
    member_count: u64,
    created_at: String,
}
