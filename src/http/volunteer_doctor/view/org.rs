//! 2.2.11 组织信息, 2.2.12 专题活动信息, and a doctor's memberships (3.2.21).

use serde::Serialize;

use super::{person::PatientView, place::HospitalView};
use crate::{
    base::{error::Result, id::Id},
    domain::{
        directory::{
            org::{Org, OrgMembership},
            patient,
        },
        free_clinic::{special_event::SpecialEvent, turnout},
        identity::account::Account,
        relations::privacy::{self, Reader},
    },
    store::View,
};

#[derive(Default, Serialize)]
pub struct OrgView {
    id: Id,
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
    pub fn by_id(db: &View, id: Id) -> Result<OrgView> {
        Ok(db.get::<Org>(id)?.map(OrgView::from).unwrap_or_default())
    }
}

#[derive(Serialize)]
pub struct MembershipView {
    id: Id,
    verify_status: u8,
    org_id: Id,
    doctor_id: Id,
    org: OrgView,
}

impl MembershipView {
    pub fn of(db: &View, membership: OrgMembership) -> Result<MembershipView> {
        Ok(MembershipView {
            id: membership.id,
            verify_status: membership.standing as u8,
            org_id: membership.org_id,
            doctor_id: membership.doctor_id,
            org: OrgView::by_id(db, membership.org_id)?,
        })
    }
}

#[derive(Serialize)]
pub struct SpecialView {
    id: Id,
    date: String,
    begin: String,
    end: String,
    people_count: u32,
    join_people_count: u64,
    addr: String,
    lng: String,
    lat: String,
    #[serde(rename = "abstract")]
    introduction: String,
    photo: String,
    price: u32,
    status: u8,
    progress_status: u8,
    service_target: Vec<String>,
    hospital_info: HospitalView,
    org_info: OrgView,
    project_status: u8,
    join_user: Vec<PatientView>,
}

impl SpecialView {
    /// The event as `reader` sees it: whoever joined prints as to a stranger, the reader itself in full.
    pub fn of(db: &View, special: SpecialEvent, reader: Option<Reader>) -> Result<SpecialView> {
        let zone = &db.settings.clinic.zone;
        let turnout = turnout::of(db, &special)?;
        let person = |user: Id| {
            let account: Account = db.need(user)?;
            PatientView::of(db, &account, &patient::of_account(db, &account)?, privacy::oneself(reader, user))
        };
        Ok(SpecialView {
            id: special.id,
            date: zone.date(special.begin),
            begin: zone.clock(special.begin),
            end: zone.clock(special.end),
            people_count: turnout.people_count,
            join_people_count: turnout.joined,
            price: special.price,
            status: 1,
            progress_status: turnout.progress_status,
            project_status: special.project_status(db.now),
            hospital_info: HospitalView::by_id(db, special.hospital_id)?,
            org_info: OrgView::by_id(db, special.org_id)?,
            join_user: turnout.users.into_iter().map(person).collect::<Result<_>>()?,
            addr: special.addr,
            lng: special.lng,
            lat: special.lat,
            introduction: special.introduction,
            photo: special.photo,
            service_target: special.service_target,
        })
    }
}
