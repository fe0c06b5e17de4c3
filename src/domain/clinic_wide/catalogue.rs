//! The catalogue: which rows are searched, and whose entries in the index change with a row. Stands late because it looks into every
//! room that is searched; a new one adds its section here, and [`Row::searched`] to its row.

use std::collections::BTreeSet;

use crate::domain::{
    directory::{
        doctor::{self, Doctor},
        hospital::{self, Hospital},
        org::{self, Org},
    },
    free_clinic::{
        clinic_session::{self, Project, State},
        doctors, listing,
    },
    identity::account::Account,
    shared::dictionary::{self, DiagnosisTerm},
};
use crate::{
    base::{error::Result, id::Id},
    search::{Entry, Kind},
    store::{Order, Row, View, key},
};

/// What is searched of one kind.
struct Section {
    kind: Kind,
    /// The rows that may have an entry.
    ids: fn(&View) -> Result<Vec<Id>>,
    entry: fn(&View, Id) -> Result<Option<Entry>>,
}

#[rustfmt::skip]
const SECTIONS: &[Section] = &[
    Section { kind: Kind::Hospital, ids: all::<Hospital>,      entry: hospital::entry },
    Section { kind: Kind::Doctor,   ids: all::<Doctor>,        entry: doctors::entry },
    Section { kind: Kind::Project,  ids: open_projects,        entry: listing::entry },
    Section { kind: Kind::Org,      ids: all::<Org>,           entry: org::entry },
    Section { kind: Kind::Term,     ids: all::<DiagnosisTerm>, entry: dictionary::term_entry },
];

/// A row that cannot be read cannot be listed either; the check of the store names it.
fn all<R: Row>(db: &View) -> Result<Vec<Id>> {
    Ok(db.all::<R>(Order::Oldest).flatten().map(|row| row.id()).collect())
}

fn open_projects(db: &View) -> Result<Vec<Id>> {
    db.ids(&clinic_session::OPEN, key(&[]), Order::Oldest).collect()
}

/// Every entry there is.
pub fn entries(db: &View) -> impl Iterator<Item = Result<Entry>> {
    SECTIONS.iter().flat_map(move |section| {
        let (ids, error) = match (section.ids)(db) {
            Ok(ids) => (ids, None),
            Err(error) => (Vec::new(), Some(Err(error))),
        };
        ids.into_iter().filter_map(move |id| (section.entry)(db, id).transpose()).chain(error)
    })
}

/// The entry of a row as it is now; `None` where it is not to be found.
pub fn entry(db: &View, kind: Kind, id: Id) -> Result<Option<Entry>> {
    SECTIONS.iter().find(|section| section.kind == kind).map_or(Ok(None), |section| (section.entry)(db, id))
}

/// The entries that say something of these rows, each named by its table and id.
pub fn touched(db: &View, rows: &[(u8, Id)]) -> Result<BTreeSet<(Kind, Id)>> {
    let mut hospitals = BTreeSet::new();
    let mut doctors = BTreeSet::new();
    let mut touched = BTreeSet::new();
    for (table, id) in rows {
        let kind = match *table {
            TERM => Kind::Term,
            ORG => Kind::Org,
            PROJECT => Kind::Project,
            HOSPITAL => {
                hospitals.insert(*id);
                Kind::Hospital
            }
            ACCOUNT | DOCTOR => {
                doctors.insert(*id);
                Kind::Doctor
            }
            // Another version of the program wrote it, with more to search: that one has an index of its own.
            _ => continue,
        };
        touched.insert((kind, *id));
    }
    for hospital in &hospitals {
        doctors.extend(db.ids(&doctor::BY_HOSPITAL, key(&[hospital]), Order::Oldest).collect::<Result<Vec<_>>>()?);
    }
    for doctor in &doctors {
        touched.insert((Kind::Doctor, *doctor));
        let open = key(&[doctor, &(State::Open as u8)]);
        touched.extend(
            db.ids(&clinic_session::BY_DOCTOR_STATE, open, Order::Oldest).map(|id| Ok((Kind::Project, id?))).collect::<Result<Vec<_>>>()?,
        );
    }
    // A doctor may have moved on since, and the project stays where it was announced.
    if !hospitals.is_empty() {
        let open = db.rows::<Project>(&clinic_session::OPEN, key(&[]), Order::Oldest).flatten();
        touched.extend(open.filter(|project| hospitals.contains(&project.hospital_id)).map(|project| (Kind::Project, project.id)));
    }
    Ok(touched)
}

const ACCOUNT: u8 = Account::TABLE.code;
const DOCTOR: u8 = Doctor::TABLE.code;
const HOSPITAL: u8 = Hospital::TABLE.code;
const ORG: u8 = Org::TABLE.code;
const PROJECT: u8 = Project::TABLE.code;
const TERM: u8 = DiagnosisTerm::TABLE.code;
