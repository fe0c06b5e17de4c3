//! Going over the rows of a type in order, from a place on.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    date::Compare,
    query::{NUMBERS, Query, Sort, SortBy},
    wanted::{Criterion, System, Wanted},
};
use crate::{
    base::{
        error::Result,
        id::{AnyId, Id, PatientId},
        time::Time,
    },
    domain::clinic_wide::shown,
    http::fhir::{
        caller::Who,
        reader::{self, Reader},
        served::{OpenTo, ParamKind, Served},
    },
    store::{Moment, Order, View},
};

/// A place in the order of a search: behind a resource of a row. Rows are told apart by their ids, resources of one row by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub row: AnyId,
    /// How many of the row's resources are behind; all where there can be no more.
    pub part: usize,
    /// Where rows are in the order of time.
    pub time: Option<(Time, u64)>,
}

/// A row that comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub source: usize,
    pub row: AnyId,
    pub time: Option<(Time, u64)>,
}

/// All resources of a row are behind.
pub const WHOLE: usize = u32::MAX as usize;

impl Position {
    pub fn told(self) -> Value {
        let (time, commit) = self.time.map_or((Value::Null, Value::Null), |(time, commit)| (json!(time.0), json!(commit)));
        json!([self.row, self.part, time, commit])
    }

    pub fn read(told: &Value) -> Option<Position> {
        let row: AnyId = Id::from_number(told[0].as_u64()?);
        let time = told[2].as_i64().map(Time).zip(told[3].as_u64());
        Some(Position { row, part: usize::try_from(told[1].as_u64()?).ok()?, time })
    }
}

/// The rows of a search in its order, from the row of `place` on.
pub fn steps<'a>(reader: &'a Reader, query: &Query, place: Option<Position>) -> Result<Box<dyn Iterator<Item = Result<Step>> + 'a>> {
    let (view, served, sort) = (reader.view, query.served, query.sort);
    if let Some(mut led) = led(reader, query)? {
        if sort.by == SortBy::Updated {
            for step in &mut led {
                step.time = view.touch_of(served.sources[step.source].table, step.row)?.map(|touch| (touch.time, touch.commit));
            }
        }
        led.sort_by_key(|step| (step.time, step.row));
        if sort.newest {
            led.reverse();
        }
        let begins = move |step: &Step| place.is_none_or(|place| !is_before((step.time, step.row), (place.time, place.row), sort));
        return Ok(Box::new(led.into_iter().filter(begins).map(Ok)));
    }
    Ok(match sort.by {
        SortBy::Updated => Box::new(by_time(view, served, place, order(sort))),
        SortBy::Id | SortBy::Date(_) => Box::new(by_id(view, served, place, order(sort))),
    })
}

fn order(sort: Sort) -> Order {
    if sort.newest { Order::Newest } else { Order::Oldest }
}

type Key = (Option<(Time, u64)>, AnyId);

fn is_before(one: Key, other: Key, sort: Sort) -> bool {
    if sort.newest { one > other } else { one < other }
}

fn by_id<'a>(view: &'a View, served: &'static Served, place: Option<Position>, order: Order) -> impl Iterator<Item = Result<Step>> + 'a {
    // Of the row itself there may be more.
    let beyond = place.map(|place| match order {
        Order::Oldest => Id::from_number(place.row.number().saturating_sub(1)),
        Order::Newest => Id::from_number(place.row.number().saturating_add(1)),
    });
    let walks = served.sources.iter().enumerate().map(move |(source, of)| {
        let ids = view.ids_of(of.table, beyond, order);
        Box::new(ids.map(move |id| Ok(Step { source, row: id?, time: None }))) as Box<dyn Iterator<Item = Result<Step>>>
    });
    Merged { walks: walks.map(Iterator::peekable).collect(), newest: order == Order::Newest }
}

fn by_time<'a>(view: &'a View, served: &'static Served, place: Option<Position>, order: Order) -> impl Iterator<Item = Result<Step>> + 'a {
    let beyond = place.and_then(|place| {
        let (time, commit) = place.time?;
        let number = place.row.number();
        let id = Id::from_number(if order == Order::Oldest { number.saturating_sub(1) } else { number.saturating_add(1) });
        Some(Moment { time, commit, id })
    });
    let walks = served.sources.iter().enumerate().map(move |(source, of)| {
        let touches = view.touches(of.table, beyond, order).filter(|touch| touch.as_ref().map_or(true, |(_, deleted)| !deleted));
        let step = move |touch: Result<(Moment, bool)>| {
            let (moment, _) = touch?;
            Ok(Step { source, row: moment.id, time: Some((moment.time, moment.commit)) })
        };
        Box::new(touches.map(step)) as Box<dyn Iterator<Item = Result<Step>>>
    });
    Merged { walks: walks.map(Iterator::peekable).collect(), newest: order == Order::Newest }
}

/// Several walks as one, in their common order.
struct Merged<'a> {
    walks: Vec<std::iter::Peekable<Box<dyn Iterator<Item = Result<Step>> + 'a>>>,
    newest: bool,
}

impl Iterator for Merged<'_> {
    type Item = Result<Step>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut best: Option<(usize, Key)> = None;
        for (number, walk) in self.walks.iter_mut().enumerate() {
            let key = match walk.peek() {
                None => continue,
                Some(Err(_)) => return walk.next(),
                Some(Ok(step)) => (step.time, step.row),
            };
            let is_better = best.is_none_or(|(_, known)| if self.newest { key > known } else { key < known });
            if is_better {
                best = Some((number, key));
            }
        }
        self.walks[best?.0].next()
    }
}

/// The rows among which all results are, where something in the query or the caller names few of them.
fn led(reader: &Reader, query: &Query) -> Result<Option<Vec<Step>>> {
    let served = query.served;
    let everywhere = |rows: BTreeSet<AnyId>| {
        let of = |source: usize| rows.iter().map(move |row| Step { source, row: *row, time: None }).collect::<Vec<_>>();
        (0..served.sources.len()).flat_map(of).collect::<Vec<_>>()
    };
    if let Some(ids) = named(query) {
        return Ok(Some(everywhere(ids.into_iter().filter_map(|id| reader::row_of(served, &id)).collect())));
    }
    if let Some(rows) = own_numbers(reader, query) {
        return Ok(Some(everywhere(rows)));
    }
    if let Some(patients) = certified(reader, query)? {
        return Ok(Some(everywhere(patients.into_iter().map(PatientId::any).collect())));
    }
    if served.open_to == OpenTo::All {
        return recent(reader, query);
    }
    let people = served.sources.iter().all(|source| source.matter.is_none());
    if let Who::Patient { owner, family } = &reader.caller.who {
        return match people {
            true => Ok(Some(everywhere(family.iter().map(|id| id.any()).collect()))),
            false => of_account(reader, served, *owner).map(Some),
        };
    }
    if let Some(patients) = patients(query) {
        if people {
            return Ok(Some(everywhere(patients.into_iter().map(PatientId::any).collect())));
        }
        let mut found = BTreeSet::new();
        for patient in patients {
            if let Some(owner) = shown::owner_of(reader.view, patient)? {
                found.extend(of_account(reader, served, owner)?.into_iter().map(|step| (step.row, step.source)));
            }
        }
        return Ok(Some(found.into_iter().map(|(row, source)| Step { source, row, time: None }).collect()));
    }
    let Who::Doctor { id, treated } = &reader.caller.who else { return recent(reader, query) };
    if people {
        return Ok(Some(everywhere(treated.iter().map(|id| id.any()).collect())));
    }
    let mut found = Vec::new();
    for (source, of) in served.sources.iter().enumerate() {
        let Some(matter) = of.matter else { continue };
        let rows = shown::of_doctor(reader.view, matter, *id)?;
        found.extend(rows.into_iter().map(|row| Step { source, row, time: None }));
    }
    Ok(Some(found))
}

fn of_account(reader: &Reader, served: &Served, owner: crate::base::id::PatientAccountId) -> Result<Vec<Step>> {
    let mut found = Vec::new();
    for (source, of) in served.sources.iter().enumerate() {
        let Some(matter) = of.matter else { continue };
        let rows = shown::of_account(reader.view, matter, owner)?;
        found.extend(rows.into_iter().map(|row| Step { source, row, time: None }));
    }
    Ok(found)
}

/// The ids that `_id` names.
fn named(query: &Query) -> Option<Vec<String>> {
    let by_id = query.criteria.iter().find(|criterion| criterion.param.kind == ParamKind::Id)?;
    Some(by_id.any.iter().filter_map(|wanted| if let Wanted::Id(id) = wanted { Some(id.clone()) } else { None }).collect())
}

/// The rows whose own numbers `identifier` names, all of them with our systems.
fn own_numbers(reader: &Reader, query: &Query) -> Option<BTreeSet<AnyId>> {
    const OF_ROWS: &[&str] = &["patient", "project", "registration", "team-consult", "hospital", "record"];
    let by_number = query.criteria.iter().find(|criterion| criterion.param.name == "identifier")?;
    let row = |wanted: &Wanted| match wanted {
        Wanted::Token { system: System::Is(system), code } => {
            let kind = system.strip_prefix("urn:xuanhu:")?.strip_prefix(reader.clinic.instance.as_str())?.strip_prefix(':')?;
            OF_ROWS.contains(&kind).then(|| code.parse().ok())?
        }
        _ => None,
    };
    by_number.any.iter().map(row).collect()
}

/// Rows among which more are not looked for by the time of their change.
const FEW: usize = 20_000;

/// The rows that have changed since `_lastUpdated` begins, where they are few; a walk in the order of time needs no list of them.
fn recent(reader: &Reader, query: &Query) -> Result<Option<Vec<Step>>> {
    let begins = |criterion: &Criterion| match criterion.any.as_slice() {
        [Wanted::Date { compare: Compare::Equal | Compare::AtLeast | Compare::Greater, asked }] => Some(asked.from),
        _ => None,
    };
    let by_change = query.criteria.iter().filter(|criterion| criterion.param.kind == ParamKind::Updated).filter_map(begins).max();
    let Some(from) = by_change.filter(|_| query.sort.by != SortBy::Updated) else { return Ok(None) };
    let mut found = Vec::new();
    for (source, of) in query.served.sources.iter().enumerate() {
        for touch in reader.view.touches(of.table, Some(Moment { time: from, commit: 0, id: Id::NONE }), Order::Oldest) {
            let (moment, is_deleted) = touch?;
            if found.len() == FEW {
                return Ok(None);
            }
            if !is_deleted {
                found.push(Step { source, row: moment.id, time: None });
            }
        }
    }
    Ok(Some(found))
}

/// The patients who have the numbers that `identifier` names, all of them of certificates.
fn certified(reader: &Reader, query: &Query) -> Result<Option<BTreeSet<PatientId>>> {
    let by_number = query.criteria.iter().find(|criterion| criterion.param.name == "identifier");
    let Some(by_number) = by_number.filter(|_| query.served.kind == "Patient") else { return Ok(None) };
    let mut found = BTreeSet::new();
    for wanted in &by_number.any {
        match wanted {
            Wanted::Token { system: System::Is(system), code } if !code.is_empty() && NUMBERS.iter().any(|one| system.starts_with(one)) => {
                found.extend(reader.desk.numbers.find(reader.view, code)?);
            }
            _ => return Ok(None),
        }
    }
    Ok(Some(found))
}

/// The patients that a parameter names.
fn patients(query: &Query) -> Option<Vec<PatientId>> {
    let of_patients = |kind: ParamKind| matches!(kind, ParamKind::Reference(["Patient"]));
    let by_patient = query.criteria.iter().find(|criterion| of_patients(criterion.param.kind))?;
    let id = |wanted: &Wanted| if let Wanted::Reference { id, .. } = wanted { id.parse().ok() } else { None };
    Some(by_patient.any.iter().filter_map(id).collect())
}
