//! A person's own data: the copy holds every row that names the person and nothing of another's; what people ask the clinic, and the money that
//! is left.
//!
//! Covers `GET /admin/persons/{id}/export`.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read},
};

use serde_json::{Value, json};
use xuanhu::{domain::TABLES, store::View};
use zip::ZipArchive;

use crate::{
    im_contact,
    kit::{
        Client, Person, TestServer, empty_dir,
        program::{Running, command, run},
    },
    team_consult,
    volunteer_doctor::{join, publish},
};

type Files = BTreeMap<String, Vec<u8>>;

fn unpacked(bytes: &[u8]) -> Files {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Files::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().into_owned(), bytes);
    }
    files
}

fn fetched(caller: &Client, path: &str) -> Files {
    let answer = caller.get(path);
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/zip"), "{answer}");
    unpacked(&answer.bytes)
}

fn text<'a>(files: &'a Files, name: &str) -> &'a str {
    std::str::from_utf8(&files[name]).unwrap()
}

fn person_of(server: &TestServer, patient: &Person) -> u64 {
    server.admin().get(format_args!("/admin/patients/{}", patient.id)).ok()["patients"][0]["patient_id"].as_u64().unwrap()
}

/// What must not be given to anybody: by which somebody proves who they are, and the trail, which is told as a table.
const NEVER: &[&str] = &["account", "audit", "captcha", "idempotency", "im_password", "lockout", "push_token", "session", "sms"];

/// The rows that name one of these, by table.
fn named(db: &View, ids: &[u64]) -> BTreeMap<&'static str, BTreeSet<u64>> {
    let mut found: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for info in TABLES.iter().filter(|info| !NEVER.contains(&info.table.name)) {
        for facts in info.facts(db).unwrap() {
            if facts.references.iter().any(|one| one.noun != "Region" && ids.contains(&one.id.number())) {
                found.entry(info.table.name).or_default().insert(facts.id.number());
            }
        }
    }
    found
}

/// The ids in the copy, by table.
fn given(files: &Files) -> BTreeMap<String, BTreeSet<u64>> {
    let data: Value = serde_json::from_slice(&files["data.json"]).unwrap();
    let tables = data["tables"].as_object().unwrap();
    let id = |row: &Value| row["id"].as_u64().or(row["account"].as_u64()).or(row["member"].as_u64()).unwrap_or_default();
    tables.iter().map(|(name, rows)| (name.clone(), rows.as_array().unwrap().iter().map(id).collect())).collect()
}

/// Everybody meets the doctor at every door.
fn meet(server: &TestServer, patient: &Person, doctor: &Person, (team, day): (u64, i64), said: &str) {
    let project = publish(server, doctor, json!({ "date": server.date(day) }));
    patient.post(format_args!("/project/{project}/join"), json!({ "content": format!("{said}病历"), "photo": [] })).ok();
    let order = im_contact::consult(server, patient, im_contact::own_record(patient), doctor);
    let form = json!({
        "consultationId": im_contact::hex(order), "mainDiagnosis": format!("{said}诊断"), "secondDiagnosis": [],
        "chiefComplaint": format!("{said}主诉"), "historyOfPastIllness": "无",
    });
    doctor.post("/treatment/diagnisis/upsert", form.clone()).ok();
    doctor
        .post("/treatment/diagnisis/upsert", {
            let mut form = form;
            form["mainDiagnosis"] = json!(format!("{said}改诊"));
            form
        })
        .ok();
    patient.post("/chat", json!({ "content": format!("{said}留言"), "photo": [], "to_user_id": doctor.id, "type": 1 })).ok();
    team_consult::join_with(server, patient, team, 1_000);
    patient.post("/consult", json!({ "team_id": team, "symptom_content": format!("{said}症状") })).ok();
}

#[test]
fn a_copy_holds_every_row_that_names_the_person_and_nothing_of_others() {
    let server = TestServer::open();
    let (doctor, patient, other) = (server.doctor(), server.patient(), server.patient());
    im_contact::priced(&server, &doctor, 100);
    let team = team_consult::found(&doctor, "一队");
    for (who, day, said) in [(&patient, 1, "甲的"), (&other, 2, "乙的")] {
        meet(&server, who, &doctor, (team, day), said);
    }
    let relative = im_contact::relative(&patient, 77, "父亲");
    let picture = {
        let mut bytes = Vec::new();
        image::RgbImage::from_pixel(8, 8, image::Rgb([9, 99, 199]))
            .write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png)
            .unwrap();
        patient.request("POST", "/imgupload").multipart(&[], &[("file", "a.png", &bytes)]).send().ok()["url"].as_str().unwrap().to_owned()
    };
    let name = picture.rsplit('/').next().unwrap().to_owned();
    patient.post("/chat", json!({ "content": "请看", "photo": [picture], "to_user_id": doctor.id, "type": 1 })).ok();
    doctor.get(format_args!("/user/{}", patient.id)).ok();
    let person = person_of(&server, &patient);

    server.advance("61s");
    let code = server.code_for(&patient.phone);
    patient.post("/member/export", json!({ "verify_code": "000000" })).refused(422, "wrong_code");
    let asked = patient.post("/member/export", json!({ "verify_code": code }));
    assert_eq!(asked.status, 202, "{asked}");
    let path = asked.json["result"]["path"].as_str().or(asked.json["path"].as_str()).unwrap().to_owned();
    patient.post("/member/export", json!({ "verify_code": code })).refused(409, "exported_today");
    let id = path.rsplit('/').next().unwrap();
    other.get(format_args!("/member/export/{id}")).refused(404, "not_found");
    let files = fetched(&patient, &path);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let file = format!("files/{name}");
    assert_eq!(names, ["README.txt", "access.csv", "data.json", &file, "index.html"]);
    // Every row that names the account, the person or the family is in it.
    let given_rows = given(&files);
    for (table, ids) in named(&server.app().store.view(), &[patient.id, person, relative]) {
        let there = given_rows.get(table).unwrap_or_else(|| panic!("no {table} in {:?}", given_rows.keys()));
        assert!(ids.is_subset(there), "{table}: {ids:?} should be in {there:?}");
    }
    // And what belongs to such a row: what was found, said and paid.
    for said in ["甲的病历", "甲的诊断", "甲的改诊", "甲的主诉", "甲的留言", "甲的症状", &patient.idno] {
        assert!(text(&files, "data.json").contains(said), "{said}");
    }
    for said in ["甲的病历", "甲的改诊", "甲的症状", &patient.idno, &patient.name, &doctor.name] {
        assert!(text(&files, "index.html").contains(said), "{said}");
    }
    assert!(text(&files, "access.csv").contains(&format!("\"医生\",\"{}\",\"个人资料\"", doctor.name)), "{}", text(&files, "access.csv"));
    let password =
        server.app().store.view().need::<xuanhu::domain::identity::account::Account>(xuanhu::base::id::Id::from_number(patient.id));
    let secret = password.unwrap().password.unwrap();
    for (name, bytes) in files.iter().filter(|(name, _)| !name.starts_with("files/")) {
        let text = String::from_utf8_lossy(bytes);
        for forbidden in ["乙的", &other.name, &other.phone, &other.idno, &doctor.phone, &doctor.idno, &secret] {
            assert!(!text.contains(forbidden), "{forbidden} stands in {name}");
        }
    }
    // One of the family alone.
    let relatives = fetched(&server.admin(), &format!("/admin/persons/{relative}/export"));
    for forbidden in ["甲的", &patient.idno, "乙的"] {
        assert!(!text(&relatives, "data.json").contains(forbidden), "{forbidden}");
    }
    // It was asked for, and given at the desk: both stand in the trail.
    let noted = server.admin().get(format_args!("/admin/audit?action=export_self&patient_id={relative}")).ok();
    assert_eq!((&noted["total"], &noted["items"][0]["patients"].as_array().unwrap().len()), (&json!(1), &2));
    let lines = patient.get(format_args!("/member/access?patient_id={relative}")).ok();
    assert_eq!(lines["items"][0]["what"], "个人资料（导出）");
    server.advance("25h");
    let patient = patient.signed_in_again(&server);
    patient.get(&path).refused(404, "not_found");
    let code = server.code_for(&patient.phone);
    assert_eq!(patient.post("/member/export", json!({ "verify_code": code, "patient_id": relative })).status, 202);
}

#[test]
fn who_has_no_phone_binds_one_first() {
    let server = TestServer::open();
    server.nobody().post("/api/user/signup", json!({ "openId": "wx-9" })).ok();
    let answer = server.nobody().post("/api/user/signin", json!({ "openId": "wx-9" }));
    let found = answer.ok();
    let token = ["token", "accessToken", "jwt"].into_iter().find_map(|name| found[name].as_str()).unwrap_or_else(|| panic!("{answer}"));
    server.nobody().with_token(token).post("/member/export", json!({ "verify_code": "123456" })).refused(422, "phone_needed");
    let stranger = server.patient();
    stranger.post("/member/export", json!({})).refused(400, "missing_field");
    stranger.post("/member/export", json!({ "verify_code": "123456", "patient_id": 5 })).refused(404, "not_found");
}

#[test]
fn the_desk_gives_a_copy_by_the_command_line() {
    let dir = empty_dir();
    let server = Running::start_with(dir.path(), &[]);
    let made = server.admin.post("/admin/patients", json!({ "real_name": "测副本", "phone": "19900000555" })).created();
    let id = made["patients"][0]["patient_id"].as_u64().unwrap().to_string();
    let files = |name: &str| {
        let path = dir.path().join(name);
        let ended = run(command(dir.path(), &["patient", "export", &id, path.to_str().unwrap()]));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        unpacked(&std::fs::read(path).unwrap())
    };
    let running = files("a.zip");
    run(command(dir.path(), &["patient", "export", "5", "-"])).failed_in_one_line(&["there is no such thing"]);
    assert!(server.stop().0.success());
    let stopped = files("b.zip");
    for files in [&running, &stopped] {
        assert!(text(files, "index.html").contains("测副本"));
    }
    run(command(dir.path(), &["patient", "export", "5", "-"])).failed_in_one_line(&["there is no such thing"]);
}

#[test]
fn a_request_is_answered_and_its_time_is_counted() {
    let server = TestServer::open();
    let admin = server.admin();
    let (patient, other) = (server.patient(), server.patient());
    let ask = |kind: &str| patient.post("/privacy-request", json!({ "kind": kind, "text": "姓名写错了" }));
    ask("forget").refused(400, "invalid_field");
    patient.post("/privacy-request", json!({ "kind": "copy", "patient_id": person_of(&server, &other) })).refused(403, "not_yours");
    let asked = ask("correct").ok();
    assert_eq!((&asked["state"], &asked["due_at"]), (&json!("open"), &json!("2026-03-17T01:00:00.000Z")));
    let id = asked["id"].as_u64().unwrap();
    server.advance("16d");
    let late = admin.get("/admin/privacy-requests?state=open").ok();
    assert_eq!((&late["total"], &late["items"][0]["overdue"]), (&json!(1), &json!(true)));
    admin.post(format_args!("/admin/privacy-requests/{id}/done"), json!({})).refused(400, "missing_field");
    let done = admin.post(format_args!("/admin/privacy-requests/{id}/done"), json!({ "answer": "已更正" })).ok();
    assert_eq!((&done["state"], &done["answer"]), (&json!("done"), &json!("已更正")));
    admin.post(format_args!("/admin/privacy-requests/{id}/refuse"), json!({ "answer": "不" })).refused(409, "request_decided");
    admin.post("/admin/privacy-requests/5/refuse", json!({ "answer": "不" })).refused(404, "not_found");
    let patient = patient.signed_in_again(&server);
    let mine = patient.get("/privacy-request").ok();
    assert_eq!((&mine["total"], &mine["items"][0]["answer"]), (&json!(1), &json!("已更正")));
    assert_eq!(other.signed_in_again(&server).get("/privacy-request").ok()["total"], 0);
}

#[test]
fn an_account_with_money_is_closed_only_when_it_was_paid_out() {
    let server = TestServer::open();
    let admin = server.admin();
    let (doctor, patient) = (server.doctor(), server.patient());
    let team = team_consult::found(&doctor, "一队");
    team_consult::join_with(&server, &patient, team, 1_000);
    team_consult::recharge(&server, &patient, 250);
    let ask = || patient.post("/privacy-request", json!({ "kind": "delete", "text": "请删除" }));
    assert_eq!(ask().refused(409, "money_left").json["fields"]["amount"], "1250");
    doctor.post(format_args!("/admin/patients/{}/payout", patient.id), json!({ "reason": "x" })).refused(403, "wrong_role");
    let paid = admin.post(format_args!("/admin/patients/{}/payout", patient.id), json!({ "reason": "现金退还" })).ok();
    assert_eq!((&paid["amount"], &paid["reason"]), (&json!(1250), &json!("现金退还")));
    admin.post(format_args!("/admin/patients/{}/payout", patient.id), json!({ "reason": "再退" })).refused(422, "nothing_to_pay_out");
    assert_eq!(team_consult::balance(&patient), 0);
    team_consult::audit(&server);
    let check = admin.post("/admin/check", json!({})).ok();
    assert_eq!(check["ok"], true, "{check}");
    let project = publish(&server, &doctor, json!({}));
    let seat = join(&patient, project)["id"].as_u64().unwrap();
    let asked = ask().ok();
    // Money that came meanwhile stands in the way at the desk alike.
    team_consult::recharge(&server, &patient, 100);
    let done = format!("/admin/privacy-requests/{}/done", asked["id"]);
    admin.post(&done, json!({ "answer": "已处理" })).refused(409, "money_left");
    admin.post(format_args!("/admin/patients/{}/payout", patient.id), json!({ "reason": "转账" })).ok();
    // A team consult is ended first: its money comes back into the wallet.
    team_consult::recharge(&server, &patient, 1_000);
    let consult = patient.post("/consult", json!({ "team_id": team, "symptom_content": "头痛" })).ok()["consultation_id"].clone();
    admin.post(&done, json!({ "answer": "已处理" })).refused(409, "encounter_open");
    patient.post(format_args!("/consult/{consult}/cancel"), json!({})).ok();
    admin.post(&done, json!({ "answer": "已处理" })).refused(409, "money_left");
    admin.post(format_args!("/admin/patients/{}/payout", patient.id), json!({ "reason": "转账" })).ok();
    admin.post(&done, json!({ "answer": "已处理" })).ok();
    assert_eq!(admin.get(format_args!("/admin/registrations/{seat}")).ok()["stage"], "cancelled", "what was open is called off");
    patient.get("/user").refused(401, "bad_token");
    let form = json!({ "phono": patient.phone, "pwd": patient.password, "type": 1 });
    server.nobody().post("/login", form).refused(403, "account_disabled");
    assert_eq!(admin.get(format_args!("/admin/patients/{}", patient.id)).ok()["patients"], json!([]));
}

#[test]
fn who_was_treated_is_kept_and_told_until_when() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let visit = join(&patient, publish(&server, &doctor, json!({})))["id"].as_u64().unwrap();
    server.advance("25h");
    doctor.get(format_args!("/diagnoses/{visit}/done")).ok();
    let asked = patient.post("/privacy-request", json!({ "kind": "delete" })).ok();
    let done = server.admin().post(format_args!("/admin/privacy-requests/{}/done", asked["id"]), json!({ "answer": "已停用" })).ok();
    assert_eq!(done["answer"], "已停用（按规定病历保存至 2041-03-03，此前仅作保存，不再使用）");
    // Whoever treated the patient still has the record.
    assert_eq!(doctor.get(format_args!("/diagnoses/{visit}")).ok()["id"], visit);
}
