//! Tables in and out as CSV.

use serde_json::json;

use super::deeds;
use crate::kit::{Answer, TestServer};

fn import(server: &TestServer, kind: &str, table: &str) -> Answer {
    let request = server.admin().request("POST", format_args!("/admin/import/{kind}"));
    request.multipart(&[], &[("file", "table.csv", table.as_bytes())]).send()
}

#[test]
fn a_table_comes_in_whole_or_not_at_all() {
    let server = TestServer::open();
    let admin = server.admin();
    let before = admin.get("/admin/departments").ok()["total"].as_u64().unwrap();
    let bad = import(&server, "departments", "name,sort\n睡眠科,90\n疼痛科,many\n,3\n");
    bad.refused(422, "bad_rows");
    assert_eq!(bad.json["fields"].as_object().unwrap().keys().collect::<Vec<_>>(), ["line 3", "line 4"]);
    assert_eq!(admin.get("/admin/departments").ok()["total"], before);
    assert_eq!(import(&server, "departments", "name,sort\n睡眠科,90\n内科,7\n").ok(), json!({ "created": 1, "updated": 1 }));
    assert_eq!(admin.get("/admin/departments?q=睡眠科").ok()["items"][0]["sort"], 90);
    let table = admin.get("/admin/export/departments");
    assert!(table.status == 200 && table.header("content-type").starts_with("text/csv"), "{table}");
    let text = String::from_utf8(table.bytes).unwrap();
    assert!(text.lines().any(|line| line == "睡眠科,90") && text.lines().any(|line| line == "内科,7"), "{text}");
    assert_eq!(deeds(&admin, "table", 0), ["export", "import"]);
    admin.get("/admin/export/weather").refused(404, "unknown_kind");
    admin.request("POST", "/admin/import/departments").json(json!({})).send().refused(400, "missing_field");
}

fn export(server: &TestServer, kind: &str) -> String {
    let answer = server.admin().get(format_args!("/admin/export/{kind}"));
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"));
    String::from_utf8(answer.bytes).unwrap()
}

#[test]
fn tables_come_in_and_go_out_with_the_same_columns() {
    let server = TestServer::open();
    let terms = "\u{feff}name,code\n测试病甲,A00\n\"测试病，乙\",B01.1\n";
    assert_eq!(import(&server, "diagnosis-terms", terms).ok(), json!({ "created": 2, "updated": 0 }));
    assert_eq!(import(&server, "diagnosis-terms", "code,name\nC02,测试病甲\n").ok(), json!({ "created": 0, "updated": 1 }));
    let out = export(&server, "diagnosis-terms");
    assert!(out.contains("测试病甲,C02\n") && out.contains("测试病，乙,B01.1"), "{out}");

    let hospitals = "name,level,province_id,city_id,addr\n一号测试医院,三级,110000,110100,一号路\n";
    import(&server, "hospitals", hospitals).ok();
    let doctors = "phone,real_name,hospital,departments,image_and_text_open,image_and_text_price,is_verify\n\
        19900000701,测医甲,一号测试医院,内科,1,5000,1\n19900000702,测医乙,一号测试医院,外科,0,0,0\n";
    assert_eq!(import(&server, "doctors", doctors).ok()["created"], 2);
    assert_eq!(server.nobody().get("/doctor/list").ok()["page"]["count"], 1); // the other waits for the administration

    for kind in ["hospitals", "departments", "doctors", "diagnosis-terms", "regions"] {
        let table = export(&server, kind);
        let rows = table.lines().count() - 1;
        let again = import(&server, kind, &table).ok();
        assert_eq!((&again["created"], again["updated"].as_u64()), (&json!(0), Some(rows as u64)), "{kind}");
        assert_eq!(export(&server, kind), table, "{kind}");
    }
    assert!(server.admin().get("/admin/audit?page_size=50").ok()["items"].to_string().contains("\"import\""));
}

#[test]
fn one_bad_row_keeps_all_others_out() {
    let server = TestServer::open();
    let before = export(&server, "diagnosis-terms");
    let table = format!("name,code\n好病,A00\n,A01\n{},A02\n好病乙,\n", "长".repeat(200));
    let refusal = import(&server, "diagnosis-terms", &table);
    refusal.refused(422, "bad_rows");
    let lines: Vec<_> = refusal.json["fields"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(lines, ["line 3", "line 4", "line 5"]);
    assert_eq!(export(&server, "diagnosis-terms"), before);

    import(&server, "doctors", "phone,real_name,hospital\n12345,甲,没有的医院\n").refused(422, "bad_rows");
    import(&server, "diagnosis-terms", "name,code,colour\nx,A00,red\n").refused(422, "bad_table");
    import(&server, "diagnosis-terms", "name\nx\n").refused(422, "bad_table");
    let no_letters =
        server.admin().request("POST", "/admin/import/diagnosis-terms").multipart(&[], &[("file", "t.csv", b"name,code\n\xff\xff,A00\n")]);
    no_letters.send().refused(422, "bad_table");
    import(&server, "patients", "name\nx\n").refused(404, "unknown_kind");
    import(&server, "diagnosis-terms", "").refused(400, "missing_field");
    server.doctor().get("/admin/export/doctors").refused(403, "wrong_role");
    server.nobody().get("/admin/export/doctors").refused(401, "no_token");
}

#[test]
fn the_index_is_built_anew_from_the_store() {
    let server = TestServer::open();
    server.settle();
    let term = "重建索引试验病";
    import(&server, "diagnosis-terms", &format!("name,code\n{term},A00\n")).ok();
    let entries = server.admin().post("/admin/reindex", json!({})).ok()["entries"].as_u64().unwrap();
    assert_eq!(entries, server.app().store.view().total::<xuanhu::domain::shared::dictionary::DiagnosisTerm>().unwrap());
    let found = server.nobody().post("/dictionary/diagnosis/list", json!({ "keyword": term })).ok();
    assert_eq!(found["items"][0]["name"], term);
    server.doctor().post("/admin/reindex", json!({})).refused(403, "wrong_role");
}

#[test]
fn what_happened_goes_out_and_never_comes_in() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let project = crate::volunteer_doctor::publish(&server, &doctor, json!({ "price": 20 }));
    let made = crate::volunteer_doctor::join(&patient, project);
    let sn = made["sn"].as_str().unwrap().to_owned();
    for (kind, expected) in [("registrations", sn.as_str()), ("payments", sn.as_str()), ("consultations", "consultation_no")] {
        let table = export(&server, kind);
        assert!(table.contains(expected), "{kind}: {table}");
        assert!(!table.contains(&patient.phone), "{kind} tells a phone");
        import(&server, kind, &table).refused(404, "unknown_kind");
        server.admin().get(format_args!("/admin/export/{kind}?full=1&reason=年报")).refused(422, "nothing_to_uncover");
    }
    let template = server.admin().get("/admin/import/departments");
    assert_eq!(
        (template.header("content-type"), String::from_utf8(template.bytes.clone()).unwrap().as_str()),
        ("text/csv; charset=utf-8", "\u{feff}name,sort\n")
    );
    server.admin().get("/admin/import/payments").refused(404, "unknown_kind");
}
