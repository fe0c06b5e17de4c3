//! What a resource is printed with: one moment of the store, the clinic, and how much of a person is shown.

use crate::{
    base::time::{Time, Zone},
    store::View,
};

/// What a resource is printed for. The functions of [`resource`](super::resource) take it beside a row and answer the resource with its id and its
/// `meta.tag`; version and time are laid around it by whoever read the row.
pub struct Print<'a> {
    pub view: &'a View<'a>,
    pub clinic: &'a ClinicFacts,
    pub identifiers: Identifiers,
}

/// What resources say of the clinic itself.
#[derive(Clone, Debug)]
pub struct ClinicFacts {
    /// `clinic.name`.
    pub name: String,
    /// `clinic.phone`.
    pub phone: Option<String>,
    /// The zone in which times are printed and days are counted.
    pub zone: Zone,
    /// Twelve hex digits that tell this clinic's numbers from another's (`fhir.instance`).
    pub instance: String,
    /// Where clients reach us, without a slash at its end: `https://clinic.example.com`.
    pub site: String,
}

/// How much of who somebody is goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identifiers {
    /// No number of a certificate, no phone, no e-mail; the address to its district.
    Masked,
    /// Printed as masked; a search may name a number.
    Match,
    Full,
}

impl Identifiers {
    pub fn is_masked(self) -> bool {
        self != Identifiers::Full
    }
}

impl Print<'_> {
    /// The system of one of our own kinds of number: `urn:xuanhu:7f3a9c2e51d0:patient`.
    pub fn system(&self, kind: &str) -> String {
        format!("urn:xuanhu:{}:{kind}", self.clinic.instance)
    }

    /// A `dateTime` with the clinic's offset: `2026-11-29T16:52:10+08:00`.
    pub fn date_time(&self, time: Time) -> String {
        self.clinic.zone.rfc3339(time)
    }

    /// An `instant`: `2026-11-29T08:52:10.000Z`.
    pub fn instant(&self, time: Time) -> String {
        time.rfc3339()
    }
}

impl ClinicFacts {
    /// The base of every address under `/fhir`: `https://clinic.example.com/fhir`.
    pub fn base(&self) -> String {
        format!("{}/fhir", self.site)
    }
}
