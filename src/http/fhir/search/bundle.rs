//! A search as it is answered: the Bundle with its links.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    page,
    query::{Query, Rules, Summary, Total},
    run, shape,
};
use crate::{
    base::{error::Result, secret, settings::Handling},
    http::{
        core::{context::Cx, reply::Reply, request::Request},
        fhir::{
            ask::{self, MANNERS, Manner, texts},
            caller::Caller,
            element, looks,
            outcome::{self, NO_SUCH_TYPE},
            print::ClinicFacts,
            reader::Reader,
            served::{self, Include, Served},
        },
    },
};

/// `GET /fhir/{type}` and `POST /fhir/{type}/_search`.
pub fn search(cx: &Cx, request: &Request) -> Result<Reply> {
    ask::need_on(cx)?;
    let manner = Manner::of(request)?;
    let caller = Caller::of(cx, request)?;
    let kind = request.segment("type");
    let served = served::find(kind).ok_or_else(|| NO_SUCH_TYPE.with(kind))?;
    caller.need_open(served)?;
    let clinic = ask::clinic(cx, request);
    let view = cx.view();
    let reader = Reader::new(&view, (&clinic, &cx.app.fhir), &caller);
    let bundle = answer(cx, request, served, &reader)?;
    looks::note(cx, &caller, reader.looked(), &format!("{kind}?{}", shape_of(request)))?;
    manner.reply(&bundle)
}

/// The names of the parameters, never their values.
fn shape_of(request: &Request) -> String {
    request.fields.0.keys().map(String::as_str).collect::<Vec<_>>().join("&")
}

/// How queries of this caller are read.
pub fn rules<'a>(cx: &Cx, clinic: &'a ClinicFacts, caller: &Caller, handling: Handling) -> Rules<'a> {
    let fhir = &cx.app.settings.fhir;
    Rules { clinic, handling, page_size: fhir.page_size, max_page_size: fhir.max_page_size, identifiers: caller.identifiers }
}

fn answer(cx: &Cx, request: &Request, served: &'static Served, reader: &Reader) -> Result<Value> {
    let (caller, clinic) = (reader.caller, reader.clinic);
    let fields = &request.fields.0;
    let bound = (caller.key.as_str(), served.kind);
    let (search, place) = match page::open(&cx.app.fhir.pages, bound, fields)? {
        Some((search, place)) => (search, Some(place)),
        None => (fields.clone(), None),
    };
    // What was passed over on the first page is passed over on the next.
    let handling = if place.is_some() { Handling::Lenient } else { ask::handling(cx, request) };
    let query = Query::read(served, &search, &rules(cx, clinic, caller, handling))?;
    if query.by_number {
        cx.app.fhir.number_search(&caller.key)?;
    }
    let limit = cx.app.settings.fhir.scan_limit as usize;
    let total = match (query.total, query.summary) {
        (_, Summary::Count) | (Total::Accurate, _) => match run::counted(reader, &query)? {
            Some(counted) => Some(counted),
            None => run::count(reader, &query, limit)?,
        },
        (Total::Cheap, _) => run::counted(reader, &query)?,
        (Total::None, _) => None,
    };
    // What was searched for stands in the first page's address alone, where it stood already.
    let own = match fields.get(page::PARAMETER).and_then(Value::as_str) {
        Some(sealed) => vec![(page::PARAMETER.to_owned(), sealed.to_owned())],
        None => query.told.clone(),
    };
    let mut links = vec![json!({ "relation": "self", "url": address(clinic, served.kind, &own, fields) })];
    let mut entries = Vec::new();
    if query.summary != Summary::Count {
        let results = run::results(reader, &query, place, query.count, limit)?;
        let included = included(reader, &query.includes, &results.found)?;
        let entry = |resource: Value, mode: &str| entry(clinic, shape::shaped(&query, resource), mode);
        entries.extend(results.found.into_iter().map(|resource| entry(resource, "match")));
        entries.extend(included.into_iter().map(|resource| self::entry(clinic, resource, "include")));
        if let Some(next) = results.next {
            let sealed = page::seal(&cx.app.fhir.pages, bound, &without_manners(&search), next);
            let next = [(page::PARAMETER.to_owned(), sealed)];
            links.push(json!({ "relation": "next", "url": address(clinic, served.kind, &next, fields) }));
        }
    }
    if !query.ignored.is_empty() && place.is_none() {
        entries.push(told(&query.ignored));
    }
    Ok(bundle(cx, (total, links), entries))
}

/// A Bundle of results.
pub fn bundle(cx: &Cx, (total, links): (Option<u64>, Vec<Value>), entries: Vec<Value>) -> Value {
    let mut bundle = json!({
        "resourceType": "Bundle",
        "id": format!("q-{}", secret::hex(&secret::random::<6>())),
        "meta": { "lastUpdated": cx.app.clock.now().rfc3339() },
        "type": "searchset",
        "link": links,
    });
    if let Some(total) = total {
        bundle["total"] = total.into();
    }
    if !entries.is_empty() {
        bundle["entry"] = entries.into();
    }
    bundle
}

/// A resource in a Bundle.
pub fn entry(clinic: &ClinicFacts, resource: Value, mode: &str) -> Value {
    let url = format!("{}/{}/{}", clinic.base(), element::kind(&resource), element::id(&resource));
    json!({ "fullUrl": url, "resource": resource, "search": { "mode": mode } })
}

/// What was passed over, beside the results.
pub fn told(ignored: &[String]) -> Value {
    let bytes = secret::hex(&secret::random::<16>());
    // Version 4 of a UUID, whose variant is RFC 4122's.
    let uuid = format!("{}-{}-4{}-a{}-{}", &bytes[..8], &bytes[8..12], &bytes[13..16], &bytes[17..20], &bytes[20..]);
    json!({ "fullUrl": format!("urn:uuid:{uuid}"), "resource": outcome::ignored(ignored), "search": { "mode": "outcome" } })
}

/// The address of a search. How answers are written goes along.
pub fn address(clinic: &ClinicFacts, what: &str, parameters: &[(String, String)], fields: &Map<String, Value>) -> String {
    let manners = fields.iter().filter(|(name, _)| MANNERS.contains(&name.as_str()));
    let manners = manners.flat_map(|(name, value)| texts(value).into_iter().map(move |text| (name.clone(), text)));
    let all: Vec<(String, String)> = parameters.iter().cloned().chain(manners).collect();
    let query = serde_urlencoded::to_string(all).unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}/{what}{mark}{query}", clinic.base())
}

fn without_manners(search: &Map<String, Value>) -> Map<String, Value> {
    search.iter().filter(|(name, _)| !MANNERS.contains(&name.as_str())).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// What the results name and the query asks for, each once, without the results themselves.
fn included(reader: &Reader, includes: &[&'static Include], found: &[Value]) -> Result<Vec<Value>> {
    let mut known: BTreeSet<(String, String)> =
        found.iter().map(|resource| (element::kind(resource).to_owned(), element::id(resource).to_owned())).collect();
    let mut more = Vec::new();
    for include in includes {
        let values = found.iter().flat_map(|resource| include.paths.iter().flat_map(move |path| element::at(resource, path)));
        for (kind, id) in values.filter_map(element::reference).filter(|(kind, _)| include.kinds.contains(kind)) {
            if known.insert((kind.to_owned(), id.to_owned())) {
                more.extend(reader.named(kind, id)?);
            }
        }
    }
    Ok(more)
}
