//! The reference: every row is in it, whole, and what it says holds.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};
use xuanhu::http::{
    self, APIS,
    core::openapi::slugs::{self, SLUGS},
};

use crate::kit::{
    TestServer,
    reference::{self, Checker, document, operation},
};

/// Every operation, with its path and method.
fn operations() -> Vec<(String, String, &'static Value)> {
    let paths = document()["paths"].as_object().unwrap();
    let of = |(path, item): (&'static String, &'static Value)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| (path.clone(), method.clone(), operation))
    };
    paths.iter().flat_map(of).collect()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[test]
fn every_row_is_an_operation_and_nothing_else_is() {
    let rows: BTreeSet<_> =
        APIS.iter().flat_map(|api| api.endpoints()).map(|row| (row.path.to_owned(), row.method.name().to_lowercase())).collect();
    let found: BTreeSet<_> = operations().into_iter().map(|(path, method, _)| (path, method)).collect();
    assert_eq!(found, rows);
    assert_eq!(text(document(), "openapi"), "3.1.0");
    assert_eq!(text(&document()["info"], "version"), env!("CARGO_PKG_VERSION"));
    assert_eq!(document()["servers"][0]["url"], "/");
}

#[test]
fn every_operation_has_a_title_a_description_and_answers() {
    let tags: BTreeSet<&str> = document()["tags"].as_array().unwrap().iter().map(|tag| text(tag, "name")).collect();
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations() {
        let what = format!("{method} {path}");
        assert!(!text(operation, "summary").is_ascii(), "{what} has no Chinese title");
        let description = text(operation, "description");
        assert!(description.chars().any(|c| c.is_ascii_alphabetic()), "{what} has no English description");
        assert!(ids.insert(text(operation, "operationId")), "{what} shares its operationId");
        assert!(tags.contains(operation["tags"][0].as_str().unwrap()), "{what} has an unknown tag");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2') || status == "101"), "{what} never succeeds");
        for status in ["400", "401", "403", "404", "409", "422", "429"] {
            let link = responses[status]["$ref"].as_str().unwrap();
            let refusal = document().pointer(link.trim_start_matches('#')).unwrap();
            assert_ne!(text(refusal, "description"), "", "{what} {status}");
        }
        for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            let parameters = operation["parameters"].as_array().unwrap();
            let known = parameters.iter().any(|one| one["name"] == name && one["in"] == "path" && one["required"] == true);
            assert!(known, "{what} does not say what {name} is");
        }
    }
}

#[test]
fn who_may_call_is_said() {
    for row in APIS.iter().flat_map(|api| api.endpoints()) {
        let ways = operation(row)["security"].as_array().unwrap();
        let schemes = document()["components"]["securitySchemes"].as_object().unwrap();
        assert!(ways.iter().flat_map(|way| way.as_object().unwrap().keys()).all(|scheme| schemes.contains_key(scheme)));
        assert_eq!(ways.is_empty() || ways.contains(&json!({})), row.access.is_public(), "{}", row.path);
        for (role, name) in
            [(xuanhu::domain::identity::account::Role::Doctor, "doctor"), (xuanhu::domain::identity::account::Role::Admin, "admin")]
        {
            let named = ways.iter().any(|way| way.get(name).is_some());
            assert_eq!(named, row.access.admits(role) && !row.access.ignores_token(), "{name} {}", row.path);
        }
    }
}

#[test]
fn the_reference_is_always_the_same_and_served_as_printed() {
    let printed = http::reference();
    assert_eq!(printed, http::reference());
    let server = TestServer::open();
    let answer = server.nobody().get("/openapi.json");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json; charset=utf-8"));
    assert_eq!(String::from_utf8(answer.bytes).unwrap(), printed);
}

/// Whatever holds a schema and an example.
fn examples<'a>(value: &'a Value, found: &mut Vec<(&'a Value, &'a Value)>) {
    if let (Some(schema), Some(example)) = (value.get("schema"), value.get("example")) {
        found.push((schema, example));
    }
    for own in value.get("examples").and_then(Value::as_array).into_iter().flatten() {
        found.push((value, own));
    }
    match value {
        Value::Object(members) => members.values().for_each(|member| examples(member, found)),
        Value::Array(items) => items.iter().for_each(|item| examples(item, found)),
        _ => {}
    }
}

#[test]
fn every_example_fits_its_schema() {
    let mut found = Vec::new();
    examples(&document()["paths"], &mut found);
    examples(&document()["components"], &mut found);
    assert!(found.len() > 100, "only {} examples", found.len());
    let checker = Checker::of(&found.iter().map(|(schema, _)| *schema).collect::<Vec<_>>());
    for (i, (schema, example)) in found.into_iter().enumerate() {
        checker.check_by(i, example).unwrap_or_else(|problem| panic!("{example} does not fit {schema}: {problem}"));
    }
}

/// Every reference leads somewhere.
#[test]
fn every_link_holds() {
    fn links<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|member| links(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| links(item, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    links(document(), &mut found);
    let lost: Vec<_> = found.iter().filter(|link| document().pointer(link.trim_start_matches('#')).is_none()).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

/// The list is closed: a reason that people can meet stands in it under its status. Reasons for operators are English, and never in an answer.
#[test]
fn the_slugs_are_those_of_the_reasons() {
    fn walk(dir: &Path, found: &mut BTreeSet<(String, String)>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            for reason in source.split("Reason::new(").skip(1) {
                let mut pieces = reason.split('"');
                let (head, slug, message) = (pieces.next().unwrap(), pieces.next(), pieces.nth(1));
                let (Some(slug), Some(message), Some(kind)) = (slug, message, head.trim().trim_end_matches(',').rsplit("::").next()) else {
                    continue;
                };
                if !message.is_ascii() {
                    found.insert((kind.to_owned(), slug.to_owned()));
                }
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 150, "only {} reasons were found: the reader of sources is broken", found.len());
    let listed: BTreeSet<_> =
        SLUGS.iter().flat_map(|(kind, slugs)| slugs.iter().map(move |slug| (format!("{kind:?}"), (*slug).to_owned()))).collect();
    let (missing, over): (Vec<_>, Vec<_>) = (found.difference(&listed).collect(), listed.difference(&found).collect());
    assert!(missing.is_empty() && over.is_empty(), "http::core::openapi::slugs lacks {missing:?} and has {over:?} too much");
    for (kind, slugs) in SLUGS {
        assert_eq!(document()["components"]["schemas"][slugs::schema_name(*kind)]["enum"], json!(slugs));
    }
}

/// A refusal is what the reference says of its status, in the envelope of its API.
#[test]
fn refusals_fit_their_schemas() {
    let server = TestServer::open();
    let patient = server.patient();
    for (method, path, api) in [
        ("GET", "/api/im/doctor-contact", "im-contact"),
        ("POST", "/api/im/doctor-nickname", "im-contact"),
        ("GET", "/user/999999", "volunteer-doctor"),
        ("GET", "/admin/hospitals", "admin"),
        ("GET", "/files/nothing", "clinic"),
        ("GET", "/wallet", "team-consult"),
    ] {
        let answer = patient.request(method, path).send();
        assert!(answer.status >= 400, "{method} {path}: {answer}");
        let refusal = &document()["components"]["responses"][format!("{api}.{}", answer.status)];
        let (media, content) = refusal["content"].as_object().unwrap().iter().next().unwrap();
        assert!(answer.header("content-type").starts_with(media.as_str()), "{answer}");
        Checker::new(&content["schema"]).check(&answer.json).unwrap_or_else(|problem| panic!("{answer}: {problem}"));
    }
}

/// A request that breaks several rules is told of all of them, in the document's names.
#[test]
fn every_wrong_field_is_named_at_once() {
    let server = TestServer::open();
    let patient = server.patient();
    let answer = patient.post("/api/im/doctor-nickname", json!({}));
    assert_eq!(answer.refused(400, "missing_field").json["fields"], json!({ "doctorId": "必填", "nickname": "必填" }));
}

/// Typed rows are held against their own schemas by the kit: what breaks one is noticed.
#[test]
fn an_answer_outside_its_schema_is_noticed() {
    let row = APIS.iter().flat_map(|api| api.endpoints()).find(|row| row.path == "/api/im/doctor-nickname").unwrap();
    reference::check(row, 200, &json!({ "status": 200, "data": { "nickname": "" } })).unwrap();
    for wrong in [json!({ "status": 200 }), json!({ "status": 200, "data": {} }), json!({ "status": "200", "data": { "nickname": "" } })] {
        reference::check(row, 200, &wrong).unwrap_err();
    }
    reference::check(row, 201, &json!({ "status": 200, "data": { "nickname": "" } })).unwrap_err();
}

/// What is not named stays; `null` and an empty text empty it; what must be there cannot be emptied.
#[test]
fn a_change_tells_apart_absent_and_empty() {
    let server = TestServer::open();
    let admin = server.admin();
    let hospital = admin
        .post(
            "/admin/hospitals",
            json!({ "name": "悬壶医院", "tag": "三甲", "level": "三级", "banner": ["https://files.example.com/a.png"] }),
        )
        .created();
    let path = format!("/admin/hospitals/{}", hospital["id"]);
    let changed = admin.patch(&path, json!({ "tag": null, "banner": "" })).ok();
    assert_eq!((&changed["tag"], &changed["banner"], &changed["level"]), (&json!(""), &json!([]), &json!("三级")));
    admin.patch(&path, json!({ "name": null, "level": "二级" })).refused(400, "missing_field");
    let changed = admin.patch(&path, json!({ "level": "" })).ok();
    assert_eq!((&changed["name"], &changed["level"]), (&json!("悬壶医院"), &json!("")));
}
