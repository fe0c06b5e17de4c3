//! The catalogue: which rows are searched, and whose entries in the index change with a row. Stands late because it looks into every
//! room that is searched; a new one adds its section here, and [`Row::searched`] to its row.

use std::collections::BTreeSet;

use crate::{
    base::{
        error::Result,
        id::{AnyId, DoctorId, HospitalId, Id},
    },
    domain::{
        directory::{
            doctor::{self, Doctor},
            hospital::{self, Hospital},
            org::{self, Org},
        },
        free_clinic::{
            clinic_session::{self, ClinicSession, SessionState},
            doctors, listing,
        },
        identity::account::Account,
        shared::dictionary::{self, DiagnosisTerm},
        team::{self, Team},
    },
    search::{EntryKind, IndexEntry},
    store::{Order, Row, View, key},
};

/// What is searched of one kind.
struct Section {
    kind: EntryKind,
    /// The rows that may have an entry.
    ids: fn(&View) -> Result<Vec<AnyId>>,
    entry: fn(&View, AnyId) -> Result<Option<IndexEntry>>,
}

#[rustfmt::skip]
const SECTIONS: &[Section] = &[
    Section { kind: EntryKind::Hospital, ids: all::<Hospital>,      entry: |db, id| hospital::entry(db, id.of()) },
    Section { kind: EntryKind::Doctor,   ids: all::<Doctor>,        entry: |db, id| doctors::entry(db, id.of()) },
    Section { kind: EntryKind::Project,  ids: open_projects,        entry: |db, id| listing::entry(db, id.of()) },
    Section { kind: EntryKind::Org,      ids: all::<Org>,           entry: |db, id| org::entry(db, id.of()) },
    Section { kind: EntryKind::Team,     ids: all::<Team>,          entry: |db, id| team::entry(db, id.of()) },
    Section { kind: EntryKind::Term,     ids: all::<DiagnosisTerm>, entry: |db, id| dictionary::term_entry(db, id.of()) },
];

/// A row that cannot be read cannot be listed either; the check of the store names it.
fn all<R: Row>(db: &View) -> Result<Vec<AnyId>> {
    Ok(db.all::<R>(Order::Oldest).flatten().map(|row| row.id().any()).collect())
}

fn open_projects(db: &View) -> Result<Vec<AnyId>> {
    db.ids(&clinic_session::OPEN, key(&[]), Order::Oldest).map(|id| id.map(Id::any)).collect()
}

/// Every entry there is.
pub fn entries(db: &View) -> impl Iterator<Item = Result<IndexEntry>> {
    SECTIONS.iter().flat_map(move |section| {
        let (ids, error) = match (section.ids)(db) {
            Ok(ids) => (ids, None),
            Err(error) => (Vec::new(), Some(Err(error))),
        };
        ids.into_iter().filter_map(move |id| (section.entry)(db, id).transpose()).chain(error)
    })
}

/// The entry of a row as it is now; `None` where it is not to be found.
pub fn entry(db: &View, kind: EntryKind, id: AnyId) -> Result<Option<IndexEntry>> {
    SECTIONS.iter().find(|section| section.kind == kind).map_or(Ok(None), |section| (section.entry)(db, id))
}

/// The entries that say something of these rows, each named by its table and id.
pub fn touched(db: &View, rows: &[(u8, AnyId)]) -> Result<BTreeSet<(EntryKind, AnyId)>> {
    let mut hospitals: BTreeSet<HospitalId> = BTreeSet::new();
    let mut doctors: BTreeSet<DoctorId> = BTreeSet::new();
    let mut touched = BTreeSet::new();
    for (table, id) in rows {
        let kind = match *table {
            TERM => EntryKind::Term,
            ORG => EntryKind::Org,
            TEAM => EntryKind::Team,
            PROJECT => EntryKind::Project,
            HOSPITAL => {
                hospitals.insert(id.of());
                EntryKind::Hospital
            }
            ACCOUNT | DOCTOR => {
                doctors.insert(id.of());
                EntryKind::Doctor
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
        touched.insert((EntryKind::Doctor, doctor.any()));
        let open = key(&[doctor, &(SessionState::Open as u8)]);
        touched.extend(
            db.ids(&clinic_session::BY_DOCTOR_STATE, open, Order::Oldest)
                .map(|id| Ok((EntryKind::Project, id?.any())))
                .collect::<Result<Vec<_>>>()?,
        );
    }
    // A doctor may have moved on since, and the project stays where it was announced.
    if !hospitals.is_empty() {
        let open = db.rows::<ClinicSession>(&clinic_session::OPEN, key(&[]), Order::Oldest).flatten();
        touched
            .extend(open.filter(|project| hospitals.contains(&project.hospital_id)).map(|project| (EntryKind::Project, project.id.any())));
    }
    Ok(touched)
}

const ACCOUNT: u8 = Account::TABLE.code;
const DOCTOR: u8 = Doctor::TABLE.code;
const HOSPITAL: u8 = Hospital::TABLE.code;
const ORG: u8 = Org::TABLE.code;
const PROJECT: u8 = ClinicSession::TABLE.code;
const TEAM: u8 = Team::TABLE.code;
const TERM: u8 = DiagnosisTerm::TABLE.code;
