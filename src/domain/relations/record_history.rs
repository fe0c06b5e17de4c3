//! What stood in the record of an encounter before it was changed, for whoever may read the record.

use crate::{
    base::{error::Result, id::AccountId, time::Time},
    domain::{
        consultation::diagnosis::{self, Diagnosis},
        directory::patient::Patient,
        free_clinic::registration::Registration,
        relations::encounter::Encounter,
        shared::version::{self, Was},
    },
    store::{Row, View},
};

/// What was overwritten.
#[derive(Clone, Debug)]
pub enum Before {
    Diagnosis(Diagnosis),
    /// Its result, and the casebook.
    Visit(Box<Registration>),
    /// Who the patient was.
    Person(Box<Patient>),
}

impl Before {
    /// The name of the table.
    pub fn table(&self) -> &'static str {
        match self {
            Before::Diagnosis(_) => Diagnosis::TABLE.name,
            Before::Visit(_) => Registration::TABLE.name,
            Before::Person(_) => Patient::TABLE.name,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Overwritten {
    /// From 1, within its row.
    pub n: u32,
    /// 0 where nobody is known.
    pub by: AccountId,
    pub at: Time,
    pub why: String,
    pub before: Before,
}

/// Everything that was overwritten of an encounter's record and of whom it is about, oldest first.
pub fn of(db: &View, encounter: &Encounter) -> Result<Vec<Overwritten>> {
    let mut all: Vec<Overwritten> = Vec::new();
    let visits = version::of_row::<Registration>(db, encounter.id.registration())?;
    all.extend(visits.into_iter().map(|was| one(was, |row| Before::Visit(Box::new(row)))));
    if let Some(diagnosis) = diagnosis::find(db, encounter.id.consultation())? {
        let versions = version::of_row::<Diagnosis>(db, diagnosis.id)?;
        all.extend(versions.into_iter().map(|was| one(was, Before::Diagnosis)));
    }
    let people = version::of_row::<Patient>(db, encounter.patient)?;
    all.extend(people.into_iter().map(|was| one(was, |row| Before::Person(Box::new(row)))));
    all.sort_by_key(|one| (one.at, one.n));
    Ok(all)
}

fn one<R>(was: Was<R>, before: impl FnOnce(R) -> Before) -> Overwritten {
    let Was { n, by, at, why, row } = was;
    Overwritten { n, by, at, why, before: before(row) }
}
