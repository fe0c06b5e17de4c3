//! 3.4, 3.2.1, 3.2.22, 3.3.16: assistants, their patients, and the seats that they take for them.

use serde_json::{Value, json};
use xuanhu::domain::identity::account::Role;

use super::{ids, join, pay, publish};
use crate::kit::{Person, TestServer, id_number, phone};

/// The form of 3.4.4 for somebody who has no account.
fn newcomer(number: u32) -> Value {
    json!({
        "real_name": format!("老人{number}"), "idno": id_number(number), "height": "165", "weight": "60", "marital_status": 1,
        "drink_status": 0, "smoking_status": 0, "pwd": "secret-of-theirs",
    })
}

fn bind(server: &TestServer, assistant: &Person, patient: &Person) {
    server.advance("61s"); // the phone has just had a code
    let code = server.code_for(&patient.phone);
    assistant.post("/assistant/bind/patient", json!({ "phone": patient.phone, "verify_code": code })).ok();
}

fn seat(assistant: &Person, patient: u64, project: u64, slot: &str) -> Value {
    let form = json!({ "user_id": patient, "plan_time": slot });
    assistant.post(format_args!("/assistant/join/project/{project}"), form).ok()
}

#[test]
fn a_patient_is_bound_by_the_code_on_their_phone() {
    let mut server = TestServer::open();
    let (assistant, other, patient) = (server.assistant(), server.assistant(), server.patient());
    let path = "/assistant/bind/patient";
    server.advance("61s");
    let code = server.code_for(&patient.phone);
    let wrong = if code == "000000" { "111111" } else { "000000" };
    assistant.post(path, json!({ "phone": patient.phone, "verify_code": wrong })).refused(422, "wrong_code");
    assistant.post(path, json!({ "phone": "123", "verify_code": code })).refused(422, "invalid_phone");
    assistant.post(path, json!({ "phone": patient.phone })).refused(400, "missing_field");
    let waiting = server.registered(Role::Assistant).with_profile(&server);
    waiting.post(path, json!({ "phone": patient.phone, "verify_code": code })).refused(403, "not_verified");
    patient.post(path, json!({ "phone": patient.phone, "verify_code": code })).refused(403, "wrong_role");
    assert_eq!(assistant.get("/assistant/patient").ok()["page"]["count"], 0);
    assistant.get(format_args!("/user/{}", patient.id)).refused(404, "not_found");

    assert_eq!(assistant.post(path, json!({ "phone": patient.phone, "verify_code": code })).ok(), json!({}));
    assistant.post(path, json!({ "phone": patient.phone, "verify_code": code })).refused(422, "wrong_code");
    bind(&server, &assistant, &patient); // again: nothing changes
    server.restart();
    let (assistant, other, patient) = (assistant.at(&server), other.at(&server), patient.at(&server));
    let mine = assistant.get("/assistant/patient").ok();
    assert_eq!((ids(&mine["list"]), &mine["page"]["count"]), (vec![patient.id], &json!(1)));
    let stars = "*".repeat(18);
    assert_eq!((&mine["list"][0]["phone"], &mine["list"][0]["idno"]), (&json!(patient.phone), &json!(stars)));
    assert_eq!((&mine["list"][0]["birthday"], &mine["list"][0]["age"]), (&json!(null), &json!(41)));
    assert_eq!((&mine["list"][0]["addr"], &mine["list"][0]["real_name"]), (&json!("东城区***"), &json!(patient.name)));
    assert_eq!(assistant.get(format_args!("/user/{}", patient.id)).ok()["phone"], patient.phone);
    other.get(format_args!("/user/{}", patient.id)).refused(404, "not_found");
    let looks = server.admin().get(format_args!("/admin/audit?action=look&subject=patient&subject_id={}", patient.id)).ok();
    assert_eq!(looks["total"], 1, "the list and the page within the hour: {looks}");

    let theirs = patient.get("/custom/assistant").ok()["list"].clone();
    assert_eq!(ids(&theirs), [assistant.id]);
    assert!(theirs[0]["phone"].as_str().unwrap().contains("****"));
    assistant.get("/custom/assistant").refused(403, "wrong_role");
    patient.get("/assistant/patient").refused(403, "wrong_role");

    let nobody = phone(9_000);
    let code = server.code_for(&nobody);
    assistant.post(path, json!({ "phone": nobody, "verify_code": code })).refused(422, "no_such_patient");
}

#[test]
fn an_assistant_makes_patients() {
    let server = TestServer::open();
    let assistant = server.assistant();
    let path = "/assistant/create/patient";
    let made = assistant.post(path, newcomer(9_100)).ok();
    let id = made["id"].as_u64().unwrap();
    let mut with_phone = newcomer(9_101);
    with_phone["phone"] = json!(phone(9_101));
    let second = assistant.post(path, with_phone.clone()).ok()["id"].as_u64().unwrap();
    // Again it is the same one; with another name it is said who is there; another person with that phone is none of these.
    assert_eq!(assistant.post(path, with_phone.clone()).ok()["id"], second);
    let mut renamed = with_phone.clone();
    renamed["real_name"] = json!("别人");
    let refused = assistant.post(path, renamed);
    refused.refused(409, "patient_exists");
    assert_eq!(refused.json["id"], second);
    with_phone["idno"] = json!(id_number(9_103));
    assistant.post(path, with_phone).refused(409, "phone_registered");
    // Another assistant looks after nobody of that number yet.
    assert_ne!(server.assistant().post(path, newcomer(9_100)).ok()["id"], id);
    let signed_in = server.nobody().post("/login", json!({ "phono": phone(9_101), "pwd": "secret-of-theirs", "type": 1 })).ok();
    assert_eq!((&signed_in["id"], &signed_in["is_verify"], &signed_in["real_name"]), (&json!(second), &json!(1), &json!("老人9101")));

    let found = |query: &str| ids(&assistant.get(format_args!("/assistant/patient{query}")).ok()["list"]);
    assert_eq!(found(""), [second, id]);
    assert_eq!(found("?keyword=老人9100"), [id]);
    assert_eq!(found(&format!("?keyword={}", phone(9_101))), [second]);
    assert_eq!(found("?keyword=无此人"), [0; 0]);
    assert_eq!(found("?page_size=1&current_page=2"), [id]);

    for (field, value, refusal) in [
        ("idno", json!("990101198410010000"), (422, "invalid_idno")),
        ("real_name", json!(""), (400, "missing_field")),
        ("pwd", json!("123"), (400, "invalid_field")),
        ("pwd", Value::Null, (400, "missing_field")),
        ("marital_status", json!(9), (400, "invalid_field")),
        ("province_id", json!(5), (422, "unknown_region")),
        ("phone", json!("123"), (422, "invalid_phone")),
    ] {
        let mut bad = newcomer(9_102);
        bad[field] = value;
        assistant.post(path, bad).refused(refusal.0, refusal.1);
    }
    assert_eq!(found("").len(), 2, "a refused form leaves nothing behind");
    let waiting = server.registered(Role::Assistant).with_profile(&server);
    waiting.post(path, newcomer(9_103)).refused(403, "not_verified");
    server.doctor().post(path, newcomer(9_103)).refused(403, "wrong_role");
}

#[test]
fn an_assistant_takes_seats_for_the_own_patients_only() {
    let server = TestServer::open();
    let (doctor, assistant, other, patient) = (server.doctor(), server.assistant(), server.assistant(), server.patient());
    let (before, project) = (publish(&server, &doctor, json!({ "date": server.date(2) })), publish(&server, &doctor, json!({})));
    let path = format!("/assistant/join/project/{project}");
    let form = json!({ "user_id": patient.id, "plan_time": "09:30:00 - 10:00:00" });
    assistant.post(&path, form.clone()).refused(403, "not_yours");
    bind(&server, &assistant, &patient);
    other.post(&path, form.clone()).refused(403, "not_yours");
    assistant.post(&path, json!({ "user_id": 5, "plan_time": "09:30:00 - 10:00:00" })).refused(404, "not_found");
    assistant.post(&path, json!({ "user_id": doctor.id, "plan_time": "09:30:00 - 10:00:00" })).refused(404, "not_found");
    assistant.post(&path, json!({ "user_id": patient.id })).refused(400, "missing_field");
    assistant.post(&path, json!({ "user_id": patient.id, "plan_time": "03:00:00 - 03:30:00" })).refused(422, "no_such_slot");
    assistant.post("/assistant/join/project/5", form.clone()).refused(404, "not_found");
    patient.post(&path, form.clone()).refused(403, "wrong_role");
    assert_eq!(assistant.get("/assistant/project").ok()["page"]["count"], 0);

    let empty = seat(&assistant, patient.id, project, "09:30:00 - 10:00:00");
    assert_eq!(
        (&empty["verify_status"], &empty["assistant_id"], &empty["casebook_info"]["content"]),
        (&json!(1), &json!(assistant.id), &json!(""))
    );
    assert_eq!(empty["plan_time"], "09:30:00 - 10:00:00");
    assistant.post(&path, form).refused(409, "already_joined");
    let told = patient.get("/message").ok();
    assert!(told["list"][0]["content"].as_str().unwrap().contains(&assistant.name), "{told}");
    // What the patient wrote elsewhere comes along.
    assistant.get(format_args!("/assistant/diagnoses/{}/cancel", empty["id"])).ok();
    join(&patient, before);
    let brought = seat(&assistant, patient.id, project, "10:00:00 - 10:30:00");
    // An assistant does not read it; the patient finds it there.
    assert_eq!(brought["casebook_info"]["content"], "");
    let mine = patient.get(format_args!("/project/{project}/casebook")).ok();
    assert_eq!(mine["content"], "头痛三天");
    assert_ne!(mine["id"], patient.get(format_args!("/project/{before}/casebook")).ok()["id"]);
    assert_eq!(doctor.get("/doctor/project/patient").ok()["page"]["count"], 3);
    assert_eq!(assistant.get("/user").ok()["help_count"], 1);
}

#[test]
fn the_patient_pays_the_deposit() {
    let server = TestServer::open();
    let (doctor, assistant, patient) = (server.doctor(), server.assistant(), server.patient());
    bind(&server, &assistant, &patient);
    let project = publish(&server, &doctor, json!({ "price": 50 }));
    let held = seat(&assistant, patient.id, project, "09:00:00 - 09:30:00");
    assert_eq!(
        (&held["verify_status"], &held["payment"]["totalFee"], &held["payment"]["outTradeNo"]),
        (&json!(0), &json!(5_000), &held["sn"])
    );
    let waiting = patient.get("/custom/diagnoses").ok();
    assert_eq!(waiting["list"][0]["payment"]["outTradeNo"], held["sn"]);
    pay(&server, &held);
    let order = format!("/order/query/{}", held["sn"].as_str().unwrap());
    assert_eq!(patient.get(&order).ok()["verify_status"], 1);
    assistant.get(&order).refused(403, "wrong_role");

    let cancel = format!("/assistant/diagnoses/{}/cancel", held["id"]);
    assert_eq!(assistant.get(&cancel).ok(), json!({}));
    server.settle();
    let refunds = patient.get("/custom/payment/diagnoses").ok();
    assert_eq!((ids(&refunds["list"]), &refunds["list"][0]["refund_status"]), (vec![held["id"].as_u64().unwrap()], &json!(3)));

    let again = seat(&assistant, patient.id, project, "09:00:00 - 09:30:00");
    server.advance("16m");
    assert_eq!(patient.get(&order).ok()["verify_status"], 3);
    let listed = assistant.get(format_args!("/assistant/project/{project}/paitient")).ok();
    assert_eq!((&listed["list"][0]["id"], &listed["list"][0]["verify_status"]), (&again["id"], &json!(3)));
}

#[test]
fn the_assistants_lists_count_what_is_there() {
    let mut server = TestServer::open();
    let (doctor, assistant, other) = (server.doctor(), server.assistant(), server.assistant());
    let patients: Vec<Person> = (0..3).map(|_| server.patient()).collect();
    for patient in &patients {
        bind(&server, &assistant, patient);
    }
    bind(&server, &other, &patients[2]);
    let first = publish(&server, &doctor, json!({}));
    let second = publish(&server, &doctor, json!({ "date": server.date(2) }));
    let one = seat(&assistant, patients[0].id, first, "09:00:00 - 09:30:00");
    let two = seat(&assistant, patients[1].id, first, "09:00:00 - 09:30:00");
    seat(&other, patients[2].id, first, "09:30:00 - 10:00:00");
    seat(&assistant, patients[2].id, second, "09:30:00 - 10:00:00");
    let joined = |assistant: &Person| -> Vec<(u64, u64)> {
        let list = assistant.get("/assistant/project").ok();
        assert_eq!(list["page"]["count"], list["list"].as_array().unwrap().len());
        let number = |project: &Value, key: &str| project[key].as_u64().unwrap();
        list["list"].as_array().unwrap().iter().map(|project| (number(project, "id"), number(project, "assistant_join_count"))).collect()
    };
    assert_eq!(joined(&assistant), [(second, 1), (first, 2)]);
    assert_eq!(joined(&other), [(first, 1)]);
    let listed = assistant.get(format_args!("/assistant/project/{first}/paitient")).ok();
    assert_eq!((ids(&listed["list"]).len(), &listed["page"]["count"]), (2, &json!(2)));
    assert_eq!(listed["list"][0]["user_info"]["phone"], patients[1].phone);
    assert_eq!(assistant.get(format_args!("/assistant/project/{first}/patient")).ok(), listed);
    assistant.get("/assistant/project/5/paitient").refused(404, "not_found");
    doctor.get(format_args!("/assistant/project/{first}/paitient")).refused(403, "wrong_role");
    assert_eq!(assistant.get("/assistant/project?page_size=1&current_page=2").ok()["list"][0]["id"], first);

    let cancel = |registration: &Value| format!("/assistant/diagnoses/{}/cancel", registration["id"]);
    other.get(cancel(&one)).refused(403, "not_yours");
    patients[0].get(cancel(&one)).refused(403, "wrong_role");
    assistant.get("/assistant/diagnoses/5/cancel").refused(404, "not_found");
    assistant.get(cancel(&one)).ok();
    assistant.get(cancel(&one)).refused(422, "not_booked");
    doctor.post(format_args!("/diagnoses/{}/reject", two["id"]), json!({ "reject_msg": "请到专科就诊" })).ok();
    assert_eq!(joined(&assistant), [(second, 1), (first, 0)]);
    assert_eq!(assistant.get("/user").ok()["help_count"], 1);
    assert_eq!(assistant.get(format_args!("/diagnoses/{}", two["id"])).ok()["reject_msg"], "请到专科就诊");

    server.restart();
    let assistant = assistant.at(&server);
    assert_eq!(joined(&assistant), [(second, 1), (first, 0)]);
    let shown = server.nobody().get(format_args!("/project/{first}")).ok();
    assert_eq!(shown["join_people_count"], 1);
    assert!(server.app().store.check(true).unwrap().problems.is_empty());
    server.advance("24h");
    let late = patients[2].clone().at(&server);
    let row = late.get("/custom/diagnoses").ok()["list"].as_array().unwrap().iter().find(|row| row["project_id"] == first).unwrap().clone();
    other.at(&server).get(format_args!("/assistant/diagnoses/{}/cancel", row["id"])).refused(422, "project_started");
}

#[test]
fn doctors_and_assistants_find_each_other_by_following() {
    let server = TestServer::open();
    let (doctor, assistant, patient) = (server.doctor(), server.assistant(), server.patient());
    for follower in [&assistant, &patient] {
        follower.get(format_args!("/follow/user/{}", doctor.id)).ok();
    }
    let mine = doctor.get("/doctor/assistant").ok()["list"].clone();
    assert_eq!(ids(&mine), [assistant.id], "a patient who follows is no assistant");
    assert!(mine[0]["phone"].as_str().unwrap().contains("****"));
    let followed = assistant.get("/assistant/follow").ok();
    assert_eq!((ids(&followed["list"]), &followed["page"]["count"]), (vec![doctor.id], &json!(1)));
    assistant.delete(format_args!("/follow/user/{}", doctor.id)).ok();
    assert_eq!(doctor.get("/doctor/assistant").ok()["list"], json!([]));
    assert_eq!(assistant.get("/assistant/follow").ok()["list"], json!([]));
    assistant.get("/doctor/assistant").refused(403, "wrong_role");
    doctor.get("/assistant/follow").refused(403, "wrong_role");
}

#[test]
fn a_treating_doctor_reads_the_whole_history_and_is_written_down() {
    let server = TestServer::open();
    let (doctor, earlier, stranger, patient) = (server.doctor(), server.doctor(), server.doctor(), server.patient());
    let path = format!("/all_diagnoses/{}", patient.id);
    let past = join(&patient, publish(&server, &earlier, json!({})));
    let paid = publish(&server, &doctor, json!({ "price": 50 }));
    let held = join(&patient, paid);
    doctor.get(&path).refused(403, "not_yours"); // an unpaid hold is no encounter
    pay(&server, &held);
    let rows = doctor.get(&path).ok();
    assert_eq!(ids(&rows), [held["id"].as_u64().unwrap(), past["id"].as_u64().unwrap()]);
    assert_eq!((&rows[0]["amount"], &rows[0]["sn"], &rows[0]["refund_status"]), (&json!("50.00"), &held["sn"], &Value::Null));
    assert_eq!((&rows[1]["doctor"]["real_name"], &rows[1]["user"]["real_name"]), (&json!(earlier.name), &json!(patient.name)));
    assert_eq!(
        (&rows[1]["casebook"]["content"], &rows[1]["casebook"]["photo"], &rows[1]["casebook_id"]),
        (&json!("头痛三天"), &Value::Null, &rows[1]["casebook"]["id"])
    );
    assert_eq!((&rows[1]["plan_time"], &rows[1]["assistant_user_id"]), (&past["plan_time"], &json!(0)));
    stranger.get(&path).refused(403, "not_yours");
    patient.get(&path).refused(403, "wrong_role");
    server.nobody().get(&path).refused(401, "no_token");
    doctor.get("/all_diagnoses/5").refused(404, "not_found");
    doctor.get(format_args!("/all_diagnoses/{}", stranger.id)).refused(404, "not_found");
    let looks = server.admin().get(format_args!("/admin/audit?subject=patient&subject_id={}&account_id={}", patient.id, doctor.id)).ok();
    assert_eq!((&looks["total"], &looks["items"][0]["action"]), (&json!(1), &json!("look")), "refusals are no looks: {looks}");
}

#[test]
fn whoever_goes_is_bound_to_nobody() {
    let server = TestServer::open();
    let (assistant, patient) = (server.assistant(), server.patient());
    bind(&server, &assistant, &patient);
    let made = assistant.post("/assistant/create/patient", newcomer(9_200)).ok()["id"].as_u64().unwrap();
    server.admin().delete(format_args!("/admin/patients/{made}")).ok();
    assert_eq!(ids(&assistant.get("/assistant/patient").ok()["list"]), [patient.id]);
    server.admin().delete(format_args!("/admin/assistants/{}", assistant.id)).ok();
    assert_eq!(patient.get("/custom/assistant").ok()["list"], json!([]));
}
