//! Pages of messages are bounded by their bytes: a client with a usual limit of its own always catches up.

use serde_json::json;

use super::pair;
use crate::kit::{Socket, TestServer};

/// What one frame may have.
const MOST: usize = 256 << 10;

#[test]
fn a_page_ends_at_256_kib_and_says_that_there_is_more() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    server.settle();
    let before = Socket::login_with(&patient, json!({})).1["seq"].as_u64().unwrap();
    let mut desk = Socket::login(&doctor);
    // A quote takes two bytes in JSON, a Chinese character three.
    let long = "\"长".repeat(2_000);
    for _ in 0..60 {
        desk.say(patient.id, &long);
    }
    let mut phone = Socket::login(&patient);
    let (mut after, mut pages, mut got) = (before, 0, 0);
    loop {
        let page = phone.ask(json!({ "type": "sync", "after": after, "limit": 500 }));
        assert!(page.to_string().len() <= MOST, "{} bytes", page.to_string().len());
        let items = page["items"].as_array().unwrap();
        for item in items {
            assert_eq!((&item["seq"], &item["content"]), (&json!(after + 1), &json!(long)));
            after += 1;
        }
        (pages, got) = (pages + 1, got + items.len());
        assert_eq!(page["seq"], before + 60);
        if page["more"] == false {
            break;
        }
        assert!(page.to_string().len() > MOST - 20_000, "a page is filled");
    }
    assert!(pages > 2 && got == 60, "{got} in {pages} pages");
    // What follows a login comes in frames of one message each.
    let mut again = Socket::catch_up(&patient, before);
    for seq in before + 1..=before + 60 {
        assert_eq!(again.next()["seq"], seq);
    }
    again.quiet();
    let page = phone.ask(json!({ "type": "sync", "after": before, "limit": 2 }));
    assert_eq!((page["items"].as_array().unwrap().len(), &page["more"]), (2, &json!(true)));
}
