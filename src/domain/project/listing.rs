//! Finding projects (志愿医生 3.3.2): filters, nearest first, newest first, most joined first.

use super::{OPEN, Project};
use crate::{
    base::{
        error::Result,
        geo::Point,
        id::Id,
        page::{Page, Slice},
    },
    domain::{
        doctor::{self, Doctor},
        hospital::Hospital,
        org,
        special::SpecialProject,
    },
    store::{Key, Order, View},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Newest,
    /// By distance from where the caller is; newest first where that is unknown.
    Nearest,
    /// By people joined.
    Hot,
}

/// What a patient looks for; what is empty does not matter.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub keyword: String,
    pub service_target: String,
    pub departments: String,
    pub hospital_id: Option<Id>,
    pub org_id: Option<Id>,
    pub sort: Sort,
    pub here: Option<Point>,
}

impl Wanted {
    fn is_everything(&self) -> bool {
        self.keyword.is_empty()
            && self.service_target.is_empty()
            && self.departments.is_empty()
            && self.hospital_id.is_none()
            && self.org_id.is_none()
            && (self.sort == Sort::Newest || self.sort == Sort::Nearest && self.here.is_none())
    }
}

/// A project and, where the caller's place is known, the metres to it.
pub struct Found {
    pub project: Project,
    pub distance: Option<u64>,
}

/// The open projects that are wanted. Cancelled and ended ones are left out.
pub fn find(db: &View, wanted: &Wanted, page: Page) -> Result<Slice<Found>> {
    let away = |project: &Project| Some(project.location()?.metres_to(wanted.here?));
    // The usual case reads only the page: what has ended within the last tick may still stand in the index, and is looked for first.
    if wanted.is_everything() && !super::any_just_over(db)? {
        let slice = db.page(&OPEN, Key::NONE, page)?;
        return slice.try_map(|project| Ok(Found { distance: away(&project), project }));
    }
    let mut found = Vec::new();
    for project in db.rows(&OPEN, Key::NONE, Order::Newest) {
        let project = project?;
        if project.is_listed(db.now) && matches(db, &project, wanted)? {
            found.push(Found { distance: away(&project), project });
        }
    }
    match wanted.sort {
        Sort::Newest => {}
        Sort::Nearest => found.sort_by_key(|found| found.distance.unwrap_or(u64::MAX)),
        Sort::Hot => found.sort_by_key(|found| std::cmp::Reverse(found.project.joined())),
    }
    Ok(page.of(found))
}

fn matches(db: &View, project: &Project, wanted: &Wanted) -> Result<bool> {
    if wanted.hospital_id.is_some_and(|hospital| hospital != project.hospital_id)
        || !wanted.service_target.is_empty() && !project.service_target.contains(&wanted.service_target)
    {
        return Ok(false);
    }
    if let Some(org) = wanted.org_id
        && !belongs_to(db, project, org)?
    {
        return Ok(false);
    }
    if wanted.departments.is_empty() && wanted.keyword.is_empty() {
        return Ok(true);
    }
    let doctor: Doctor = doctor::profile(db, project.doctor_id)?;
    if !wanted.departments.is_empty() && doctor.departments != wanted.departments {
        return Ok(false);
    }
    let keyword = wanted.keyword.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&keyword);
    Ok(keyword.is_empty()
        || has(&project.introduction)
        || has(&project.addr)
        || has(&doctor.name)
        || db.get::<Hospital>(project.hospital_id)?.is_some_and(|hospital| has(&hospital.name)))
}

/// An org's projects are those of the doctors whom it has taken in, and those of its special events, whoever holds them.
fn belongs_to(db: &View, project: &Project, org: Id) -> Result<bool> {
    Ok(org::is_member(db, org, project.doctor_id)?
        || db.get::<SpecialProject>(project.special_project_id)?.is_some_and(|special| special.org_id == org))
}
