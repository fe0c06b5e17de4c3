//! 2.2.12 专题活动.

use super::{org::OrgView, person::PatientView, place::HospitalView};
use crate::{
    base::{
        error::Result,
        id::{PatientAccountId, SpecialEventId},
    },
    domain::{
        directory::patient,
        free_clinic::{special_event::SpecialEvent, turnout},
        identity::account::Account,
        relations::privacy::{self, Reader},
    },
    http::core::codes,
    store::View,
};
use serde::Serialize;

#[derive(Serialize)]
pub struct SpecialView {
    id: SpecialEventId,
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
        let person = |user: PatientAccountId| {
            let account: Account = db.need(user.account())?;
            PatientView::of(db, &account, &patient::of_account(db, &account)?, privacy::oneself(reader, user.account()))
        };
        Ok(SpecialView {
            id: special.id,
            date: zone.date(special.begin),
            begin: zone.clock(special.begin),
            end: zone.end_clock(special.begin, special.end),
            people_count: turnout.people_count,
            join_people_count: turnout.joined,
            price: special.price,
            status: 1,
            progress_status: turnout.progress_status,
            project_status: codes::project_status(special.phase(db.now)),
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
