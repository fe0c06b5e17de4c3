//! Doctors as internet_hospital lets patients choose one: all who have been let in, whether they take orders now or not.

use std::cmp::Reverse;

use crate::{
    base::{
        error::Result,
        id::DepartmentId,
        page::{Page, Slice},
    },
    domain::{
        directory::doctor::{self, Doctor},
        free_clinic::doctors::{self, DoctorFilter as Sought},
        identity::account::Account,
    },
    search,
    store::View,
};

/// What is empty or `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct ConsultingDoctorFilter {
    pub keyword: String,
    pub department_id: Option<DepartmentId>,
    pub is_hot: Option<bool>,
}

/// The best match first where there is a keyword; otherwise by the weight that administrators give, then the newest.
pub fn find(db: &View, index: &search::SearchIndex, wanted: &ConsultingDoctorFilter, page: Page) -> Result<Slice<(Account, Doctor)>> {
    let sought = Sought { keyword: wanted.keyword.clone(), ..Sought::default() };
    let mut found = Vec::new();
    for account in doctors::find(db, index, &sought, Page::ALL)?.items {
        let doctor = doctor::profile(db, account.id.doctor())?;
        if wanted.department_id.is_none_or(|id| id == doctor.department_id) && wanted.is_hot.is_none_or(|hot| hot == doctor.is_hot) {
            found.push((account, doctor));
        }
    }
    if wanted.keyword.trim().is_empty() {
        found.sort_by_key(|(_, doctor)| Reverse(doctor.weight)); // stable
    }
    Ok(page.of(found))
}
