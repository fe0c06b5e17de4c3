//! Tables in and out as CSV.

use serde_json::json;

use super::deeds;
use crate::kit::{Answer, Clinic};

fn import(clinic: &Clinic, kind: &str, table: &str) -> Answer {
    let request = clinic.admin().request("POST", format_args!("/admin/import/{kind}"));
    request.multipart(&[], &[("file", "table.csv", table.as_bytes())]).send()
}

#[test]
fn a_table_comes_in_whole_or_not_at_all() {
    let clinic = Clinic::open();
    let admin = clinic.admin();
    let before = admin.get("/admin/departments").ok()["total"].as_u64().unwrap();
    let bad = import(&clinic, "departments", "name,sort\n睡眠科,90\n疼痛科,many\n,3\n");
    bad.refused(422, "bad_rows");
    assert_eq!(bad.json["fields"].as_object().unwrap().keys().collect::<Vec<_>>(), ["line 3", "line 4"]);
    assert_eq!(admin.get("/admin/departments").ok()["total"], before);
    assert_eq!(import(&clinic, "departments", "name,sort\n睡眠科,90\n内科,7\n").ok(), json!({ "created": 1, "updated": 1 }));
    assert_eq!(admin.get("/admin/departments?q=睡眠科").ok()["items"][0]["sort"], 90);
    let table = admin.get("/admin/export/departments");
    assert!(table.status == 200 && table.header("content-type").starts_with("text/csv"), "{table}");
    let text = String::from_utf8(table.bytes).unwrap();
    assert!(text.lines().any(|line| line == "睡眠科,90") && text.lines().any(|line| line == "内科,7"), "{text}");
    assert_eq!(deeds(&admin, "table", 0), ["export", "import"]);
    admin.get("/admin/export/weather").refused(404, "unknown_kind");
    admin.request("POST", "/admin/import/departments").json(json!({})).send().refused(400, "missing_field");
}
