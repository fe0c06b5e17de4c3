//! Holds answers against the contract files (`data/contract/*.json`, whose README gives the grammar): every JSON success that a test
//! gets passes through [`check`]. Keys beyond the documented ones are welcome, missing ones and wrong types are not.

use std::{fs, path::PathBuf, sync::OnceLock};

use serde_json::{Map, Value};
use xuanhu::http::{
    APIS,
    core::{api::Api, openapi::documents::BEYOND_THE_ENUMS, table::Endpoint},
};

/// Families whose answers are bare JSON.
pub const BARE: &[&str] = &["clinic", "admin", "fhir"];

/// The document of a family; several may share one. `None` for standards that are written elsewhere.
pub fn document_of(family: &str) -> Option<&str> {
    match family {
        "clinic" | "admin" => Some("xuanhu"),
        "fhir" => None,
        name => Some(name),
    }
}

pub struct Document {
    pub name: String,
    pub json: Value,
}

/// All contract files.
pub fn documents() -> &'static [Document] {
    static DOCUMENTS: OnceLock<Vec<Document>> = OnceLock::new();
    DOCUMENTS.get_or_init(|| {
        let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/contract");
        let mut documents: Vec<_> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .map(|path| {
                let json: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
                Document { name: json["document"].as_str().unwrap().to_owned(), json }
            })
            .collect();
        documents.sort_by(|a, b| a.name.cmp(&b.name));
        documents
    })
}

impl Document {
    pub fn endpoints(&self) -> &[Value] {
        self.json["endpoints"].as_array().unwrap()
    }
}

/// How well a path fits a pattern such as `/project/{id}`: the number of literal segments, `None` where it does not fit.
pub fn fits(pattern: &str, path: &str) -> Option<usize> {
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    let mut literal = 0;
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return Some(literal),
            (Some(a), Some(b)) if a == b => literal += 1,
            (Some(a), Some(b)) if a.starts_with('{') && !b.is_empty() => {}
            _ => return None,
        }
    }
}

/// The row that answers a request, as the router finds it.
pub fn row(method: &str, path: &str) -> Option<(&'static Endpoint, &'static Api)> {
    let method = if method == "HEAD" { "GET" } else { method };
    let rows = APIS.iter().flat_map(|family| family.endpoints().map(move |row| (row, family)));
    rows.filter(|(row, _)| row.method.name() == method)
        .filter_map(|(row, family)| {
            let names = family.names_of(row.path);
            Some((names.iter().filter_map(|name| fits(name, path)).max()?, (row, family)))
        })
        .max_by_key(|(literal, _)| *literal)
        .map(|(_, found)| found)
}

/// The family that answers for a path, also where there is no row.
pub fn family(method: &str, path: &str) -> &'static Api {
    if let Some((_, family)) = row(method, path) {
        return family;
    }
    let path = path.split('?').next().unwrap_or_default().trim_end_matches('/');
    APIS.iter().rev().max_by_key(|family| family.claims(path)).unwrap()
}

/// The contract's entries for a request. One address may stand there several times, once for each role.
fn entries(document: &'static Document, method: &str, path: &str) -> Vec<&'static Value> {
    // A twin is documented under the name of its row.
    let path = row(method, path).map_or(path, |(row, _)| row.path);
    let fitting: Vec<_> = document
        .endpoints()
        .iter()
        .filter(|entry| entry["method"] == method)
        .filter_map(|entry| Some((fits(entry["path"].as_str()?, path)?, entry)))
        .collect();
    let best = fitting.iter().map(|(literal, _)| *literal).max();
    fitting.into_iter().filter(|(literal, _)| Some(*literal) == best).map(|(_, entry)| entry).collect()
}

/// Whether the contract knows the request.
pub fn knows(method: &str, path: &str) -> bool {
    documents().iter().any(|document| !entries(document, method, path).is_empty())
}

/// Holds a success against the entry of its endpoint. Rows of no document (`own`) need their family's envelope only.
pub fn check(method: &str, path: &str, answer: &Value) -> Result<(), String> {
    let family = family(method, path);
    let Some(name) = document_of(family.name) else { return Ok(()) };
    let document = documents().iter().find(|document| document.name == name).ok_or("a family without a contract file")?;
    let entries = entries(document, method, path);
    if entries.is_empty() {
        let own = name == family.name && row(method, path).is_some_and(|(row, _)| row.section == "own");
        let ours = documents().iter().find(|document| document.name == "xuanhu").unwrap();
        let added = self::entries(ours, method, path).into_iter().find(|entry| entry["family"] == family.name);
        return match own {
            true if added.is_some() => match problems(ours, added.unwrap(), answer, false).as_slice() {
                [] => Ok(()),
                problems => Err(problems.join("\n  ")),
            },
            true => plain_envelope(document, answer),
            false => Err(format!("{method} {path} has no entry in {}.json", document.name)),
        };
    }
    let mut complaints = Vec::new();
    for entry in entries {
        let problems = problems(document, entry, answer, false);
        if problems.is_empty() {
            return Ok(());
        }
        complaints.push(format!("{}:\n  {}", entry["id"].as_str().unwrap_or_default(), problems.join("\n  ")));
    }
    Err(complaints.join("\nor "))
}

/// What an own endpoint's answer must have: the literals of the family's envelope.
fn plain_envelope(document: &Document, answer: &Value) -> Result<(), String> {
    let template = document.json["envelope"]["success"].as_object().unwrap();
    let literals = template.iter().filter(|(key, value)| *key != "msg" && !value.as_str().is_some_and(|text| text.starts_with('<')));
    let wrong: Vec<_> = literals.filter(|(key, value)| answer.get(key) != Some(value)).map(|(key, _)| key.as_str()).collect();
    if wrong.is_empty() { Ok(()) } else { Err(format!("the envelope lacks {wrong:?}")) }
}

/// What is wrong with an answer. `sketch` is for the documents' own examples, which write `@义诊信息` for a structure.
fn problems(document: &Document, entry: &Value, answer: &Value, sketch: bool) -> Vec<String> {
    let checker = Checker { document, sketch };
    let mut problems = Vec::new();
    let id = entry["id"].as_str().unwrap();
    // What we add to another document answers in its envelope.
    let family = documents().iter().find(|other| entry["family"] == other.name);
    let envelope = &family.unwrap_or(document).json["envelope"];
    if envelope["success"] == "<payload>" {
        checker.value(&entry["payload"], answer, "", "answer", &mut problems);
        return problems;
    }
    let template = [&entry["envelope"], &envelope["exceptions"][id], &envelope["success_by_endpoint"][id], &envelope["success"]];
    let template = template.into_iter().find_map(Value::as_object).unwrap();
    let payload = &entry["payload"];
    let may_lack = payload["type"] == "null" || payload["optional"] == true;
    for (key, expected) in template {
        let found = answer.get(key);
        match expected.as_str() {
            Some("<payload>") => match found {
                // Only the volunteers' document prints the null.
                None if may_lack && document.name != "volunteer-doctor" => {}
                None => problems.push(format!("{key} is missing")),
                Some(Value::Null) if may_lack => {}
                Some(found) => checker.value(payload, found, "", key, &mut problems),
            },
            Some(text) if text.starts_with("<payload.") => {
                let name = text.trim_start_matches("<payload.").trim_end_matches('>');
                let fields = payload["fields"].as_array().unwrap();
                let field = fields.iter().find(|field| field["name"] == name).unwrap();
                checker.field(field, answer, "", "answer", &mut problems);
            }
            Some(text) if text.starts_with("<integer") => {
                if !found.is_some_and(Value::is_i64) {
                    problems.push(format!("{key} is no integer"));
                }
            }
            Some(_) if key == "msg" => {
                if found.and_then(Value::as_str).is_none_or(str::is_empty) {
                    problems.push("msg is missing".into());
                }
            }
            _ if found == Some(expected) => {}
            _ => problems.push(format!("{key} is {}, documented is {expected}", found.unwrap_or(&Value::Null))),
        }
    }
    problems
}

struct Checker<'a> {
    document: &'a Document,
    sketch: bool,
}

impl Checker<'_> {
    /// `owner` is the structure that the value stands in, `at` the way to it.
    fn value(&self, kind: &Value, value: &Value, owner: &str, at: &str, problems: &mut Vec<String>) {
        let name = kind["type"].as_str().unwrap_or_default();
        if kind["nullable"] == true && value.is_null() {
            return;
        }
        if self.beyond(kind, owner, value) {
            return;
        }
        if self.sketch && matches!(name, "ref" | "object") && value.as_str().is_some_and(|text| text.starts_with('@')) {
            return;
        }
        let fits = match name {
            "any" => true,
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            "object" => value.is_object(),
            "array" => value.is_array(),
            "ref" => return self.structure(kind["ref"].as_str().unwrap(), value, at, problems),
            other => panic!("{}: the contract has a type {other:?}", self.document.name),
        };
        if !fits {
            problems.push(format!("{at} is {}, documented is {name}", short(value)));
            return;
        }
        if let Some(documented) = kind["enum"].as_object() {
            let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if !documented.contains_key(&plain) {
                problems.push(format!("{at} is {value}, documented are {:?}", documented.keys().collect::<Vec<_>>()));
            }
        }
        if let Some(items) = value.as_array().filter(|_| kind["items"].is_object()) {
            for (i, item) in items.iter().enumerate() {
                self.value(&kind["items"], item, owner, &format!("{at}[{i}]"), problems);
            }
        }
        if let Some(object) = value.as_object() {
            self.object(kind, object, value, owner, at, problems);
        }
    }

    fn object(&self, kind: &Value, object: &Map<String, Value>, value: &Value, owner: &str, at: &str, problems: &mut Vec<String>) {
        if let Some(base) = kind["extends"].as_str() {
            self.structure(base, value, at, problems);
        }
        for field in kind["fields"].as_array().into_iter().flatten() {
            self.field(field, value, owner, at, problems);
        }
        if kind["values"].is_object() {
            let format = kind["key_format"].as_str().unwrap_or_default();
            for (key, inner) in object {
                // Where the clocks are set back, a slot's label carries offsets; the document knows no such day.
                if !has_form(format, key) && !has_form("HH:MM:SS+HH:MM - HH:MM:SS+HH:MM", &key.replace('-', "+").replace(" + ", " - ")) {
                    problems.push(format!("{at} has a key {key:?}, documented is {format:?}"));
                }
                self.value(&kind["values"], inner, owner, &format!("{at}[{key:?}]"), problems);
            }
        }
    }

    fn field(&self, field: &Value, holder: &Value, owner: &str, at: &str, problems: &mut Vec<String>) {
        let name = field["name"].as_str().unwrap();
        match holder.get(name) {
            Some(value) => self.value(field, value, owner, &format!("{at}.{name}"), problems),
            None if field["optional"] == true => {}
            None => problems.push(format!("{at}.{name} is missing")),
        }
    }

    fn structure(&self, name: &str, value: &Value, at: &str, problems: &mut Vec<String>) {
        let structure = &self.document.json["structures"][name];
        assert!(structure.is_object(), "{}: there is no structure {name}", self.document.name);
        if let Some(choices) = structure["one_of"].as_array() {
            let tried = choices.iter().map(|choice| {
                let mut found = Vec::new();
                self.structure(choice.as_str().unwrap(), value, at, &mut found);
                found
            });
            problems.extend(tried.min_by_key(Vec::len).unwrap());
            return;
        }
        match value.as_object() {
            Some(object) => self.object(structure, object, value, name, at, problems),
            None => problems.push(format!("{at} is {}, documented is {name}", short(value))),
        }
    }

    fn beyond(&self, field: &Value, owner: &str, value: &Value) -> bool {
        let text = value.to_string();
        let known = |(document, structure, name, extra): &(&str, &str, &str, &str)| {
            *document == self.document.name && *structure == owner && field["name"] == *name && *extra == text
        };
        BEYOND_THE_ENUMS.iter().any(known)
    }
}

/// Whether `text` looks like `HH:MM:SS - HH:MM:SS`: digits for letters, everything else as it is.
fn has_form(format: &str, text: &str) -> bool {
    let same = |(f, t): (char, char)| if f.is_ascii_uppercase() { t.is_ascii_digit() } else { f == t };
    format.chars().count() == text.chars().count() && format.chars().zip(text.chars()).all(same)
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(60).collect()
}

mod tests {
    use super::*;
    use serde_json::json;

    fn document(name: &str) -> &'static Document {
        documents().iter().find(|document| document.name == name).unwrap()
    }

    /// Where an example contradicts its own list of fields; the contract's notes tell each case.
    const CONTRADICTORY: &[&str] = &[
        "team-consult/create-consultation", // `created` is written as words, here and in the next three
        "team-consult/get-consultation",
        "team-consult/list-in-process-consultations",
        "team-consult/list-history-consultations",
        "volunteer-doctor/login-by-phone", // shows `is_new` only, and says `@用户信息` in the text
    ];

    #[test]
    fn the_documents_own_examples_fit() {
        let (mut held, mut wrong) = (0, Vec::new());
        for document in documents() {
            for entry in document.endpoints() {
                if entry["response_example"].is_null() {
                    continue;
                }
                let id = entry["id"].as_str().unwrap();
                let problems = problems(document, entry, &entry["response_example"], true);
                held += 1;
                if problems.is_empty() == CONTRADICTORY.contains(&id) {
                    wrong.push(format!("{id}: {problems:#?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{} of {held}:\n{}", wrong.len(), wrong.join("\n"));
        assert!(held > 100, "only {held} examples");
    }

    #[test]
    fn what_does_not_fit_is_found() {
        let page = json!({ "current_page": 1, "total_page": 1, "count": 1, "page_size": 10 });
        let hospital = json!({ "id": 7, "name": "n", "logo": "", "banner": [], "level": "", "tag": "", "addr": "", "province_id": 1,
            "province_name": "", "city_id": 2, "city_name": "", "county_id": 3, "county_name": "" });
        let good = json!({ "error_code": 0, "data": { "list": [hospital], "page": page } });
        let verdict = |answer: &Value| check("GET", "/hospital?page_size=1", answer);
        assert_eq!(verdict(&good), Ok(()));
        for (pointer, value) in [
            ("/error_code", json!(1)),
            ("/data/list/0/id", json!("7")),
            ("/data/list/0/banner", json!([1])),
            ("/data/list/0/name", json!(null)),
            ("/data/list", json!({})),
            ("/data/page/count", json!(1.5)),
            ("/data", json!(null)),
        ] {
            let mut bad = good.clone();
            *bad.pointer_mut(pointer).unwrap() = value;
            assert!(verdict(&bad).is_err(), "{pointer}");
        }
        for (holder, key) in [("/data/list/0", "level"), ("/data", "page"), ("", "data"), ("", "error_code")] {
            let mut bad = good.clone();
            bad.pointer_mut(holder).unwrap().as_object_mut().unwrap().remove(key);
            assert!(verdict(&bad).is_err(), "without {key}");
        }
        let mut more = good.clone();
        more["data"]["list"][0]["new_key"] = json!(true);
        assert_eq!(verdict(&more), Ok(()));
    }

    #[test]
    fn envelopes_differ_by_family_and_endpoint() {
        for (method, path, answer, good) in [
            ("POST", "/api/user/signup", json!({"code": "200", "msg": "注册成功"}), true),
            ("POST", "/api/user/signup", json!({"code": 200, "msg": "注册成功"}), false),
            ("POST", "/api/patient/delete", json!({"code": 200, "msg": "操作成功"}), true),
            ("POST", "/api/patient/delete", json!({"code": 200}), false),
            ("POST", "/api/patient/list", json!({"code": 200, "msg": "操作成功"}), false),
            ("POST", "/api/user/signin", json!({"code": "200", "token": "t", "userId": "u", "usersig": "s", "identifier": "i"}), true),
            ("POST", "/api/user/signin", json!({"code": "200", "token": "t", "userId": "u", "usersig": "s"}), false),
            ("POST", "/api/im/last-time", json!({"status": 200}), true),
            ("GET", "/api/im/finish-stat", json!({"status": 200, "data": "doing"}), true),
            ("GET", "/api/im/finish-stat", json!({"status": 200, "data": "done"}), false),
            ("DELETE", "/consult/history_list/7", json!({"sucess": true, "code": 200}), true),
            ("DELETE", "/consult/history_list/7", json!({"success": true, "code": 200}), false),
            ("GET", "/consult/in_process_list", json!({"success": true, "code": 200, "resutls": []}), true),
            ("GET", "/consult/in_process_list", json!({"success": true, "code": 200, "results": []}), false),
            ("DELETE", "/org_remove/7", json!({"error_code": 0, "data": null}), true),
            ("DELETE", "/org_remove/7", json!({"error_code": 0}), false),
            ("GET", "/no/such/endpoint/of/the/contract", json!({}), false),
            ("GET", "/healthz", json!({"status": "ok"}), true),
            ("GET", "/healthz", json!({"status": "well"}), false),
            ("GET", "/custom/nothing", json!({"error_code": 0, "data": {}}), false),
        ] {
            assert_eq!(check(method, path, &answer).is_ok(), good, "{method} {path} {answer}: {:?}", check(method, path, &answer));
        }
    }

    #[test]
    fn enums_and_maps_are_looked_into() {
        let checker = Checker { document: document("volunteer-doctor"), sketch: false };
        let structures = &checker.document.json["structures"];
        let found = |structure: &str, field: &str, value: Value| {
            let fields = structures[structure]["fields"].as_array().unwrap();
            let field = fields.iter().find(|one| one["name"] == field).unwrap();
            let mut problems = Vec::new();
            checker.value(field, &value, structure, "x", &mut problems);
            problems.is_empty()
        };
        assert!(found("Project", "plan_time", json!({"09:00:00 - 09:30:00": 7})));
        assert!(!found("Project", "plan_time", json!({"09:00 - 09:30": 7})));
        assert!(!found("Project", "plan_time", json!({"09:00:00 - 09:30:00": "7"})));
        assert!(found("Diagnosis", "status", json!(3)) && !found("Diagnosis", "status", json!(4)));
        assert!(found("Diagnosis", "verify_status", json!(0)) && !found("Diagnosis", "verify_status", json!(4)));
        assert!(found("Diagnosis", "refund_status", json!(null)) && !found("Diagnosis", "status", json!(null)));
        assert!(found("Patient", "sex", json!("1")) && !found("Patient", "sex", json!("3")) && !found("Patient", "sex", json!(1)));
        assert!(found("Banner", "jump_mode", json!(2)) && !found("Banner", "jump_mode", json!(3)));
    }

    #[test]
    fn the_most_literal_pattern_wins() {
        assert_eq!((fits("/a/{id}", "/a/b/"), fits("/a/b", "/a/b?x=1"), fits("/a/{id}", "/a/")), (Some(2), Some(3), None));
        assert_eq!(row("GET", "/doctor/comment").unwrap().0.path, "/doctor/comment");
        assert_eq!(row("GET", "/doctor/12/comment").unwrap().0.path, "/doctor/{id}/comment");
    }
}
