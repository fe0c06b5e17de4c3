//! 2.2.11 组织信息, 2.2.12 专题活动信息, and a doctor's memberships (3.2.21).

use serde::Serialize;

use crate::{
    base::{
        error::Result,
        id::{AnyId, DoctorId, OrgId},
    },
    domain::directory::org::{Org, OrgMembership},
    http::core::codes,
    store::View,
};

#[derive(Default, Serialize)]
pub struct OrgView {
    id: OrgId,
    name: String,
    logo: String,
    #[serde(rename = "abstract")]
    introduction: String,
}

impl From<Org> for OrgView {
    fn from(org: Org) -> OrgView {
        OrgView { id: org.id, name: org.name, logo: org.logo, introduction: org.introduction }
    }
}

impl OrgView {
    /// The org with this id; an empty one where it is gone.
    pub fn by_id(db: &View, id: OrgId) -> Result<OrgView> {
        Ok(db.get::<Org>(id)?.map(OrgView::from).unwrap_or_default())
    }
}

#[derive(Serialize)]
pub struct MembershipView {
    id: AnyId,
    verify_status: u8,
    org_id: OrgId,
    doctor_id: DoctorId,
    org: OrgView,
}

impl MembershipView {
    pub fn of(db: &View, membership: OrgMembership) -> Result<MembershipView> {
        Ok(MembershipView {
            id: membership.id.any(),
            verify_status: codes::standing(membership.standing),
            org_id: membership.org_id,
            doctor_id: membership.doctor_id,
            org: OrgView::by_id(db, membership.org_id)?,
        })
    }
}
