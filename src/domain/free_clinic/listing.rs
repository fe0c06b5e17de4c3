//! Finding projects (志愿医生 3.3.2): by keyword, filters, nearest first, newest first, most joined first.

use super::{
    clinic_session::{BY_DOCTOR_STATE, ClinicSession, OPEN, SessionState},
    registration,
    special_event::SpecialEvent,
};
use crate::{
    base::{
        error::Result,
        geo::Point,
        id::{ClinicSessionId, HospitalId, OrgId, of_kind},
        page::{Page, Slice},
    },
    domain::{
        directory::{doctor, hospital::Hospital, org},
        identity::account::{self, Role, Verify},
    },
    search::{self, Mark},
    store::{Key, Order, View, key},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SessionSort {
    /// The best match first where there is a keyword, then the newest.
    #[default]
    Relevance,
    Newest,
    /// By distance from where the caller is; newest first where that is unknown.
    Nearest,
    /// By people joined.
    Hot,
    /// The one that begins first.
    Soonest,
}

/// What a patient looks for; what is empty does not matter.
#[derive(Clone, Debug, Default)]
pub struct SessionFilter {
    pub keyword: String,
    pub service_target: String,
    pub departments: String,
    pub hospital_id: Option<HospitalId>,
    pub org_id: Option<OrgId>,
    pub sort: SessionSort,
    pub here: Option<Point>,
}

impl SessionFilter {
    fn is_everything(&self) -> bool {
        self.service_target.is_empty() && self.departments.is_empty() && self.hospital_id.is_none() && self.org_id.is_none()
    }

    /// Whether an index has the list as it is wanted: an order and filters of its own.
    fn is_indexed(&self) -> bool {
        match self.sort {
            SessionSort::Relevance | SessionSort::Newest => self.org_id.is_none(),
            SessionSort::Nearest => self.here.is_none() && self.org_id.is_none(),
            SessionSort::Hot | SessionSort::Soonest => false,
        }
    }

    fn marks(&self) -> Vec<Mark> {
        let text = |name, value: &str| (!value.is_empty()).then(|| Mark::of(name, value));
        let wishes = [
            text("target", &self.service_target),
            text("departments", &self.departments),
            self.hospital_id.map(|id| Mark::of("hospital", id)),
        ];
        wishes.into_iter().flatten().collect()
    }
}

/// A project and, where the caller's place is known, the metres to it.
pub struct FoundSession {
    pub project: ClinicSession,
    pub distance: Option<u64>,
}

/// How a project is searched. One that is over is not, nor one of a doctor who is closed.
pub fn entry(db: &View, id: ClinicSessionId) -> Result<Option<search::IndexEntry>> {
    let Some(project) = db.get::<ClinicSession>(id)?.filter(|project| project.state == SessionState::Open) else { return Ok(None) };
    if !doctor::is_open(db, project.doctor_id)? {
        return Ok(None);
    }
    let doctor = doctor::profile(db, project.doctor_id)?;
    let hospital = db.get::<Hospital>(project.hospital_id)?.map(|hospital| hospital.name);
    let mut marks = vec![Mark::of("departments", doctor.departments), Mark::of("hospital", project.hospital_id)];
    marks.extend(project.service_target.iter().map(|target| Mark::of("target", target)));
    let names = std::iter::once(doctor.name).chain(hospital).collect();
    Ok(Some(search::IndexEntry {
        kind: search::EntryKind::Project,
        id: id.any(),
        names,
        texts: vec![project.introduction, project.addr],
        marks,
    }))
}

/// The open projects that are wanted: introduction, address, the doctor's or the hospital's name holds the keyword. Cancelled and ended
/// ones are left out, and those of doctors who are closed.
pub fn find(db: &View, index: &search::SearchIndex, wanted: &SessionFilter, page: Page) -> Result<Slice<FoundSession>> {
    let away = |project: &ClinicSession| Some(project.location()?.metres_to(wanted.here?));
    let found = |project| Ok(FoundSession { distance: away(&project), project });
    // The usual case reads only the page: what has ended within the last tick, and sessions of a doctor who is closed, may stand in the
    // indexes, and are looked for first.
    let only_page = wanted.is_indexed() && !crate::domain::free_clinic::ending::any_just_over(db)? && !any_closed(db)?;
    let lookup = |page| {
        let order = if wanted.sort == SessionSort::Relevance { search::HitOrder::Relevance } else { search::HitOrder::Newest };
        index.search(&search::Query { kind: search::EntryKind::Project, keyword: &wanted.keyword, marks: wanted.marks(), order, page })
    };
    let projects = match (wanted.keyword.trim().is_empty(), only_page) {
        (true, true) if wanted.is_everything() => return db.page(&OPEN, Key::NONE, page)?.try_map(found),
        (false, true) => {
            let slice = lookup(page)?;
            return Slice { items: db.some(&of_kind(&slice.items))?, total: slice.total }.try_map(found);
        }
        (false, false) => db.some(&of_kind(&lookup(Page::ALL)?.items))?,
        (true, _) => db.rows(&OPEN, Key::NONE, Order::Newest).collect::<Result<Vec<ClinicSession>>>()?,
    };
    let mut listed = Vec::new();
    for project in projects {
        if project.is_listed(db.now) && fits(db, &project, wanted)? && doctor::is_open(db, project.doctor_id)? {
            listed.push(found(project)?);
        }
    }
    match wanted.sort {
        SessionSort::Relevance | SessionSort::Newest => {}
        SessionSort::Nearest => listed.sort_by_key(|found| found.distance.unwrap_or(u64::MAX)),
        SessionSort::Soonest => listed.sort_by_key(|found| (found.project.begin, found.project.id)),
        SessionSort::Hot => {
            let mut ranked = Vec::with_capacity(listed.len());
            for found in listed {
                ranked.push((registration::joined(db, found.project.id)?, found));
            }
            ranked.sort_by_key(|(joined, _)| std::cmp::Reverse(*joined));
            listed = ranked.into_iter().map(|(_, found)| found).collect();
        }
    }
    Ok(page.of(listed))
}

/// Whether a doctor who is closed has a session all the same. There are few such doctors, and hardly any sessions of theirs.
fn any_closed(db: &View) -> Result<bool> {
    for verify in [Verify::Waiting, Verify::Disabled] {
        for doctor in db.ids(&account::BY_STANDING, key(&[&Role::Doctor.number(), &(verify as u8)]), Order::Oldest) {
            let open = key(&[&doctor?, &(SessionState::Open as u8)]);
            if db.ids(&BY_DOCTOR_STATE, open, Order::Oldest).next().transpose()?.is_some() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether a project is wanted, whatever the keyword.
fn fits(db: &View, project: &ClinicSession, wanted: &SessionFilter) -> Result<bool> {
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
    Ok(wanted.departments.is_empty() || doctor::profile(db, project.doctor_id)?.departments == wanted.departments)
}

/// An org's projects are those of the doctors whom it has taken in, and those of its special events, whoever holds them.
fn belongs_to(db: &View, project: &ClinicSession, org: OrgId) -> Result<bool> {
    Ok(org::is_member(db, org, project.doctor_id)?
        || db.get::<SpecialEvent>(project.special_project_id)?.is_some_and(|special| special.org_id == org))
}
