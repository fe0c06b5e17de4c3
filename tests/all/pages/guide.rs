//! The handbook: both languages have the same parts in the same order, and every link within leads to one of them.

use std::collections::BTreeSet;

use crate::kit::TestServer;

/// Other pages, and people, know these parts by their addresses.
const PARTS: &[&str] =
    &["patients", "doctors", "assistants", "administrators", "operate", "backup", "restore-drill", "upgrade", "watch", "trouble"];

/// What stands in quotes behind each `start`.
fn named(html: &str, start: &str) -> Vec<String> {
    html.split(start).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn both_languages_have_the_same_parts() {
    let server = TestServer::open();
    let nobody = server.nobody();
    let [chinese, english] = ["/web/guide/", "/web/guide/en/"].map(|path| String::from_utf8(nobody.get(path).bytes).unwrap());
    let ids = named(&chinese, " id=\"");
    assert_eq!(ids, named(&english, " id=\""));
    let unique: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    assert_eq!(unique.len(), ids.len(), "an id stands twice");
    assert!(PARTS.iter().all(|part| unique.contains(part)), "{unique:?}");
    for html in [&chinese, &english] {
        let astray: Vec<_> = named(html, "href=\"#").into_iter().filter(|id| !unique.contains(id.as_str())).collect();
        assert!(astray.is_empty(), "{astray:?}");
        for tag in ["<h3", "<li", "<div><dt", "<tr", "<pre"] {
            assert_eq!(html.matches(tag).count(), chinese.matches(tag).count(), "{tag}");
        }
    }
}
