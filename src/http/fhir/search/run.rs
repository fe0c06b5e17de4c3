//! Running a search: rows in order, their resources compared with what is wanted, until the page is full or so many rows were read.

use serde_json::Value;

use super::{
    date,
    query::{Query, SortBy},
    walk::{self, Position, Step, WHOLE},
};
use crate::{
    base::{error::Result, time::Time},
    http::fhir::{element, outcome::TOO_COSTLY, reader::Reader},
};

/// A part of the results.
pub struct Results {
    /// As they go out.
    pub found: Vec<Value>,
    /// Where the next part begins; `None` at the end.
    pub next: Option<Position>,
}

/// One result before it goes out.
struct Hit {
    step: Step,
    part: usize,
    resource: Value,
}

/// The results from a place on, at most so many, of at most so many rows.
///
/// Errors: `too_costly`, where they are to be sorted by a date and more rows have to be read for it.
pub fn results(reader: &Reader, query: &Query, place: Option<Position>, most: usize, rows: usize) -> Result<Results> {
    match query.sort.by {
        SortBy::Date(name) => by_date(reader, query, (name, place), most, rows),
        SortBy::Id | SortBy::Updated => in_order(reader, query, place, most, rows),
    }
}

/// How many results there are; `None` where more rows would have to be read to know.
pub fn count(reader: &Reader, query: &Query, rows: usize) -> Result<Option<u64>> {
    let mut found = 0;
    for (read, step) in walk::steps(reader, query, None)?.enumerate() {
        if read == rows {
            return Ok(None);
        }
        found += hits(reader, query, step?)?.len() as u64;
    }
    Ok(Some(found))
}

/// How many there are, where a counter says so: all of a type, whose rows are one resource each, for somebody who reads everybody's.
pub fn counted(reader: &Reader, query: &Query) -> Result<Option<u64>> {
    match query.served.sources {
        [source] if source.is_one && query.criteria.is_empty() && reader.sees_all(query.served) => {
            reader.view.total_of(source.table).map(Some)
        }
        _ => Ok(None),
    }
}

fn in_order(reader: &Reader, query: &Query, place: Option<Position>, most: usize, rows: usize) -> Result<Results> {
    let mut found: Vec<Hit> = Vec::new();
    let mut last = place;
    for (read, step) in walk::steps(reader, query, place)?.enumerate() {
        let step = step?;
        if read == rows {
            return finish(reader, query, found, last);
        }
        let behind = place.filter(|place| place.row == step.row).map_or(0, |place| place.part);
        for hit in hits(reader, query, step)?.into_iter().filter(|hit| hit.part > behind) {
            if found.len() == most {
                let next = found.last().map(Hit::place).or(place);
                return finish(reader, query, found, next);
            }
            found.push(hit);
        }
        last = Some(Position { row: step.row, part: WHOLE, time: step.time });
    }
    finish(reader, query, found, None)
}

fn by_date(reader: &Reader, query: &Query, (name, place): (&str, Option<Position>), most: usize, rows: usize) -> Result<Results> {
    let paths = query.served.params.iter().find(|param| param.name == name).map_or(&[][..], |param| param.paths);
    let mut all: Vec<Hit> = Vec::new();
    for (read, step) in walk::steps(reader, query, None)?.enumerate() {
        if read == rows {
            return Err(TOO_COSTLY
                .err()
                .field("_sort", "Name a patient or another narrow parameter beside _sort=date, or sort by _lastUpdated."));
        }
        all.extend(hits(reader, query, step?)?.into_iter().map(|hit| {
            let values = paths.iter().flat_map(|path| element::at(&hit.resource, path));
            let at = values.filter_map(|value| date::of_value(value, &reader.clinic.zone)).map(|at| at.from).min();
            Hit { step: Step { time: Some((at.unwrap_or(Time(0)), 0)), ..hit.step }, ..hit }
        }));
    }
    let key = |hit: &Hit| (hit.step.time, hit.step.row, hit.part);
    all.sort_by_key(key);
    if query.sort.newest {
        all.reverse();
    }
    if let Some(place) = place {
        let behind = (place.time, place.row, place.part);
        all.retain(|hit| if query.sort.newest { key(hit) < behind } else { key(hit) > behind });
    }
    let more = all.len() > most;
    all.truncate(most);
    let next = all.last().filter(|_| more).map(Hit::place);
    finish(reader, query, all, next)
}

impl Hit {
    fn place(&self) -> Position {
        Position { row: self.step.row, part: self.part, time: self.step.time }
    }
}

/// The resources of a row that fit, each with its number from 1.
fn hits(reader: &Reader, query: &Query, step: Step) -> Result<Vec<Hit>> {
    let source = &query.served.sources[step.source];
    let whole = reader.whole(query.served, source, step.row)?;
    if whole.is_empty() {
        return Ok(Vec::new());
    }
    let touch = reader.view.touch_of(source.table, step.row)?;
    let fits = |resource: &Value| query.criteria.iter().all(|one| one.fits(resource, touch, &reader.clinic.zone));
    let numbered = (1..).zip(whole).filter(|(_, resource)| fits(resource));
    Ok(numbered.map(|(part, resource)| Hit { step, part, resource }).collect())
}

fn finish(reader: &Reader, query: &Query, found: Vec<Hit>, next: Option<Position>) -> Result<Results> {
    let mut out = Vec::with_capacity(found.len());
    for hit in found {
        let source = &query.served.sources[hit.step.source];
        out.extend(reader.hand_out(source, hit.step.row, vec![hit.resource])?);
    }
    Ok(Results { found: out, next })
}
