//! Finding doctors (志愿医生 3.3.9): by keyword, filters, best rated first, most patients first. Only those whom an administrator has let in.

use std::cmp::Reverse;

use super::registration::{self, Outcome};
use crate::{
    base::{
        error::Result,
        id::{DoctorId, HospitalId, OrgId, of_kind},
        page::{Page, Slice},
    },
    domain::{
        directory::{
            doctor::{self, Doctor},
            hospital::Hospital,
            org,
        },
        identity::account::{self, Account, Role, Verify},
    },
    search::{self, Mark},
    store::{Key, Order, View, key},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DoctorSort {
    /// The best match first where there is a keyword, then the newest.
    #[default]
    Relevance,
    /// By the mean of their ratings.
    Score,
    /// By patients served.
    Hot,
}

/// What a patient looks for; what is empty does not matter.
#[derive(Clone, Debug, Default)]
pub struct DoctorFilter {
    pub keyword: String,
    pub departments: String,
    pub job_position: String,
    pub hospital_id: Option<HospitalId>,
    pub org_id: Option<OrgId>,
    pub sort: DoctorSort,
}

impl DoctorFilter {
    fn is_everyone(&self) -> bool {
        self.departments.is_empty() && self.job_position.is_empty() && self.hospital_id.is_none() && self.org_id.is_none()
    }

    fn marks(&self) -> Vec<Mark> {
        let text = |name, value: &str| (!value.is_empty()).then(|| Mark::of(name, value));
        let wishes = [
            Some(Mark::flag("verified")),
            text("departments", &self.departments),
            text("position", &self.job_position),
            self.hospital_id.map(|id| Mark::of("hospital", id)),
        ];
        wishes.into_iter().flatten().collect()
    }
}

/// How a doctor is searched. One without a profile is not.
pub fn entry(db: &View, id: DoctorId) -> Result<Option<search::IndexEntry>> {
    let Some(doctor) = db.get::<Doctor>(id)? else { return Ok(None) };
    let verified = db.get::<Account>(id.account())?.is_some_and(|account| account.verify == Verify::Enabled);
    let hospital = db.get::<Hospital>(doctor.hospital_id)?.map(|hospital| hospital.name);
    let mut marks = vec![
        Mark::of("departments", &doctor.departments),
        Mark::of("position", &doctor.job_position),
        Mark::of("hospital", doctor.hospital_id),
    ];
    marks.extend(verified.then(|| Mark::flag("verified")));
    let names = [doctor.name, doctor.departments].into_iter().chain(hospital).collect();
    Ok(Some(search::IndexEntry { kind: search::EntryKind::Doctor, id: id.any(), names, texts: vec![doctor.good_at], marks }))
}

/// The doctors that are wanted: name, department, hospital or what they are good at holds the keyword.
pub fn find(db: &View, index: &search::SearchIndex, wanted: &DoctorFilter, page: Page) -> Result<Slice<Account>> {
    let lookup = |page| {
        let query = search::Query {
            kind: search::EntryKind::Doctor,
            keyword: &wanted.keyword,
            marks: wanted.marks(),
            order: search::HitOrder::Relevance,
            page,
        };
        index.search(&query)
    };
    let found = match (wanted.keyword.trim().is_empty(), wanted.sort) {
        (true, DoctorSort::Relevance) if wanted.is_everyone() => return db.page(&account::BY_STANDING, verified(), page),
        (false, DoctorSort::Relevance) if wanted.org_id.is_none() => {
            let found = lookup(page)?;
            return Ok(Slice { items: db.some(&of_kind(&found.items))?, total: found.total });
        }
        (false, _) => db.some(&of_kind(&lookup(Page::ALL)?.items))?,
        (true, _) => db.rows(&account::BY_STANDING, verified(), Order::Newest).collect::<Result<Vec<Account>>>()?,
    };
    let mut ranked = Vec::with_capacity(found.len());
    for account in found {
        if let Some(rank) = rank(db, &account, wanted)? {
            ranked.push((rank, account));
        }
    }
    ranked.sort_by_key(|(rank, _)| Reverse(*rank)); // stable: the better match, or the newer one, first among equals
    Ok(page.of(ranked.into_iter().map(|(_, account)| account).collect()))
}

fn verified() -> Key {
    key(&[&Role::Doctor.number(), &(Verify::Enabled as u8)])
}

/// How far up a doctor stands; `None` for one who is not wanted, whatever the keyword.
fn rank(db: &View, account: &Account, wanted: &DoctorFilter) -> Result<Option<u64>> {
    let doctor = doctor::profile(db, account.id.doctor())?;
    let fits = |wish: &str, is: &str| wish.is_empty() || wish == is;
    let fitting = account.verify == Verify::Enabled
        && fits(&wanted.departments, &doctor.departments)
        && fits(&wanted.job_position, &doctor.job_position)
        && wanted.hospital_id.is_none_or(|hospital| hospital == doctor.hospital_id)
        && wanted.org_id.map_or(Ok(true), |org| org::is_member(db, org, account.id.doctor()))?;
    Ok(match (fitting, wanted.sort) {
        (false, _) => None,
        (true, DoctorSort::Relevance) => Some(0),
        (true, DoctorSort::Score) => Some(u64::from(doctor.score.tenths())),
        (true, DoctorSort::Hot) => Some(db.count(&registration::BY_DOCTOR_OUTCOME, key(&[&account.id, &(Outcome::Done as u8)]))?),
    })
}
