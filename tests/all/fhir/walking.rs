//! Every type of the demonstration clinic: what a search finds is what reads answer, one page or many, forwards or backwards; and each parameter
//! finds what has the value.

use std::collections::BTreeSet;

use serde_json::Value;
use xuanhu::http::fhir::{
    element,
    served::{ParamKind, SERVED},
};

use super::{ask, bundle, clinic, entries, name_of, names, next, walk};

#[test]
fn the_statement_names_what_is_served() {
    let server = clinic();
    let answer = server.nobody().get("/fhir/metadata");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/fhir+json; charset=utf-8"));
    let rest = &answer.json["rest"][0];
    let types: Vec<&str> = rest["resource"].as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap()).collect();
    assert_eq!(types, SERVED.iter().map(|served| served.kind).collect::<Vec<_>>());
    assert_eq!(answer.json["fhirVersion"], "4.0.1");
    let again = server.nobody().request("GET", "/fhir/metadata").header("If-None-Match", answer.header("etag")).send();
    assert_eq!(again.status, 304);
}

#[test]
fn reads_answer_what_searches_find() {
    let (server, admin) = (clinic(), clinic().admin());
    for served in SERVED {
        let found = walk(&admin, &format!("{}?_count=500", served.kind));
        assert!(!found.is_empty(), "the demonstration has no {}", served.kind);
        let all: BTreeSet<String> = names(&found).into_iter().collect();
        assert_eq!(all.len(), found.len(), "{} shows something twice", served.kind);
        for resource in found.iter().step_by(found.len().div_ceil(40)) {
            let name = name_of(resource);
            let answer = server.admin().get(format!("/fhir/{name}"));
            assert_eq!((answer.status, &answer.json), (200, resource), "{name}");
            let etag = answer.header("etag").to_owned();
            assert_eq!(etag, format!("W/\"{}\"", resource["meta"]["versionId"].as_str().unwrap()));
            let get = |header: &str, value: &str| admin.request("GET", format!("/fhir/{name}")).header(header, value).send();
            let same = get("If-None-Match", &etag);
            assert!(same.status == 304 && same.bytes.is_empty() && same.header("etag") == etag, "{same}");
            assert_eq!(get("If-Modified-Since", answer.header("last-modified")).status, 304, "{name}");
            assert_eq!(get("If-None-Match", "W/\"99999\"").status, 200);
            assert_eq!(get("If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT").status, 200);
        }
    }
}

#[test]
fn pages_of_one_are_the_page_of_all() {
    let admin = clinic().admin();
    for served in SERVED {
        for sort in ["", "&_sort=_id", "&_sort=_lastUpdated", "&_sort=-_lastUpdated"] {
            let whole = names(&walk(&admin, &format!("{}?_count=500{sort}", served.kind)));
            let small = if whole.len() > 150 { 7 } else { 1 };
            assert_eq!(names(&walk(&admin, &format!("{}?_count={small}{sort}", served.kind))), whole, "{}{sort}", served.kind);
        }
        if served.date.is_some() {
            let forwards = names(&walk(&admin, &format!("{}?_count=3&_sort=date", served.kind)));
            let mut backwards = names(&walk(&admin, &format!("{}?_count=500&_sort=-date", served.kind)));
            backwards.reverse();
            assert_eq!(forwards, backwards, "{}", served.kind);
        }
    }
}

/// A value of each parameter, taken from a resource that has one, finds it; and all that is found has the value.
#[test]
fn every_parameter_finds_what_has_the_value() {
    let admin = clinic().admin();
    for served in SERVED {
        let all = walk(&admin, &format!("{}?_count=500", served.kind));
        for param in served.all_params() {
            let value = |resource: &Value| match param.kind {
                ParamKind::Id => Some(element::id(resource).to_owned()),
                ParamKind::Updated => Some(resource["meta"]["lastUpdated"].as_str()?.to_owned()),
                ParamKind::Phone => {
                    let all = element::at(resource, "telecom");
                    Some(all.into_iter().find(|way| way["system"] == "phone")?["value"].as_str()?.to_owned())
                }
                _ => param.paths.iter().flat_map(|path| element::at(resource, path)).find_map(|found| text(param.kind, found)),
            };
            let Some((asked, first)) = all.iter().find_map(|resource| Some((value(resource)?, resource))) else {
                // Nobody in the demonstration has one; asking is understood all the same.
                bundle(&admin, &format!("{}?{}=2020-01-01", served.kind, param.name));
                continue;
            };
            let address = format!("{}?_count=500&{}={}", served.kind, param.name, crate::kit::encode(&asked));
            let found = walk(&admin, &address);
            assert!(names(&found).contains(&name_of(first)), "{address} does not find {}", name_of(first));
            if param.kind != ParamKind::Text {
                let expected: Vec<String> =
                    all.iter().filter(|resource| has(param.kind, param.paths, resource, &asked)).map(name_of).collect();
                assert_eq!(names(&found), expected, "{address}");
            }
        }
        for include in served.includes {
            let page = bundle(&admin, &format!("{}?_count=100&_include={}:{}", served.kind, served.kind, include.name));
            let named: BTreeSet<String> = entries(&page, "match")
                .iter()
                .flat_map(|one| {
                    include
                        .paths
                        .iter()
                        .flat_map(|path| element::at(one, path))
                        .filter_map(|to| Some(to["reference"].as_str()?.to_owned()))
                        .collect::<Vec<_>>()
                })
                .filter(|to| include.kinds.iter().any(|kind| to.starts_with(&format!("{kind}/"))))
                .collect();
            let came: Vec<String> = names(&entries(&page, "include"));
            let unique: BTreeSet<String> = came.iter().cloned().collect();
            assert_eq!((unique.len(), &unique), (came.len(), &named), "{}:{}", served.kind, include.name);
        }
    }
}

/// As it is asked for.
fn text(kind: ParamKind, found: &Value) -> Option<String> {
    match (kind, found) {
        (ParamKind::Reference(kinds), found) => {
            let (of, id) = element::reference(found)?;
            kinds.contains(&of).then(|| format!("{of}/{id}"))
        }
        (ParamKind::Date, Value::Object(period)) => Some(period.get("start")?.as_str()?.get(..10)?.to_owned()),
        (_, Value::String(text)) => Some(text.clone()),
        (_, Value::Bool(is)) => Some(is.to_string()),
        (_, Value::Object(members)) => {
            let coding = members.get("coding").and_then(|coding| coding.get(0)).and_then(Value::as_object).unwrap_or(members);
            let code = coding.get("code").or_else(|| coding.get("value"))?.as_str()?;
            Some(match coding.get("system").and_then(Value::as_str) {
                Some(system) => format!("{system}|{code}"),
                None => code.to_owned(),
            })
        }
        _ => None,
    }
}

fn has(kind: ParamKind, paths: &[&str], resource: &Value, asked: &str) -> bool {
    match kind {
        ParamKind::Id => element::id(resource) == asked,
        ParamKind::Updated => resource["meta"]["lastUpdated"] == asked,
        ParamKind::Phone => element::at(resource, "telecom").iter().any(|way| way["system"] == "phone" && way["value"] == asked),
        ParamKind::Token => paths.iter().flat_map(|path| element::at(resource, path)).any(|found| {
            let codings = found.get("coding").and_then(Value::as_array).cloned();
            let all = codings.unwrap_or_else(|| vec![found.clone()]);
            all.iter().any(|one| text(kind, one).as_deref() == Some(asked))
        }),
        // The moment itself, to the second; of periods those within the day.
        ParamKind::Date => paths.iter().flat_map(|path| element::at(resource, path)).any(|found| {
            let ends = found.get("end").and_then(Value::as_str).is_none_or(|end| end.starts_with(asked));
            ends && text(kind, found).is_some_and(|text| instant(&text) == instant(asked))
        }),
        _ => paths.iter().flat_map(|path| element::at(resource, path)).any(|found| text(kind, found).as_deref() == Some(asked)),
    }
}

fn instant(text: &str) -> String {
    match text.parse::<jiff::Timestamp>() {
        Ok(at) => at.as_second().to_string(),
        Err(_) => text.to_owned(),
    }
}

#[test]
fn totals_are_the_same_on_every_page() {
    let admin = clinic().admin();
    for (what, is_counted) in
        [("Patient?_count=2", true), ("Patient?_count=2&gender=female", false), ("Patient?_count=2&gender=female&_total=accurate", true)]
    {
        let (mut totals, mut number, mut address) = (BTreeSet::new(), 0, Some(what.to_owned()));
        while let Some(what) = address {
            let page = bundle(&admin, &what);
            totals.insert(page["total"].as_u64());
            number += entries(&page, "match").len() as u64;
            address = next(&page);
        }
        assert_eq!(totals, BTreeSet::from([is_counted.then_some(number)]), "{what}");
    }
    let counted = bundle(&admin, "Encounter?_summary=count");
    assert_eq!(counted["total"].as_u64(), Some(walk(&admin, "Encounter").len() as u64));
    assert!(counted.get("entry").is_none());
    assert_eq!(bundle(&admin, "Encounter?_count=0")["total"], counted["total"]);
    assert!(bundle(&admin, "Patient?_total=none").get("total").is_none());
}

#[test]
fn a_page_ends_where_enough_was_read() {
    let mut server = crate::kit::TestServer::with(&[("fhir.scan_limit", "3")]);
    xuanhu::demo::load(&server.app().store).unwrap();
    let few = walk(&server.admin(), "Organization?name=%E9%94%A6%E5%AE%98");
    let page = bundle(&server.admin(), "Organization?name=%E6%B2%A1%E6%9C%89");
    assert!(entries(&page, "match").is_empty() && next(&page).is_some());
    server.restart_with(&[("fhir.scan_limit", "20000")]);
    assert_eq!(names(&walk(&server.admin(), "Organization?name=%E9%94%A6%E5%AE%98")), names(&few));
    assert!(!few.is_empty());
}

#[test]
fn parts_are_marked() {
    let admin = clinic().admin();
    let page = bundle(&admin, "Encounter?_count=1&_elements=subject");
    let one = &entries(&page, "match")[0];
    let keys: BTreeSet<&str> = one.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys.into_iter().collect::<Vec<_>>(), ["class", "id", "meta", "resourceType", "status", "subject"]);
    assert!(one["meta"]["tag"].as_array().unwrap().iter().any(|tag| tag["code"] == "SUBSETTED"));
    let summary = &entries(&bundle(&admin, "Practitioner?_count=1&_summary=true"), "match")[0];
    assert!(summary.get("qualification").is_none() && summary["meta"]["tag"][0]["code"] == "SUBSETTED", "{summary}");
}

#[test]
fn definitions_are_public() {
    let nobody = clinic().nobody();
    assert_eq!(nobody.get("/fhir/StructureDefinition/slot-seats").json["url"], "urn:xuanhu:ext:slot-seats");
    assert_eq!(ask(&nobody, "CodeSystem/registration-stage").json["resourceType"], "CodeSystem");
    nobody.get(format!("/fhir/CodeSystem/{}", "department")).refused(404, "not_found");
}
