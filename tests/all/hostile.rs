//! What broken and hostile clients send: always a 4xx in the envelope of the family, with a slug and a message, and nothing changed.
//! The kit checks envelope, slug and message of every refusal, that nothing is a 500, and at the end that the store is sound.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use xuanhu::http::{
    APIS,
    core::table::{Endpoint, Run},
};

use crate::{
    kit::{
        Answer, Client, TestServer, contract,
        crowd::{Crowd, ends_session, path_to_nothing, rows},
        raw,
    },
    volunteer_doctor::project_form,
};

const MIB: usize = 1 << 20;

/// Bodies that are refused before anybody reads a field: content type, body, status and slug.
fn unreadable() -> Vec<(&'static str, Vec<u8>, u16, &'static str)> {
    let json = "application/json";
    let form = "application/x-www-form-urlencoded";
    let deep = |open: &str, close: &str| format!("{{\"a\":{}1{}}}", open.repeat(100_000), close.repeat(100_000)).into_bytes();
    let many: Vec<_> = (0..1_001).map(|n| format!("f{n}=1")).collect();
    let file = b"--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.png\"\r\n\r\nx\r\n--b--\r\n".to_vec();
    vec![
        (json, b"{\"a\":".to_vec(), 400, "malformed_body"),
        (json, b"[1,2]".to_vec(), 400, "malformed_body"),
        (json, b"\"text\"".to_vec(), 400, "malformed_body"),
        (json, b"{\"a\":\"\xff\xfe\"}".to_vec(), 400, "malformed_body"),
        (json, b"{\"a\":\"\\ud800\"}".to_vec(), 400, "malformed_body"),
        (json, b"{} {}".to_vec(), 400, "malformed_body"),
        (json, b"{\"a\":NaN}".to_vec(), 400, "malformed_body"),
        (json, deep("[", "]"), 400, "malformed_body"),
        (json, deep("{\"a\":", "}"), 400, "malformed_body"),
        (json, format!("{{\"a\":\"{}\"}}", "x".repeat(MIB)).into_bytes(), 413, "body_too_large"),
        (form, b"a=%FF%FE".to_vec(), 400, "malformed_body"),
        (form, many.join("&").into_bytes(), 400, "too_many_fields"),
        ("text/xml", b"<a/>".to_vec(), 415, "unsupported_media_type"),
        ("application/json; charset=gbk", b"{}".to_vec(), 415, "unsupported_media_type"),
        ("multipart/form-data", file.clone(), 400, "malformed_body"),
        ("multipart/form-data; boundary=other", file, 400, "malformed_body"),
    ]
}

/// One row of each family and way to run, which is all that the reading of bodies can tell apart.
fn samples() -> Vec<&'static Endpoint> {
    let mut seen = BTreeMap::new();
    for row in rows().into_iter().filter(|row| !ends_session(row)) {
        let way = match row.run {
            Run::Read(_) => 0,
            Run::Write(_) => 1,
            Run::Heavy(_) => 2,
            Run::Upload(_) => 3,
            Run::Outside(_) => 4,
            Run::Search(_) => 5,
            Run::Upgrade => 6,
            Run::Reference => 7,
            Run::Look { .. } => 8,
        };
        let family = contract::family(row.method.name(), row.path).name;
        seen.entry((family, way, row.method.name())).or_insert(row);
    }
    seen.into_values().collect()
}

#[test]
fn unreadable_bodies_are_refused() {
    let server = TestServer::open();
    let crowd = Crowd::of(&server);
    let mut wrong = Vec::new();
    for row in samples() {
        for (content_type, body, status, slug) in unreadable() {
            let begin: Vec<u8> = body.iter().take(40).copied().collect();
            let head = format!("{} {}\r\nContent-Type: {content_type}", row.method.name(), path_to_nothing(row));
            let answer = raw::send(crowd.let_in(row), &head, &body);
            if (answer.status, answer.slug()) != (status, Some(slug)) {
                wrong.push(format!("{content_type} {:?}: expected {status} {slug}: {answer}", String::from_utf8_lossy(&begin)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} {wrong:#?}", wrong.len());
}

/// Names of fields in all documents, and those that only the administration has.
fn field_names() -> BTreeSet<String> {
    const OWN: &[&str] = &[
        "username",
        "password",
        "page",
        "page_size",
        "q",
        "skip",
        "limit",
        "to",
        "title",
        "content",
        "name",
        "sort",
        "code",
        "reason",
        "question",
        "answer",
        "parent_id",
        "is_hot",
        "weight",
        "honours",
        "department_id",
        "doctor_sn",
        "image_and_text_price",
        "amount",
        "platform",
        "token",
        "relation",
        "fee",
        "agreement",
        "introduction",
        "account_id",
        "w",
        "h",
        "fit",
        "type",
    ];
    let mut names: BTreeSet<String> = OWN.iter().map(|name| (*name).to_owned()).collect();
    for document in contract::documents() {
        let params = document.endpoints().iter().flat_map(|entry| entry["params"].as_array().into_iter().flatten());
        names.extend(params.filter_map(|param| param["name"].as_str()).map(str::to_owned));
    }
    names
}

#[test]
fn senseless_fields_are_refused() {
    let server = TestServer::open();
    let crowd = Crowd::of(&server);
    let names = field_names();
    assert!((100..1_000).contains(&names.len()), "{} names", names.len());
    let everything = |value: &Value| Value::Object(names.iter().map(|name| (name.clone(), value.clone())).collect::<Map<_, _>>());
    let senseless = [
        json!(null),
        json!(-1),
        json!(0),
        json!(1e300),
        json!(u64::MAX),
        json!("x".repeat(600)),
        json!("\u{0}\u{7}\u{202e}"),
        json!("💊' OR 1=1 --"),
        json!("2026-02-30"),
        json!("[1,"),
        json!(true),
        json!({"a": {}}),
        json!([null, 1, "x", {}]),
    ];
    let mut asked = 0;
    for row in rows().into_iter().filter(|row| !ends_session(row)) {
        for value in &senseless {
            let body = everything(value);
            let answer = crowd.let_in(row).request(row.method.name(), path_to_nothing(row)).json(body).send();
            // What needs nothing may well be answered; the rest says what is wrong.
            assert!(answer.status < 500, "{answer}");
            asked += 1;
        }
    }
    assert!(asked > 500, "{asked}");
}

/// A row that writes and takes fields refuses an empty call by naming the field.
#[test]
fn missing_fields_are_named() {
    let server = TestServer::open();
    let crowd = Crowd::of(&server);
    for (who, method, path, field) in [
        (&crowd.nobody, "POST", "/register", "phono"),
        (&crowd.nobody, "POST", "/login", "phono"),
        (&crowd.nobody, "POST", "/phone/verifycode", "phone"),
        (&*crowd.doctor, "POST", "/project", "date"),
        (&*crowd.patient, "PUT", "/user", "real_name"),
        (&crowd.admin, "POST", "/admin/hospitals", "name"),
        (&crowd.admin, "POST", "/admin/administrators", "username"),
    ] {
        let answer = who.request(method, path).json(json!({})).send();
        answer.refused(400, "missing_field");
        assert!(String::from_utf8_lossy(&answer.bytes).contains(field), "{field} is not named: {answer}");
    }
}

#[test]
fn unknown_paths_answer_in_the_envelope_of_their_api() {
    let server = TestServer::open();
    let nobody = server.nobody();
    for family in APIS {
        for prefix in family.prefixes {
            let path = format!("{prefix}/no/such/thing/at/all");
            let answer = nobody.get(&path);
            answer.refused(404, "no_such_endpoint");
            assert_eq!(contract::family("GET", &path).name, family.name, "{path}");
        }
    }
    for path in ["/nothing", "/custom%2Fcenter", "/%FF", "/cityx", "/..%2f..%2fetc/passwd", "/files/..%2f..%2fadmin.token", "//", "/%00"] {
        let answer = raw::send(&nobody, &format!("GET {path}"), b"");
        assert_eq!(answer.status, 404, "{answer}");
    }
    let long = format!("/{}", "x".repeat(4_000));
    nobody.get(long).refused(404, "no_such_endpoint");
}

#[test]
fn other_methods_are_refused_with_allow() {
    let server = TestServer::open();
    let nobody = server.nobody();
    let mut methods: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in rows() {
        methods.entry(row.path).or_default().insert(row.method.name());
    }
    for (path, known) in methods {
        let known_path = path;
        let path = path_to_nothing(rows().into_iter().find(|row| row.path == path).unwrap());
        let mut allowed = known.clone();
        allowed.insert("OPTIONS");
        let changes = |path: &str| rows().into_iter().any(|row| row.path == path && row.method.name() == "GET" && row.changes);
        if allowed.contains("GET") && !changes(known_path) {
            allowed.insert("HEAD");
        }
        let allow = |answer: &Answer| answer.header("allow").split(", ").map(str::to_owned).collect::<BTreeSet<_>>();
        let expected: BTreeSet<_> = allowed.iter().map(|method| (*method).to_owned()).collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            // The number may be taken for a word by a sister row: /news/{type}/list beside /news/{id}.
            if contract::row(method, &path).is_some() {
                continue;
            }
            let answer = nobody.request(method, &path).send();
            answer.refused(405, "method_not_allowed");
            assert_eq!(allow(&answer), expected, "{answer}");
        }
        let options = raw::send(&nobody, &format!("OPTIONS {path}"), b"");
        assert_eq!((options.status, allow(&options)), (204, expected), "{options}");
    }
    assert_eq!(raw::send(&nobody, "BREW /city", b"").refused(405, "method_not_allowed").header("allow"), "GET, HEAD, OPTIONS");
}

#[test]
fn bad_queries_are_refused() {
    let server = TestServer::open();
    let nobody = server.nobody();
    for (path, slug) in [
        ("/hospital?keyword=%FF", "malformed_query"),
        ("/hospital?current_page=-1", "invalid_field"),
        ("/hospital?current_page=0", "invalid_field"),
        ("/hospital?current_page=abc", "invalid_field"),
        ("/hospital?page_size=0", "invalid_field"),
        ("/hospital?page_size=1.5", "invalid_field"),
        ("/hospital?page_size=99999999999999999999", "invalid_field"),
        ("/hospital?page_size=1&page_size=2", "invalid_field"),
        ("/project?sort=4", "invalid_field"),
        ("/city?parent_id=-3", "invalid_field"),
    ] {
        let answer = raw::send(&nobody, &format!("GET {path}"), b"");
        answer.refused(400, slug);
    }
    let answer = nobody.get("/hospital?current_page=99999999&page_size=99999").ok();
    assert_eq!((&answer["list"], &answer["page"]["page_size"]), (&json!([]), &json!(1_000)));
    nobody.get("/hospital?&&=&a&b=c=d&%20=&current_page=1").ok();
}

#[test]
fn numbers_that_name_nothing_are_not_found() {
    let server = TestServer::open();
    let patient = server.patient();
    for id in ["abc", "-1", "0", "1.0", "18446744073709551616", "99999999", "%20", "1%00", "١"] {
        raw::send(&patient, &format!("GET /project/{id}"), b"").refused(404, "not_found");
        raw::send(&patient, &format!("GET /user/{id}"), b"").refused(404, "not_found");
    }
}

/// The same project, sent in every way that a client knows, with numbers as texts and lists as JSON texts.
#[test]
fn json_forms_and_multipart_say_the_same() {
    let server = TestServer::open();
    let form = project_form(&server);
    let texts: Vec<(String, String)> = form
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect();
    let pairs: Vec<(&str, &str)> = texts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let as_texts = Value::Object(texts.iter().map(|(name, value)| (name.clone(), json!(value))).collect());
    let mut brackets: Vec<(&str, &str)> = pairs.iter().copied().filter(|(name, _)| *name != "service_target").collect();
    brackets.push(("service_target[]", "老年人"));

    let publish = |send: &dyn Fn(&Client) -> Answer| {
        // A doctor of its own each time: nobody can be at two projects at once.
        let mut project = send(&server.doctor()).ok();
        for (holder, name) in
            [("", "id"), ("/doctor_info", "id"), ("/doctor_info", "real_name"), ("/doctor_info", "phone"), ("/doctor_info", "idno")]
        {
            project.pointer_mut(holder).unwrap().as_object_mut().unwrap().remove(name).unwrap();
        }
        project
    };
    let plain = publish(&|doctor| doctor.post("/project", form.clone()));
    assert_eq!(plain["people_count"], 8);
    assert_eq!(plain, publish(&|doctor| doctor.post("/project", as_texts.clone())), "numbers as texts");
    assert_eq!(plain, publish(&|doctor| doctor.request("POST", "/project").form(&pairs).send()), "a form");
    assert_eq!(plain, publish(&|doctor| doctor.request("POST", "/project").form(&brackets).send()), "a form with brackets");
    assert_eq!(plain, publish(&|doctor| doctor.request("POST", "/project").multipart(&pairs, &[]).send()), "multipart");
    let query: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", crate::kit::encode(value))).collect();
    let in_query = format!("/project?{}", query.join("&"));
    assert_eq!(plain, publish(&|doctor| doctor.request("POST", &in_query).send()), "a query");
    assert_eq!(plain, publish(&|doctor| doctor.post("/project/", form.clone())), "a slash at the end");
}

#[test]
fn a_slash_at_the_end_changes_nothing() {
    let server = TestServer::open();
    let patient = server.patient();
    assert_eq!(patient.get("/user/").ok(), patient.get("/user").ok());
    assert_eq!(patient.get("/city/?parent_id=0").ok(), patient.get("/city?parent_id=0").ok());
    assert_eq!(patient.get(format_args!("/user/{}/", patient.id)).ok()["id"], patient.id);
}

#[test]
fn uploads_are_judged_by_what_they_hold() {
    let server = TestServer::open();
    let patient = server.patient();
    let files = || std::fs::read_dir(server.dir().join("uploads")).unwrap().filter(|file| file.as_ref().unwrap().path().is_file()).count();
    let before = files();
    let upload = |name: &str, bytes: &[u8]| patient.request("POST", "/imgupload").multipart(&[], &[("file", name, bytes)]).send();
    let png_head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    upload("big.png", &[png_head.as_slice(), &vec![0; 11 * MIB]].concat()).refused(413, "upload_too_large");
    upload("picture.png", br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#)
        .refused(415, "unsupported_media_type");
    upload("page.jpg", b"<!doctype html><script>alert(1)</script>").refused(415, "unsupported_media_type");
    upload("program.png", b"\x7fELF\x02\x01\x01").refused(415, "unsupported_media_type");
    upload("cut.png", png_head).refused(415, "unsupported_media_type");
    upload("empty.png", b"").refused(400, "missing_field");
    upload("../../evil.png", b"GIF89a").refused(415, "unsupported_media_type");
    patient.request("POST", "/imgupload").multipart(&[("file", "text")], &[]).send().refused(400, "missing_field");
    patient.post("/imgupload", json!({ "file": "data:image/png;base64,AAAA" })).refused(400, "missing_field");
    // A field of text that never ends is no way around the limit of bodies.
    let text = "x".repeat(2 * MIB);
    let answer = patient.request("POST", "/imgupload").multipart(&[("note", &text)], &[]).send();
    assert_eq!(answer.status, 413, "{answer}");
    assert_eq!(files(), before, "a refused upload left a file behind");
    for name in ["nothing.png", "admin.token", "..", "0123456789abcdef0123456789abcdef.png", "0123456789abcdef0123456789abcdef.exe"] {
        raw::send(&patient, &format!("GET /files/{name}"), b"").refused(404, "not_found");
    }
}

#[test]
fn old_clients_get_200_and_the_real_code_inside() {
    let server = TestServer::with(&[("http.always_200", "true")]);
    let answer = server.nobody().get("/user");
    assert_eq!((answer.status, &answer.json["error_code"], answer.slug()), (200, &json!(401), Some("no_token")));
    let answer = server.nobody().get("/project/77");
    assert_eq!((answer.status, &answer.json["error_code"]), (200, &json!(404)));
    server.nobody().get("/admin/doctors").refused(401, "no_token");
}

/// Rates are off in the kit; where they are on, they hold, and say when to come again.
#[test]
fn floods_are_slowed_down() {
    let server = TestServer::with(&[("limits.enabled", "true"), ("limits.requests_per_second", "5"), ("limits.login_per_minute", "3")]);
    let answers: Vec<_> = (0..40).map(|_| server.nobody().get("/doctor/list")).collect();
    let slowed: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert!(!slowed.is_empty() && slowed.len() < 40, "{} of 40", slowed.len());
    assert!(slowed.iter().all(|answer| answer.slug() == Some("too_many_requests") && !answer.header("retry-after").is_empty()));
    server.advance("2m");
    let tries: Vec<_> = (0..5)
        .map(|_| {
            server.advance("1s");
            server.nobody().post("/login", json!({ "phono": "19900009999", "pwd": "wrong-password", "type": 1 })).status
        })
        .collect();
    assert_eq!(tries, [401, 401, 401, 429, 429]);
}
