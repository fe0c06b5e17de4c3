//! CSV tables in and out: all rows or none, bad rows named by line, the same columns both ways.

use serde_json::json;

use crate::kit::{Answer, Clinic};

fn import(clinic: &Clinic, kind: &str, table: &str) -> Answer {
    clinic.admin().request("POST", format_args!("/admin/import/{kind}")).multipart(&[], &[("file", "table.csv", table.as_bytes())]).send()
}

fn export(clinic: &Clinic, kind: &str) -> String {
    let answer = clinic.admin().get(format_args!("/admin/export/{kind}"));
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"));
    String::from_utf8(answer.bytes).unwrap()
}

#[test]
fn tables_come_in_and_go_out_with_the_same_columns() {
    let clinic = Clinic::open();
    let terms = "\u{feff}name,code\n测试病甲,A00\n\"测试病，乙\",B01.1\n";
    assert_eq!(import(&clinic, "diagnosis-terms", terms).ok(), json!({ "created": 2, "updated": 0 }));
    assert_eq!(import(&clinic, "diagnosis-terms", "code,name\nC02,测试病甲\n").ok(), json!({ "created": 0, "updated": 1 }));
    let out = export(&clinic, "diagnosis-terms");
    assert!(out.contains("测试病甲,C02\n") && out.contains("\"测试病，乙\"") || out.contains("测试病，乙,B01.1"), "{out}");

    let hospitals = "name,level,province_id,city_id,addr\n一号测试医院,三级,110000,110100,一号路\n";
    import(&clinic, "hospitals", hospitals).ok();
    let doctors = "phone,real_name,hospital,departments,image_and_text_open,image_and_text_price,is_verify\n\
        19900000701,测医甲,一号测试医院,内科,1,5000,1\n19900000702,测医乙,一号测试医院,外科,0,0,0\n";
    assert_eq!(import(&clinic, "doctors", doctors).ok()["created"], 2);
    assert_eq!(clinic.nobody().get("/doctor/list").ok()["page"]["count"], 1); // the other waits for the administration

    for kind in ["hospitals", "departments", "doctors", "diagnosis-terms", "regions"] {
        let table = export(&clinic, kind);
        let rows = table.lines().count() - 1;
        let again = import(&clinic, kind, &table).ok();
        assert_eq!((&again["created"], again["updated"].as_u64()), (&json!(0), Some(rows as u64)), "{kind}");
        assert_eq!(export(&clinic, kind), table, "{kind}");
    }
    assert!(clinic.admin().get("/admin/audit?page_size=50").ok()["items"].to_string().contains("\"import\""));
}

#[test]
fn one_bad_row_keeps_all_others_out() {
    let clinic = Clinic::open();
    let before = export(&clinic, "diagnosis-terms");
    let table = format!("name,code\n好病,A00\n,A01\n{},A02\n好病乙,\n", "长".repeat(200));
    let refusal = import(&clinic, "diagnosis-terms", &table);
    refusal.refused(422, "bad_rows");
    let lines: Vec<_> = refusal.json["fields"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(lines, ["line 3", "line 4", "line 5"]);
    assert_eq!(export(&clinic, "diagnosis-terms"), before);

    import(&clinic, "doctors", "phone,real_name,hospital\n12345,甲,没有的医院\n").refused(422, "bad_rows");
    import(&clinic, "diagnosis-terms", "name,code,colour\nx,A00,red\n").refused(422, "bad_table");
    import(&clinic, "diagnosis-terms", "name\nx\n").refused(422, "bad_table");
    let latin =
        clinic.admin().request("POST", "/admin/import/diagnosis-terms").multipart(&[], &[("file", "t.csv", b"name,code\n\xc4\xe3,A00\n")]);
    latin.send().refused(422, "bad_table");
    import(&clinic, "patients", "name\nx\n").refused(404, "unknown_kind");
    import(&clinic, "diagnosis-terms", "").refused(400, "missing_field");
    clinic.doctor().get("/admin/export/doctors").refused(403, "wrong_role");
    clinic.nobody().get("/admin/export/doctors").refused(401, "no_token");
}
