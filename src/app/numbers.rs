//! Patients by the numbers of their certificates, for who may look for people by them. No number stands in an index: it is made of
//! HMAC-SHA256(number) under a key derived from the clinic's, and it lies in memory alone, brought up to date from what changed since.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
};

use crate::{
    base::{error::Result, id::PatientId, secret},
    domain::directory::patient::Patient,
    store::{Moment, Order, Row, View},
};

type Mac = [u8; 32];

pub struct Numbers {
    key: [u8; 32],
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// The latest change of a patient that it holds.
    to: Option<Moment>,
    by_number: HashMap<Mac, BTreeSet<PatientId>>,
    of: HashMap<PatientId, Mac>,
}

impl Numbers {
    pub fn new(key: &[u8]) -> Numbers {
        Numbers { key: secret::derived(key, "fhir numbers"), known: Mutex::default() }
    }

    /// The patients who have that number now. The first call reads all patients.
    pub fn find(&self, view: &View, number: &str) -> Result<BTreeSet<PatientId>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for change in view.touches(Patient::TABLE.code, known.to, Order::Oldest) {
            let (moment, _) = change?;
            let id = moment.id.of();
            let number = view.get::<Patient>(id)?.map(|patient| patient.idno).filter(|number| !number.is_empty());
            known.note(id, number.map(|number| secret::derived(&self.key, &number)));
            known.to = Some(moment);
        }
        Ok(known.by_number.get(&secret::derived(&self.key, number)).cloned().unwrap_or_default())
    }
}

impl Known {
    fn note(&mut self, id: PatientId, mac: Option<Mac>) {
        if let Some(old) = self.of.remove(&id)
            && let Some(patients) = self.by_number.get_mut(&old)
        {
            patients.remove(&id);
            if patients.is_empty() {
                self.by_number.remove(&old);
            }
        }
        if let Some(mac) = mac {
            self.of.insert(id, mac);
            self.by_number.entry(mac).or_default().insert(id);
        }
    }
}
