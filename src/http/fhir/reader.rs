//! Reading for a caller: a row's resources as that caller may see them, with their version and time.

use std::{cell::RefCell, collections::BTreeSet};

use serde_json::{Value, json};

use super::{
    caller::{Caller, Who},
    element,
    print::{ClinicFacts, Identifiers, Print},
    served::{self, OpenTo, Served},
    source::{Made, Source},
};
use crate::{
    app::FhirDesk,
    base::{
        error::Result,
        id::{AnyId, PatientId},
        time::Time,
    },
    domain::{
        clinic_wide::{clinic_face::THE_CLINIC, shown},
        messaging::conversation::Side,
    },
    store::{Touch, View},
};

pub struct Reader<'a> {
    pub view: &'a View<'a>,
    pub clinic: &'a ClinicFacts,
    pub caller: &'a Caller,
    pub desk: &'a FhirDesk,
    /// The patients of whom something was handed out.
    looked: RefCell<BTreeSet<PatientId>>,
}

/// A resource that was looked up by its id.
pub enum Found {
    Missing,
    Deleted,
    Here(Value),
}

impl<'a> Reader<'a> {
    pub fn new(view: &'a View<'a>, (clinic, desk): (&'a ClinicFacts, &'a FhirDesk), caller: &'a Caller) -> Reader<'a> {
        Reader { view, clinic, caller, desk, looked: RefCell::default() }
    }

    /// At whom was looked so far.
    pub fn looked(&self) -> BTreeSet<PatientId> {
        self.looked.borrow().clone()
    }

    fn print(&self, identifiers: Identifiers) -> Print<'_> {
        Print { view: self.view, clinic: self.clinic, identifiers }
    }

    fn side(&self) -> Option<Side> {
        match self.caller.who {
            Who::Patient { .. } => Some(Side::Patient),
            Who::Doctor { .. } => Some(Side::Staff),
            Who::Machine | Who::Integration { .. } => None,
        }
    }

    /// The resources of a row that the caller may see, whole: to be looked at, not to be handed out.
    pub fn whole(&self, served: &Served, source: &Source, row: AnyId) -> Result<Vec<Value>> {
        let Made::All(all) = self.made(source, row)? else { return Ok(Vec::new()) };
        let seen = all.into_iter().map(|one| self.sees(served, source, row, &one).map(|sees| sees.then_some(one)));
        seen.filter_map(Result::transpose).collect()
    }

    /// Whether the caller sees every resource of a type.
    pub fn sees_all(&self, served: &Served) -> bool {
        match &self.caller.who {
            _ if served.open_to == OpenTo::All => true,
            Who::Machine => true,
            Who::Integration { restricted, .. } => restricted.is_empty(),
            Who::Doctor { .. } | Who::Patient { .. } => false,
        }
    }

    /// Whether the resource is about somebody who is as good as deleted to the caller.
    pub fn hides(&self, resource: &Value) -> bool {
        match &self.caller.who {
            Who::Integration { restricted, .. } => element::patient(resource).is_some_and(|patient| restricted.contains_key(&patient)),
            _ => false,
        }
    }

    fn sees(&self, served: &Served, source: &Source, row: AnyId, resource: &Value) -> Result<bool> {
        if served.open_to == OpenTo::All {
            return Ok(true);
        }
        let about = element::patient(resource);
        match &self.caller.who {
            Who::Machine => Ok(true),
            Who::Integration { .. } => Ok(!self.hides(resource)),
            Who::Patient { family, .. } => Ok(about.is_some_and(|patient| family.contains(&patient))),
            Who::Doctor { id, treated } => match (about.is_some_and(|patient| treated.contains(&patient)), source.matter) {
                (false, _) => Ok(false),
                (true, None) => Ok(true),
                (true, Some(matter)) => shown::came_to(self.view, matter, row, *id),
            },
        }
    }

    /// What became of a row.
    pub fn made(&self, source: &Source, row: AnyId) -> Result<Made> {
        source.make(&self.print(Identifiers::Full), row, self.side())
    }

    /// Of whole resources of one row those that go out: masked where the caller is shown no more, with version and time.
    pub fn hand_out(&self, source: &Source, row: AnyId, whole: Vec<Value>) -> Result<Vec<Value>> {
        if whole.is_empty() {
            return Ok(whole);
        }
        let is_masked = self.caller.identifiers.is_masked();
        let touch = self.view.touch_of(source.table, row)?;
        let shown = match is_masked {
            false => whole,
            true => {
                let Made::All(masked) = source.make(&self.print(self.caller.identifiers), row, self.side())? else { return Ok(Vec::new()) };
                let ids: BTreeSet<String> = whole.iter().map(|one| element::id(one).to_owned()).collect();
                masked.into_iter().filter(|one| ids.contains(element::id(one))).collect()
            }
        };
        self.looked.borrow_mut().extend(shown.iter().filter_map(element::patient));
        Ok(shown.into_iter().map(|one| with_meta(one, touch, is_masked)).collect())
    }

    /// The resource with that id, as the caller may see it.
    pub fn by_id(&self, served: &Served, id: &str) -> Result<Found> {
        let Some(row) = row_of(served, id) else { return Ok(Found::Missing) };
        let mut deleted = false;
        for source in served.sources {
            match self.made(source, row)? {
                Made::All(all) => {
                    let Some(one) = all.into_iter().find(|one| element::id(one) == id) else { continue };
                    if !self.sees(served, source, row, &one)? {
                        deleted |= self.hides(&one);
                        continue;
                    }
                    let shown = self.hand_out(source, row, vec![one])?;
                    if let Some(one) = shown.into_iter().next() {
                        return Ok(Found::Here(one));
                    }
                }
                Made::Gone => deleted = true,
                Made::Nothing => deleted |= self.view.touch_of(source.table, row)?.is_some_and(|touch| touch.deleted),
            }
        }
        // Whose it was is not known any more: those who read everybody's are told.
        match deleted && (self.caller.reads_everybody() || served.open_to == OpenTo::All) {
            true => Ok(Found::Deleted),
            false => Ok(Found::Missing),
        }
    }

    /// What a reference of a resource names (`Patient/1665`), where it is served and the caller may see it.
    pub fn named(&self, kind: &str, id: &str) -> Result<Option<Value>> {
        let Some(served) = served::find(kind).filter(|served| self.caller.opens(served)) else { return Ok(None) };
        Ok(match self.by_id(served, id)? {
            Found::Here(resource) => Some(resource),
            Found::Missing | Found::Deleted => None,
        })
    }
}

/// The row that a resource with this id is made of: `1923-0` is the row 1923's, `clinic` the settings'. `None` of what is no such id.
pub fn row_of(served: &Served, id: &str) -> Option<AnyId> {
    if served.kind == "Organization" && id == "clinic" {
        return Some(THE_CLINIC.any());
    }
    let number = id.split('-').next().unwrap_or_default();
    let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
    let row: AnyId = number.parse().ok().filter(|_| plain)?;
    // The settings' own row goes by another name.
    (row != THE_CLINIC.any()).then_some(row)
}

fn with_meta(mut resource: Value, touch: Option<Touch>, is_masked: bool) -> Value {
    let (version, time) = touch.map_or((1, Time(0)), |touch| (touch.version, touch.time));
    let mut meta = json!({ "versionId": version.to_string(), "lastUpdated": time.rfc3339() });
    if let Some(tag) = resource["meta"].get("tag") {
        meta["tag"] = tag.clone();
    }
    if let Some(security) = resource["meta"].get("security") {
        meta["security"] = security.clone();
    } else if is_masked && ["Patient", "RelatedPerson"].contains(&element::kind(&resource)) {
        let system = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
        meta["security"] = json!([{ "system": system, "code": "MASKED", "display": "masked" }]);
    }
    resource["meta"] = meta;
    resource
}

/// When the resource changed last, as it is printed.
pub fn version(resource: &Value) -> (&str, &str) {
    let text = |name: &str| resource["meta"][name].as_str().unwrap_or_default();
    (text("versionId"), text("lastUpdated"))
}
