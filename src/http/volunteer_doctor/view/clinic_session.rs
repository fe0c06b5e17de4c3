//! 2.2.8 义诊信息.

use serde::{Serialize, Serializer};

use super::{
    person::{DoctorView, PatientView},
    place::HospitalView,
};
use crate::{
    base::{
        error::Result,
        id::{ClinicSessionId, SpecialEventId},
    },
    domain::{
        free_clinic::{
            clinic_session::{ClinicSession, SessionState},
            offer, registration,
        },
        relations::privacy::{self, Reader},
        shared::sight::Sight,
    },
    http::core::codes,
    store::View,
};

#[derive(Serialize)]
pub struct ProjectView {
    id: ClinicSessionId,
    date: String,
    begin: String,
    end: String,
    people_count: u32,
    join_people_count: usize,
    addr: String,
    lng: String,
    lat: String,
    #[serde(rename = "abstract")]
    introduction: String,
    price: u32,
    status: u8,
    progress_status: u8,
    service_target: Vec<String>,
    hospital_info: HospitalView,
    doctor_info: DoctorView,
    join_user: Vec<PatientView>,
    project_status: u8,
    op_cancel: u8,
    is_join: u8,
    plan_time: PlanTime,
    special_project_id: SpecialEventId,
    /// Metres from the caller, where `X-location` tells where that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<u64>,
    /// Only in the assistant's own list (3.4.8).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assistant_join_count: Option<u64>,
}

/// The free seats of each slot, in the order of time.
struct PlanTime(Vec<(String, u32)>);

impl Serialize for PlanTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(label, free)| (label, free)))
    }
}

impl ProjectView {
    /// The project as `reader` sees it. The patients who joined print as to a stranger, the reader itself in full.
    pub fn of(db: &View, project: ClinicSession, reader: Option<Reader>) -> Result<ProjectView> {
        let zone = &db.settings.clinic.zone;
        let offer = offer::of(db, &project)?;
        let mut join_user = Vec::new();
        let mut is_join = false;
        for registration in registration::of_project(db, project.id)? {
            let sight = privacy::oneself(reader, registration.user_id.account());
            is_join |= sight.is_owner() && registration.is_live();
            if registration.has_joined() {
                join_user.push(PatientView::registered(db, &registration, sight)?);
            }
        }
        Ok(ProjectView {
            id: project.id,
            date: zone.date(project.begin),
            begin: zone.clock(project.begin),
            end: zone.end_clock(project.begin, project.end),
            people_count: project.people_count(),
            join_people_count: join_user.len(),
            price: project.price,
            status: u8::from(project.state != SessionState::Cancelled),
            progress_status: offer.progress_status,
            project_status: codes::project_status(project.phase(db.now)),
            op_cancel: project.can_cancel(db.now).into(),
            is_join: is_join.into(),
            plan_time: PlanTime(offer.plan_time),
            hospital_info: HospitalView::by_id(db, project.hospital_id)?,
            doctor_info: DoctorView::by_id(db, project.doctor_id, Sight::STRANGER)?,
            join_user,
            addr: project.addr,
            lng: project.lng,
            lat: project.lat,
            introduction: project.introduction,
            service_target: project.service_target,
            special_project_id: project.special_project_id,
            distance: None,
            assistant_join_count: None,
        })
    }
}
