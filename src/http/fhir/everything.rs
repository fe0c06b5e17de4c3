//! `GET /fhir/Patient/{id}/$everything`: one patient's record in one Bundle, by types and then by time, and whom it names.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    ask::{self, Manner},
    caller::Caller,
    element, looks,
    outcome::{BAD_DATE, BAD_VALUE, DELETED, UNKNOWN_PARAMETER},
    reader::{self, Found, Reader},
    search::{
        bundle::{address, bundle, entry, rules},
        date, page,
        query::{Query, Sort, SortBy},
        run,
        walk::{Position, WHOLE},
    },
    served::{self, OpenTo, SERVED, Served},
};
use crate::{
    base::{
        error::{NOT_FOUND, Result},
        id::Id,
        settings::Handling,
        time::Time,
    },
    http::core::{context::Cx, reply::Reply, request::Request},
};

/// In one Bundle, where nobody asks for pages.
const MOST: usize = 10_000;
/// Types about the patient, in the order in which they are told.
const ORDER: &[&str] = &[
    "RelatedPerson",
    "Encounter",
    "Appointment",
    "ServiceRequest",
    "Condition",
    "DocumentReference",
    "Communication",
    "Consent",
    "Invoice",
];
/// Types that are told where one of these names them.
const NAMED: &[&str] = &["Practitioner", "Organization", "Location"];

/// What is asked of a record.
struct Asked {
    since: Option<Time>,
    types: Vec<String>,
    count: Option<usize>,
}

pub fn everything(cx: &Cx, request: &Request) -> Result<Reply> {
    ask::need_on(cx)?;
    let manner = Manner::of(request)?;
    let caller = Caller::of(cx, request)?;
    let patients = served::find("Patient").ok_or_else(|| NOT_FOUND.err())?;
    caller.need_open(patients)?;
    let clinic = ask::clinic(cx, request);
    let view = cx.view();
    let reader = Reader::new(&view, &clinic, &caller);
    let id = request.segment("id");
    let what = format!("Patient/{id}/$everything");
    let bound = (caller.key.as_str(), what.as_str());
    let fields = &request.fields.0;
    let (search, place) = match page::open(&cx.app.fhir.pages, bound, fields)? {
        Some((search, place)) => (search, Some(place)),
        None => (fields.clone(), None),
    };
    let asked = Asked::read(cx, &search, if place.is_some() { Handling::Lenient } else { ask::handling(cx, request) })?;
    let patient = match reader.by_id(patients, id)? {
        Found::Missing => return Err(NOT_FOUND.err()),
        Found::Deleted => return Err(DELETED.err()),
        Found::Here(patient) => patient,
    };
    let (record, named) = record(cx, &reader, patient, &asked)?;
    let total = record.len();
    let begin = place.map_or(0, |place| usize::try_from(place.row.number()).unwrap_or(usize::MAX));
    let count = asked.count.unwrap_or(MOST);
    let mut links = vec![json!({ "relation": "self", "url": address(&clinic, &what, &told(&search), fields) })];
    let all = record.into_iter().map(|one| (one, "match")).chain(named.into_iter().map(|one| (one, "include")));
    let all: Vec<(Value, &str)> = all.collect();
    if begin.saturating_add(count) < all.len() {
        let next = Position { row: Id::from_number((begin + count) as u64), part: WHOLE, time: None };
        let sealed = page::seal(&cx.app.fhir.pages, bound, &search, next);
        let next = [(page::PARAMETER.to_owned(), sealed)];
        links.push(json!({ "relation": "next", "url": address(&clinic, &what, &next, fields) }));
    }
    let entries = all.into_iter().skip(begin).take(count).map(|(one, mode)| entry(&clinic, one, mode)).collect();
    looks::note(cx, &caller, reader.looked(), "Patient/$everything")?;
    manner.reply(&bundle(cx, (Some(total as u64), links), entries))
}

fn told(search: &Map<String, Value>) -> Vec<(String, String)> {
    let own = search.iter().filter(|(name, _)| ["_since", "_type", "_count"].contains(&name.as_str()));
    own.flat_map(|(name, value)| ask::texts(value).into_iter().map(move |text| (name.clone(), text))).collect()
}

impl Asked {
    /// Errors: `unknown_search_parameter`, `bad_date`, `bad_search_value`.
    fn read(cx: &Cx, search: &Map<String, Value>, handling: Handling) -> Result<Asked> {
        let mut asked = Asked { since: None, types: Vec::new(), count: None };
        for (name, value) in search {
            for text in ask::texts(value) {
                match name.as_str() {
                    "_since" => {
                        let at = date::stretch(&text, &cx.app.settings.clinic.zone).ok_or_else(|| {
                            BAD_DATE.with(text.as_str()).field("_since", "An instant is written as YYYY-MM-DDThh:mm:ss.sss+zz:zz.")
                        })?;
                        asked.since = Some(at.from);
                    }
                    "_type" => asked.types.extend(text.split(',').map(|kind| kind.trim().to_owned())),
                    "_count" => {
                        let count: usize =
                            text.parse().ok().filter(|count| *count > 0).ok_or_else(|| {
                                BAD_VALUE.with("_count").field("_count", "The parameter _count should be a number above 0.")
                            })?;
                        asked.count = Some(count.min(cx.app.settings.fhir.max_page_size as usize));
                    }
                    "_format" | "_pretty" | "_" => {}
                    _ if handling == Handling::Lenient => {}
                    other => {
                        let diagnostics = "$everything understands _since, _type and _count.";
                        return Err(UNKNOWN_PARAMETER.with(other).field(other, diagnostics));
                    }
                }
            }
        }
        Ok(asked)
    }

    fn wants(&self, resource: &Value) -> bool {
        let is_typed = self.types.is_empty() || self.types.iter().any(|kind| kind == element::kind(resource));
        let (_, updated) = reader::version(resource);
        is_typed && self.since.is_none_or(|since| updated >= since.rfc3339().as_str())
    }
}

/// The patient and what is about that one; and whom all of that names.
fn record(cx: &Cx, reader: &Reader, patient: Value, asked: &Asked) -> Result<(Vec<Value>, Vec<Value>)> {
    let id = element::id(&patient).to_owned();
    let mut all = vec![patient];
    for served in ORDER.iter().filter_map(|kind| served::find(kind)).filter(|served| reader.caller.opens(served)) {
        all.extend(of_type(cx, reader, served, &id)?);
    }
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut named: Vec<Value> = Vec::new();
    let mut open: Vec<String> = all.iter().flat_map(references).collect();
    while let Some(reference) = open.pop() {
        let Some((kind, id)) = reference.split_once('/').filter(|(kind, _)| NAMED.contains(kind)) else { continue };
        if known.insert(reference.clone())
            && let Some(resource) = reader.named(kind, id)?
        {
            open.extend(references(&resource));
            named.push(resource);
        }
    }
    let place = |one: &Value| {
        let kind = SERVED.iter().position(|served| served.kind == element::kind(one));
        (kind, element::id(one).len(), element::id(one).to_owned())
    };
    named.sort_by_key(place);
    all.retain(|one| asked.wants(one));
    named.retain(|one| asked.wants(one));
    Ok((all, named))
}

fn of_type(cx: &Cx, reader: &Reader, served: &'static Served, patient: &str) -> Result<Vec<Value>> {
    debug_assert!(served.open_to != OpenTo::All);
    let search = Map::from_iter([("patient".to_owned(), Value::from(patient))]);
    let mut query = Query::read(served, &search, &rules(cx, reader.clinic, reader.caller, Handling::Strict))?;
    query.sort = Sort { by: served.date.map_or(SortBy::Id, SortBy::Date), newest: false };
    Ok(run::results(reader, &query, None, usize::MAX, usize::MAX)?.found)
}

/// Every reference in a resource.
fn references(resource: &Value) -> Vec<String> {
    match resource {
        Value::Object(members) => {
            let own = members.get("reference").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
