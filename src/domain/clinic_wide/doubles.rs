//! One identity number is one living patient of an account, also where two accounts become one: whom both have is one person from then on.

use std::collections::HashMap;

use crate::{
    base::{
        error::Result,
        id::{PatientAccountId, PatientId},
    },
    domain::{
        care::{consent, signed_record},
        consultation::{self, Consultation, diagnosis},
        directory::{
            patient::{self, ONESELF, Patient},
            recorded_person::{self, RecordedPerson},
        },
        free_clinic::registration::{self, Registration},
        messaging::conversation::{self, Between},
        relations::encounter,
        shared::version,
        team_consult::{self, TeamConsult},
    },
    store::{Order, Tx, View, key},
};

/// Patients of an account that another account has too, each with the other's.
#[derive(Clone, Debug, Default)]
pub struct Doubles(Vec<(Patient, Patient)>);

impl Doubles {
    /// Those of `from` that `to` has, by the number of their certificate.
    pub fn between(db: &View, from: PatientAccountId, to: PatientAccountId) -> Result<Doubles> {
        let mut doubles = Vec::new();
        for double in patient::list(db, from)? {
            let same = patient::with_certificate(db, to, double.certificate_type.max(patient::RESIDENT_CARD), &double.idno)?;
            doubles.extend(same.into_iter().next().map(|same| (double, same)));
        }
        Ok(Doubles(doubles))
    }

    /// Who each of them is from now on.
    pub fn names(&self) -> HashMap<PatientId, PatientId> {
        self.0.iter().map(|(double, same)| (double.id, same.id)).collect()
    }
}

/// Makes one of two, once everything of `from` is `to`'s: what was asked for the one was asked for the other, records keep whom they are about, and
/// the row that is left over is deleted as its owner would delete it.
pub fn fold(db: &mut Tx, doubles: Doubles, to: PatientAccountId) -> Result<()> {
    for (double, same) in doubles.0 {
        keep_records(db, &double, &same, to)?;
        version::follow(db, (double.id, same.id))?;
        follow(db, double.id, same.id, to)?;
        // As it is now: handing over may have changed what it is to the account.
        let (mut double, mut same): (Patient, Patient) = (db.need(double.id)?, db.need(same.id)?);
        if double.relation == ONESELF {
            same.relation = ONESELF.to_owned();
        }
        if same.card_no.is_empty() {
            same.card_no = double.card_no.clone();
        }
        (double.deleted_at, double.updated_at, same.updated_at) = (Some(db.now), db.now, db.now);
        db.put(&double)?;
        db.put(&same)?;
    }
    Ok(())
}

/// Past encounters of the one print whom they printed, where the other is called otherwise.
fn keep_records(db: &mut Tx, double: &Patient, same: &Patient, to: PatientAccountId) -> Result<()> {
    for one in encounter::of_user(db, to)?.into_iter().filter(|one| one.patient == double.id) {
        if one.is_past && !double.is_same_person(same) {
            recorded_person::keep(db, one.id, double)?;
        }
        if let Some(then) = db.get::<RecordedPerson>(one.id)?.filter(|then| then.patient_id == double.id) {
            db.put(&RecordedPerson { patient_id: same.id, ..then })?;
        }
    }
    Ok(())
}

fn follow(db: &mut Tx, double: PatientId, same: PatientId, to: PatientAccountId) -> Result<()> {
    let visits: Vec<Registration> = db.rows(&registration::BY_USER, key(&[&to]), Order::Oldest).collect::<Result<_>>()?;
    for visit in visits.into_iter().filter(|visit| visit.patient_id == double) {
        db.put(&Registration { patient_id: same, ..visit })?;
    }
    let orders: Vec<Consultation> = db.rows(&consultation::BY_USER, key(&[&to]), Order::Oldest).collect::<Result<_>>()?;
    for mut order in orders.into_iter().filter(|order| order.patient_id == double) {
        order.patient_id = same;
        if let Some(mut diagnosis) = diagnosis::find(db, order.id)? {
            diagnosis.patient_id = same;
            db.put(&diagnosis)?;
        }
        // The two may have talked with the same doctor: then there is one conversation left.
        if let Some(chat) = conversation::find(db, Between::Chat(same, order.doctor_id))?.filter(|_| !order.conversation_id.is_none()) {
            order.conversation_id = chat.id;
        }
        db.put(&order)?;
    }
    consent::follow(db, to, double, same)?;
    signed_record::follow(db, double, same)?;
    let consults: Vec<TeamConsult> = db.rows(&team_consult::BY_CREATOR, key(&[&to]), Order::Oldest).collect::<Result<_>>()?;
    for consult in consults.into_iter().filter(|consult| consult.target == double.any()) {
        db.put(&TeamConsult { target: same.any(), ..consult })?;
    }
    Ok(())
}
