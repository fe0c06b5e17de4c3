//! What the FHIR face keeps in memory: how often each caller asks, who was looked at within the hour, and the key under which the addresses of next
//! pages are sealed. A restart forgives and forgets: then a look is written down once more.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::rate_limit::{Buckets, TOO_MANY_REQUESTS};
use crate::base::{
    error::Result,
    id::PatientId,
    secret::{self, Sealer},
    settings::Settings,
    time::{Clock, HOUR, MINUTE, SECOND, Time},
};

/// Searches for a person by the number of a certificate, a minute and caller.
const NUMBERS_A_MINUTE: u32 = 600;
/// When so many looks are known, those of more than an hour ago are forgotten.
const MOST_LOOKS: usize = 100_000;

pub struct FhirDesk {
    clock: Arc<Clock>,
    /// `None` where `limits.enabled` is false.
    rates: Option<Rates>,
    looks: Mutex<HashMap<(String, PatientId), Time>>,
    refusals: Buckets<()>,
    pub pages: Sealer,
    /// When this process began.
    pub begun: Time,
}

struct Rates {
    requests: Buckets<String>,
    numbers: Buckets<String>,
}

impl FhirDesk {
    pub fn new(settings: &Settings, clock: Arc<Clock>, key: &[u8]) -> FhirDesk {
        let rates = settings.limits.enabled.then(|| Rates {
            requests: Buckets::new(settings.fhir.requests_per_second, SECOND),
            numbers: Buckets::new(NUMBERS_A_MINUTE, MINUTE),
        });
        let pages = Sealer::new(&secret::derived(key, "fhir pages"));
        let begun = clock.now();
        FhirDesk { clock, rates, looks: Mutex::default(), refusals: Buckets::new(1, MINUTE), pages, begun }
    }

    /// Counts a request of a caller. Errors: `too_many_requests`.
    pub fn request(&self, caller: &str) -> Result<()> {
        match self.rates.as_ref().is_none_or(|rates| rates.requests.take(caller.to_owned(), self.clock.tick())) {
            true => Ok(()),
            false => Err(TOO_MANY_REQUESTS.err().retry_in(1)),
        }
    }

    /// Counts a search by the number of a certificate. Errors: `too_many_requests`.
    pub fn number_search(&self, caller: &str) -> Result<()> {
        match self.rates.as_ref().is_none_or(|rates| rates.numbers.take(caller.to_owned(), self.clock.tick())) {
            true => Ok(()),
            false => Err(TOO_MANY_REQUESTS.err().retry_in(60)),
        }
    }

    /// Whether a refused token is to be written down: once a minute.
    pub fn refusal(&self) -> bool {
        self.refusals.take((), self.clock.tick())
    }

    /// Those of the patients at whom the caller has not looked within the hour.
    pub fn unseen(&self, caller: &str, patients: impl IntoIterator<Item = PatientId>) -> Vec<PatientId> {
        let now = self.clock.now();
        let looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = |patient: &PatientId| looks.get(&(caller.to_owned(), *patient)).is_none_or(|at| now.since(*at) >= HOUR);
        patients.into_iter().filter(is_new).collect()
    }

    /// Notes looks that are on disk.
    pub fn seen(&self, caller: &str, patients: &[PatientId]) {
        let now = self.clock.now();
        let mut looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        if looks.len() >= MOST_LOOKS {
            looks.retain(|_, at| now.since(*at) < HOUR);
        }
        looks.extend(patients.iter().map(|patient| ((caller.to_owned(), *patient), now)));
    }
}
