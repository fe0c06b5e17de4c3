//! What every collection of `/admin` takes: order, period, and no key that it does not know.

use serde_json::json;

use super::ids;
use crate::kit::TestServer;

const COLLECTIONS: &[&str] = &[
    "hospitals",
    "departments",
    "clinics",
    "orgs",
    "org-memberships",
    "doctors",
    "assistants",
    "patients",
    "banners",
    "news",
    "notices",
    "special-projects",
    "projects",
    "registrations",
    "consultations",
    "team-consults",
    "teams",
    "diagnosis-terms",
    "consultation-reasons",
    "evaluation-questions",
    "refunds",
    "withdrawals",
    "payments",
    "administrators",
    "outbox",
    "audit",
    "sessions",
];

#[test]
fn every_collection_takes_order_and_period_and_refuses_what_it_does_not_know() {
    let server = TestServer::open();
    let admin = server.admin();
    for name in COLLECTIONS {
        let path = format!("/admin/{name}");
        for query in [
            "sort=id",
            "sort=-id",
            "sort=-created_at",
            "from=2000-01-01&to=2100-01-01",
            "from=2000-01-01T00:00:00Z",
            "q=x&page=2&page_size=5",
        ] {
            let list = admin.get(format_args!("{path}?{query}")).ok();
            assert!(list["items"].is_array() && list["total"].is_u64(), "{name} {query}: {list}");
        }
        assert_eq!(admin.get(format_args!("{path}?from=2000-01-01&to=2000-01-02")).ok()["total"], 0, "{name}");
        let unknown = admin.get(format_args!("{path}?pagesize=5"));
        unknown.refused(400, "unknown_key");
        assert!(unknown.json["detail"].as_str().unwrap().contains("page_size"), "{unknown}");
        admin.get(format_args!("{path}?sort=weather")).refused(400, "invalid_field");
        admin.get(format_args!("{path}?from=yesterday")).refused(400, "invalid_field");
    }
    // Regions and settings have no time of their own.
    for name in ["regions", "settings"] {
        admin.get(format_args!("/admin/{name}?from=2026-01-01")).refused(400, "unknown_key");
    }
    assert_eq!(admin.get("/admin/regions?sort=-id&page_size=1").ok()["items"][0]["id"].as_u64().unwrap() / 100_000, 8);
    admin.get("/admin/settings?sort=key").ok();
    admin.get("/admin/statistics?form=2026-01-01").refused(400, "unknown_key");
}

#[test]
fn rows_come_in_the_order_that_is_asked_for() {
    let server = TestServer::open();
    let admin = server.admin();
    let made = |name: &str| admin.post("/admin/hospitals", json!({ "name": name })).created()["id"].as_u64().unwrap();
    let (zhou, chen, ding) = (made("周巷医院"), made("陈家医院"), made("丁桥医院"));
    assert_eq!(ids(&admin.get("/admin/hospitals")), (vec![ding, chen, zhou], 3));
    // By sound, as people look for names.
    assert_eq!(ids(&admin.get("/admin/hospitals?sort=name")).0, [chen, ding, zhou]);
    assert_eq!(ids(&admin.get("/admin/hospitals?sort=-name")).0, [zhou, ding, chen]);
    assert_eq!(ids(&admin.get("/admin/hospitals?sort=name:desc")).0, [zhou, ding, chen]);
    assert_eq!(ids(&admin.get("/admin/hospitals?sort=created_at")).0, [zhou, chen, ding]);
    assert_eq!(ids(&admin.get("/admin/hospitals?sort=name&page=2&page_size=2")), (vec![zhou], 3));
    assert_eq!(ids(&admin.get("/admin/hospitals?sort=name&q=桥")), (vec![ding], 1));
    admin.get("/admin/hospitals?sort=--name").refused(400, "invalid_field");
    admin.get("/admin/hospitals?sort=name:sideways").refused(400, "invalid_field");
}

#[test]
fn a_period_is_whole_days_of_the_clinic() {
    let server = TestServer::open();
    let admin = server.admin();
    let made = |name: &str| admin.post("/admin/orgs", json!({ "name": name })).created()["id"].as_u64().unwrap();
    let first = made("第一队");
    let day = server.date(0);
    server.advance("24h");
    let second = made("第二队");
    let next = server.date(0);
    assert_eq!(ids(&admin.get(format_args!("/admin/orgs?from={day}&to={day}"))).0, [first]);
    assert_eq!(ids(&admin.get(format_args!("/admin/orgs?from={next}"))).0, [second]);
    assert_eq!(ids(&admin.get(format_args!("/admin/orgs?from={day}&to={next}&sort=id"))).0, [first, second]);
    let written = admin.get(format_args!("/admin/orgs/{second}")).ok()["created_at"].as_str().unwrap().to_owned();
    assert_eq!(ids(&admin.get(format_args!("/admin/orgs?from={written}"))).0, [second]);
    assert_eq!(ids(&admin.get(format_args!("/admin/orgs?to={written}"))).0, [first], "an end that is a moment is not in the period");
}
