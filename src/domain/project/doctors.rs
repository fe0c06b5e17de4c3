//! Finding doctors (志愿医生 3.3.9): filters, best rated first, most patients first. Only those whom an administrator has let in.

use std::cmp::Reverse;

use super::registration::{self, Outcome};
use crate::{
    base::{
        error::Result,
        id::Id,
        page::{Page, Slice},
    },
    domain::{
        account::{self, Account, Role, Verify},
        doctor,
        hospital::Hospital,
    },
    store::{Key, Order, View, key},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Newest,
    /// By the mean of their ratings.
    Score,
    /// By patients served.
    Hot,
}

/// What a patient looks for; what is empty does not matter.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub keyword: String,
    pub departments: String,
    pub job_position: String,
    pub hospital_id: Option<Id>,
    pub sort: Sort,
}

impl Wanted {
    fn is_everything(&self) -> bool {
        self.keyword.is_empty() && self.departments.is_empty() && self.job_position.is_empty() && self.hospital_id.is_none()
    }
}

/// The doctors that are wanted.
pub fn find(db: &View, wanted: &Wanted, page: Page) -> Result<Slice<Account>> {
    if wanted.is_everything() && wanted.sort == Sort::Newest {
        return db.page(&account::BY_STANDING, verified(), page);
    }
    let mut found = Vec::new();
    for account in db.rows(&account::BY_STANDING, verified(), Order::Newest) {
        let account = account?;
        if let Some(rank) = rank(db, account.id, wanted)? {
            found.push((rank, account));
        }
    }
    found.sort_by_key(|(rank, _)| Reverse(*rank)); // stable: newest first among equals
    Ok(page.of(found.into_iter().map(|(_, account)| account).collect()))
}

fn verified() -> Key {
    key(&[&Role::Doctor.number(), &(Verify::Enabled as u8)])
}

/// How far up a doctor stands; `None` for one who is not wanted.
fn rank(db: &View, id: Id, wanted: &Wanted) -> Result<Option<u64>> {
    let doctor = doctor::profile(db, id)?;
    let keyword = wanted.keyword.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&keyword);
    let fits = |wish: &str, is: &str| wish.is_empty() || wish == is;
    let fitting = fits(&wanted.departments, &doctor.departments)
        && fits(&wanted.job_position, &doctor.job_position)
        && wanted.hospital_id.is_none_or(|hospital| hospital == doctor.hospital_id)
        && (keyword.is_empty()
            || has(&doctor.name)
            || has(&doctor.good_at)
            || has(&doctor.departments)
            || db.get::<Hospital>(doctor.hospital_id)?.is_some_and(|hospital| has(&hospital.name)));
    if !fitting {
        return Ok(None);
    }
    Ok(Some(match wanted.sort {
        Sort::Newest => 0,
        Sort::Score => u64::from(doctor.score.tenths()),
        Sort::Hot => db.count(&registration::BY_DOCTOR_OUTCOME, key(&[&id, &(Outcome::Done as u8)]))?,
    }))
}
