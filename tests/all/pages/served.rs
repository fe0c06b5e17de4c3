//! How pages and their parts go out: headers, compression, versions, redirects, what is told of the clinic.

use std::io::Read;

use flate2::read::GzDecoder;
use xuanhu::demo;

use crate::kit::{Answer, Client, TestServer};

/// The first load of a signed-in patient's home, in bytes as they are sent and in requests (web pages, 14).
const MOST_BYTES: usize = 40_000;
const MOST_REQUESTS: usize = 15;

fn small(client: &Client, path: &str) -> Answer {
    client.request("GET", path).header("Accept-Encoding", "br, gzip").send()
}

/// What stands between quotes and begins with this.
fn named<'a>(text: &'a str, start: &str) -> Vec<&'a str> {
    text.split('"').filter(|piece| piece.starts_with(start)).collect()
}

#[test]
fn every_page_and_part_is_guarded() {
    let server = TestServer::open();
    let nobody = server.nobody();
    for path in ["/", "/web/patient/", "/web/patient/app.js", "/web/about.json", "/web/style/base.css", "/web/patient"] {
        let answer = nobody.get(path);
        let policy = answer.header("content-security-policy");
        let host = nobody.base.trim_start_matches("http://");
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; media-src 'self' blob:; \
                 connect-src 'self' ws://{host} wss://{host}; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            ),
            "{path}"
        );
        let others = ["permissions-policy", "cross-origin-opener-policy", "referrer-policy", "x-content-type-options"];
        let values = ["camera=(self), microphone=(self), geolocation=(self)", "same-origin", "no-referrer", "nosniff"];
        assert_eq!(others.map(|name| answer.header(name)), values, "{path}");
    }
    let forged = nobody.request("GET", "/web/patient/").header("Host", "evil.example:81").send();
    assert!(forged.header("content-security-policy").contains("connect-src 'self';"), "{forged:?}");
}

#[test]
fn parts_go_out_compressed_to_who_takes_it() {
    let server = TestServer::open();
    let nobody = server.nobody();
    for path in ["/web/patient/", "/web/style/base.css", "/web/shared/shell.js", "/web/icons/sprite.svg"] {
        let (plain, packed) = (nobody.get(path), small(&nobody, path));
        assert_eq!((plain.header("content-encoding"), packed.header("content-encoding")), ("", "gzip"), "{path}");
        assert_eq!((plain.header("vary"), packed.header("vary")), ("accept-encoding", "accept-encoding"), "{path}");
        let mut unpacked = Vec::new();
        GzDecoder::new(packed.bytes.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == plain.bytes && packed.bytes.len() * 2 < plain.bytes.len(), "{path}");
        assert_ne!(plain.header("etag"), packed.header("etag"), "two forms, two tags");
        for tag in [plain.header("etag"), packed.header("etag")] {
            let known = nobody.request("GET", path).header("If-None-Match", tag).header("Accept-Encoding", "gzip").send();
            assert_eq!((known.status, known.bytes.len()), (304, 0), "{path}");
        }
        let none = nobody.request("GET", path).header("Accept-Encoding", "gzip;q=0").send();
        assert_eq!(none.header("content-encoding"), "", "{path}");
    }
}

#[test]
fn a_page_announces_its_scripts_and_keeps_its_budget() {
    let server = TestServer::open();
    let nobody = server.nobody();
    let page = nobody.get("/web/patient/");
    let html = String::from_utf8(page.bytes.clone()).unwrap();
    let preloads: Vec<_> = html.lines().filter(|line| line.contains("modulepreload")).flat_map(|line| named(line, "/web/~")).collect();
    assert!(preloads.iter().any(|path| path.ends_with("/vendor/lit.js")), "what the page's scripts import is announced: {preloads:?}");
    assert!(!preloads.iter().any(|path| path.ends_with("/patient/find.js")), "a screen is fetched when it is shown");
    let mut parts: Vec<String> =
        named(&html, "/web/~").into_iter().filter(|path| path.ends_with(".js") || path.ends_with(".css")).map(str::to_owned).collect();
    let (start, _) = parts[0].split_once("/style/").unwrap();
    parts.extend([format!("{start}/patient/home.js"), format!("{start}/shared/gateway.js")]);
    parts.sort();
    parts.dedup();
    let bytes: usize =
        parts.iter().map(|path| small(&nobody, path).bytes.len()).sum::<usize>() + small(&nobody, "/web/patient/").bytes.len();
    assert!(bytes <= MOST_BYTES, "{bytes} bytes in {parts:#?}");
    assert!(parts.len() < MOST_REQUESTS, "{} requests: {parts:#?}", parts.len() + 1);
}

#[test]
fn a_page_without_its_slash_is_elsewhere() {
    let server = TestServer::open();
    let nobody = server.nobody();
    let answer = nobody.get("/web/patient?from=poster");
    assert_eq!((answer.status, answer.header("location")), (308, "/web/patient/?from=poster"));
    assert_eq!(nobody.get("/web/patient/").header("content-type"), "text/html; charset=utf-8");
    assert_eq!(nobody.get("/web/patient/").header("cache-control"), "no-cache");
}

#[test]
fn what_is_told_of_the_clinic() {
    let server = TestServer::with(&[
        ("clinic.name", "示范诊所"),
        ("clinic.phone", "0571-0000000"),
        ("clinic.bring", "身份证"),
        ("clinic.time_zone", "Asia/Urumqi"),
        ("http.public_url", "https://clinic.example"),
        ("project.hold_window", "5m"),
    ]);
    let nobody = server.nobody();
    let answer = nobody.get("/web/about.json");
    let about = &answer.json;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-cache"));
    assert_eq!(
        (about["name"].as_str(), about["phone"].as_str(), about["bring"].as_str()),
        (Some("示范诊所"), Some("0571-0000000"), Some("身份证"))
    );
    assert_eq!((about["zone"].as_str(), about["zone_name"].as_str()), (Some("Asia/Urumqi"), Some("新疆时间")));
    assert_eq!((about["time"].as_i64(), about["public_url"].as_str()), (Some(server.now().0), Some("https://clinic.example")));
    assert_eq!((about["demo"].as_bool(), about["trial"].as_bool(), about["payment"].as_str()), (Some(false), Some(false), Some("demo")));
    assert_eq!((about["wechat"].is_null(), about["version"].as_str()), (true, Some(env!("CARGO_PKG_VERSION"))));
    assert_eq!(about["rules"]["hold"], 300_000);
    server.advance("1h");
    assert_eq!(nobody.get("/web/about.json").json["time"], server.now().0);
}

#[test]
fn only_a_demonstration_tells_its_people() {
    let mut server = TestServer::open();
    server.nobody().get("/web/demo.json").refused(404, "no_such_endpoint");
    let logins = demo::load(&server.app().store).unwrap();
    server.nobody().get("/web/demo.json").refused(404, "no_such_endpoint");
    let _ = server.app().demo.set(logins);
    let people = server.nobody().get("/web/demo.json").json;
    assert_eq!(server.nobody().get("/web/about.json").json["demo"], true);
    let people = people["people"].as_array().unwrap();
    for role in ["patient", "doctor", "assistant", "admin"] {
        let one = people.iter().find(|one| one["role"] == role).unwrap_or_else(|| panic!("no {role}"));
        assert!(["name", "phone", "line"].iter().all(|key| !one[key].as_str().unwrap().is_empty()), "{one}");
    }
    // A later start on the same store shows them again; somebody else's clinic has none to show.
    server.restart();
    let again = demo::again(&server.app().store).unwrap();
    assert_eq!(again.people.len(), 22);
    let other = TestServer::open();
    other.patient();
    assert!(demo::again(&other.app().store).is_err_and(|error| error.is(&demo::NOT_EMPTY)));
}
