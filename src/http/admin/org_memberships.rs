//! `/admin/org-memberships`: which doctors asked to be taken in by an organisation, and the decision.

use serde::Serialize;

use super::{
    listing::{Asked, Listing},
    resource::{self, Resource},
};
use crate::{
    base::{
        error::{Result, missing},
        id::{AnyId, DoctorId, Id, OrgId},
        page::Slice,
    },
    domain::{
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
            Run::{Heavy, Read, Write},
            delete, get, patch, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/org-memberships",             ADMIN, Heavy(resource::list::<OrgMembership>),   "组织成员列表"),
    post  ("admin", "/admin/org-memberships",             ADMIN, Write(resource::create::<OrgMembership>), "新增组织成员"),
    get   ("admin", "/admin/org-memberships/{id}",        ADMIN, Read(resource::show::<OrgMembership>),    "组织成员详情"),
    patch ("admin", "/admin/org-memberships/{id}",        ADMIN, Write(change_membership),                 "修改组织成员"),
    delete("admin", "/admin/org-memberships/{id}",        ADMIN, Write(resource::remove::<OrgMembership>), "移出组织"),
    post  ("admin", "/admin/org-memberships/{id}/verify", ADMIN, Write(verify),                            "审核组织成员"),
];

impl Resource for OrgMembership {
    const SUBJECT: Subject = Subject::Membership;
    const LISTING: Listing<OrgMembership> = Listing {
        filters: &["org_id", "doctor_id", "verify_status"],
        time: Some(|row| row.created_at),
        sorts: &[
            ("id", |_, row| Ok(row.id.into())),
            ("verify_status", |_, row| Ok(u64::from(codes::standing(row.standing)).into())),
            ("org_name", |db, row| Ok(org_name(db, row.org_id)?.as_str().into())),
            ("doctor_name", |db, row| Ok(doctor::profile(db, row.doctor_id)?.name.as_str().into())),
            ("created_at", |_, row| Ok(row.created_at.into())),
        ],
    };
    type View = MembershipView;

    fn find(_: &Cx, db: &View, request: &Request, asked: Asked) -> Result<Slice<OrgMembership>> {
        let wanted = WantedMemberships {
            org: request.id_or_none("org_id")?,
            doctor: request.id_or_none("doctor_id")?,
            standing: standing(request)?,
            needle: asked.needle,
        };
        org::find_memberships(db, &wanted, asked.page)
    }

    fn view(db: &View, membership: OrgMembership) -> Result<MembershipView> {
        Ok(MembershipView {
            id: membership.id.any(),
            verify_status: codes::standing(membership.standing),
            org_id: membership.org_id,
            org_name: org_name(db, membership.org_id)?,
            doctor_id: membership.doctor_id,
            doctor_name: doctor::profile(db, membership.doctor_id)?.name,
            created_at: membership.created_at.rfc3339(),
        })
    }

    /// Waits for a decision like the doctor's own application, unless the decision comes along.
    fn create(db: &mut Tx, request: &Request) -> Result<OrgMembership> {
        let (doctor, org) = (request.id("doctor_id")?, request.id("org_id")?);
        org::enrol(db, doctor, org, standing(request)?.unwrap_or(Standing::Waiting))
    }

    fn change(db: &mut Tx, row: OrgMembership, request: &Request) -> Result<OrgMembership> {
        standing(request)?.map_or(Ok(row.clone()), |standing| org::decide(db, row.id, standing))
    }

    fn remove(db: &mut Tx, id: Id<OrgMembership>) -> Result<()> {
        org::remove_membership(db, db.need::<OrgMembership>(id)?.id)
    }
}

/// Who changes nothing did nothing.
fn change_membership(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    match standing(request)? {
        Some(_) => resource::change::<OrgMembership>(cx, db, request),
        None => resource::show::<OrgMembership>(cx, db, request),
    }
}

/// `verify_status` 1 takes the doctor in, 2 does not.
fn verify(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let id = request.path_id("id")?;
    let standing = codes::standing_of(request.integer("verify_status", 1..=2)?).ok_or_else(|| missing("verify_status"))?;
    let membership = org::decide(db, id, standing)?;
    audit::note(db, &cx.actor()?, Action::Verify, Subject::Membership, membership.id)?;
    Reply::of(&OrgMembership::view(db, membership)?)
}

/// `verify_status`: 0 待审核, 1 已通过, 2 未通过.
fn standing(request: &Request) -> Result<Option<Standing>> {
    Ok(request.integer_or_none("verify_status", 0..=2)?.and_then(codes::standing_of))
}

fn org_name(db: &View, org: OrgId) -> Result<String> {
    Ok(db.get::<Org>(org)?.map(|org| org.name).unwrap_or_default())
}

#[derive(Serialize)]
pub struct MembershipView {
    id: AnyId,
    verify_status: u8,
    org_id: OrgId,
    org_name: String,
    doctor_id: DoctorId,
    doctor_name: String,
    created_at: String,
}
