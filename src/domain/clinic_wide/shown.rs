//! Which rows are about a patient account, and which came to a doctor: what each may read of the clinic's data outside the four APIs.
//!
//! A doctor is shown what came to that doctor: nothing unpaid, of a team consult what its group has, of what was said what lies in the doctor's own
//! inbox. Whom a doctor treats is [`encounter`]'s to say: those of encounters that are live, missed or done.

use std::collections::BTreeSet;

use crate::{
    base::{
        error::{NOT_FOUND, Result},
        id::{AnyId, DoctorId, EncounterId, Id, PatientAccountId, PatientId, kind},
    },
    domain::{
        consultation::{
            self,
            diagnosis::{self, Diagnosis},
        },
        directory::patient,
        free_clinic::registration,
        messaging::message::{self, Message},
        money::payment,
        relations::encounter::{self, Encounter},
        team_consult::{
            self,
            vas::{self, Vas},
        },
    },
    store::{Order, View, key},
};

/// A table whose rows are about a patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matter {
    Registration,
    Consultation,
    TeamConsult,
    Vas,
    Diagnosis,
    Message,
    Payment,
}

/// The patients that an account ever had.
pub fn family(db: &View, owner: PatientAccountId) -> Result<BTreeSet<PatientId>> {
    patient::ids_ever(db, owner).collect()
}

/// The patients whom the doctor treats or treated.
pub fn treated(db: &View, doctor: DoctorId) -> Result<BTreeSet<PatientId>> {
    let all = encounter::of_doctor(db, doctor)?.into_iter();
    Ok(all.filter(|one| one.counts && !one.patient.is_none()).map(|one| one.patient).collect())
}

/// The rows of an account, in no order.
pub fn of_account(db: &View, matter: Matter, owner: PatientAccountId) -> Result<Vec<AnyId>> {
    let group = || key(&[&owner]);
    match matter {
        Matter::Registration => any(db.ids(&registration::BY_USER, group(), Order::Oldest)),
        Matter::Consultation => any(db.ids(&consultation::BY_USER, group(), Order::Oldest)),
        Matter::TeamConsult => any(db.ids(&team_consult::BY_CREATOR, group(), Order::Oldest)),
        Matter::Payment => any(db.ids(&payment::BY_PAYER, group(), Order::Oldest)),
        Matter::Message => any(message::ids_in_inbox(db, owner.account())),
        Matter::Vas => services(db, of_account(db, Matter::TeamConsult, owner)?),
        Matter::Diagnosis => diagnoses(db, of_account(db, Matter::Consultation, owner)?),
    }
}

/// The rows that came to a doctor, in no order.
pub fn of_doctor(db: &View, matter: Matter, doctor: DoctorId) -> Result<Vec<AnyId>> {
    let group = || key(&[&doctor]);
    let all = match matter {
        Matter::Registration => any(db.ids(&registration::BY_DOCTOR, group(), Order::Oldest))?,
        Matter::Consultation => any(db.ids(&consultation::BY_DOCTOR, group(), Order::Oldest))?,
        Matter::TeamConsult => any(db.ids(&team_consult::BY_DOCTOR, group(), Order::Oldest))?,
        Matter::Payment => Vec::new(),
        Matter::Message => any(message::ids_in_inbox(db, doctor.account()))?,
        Matter::Vas => services(db, of_doctor(db, Matter::TeamConsult, doctor)?)?,
        Matter::Diagnosis => diagnoses(db, of_doctor(db, Matter::Consultation, doctor)?)?,
    };
    let came = all.into_iter().map(|id| came_to(db, matter, id, doctor).map(|came| came.then_some(id)));
    came.filter_map(Result::transpose).collect()
}

/// Whether that row came to the doctor.
pub fn came_to(db: &View, matter: Matter, row: AnyId, doctor: DoctorId) -> Result<bool> {
    let encounter = |id: EncounterId| match encounter::need(db, id) {
        Err(error) if error.is(&NOT_FOUND) => Ok(false),
        found => found.map(|one| is_for(&one, doctor)),
    };
    match matter {
        Matter::Registration => encounter(row.of::<kind::Registration>().encounter()),
        Matter::Consultation => encounter(row.of::<kind::Consultation>().encounter()),
        Matter::TeamConsult => encounter(row.of::<kind::TeamConsult>().encounter()),
        Matter::Vas => db.get::<Vas>(row.of())?.map_or(Ok(false), |vas| encounter(vas.consult_id.encounter())),
        Matter::Diagnosis => db.get::<Diagnosis>(row.of())?.map_or(Ok(false), |found| encounter(found.consultation_id.encounter())),
        Matter::Message => Ok(db.get::<Message>(row.of())?.is_some_and(|message| message.seq_of(doctor.account()).is_some())),
        Matter::Payment => Ok(false),
    }
}

/// Whether an encounter is the doctor's to see: it is the doctor's business, and paid, or was.
fn is_for(one: &Encounter, doctor: DoctorId) -> bool {
    one.doctors.contains(&doctor) && one.shown_to_doctors && one.paid
}

/// The account that a patient belongs to; `None` where there is no such patient.
pub fn owner_of(db: &View, patient: PatientId) -> Result<Option<PatientAccountId>> {
    Ok(db.get::<patient::Patient>(patient)?.map(|patient| patient.owner))
}

fn services(db: &View, consults: Vec<AnyId>) -> Result<Vec<AnyId>> {
    let mut found = Vec::new();
    for consult in consults {
        found.extend(any(vas::of_consult(db, consult.of()))?);
    }
    Ok(found)
}

fn diagnoses(db: &View, consultations: Vec<AnyId>) -> Result<Vec<AnyId>> {
    let found = consultations.into_iter().map(|id| diagnosis::find(db, id.of()));
    found.filter_map(|one| one.map(|one| one.map(|one| one.id.any())).transpose()).collect()
}

fn any<K>(ids: impl Iterator<Item = Result<Id<K>>>) -> Result<Vec<AnyId>> {
    ids.map(|id| Ok(id?.any())).collect()
}
