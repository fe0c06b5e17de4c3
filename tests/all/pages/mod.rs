//! The built-in pages: what a browser gets, keeps and asks for again, and what is left to the families.

mod admin;
mod assistant;
mod call;
mod docs;
mod doctor;
mod doctors_day;
mod errands;
mod guide;
mod keyboard;
mod landing;
mod paper;
mod patient;
mod pictures;
mod served;
mod source;
mod stories;
mod tables;
mod wechat;
mod weight;

use crate::kit::TestServer;

#[test]
fn the_landing_page_and_its_parts() {
    let server = TestServer::open();
    let nobody = server.nobody();
    let page = nobody.get("/");
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), "no-cache");
    let html = String::from_utf8(page.bytes.clone()).unwrap();
    assert!(html.contains("悬壶") && html.contains("/healthz") && !html.contains("xuanhu-demo"), "{html}");

    let parts: Vec<&str> = html.split('"').filter(|text| text.starts_with("/web/~")).collect();
    assert!(parts.len() >= 2, "{parts:?}");
    for part in parts {
        let versioned = nobody.get(part);
        assert_eq!(versioned.status, 200, "{part}");
        assert_eq!(versioned.header("cache-control"), "public, max-age=31536000, immutable", "{part}");
        let (_, name) = part["/web/~".len()..].split_once('/').unwrap();
        for other in [format!("/web/{name}"), format!("/web/~0/{name}")] {
            let answer = nobody.get(&other);
            assert_eq!((answer.status, answer.header("cache-control")), (200, "no-cache"), "{other}");
            assert_eq!(answer.bytes, versioned.bytes);
        }
    }
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let server = TestServer::open();
    let nobody = server.nobody();
    for path in ["/", "/web/page.css"] {
        let tag = nobody.get(path).header("etag").to_owned();
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let answer = nobody.request("GET", path).header("If-None-Match", &known).send();
            assert_eq!((answer.status, answer.bytes.len(), answer.header("etag")), (304, 0, tag.as_str()), "{known}");
        }
        let changed = nobody.request("GET", path).header("If-None-Match", "\"other\"").send();
        assert!(changed.status == 200 && !changed.bytes.is_empty());
        let head = nobody.request("HEAD", path).send();
        assert_eq!((head.status, head.bytes.len(), head.header("etag")), (200, 0, tag.as_str()));
    }
}

#[test]
fn everything_else_goes_to_the_families() {
    let server = TestServer::open();
    let nobody = server.nobody();
    for path in [
        "/web",
        "/web/",
        "/web/none.css",
        "/web/../index.html",
        "/web/~0/../index.html",
        "/web/~0",
        "/web/patient/none.js",
        "/web/%2e%2e/index.html",
        "/index.html",
        "//",
    ] {
        nobody.get(path).refused(404, "no_such_endpoint");
    }
    nobody.request("POST", "/").form(&[("a", "b")]).send().refused(404, "no_such_endpoint");
    assert_eq!(nobody.get("/healthz").status, 200);
}
