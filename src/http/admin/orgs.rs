//! `/admin/orgs`: volunteer organisations. `/admin/org-memberships`: which doctors asked to be taken in, and the decision.

use serde::Serialize;

use super::{
    form,
    listing::{self, Asked},
};
use crate::{
    base::{
        error::{Result, missing},
        id::{AnyId, DoctorId, OrgId},
    },
    domain::{
        clinic_wide::removal,
        directory::{
            doctor,
            org::{self, Org, OrgMembership, Standing, WantedMemberships},
        },
        identity::audit::{self, Action, Subject},
    },
    http::core::{
        codes,
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Read, Search, Write},
            delete, get, patch, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/orgs",                        ADMIN, Search(list_orgs),         "组织列表"),
    post  ("admin", "/admin/orgs",                        ADMIN, Write(create_org),         "新增组织"),
    get   ("admin", "/admin/orgs/{id}",                   ADMIN, Read(show_org),            "组织详情"),
    patch ("admin", "/admin/orgs/{id}",                   ADMIN, Write(change_org),         "修改组织"),
    delete("admin", "/admin/orgs/{id}",                   ADMIN, Write(remove_org),         "删除组织"),
    get   ("admin", "/admin/org-memberships",             ADMIN, Heavy(list_memberships),   "组织成员列表"),
    post  ("admin", "/admin/org-memberships",             ADMIN, Write(enrol),              "新增组织成员"),
    get   ("admin", "/admin/org-memberships/{id}",        ADMIN, Read(show_membership),     "组织成员详情"),
    patch ("admin", "/admin/org-memberships/{id}",        ADMIN, Write(change_membership),  "修改组织成员"),
    delete("admin", "/admin/org-memberships/{id}",        ADMIN, Write(remove_membership),  "移出组织"),
    post  ("admin", "/admin/org-memberships/{id}/verify", ADMIN, Write(verify),             "审核组织成员"),
];

fn list_orgs(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let orgs = org::find(db, &cx.app.index, &request.text_or_empty("q", 100)?, Asked::of(request)?.page)?;
    listing::reply(orgs, |org| OrgView::of(db, org))
}

fn create_org(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let org = Org {
        name: request.text("name", 100)?,
        logo: request.picture_or_empty("logo")?,
        introduction: request.prose_or_empty("abstract", 5_000)?,
        ..Org::default()
    };
    let org = org::save(db, org)?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::Org, org.id)?;
    Reply::bare(201, &OrgView::of(db, org)?)
}

fn show_org(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&OrgView::of(db, db.need(request.path_id("id")?)?)?)
}

fn change_org(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let org: Org = db.need(request.path_id("id")?)?;
    let org = Org {
        name: form::filled(request, "name", 100)?.unwrap_or(org.name),
        logo: form::picture(request, "logo")?.unwrap_or(org.logo),
        introduction: form::prose(request, "abstract", 5_000)?.unwrap_or(org.introduction),
        ..org
    };
    let org = org::save(db, org)?;
    audit::note(db, &cx.actor()?, Action::Update, Subject::Org, org.id)?;
    Reply::of(&OrgView::of(db, org)?)
}

fn remove_org(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let id = request.path_id("id")?;
    removal::org(db, id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::Org, id)?;
    Reply::empty()
}

#[derive(Serialize)]
struct OrgView {
    id: OrgId,
    name: String,
    logo: String,
    #[serde(rename = "abstract")]
    introduction: String,
    /// Doctors who have been taken in.
    member_count: u64,
    created_at: String,
}

impl OrgView {
    fn of(db: &View, org: Org) -> Result<OrgView> {
        Ok(OrgView {
            id: org.id,
            member_count: org::count_members(db, org.id)?,
            name: org.name,
            logo: org.logo,
            introduction: org.introduction,
            created_at: org.created_at.rfc3339(),
        })
    }
}

fn list_memberships(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, asked) = (cx.view(), Asked::of(request)?);
    let wanted = WantedMemberships {
        org: request.id_or_none("org_id")?,
        doctor: request.id_or_none("doctor_id")?,
        standing: standing(request)?,
        needle: asked.needle,
    };
    listing::reply(org::find_memberships(&db, &wanted, asked.page)?, |membership| MembershipView::of(&db, membership))
}

/// Waits for a decision like the doctor's own application, unless the decision comes along.
fn enrol(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (doctor, org) = (request.id("doctor_id")?, request.id("org_id")?);
    let membership = org::enrol(db, doctor, org, standing(request)?.unwrap_or(Standing::Waiting))?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::Membership, membership.id)?;
    Reply::bare(201, &MembershipView::of(db, membership)?)
}

fn show_membership(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&MembershipView::of(db, db.need(request.path_id("id")?)?)?)
}

fn change_membership(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let mut membership: OrgMembership = db.need(request.path_id("id")?)?;
    if let Some(standing) = standing(request)? {
        membership = org::decide(db, membership.id, standing)?;
        audit::note(db, &cx.actor()?, Action::Update, Subject::Membership, membership.id)?;
    }
    Reply::of(&MembershipView::of(db, membership)?)
}

fn remove_membership(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let membership: OrgMembership = db.need(request.path_id("id")?)?;
    org::remove_membership(db, membership.id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::Membership, membership.id)?;
    Reply::empty()
}

/// `verify_status` 1 takes the doctor in, 2 does not.
fn verify(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let id = request.path_id("id")?;
    let standing = codes::standing_of(request.integer("verify_status", 1..=2)?).ok_or_else(|| missing("verify_status"))?;
    let membership = org::decide(db, id, standing)?;
    audit::note(db, &cx.actor()?, Action::Verify, Subject::Membership, membership.id)?;
    Reply::of(&MembershipView::of(db, membership)?)
}

/// `verify_status`: 0 待审核, 1 已通过, 2 未通过.
fn standing(request: &Request) -> Result<Option<Standing>> {
    Ok(request.integer_or_none("verify_status", 0..=2)?.and_then(codes::standing_of))
}

#[derive(Serialize)]
struct MembershipView {
    id: AnyId,
    verify_status: u8,
    org_id: OrgId,
    org_name: String,
    doctor_id: DoctorId,
    doctor_name: String,
    created_at: String,
}

impl MembershipView {
    fn of(db: &View, membership: OrgMembership) -> Result<MembershipView> {
        Ok(MembershipView {
            id: membership.id.any(),
            verify_status: codes::standing(membership.standing),
            org_id: membership.org_id,
            org_name: db.get::<Org>(membership.org_id)?.map(|org| org.name).unwrap_or_default(),
            doctor_id: membership.doctor_id,
            doctor_name: doctor::profile(db, membership.doctor_id)?.name,
            created_at: membership.created_at.rfc3339(),
        })
    }
}
