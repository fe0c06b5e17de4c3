//! 3.6 留言: who may write to whom, what each side reads, what counts as read.

use serde_json::{Value, json};
use xuanhu::domain::{identity::account::Role, messaging::message::Message};

use super::{join, publish};
use crate::kit::{Answer, Person, TestServer};

fn write(from: &Person, to: &Person, content: &str) -> Answer {
    from.post("/chat", json!({ "content": content, "photo": [], "type": from.role.number(), "to_user_id": to.id }))
}

fn contents(list: &Value) -> Vec<&str> {
    list["list"].as_array().unwrap().iter().map(|message| message["content"].as_str().unwrap()).collect()
}

fn messages(server: &TestServer) -> u64 {
    server.app().store.view().total::<Message>().unwrap()
}

#[test]
fn a_patient_asks_and_the_doctor_answers() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    assert_eq!(patient.get("/chat").ok()["list"], json!([]));

    let photo = ["https://files.example.com/1.png", "https://files.example.com/2.png", "https://files.example.com/3.png"];
    let form = json!({ "content": "头痛三天", "photo": photo, "type": 1, "to_user_id": doctor.id });
    let first = patient.post("/chat", form).ok();
    let message = &first["list"][0];
    assert_eq!(message["photo"], json!(photo));
    assert_eq!((&message["type"], &message["is_read"]), (&json!(1), &json!(0)));
    assert_eq!((&message["from_user_id"], &message["to_user_id"]), (&json!(patient.id), &json!(doctor.id)));
    assert_eq!((&message["from_user"]["real_name"], &message["to_user"]["real_name"]), (&json!(patient.name), &json!(doctor.name)));
    write(&patient, &doctor, "今天更痛").ok();

    // The doctor sees one dialog with two new messages.
    let dialogs = doctor.get("/chat").ok();
    let dialog = &dialogs["list"][0];
    assert_eq!((&dialogs["page"]["count"], &dialog["unread_count"]), (&json!(1), &json!(2)));
    assert_eq!((&dialog["patient_user_id"], &dialog["doctor_user_id"]), (&json!(patient.id), &json!(doctor.id)));
    assert_eq!((&dialog["last_msg"]["content"], &dialog["last_msg"]["is_read"]), (&json!("今天更痛"), &json!(0)));
    assert_eq!(dialog["last_msg_id"], dialog["last_msg"]["id"].to_string());
    assert_eq!(dialog["last_msg"]["dialog_id"], dialog["id"].to_string());

    // Looking at the list reads nothing; opening the dialog does, for both to see.
    let id = dialog["id"].as_u64().unwrap();
    assert_eq!(contents(&doctor.get(format!("/chat/{id}")).ok()), ["头痛三天", "今天更痛"]);
    assert_eq!(doctor.get("/chat").ok()["list"][0]["unread_count"], 0);
    assert_eq!(patient.get("/chat").ok()["list"][0]["last_msg"]["is_read"], 1);

    let answer = write(&doctor, &patient, "多喝水").ok();
    assert_eq!(contents(&answer), ["头痛三天", "今天更痛", "多喝水"]);
    assert_eq!((&answer["list"][2]["type"], &answer["list"][2]["is_read"]), (&json!(2), &json!(0)));
    // The patient writes again without opening the dialog: the answer shows it, so it has been read.
    let again = write(&patient, &doctor, "谢谢").ok();
    assert_eq!((&again["list"][2]["is_read"], &again["list"][3]["is_read"]), (&json!(1), &json!(0)));
    assert_eq!(patient.get("/chat").ok()["list"][0]["unread_count"], 0);
}

#[test]
fn dialogs_come_newest_first_and_messages_oldest_first_over_all_pages() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let patients = [server.patient(), server.patient(), server.patient()];
    for patient in &patients {
        write(patient, &doctor, &format!("我是{}", patient.name)).ok();
    }
    for n in 1..=11 {
        write(&patients[0], &doctor, &format!("{n}")).ok();
    }
    let names = |list: &Value| list["list"].as_array().unwrap().iter().map(|dialog| dialog["patient_user_id"].clone()).collect::<Vec<_>>();
    let dialogs = doctor.get("/chat?page_size=2").ok();
    assert_eq!((names(&dialogs), &dialogs["page"]["total_page"]), (vec![json!(patients[0].id), json!(patients[2].id)], &json!(2)));
    assert_eq!(names(&doctor.get("/chat?page_size=2&current_page=2").ok()), [json!(patients[1].id)]);

    let id = dialogs["list"][0]["id"].as_u64().unwrap();
    let first = doctor.get(format!("/chat/{id}")).ok();
    assert_eq!((contents(&first).len(), contents(&first)[1]), (10, "1"));
    assert_eq!((&first["page"]["count"], &first["page"]["total_page"]), (&json!(12), &json!(2)));
    assert_eq!(contents(&doctor.get(format!("/chat/{id}?current_page=2")).ok()), ["10", "11"]);
    assert_eq!(contents(&doctor.get(format!("/chat/{id}?current_page=3")).ok()), Vec::<&str>::new());
}

/// A page marks what was on it as read, and no more; the writer learns the same.
#[test]
fn what_was_shown_has_been_read_and_nothing_else() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    for n in 1..=30 {
        write(&patient, &doctor, &format!("{n}")).ok();
    }
    let id = doctor.get("/chat").ok()["list"][0]["id"].as_u64().unwrap();
    let unread = || doctor.get("/chat").ok()["list"][0]["unread_count"].clone();
    let page = |size: u32, current: u32| doctor.get(format!("/chat/{id}?page_size={size}&current_page={current}")).ok();
    // By the numbers that the patient wrote.
    let seen = || {
        let all = patient.get(format!("/chat/{id}?page_size=100")).ok();
        let read = all["list"].as_array().unwrap().iter().filter(|message| message["type"] == 1 && message["is_read"] == 1);
        read.map(|message| message["content"].as_str().unwrap().parse::<u32>().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(contents(&page(1, 1)), ["1"]);
    assert_eq!((unread(), seen()), (json!(29), vec![1]));
    page(1, 1);
    assert_eq!(contents(&page(5, 6)), ["26", "27", "28", "29", "30"]);
    assert_eq!((unread(), seen()), (json!(24), [&[1][..], &[26, 27, 28, 29, 30]].concat()));
    page(3, 2);
    assert_eq!((unread(), seen()), (json!(21), [&[1, 4, 5, 6][..], &[26, 27, 28, 29, 30]].concat()));
    page(100, 9);
    assert_eq!(unread(), 21, "an empty page shows nothing");
    page(3, 1);
    assert_eq!((unread(), seen().len()), (json!(19), 11));
    // Who writes sees the newest twenty, the own one among them.
    let answer = write(&doctor, &patient, "收到").ok();
    assert_eq!((contents(&answer).len(), contents(&answer)[0], contents(&answer)[19]), (20, "12", "收到"));
    assert_eq!((unread(), seen().len()), (json!(5), 25));
    let form = |more: Value| {
        let mut form = json!({ "content": "再说", "photo": [], "type": 2, "to_user_id": patient.id });
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        doctor.post("/chat", form).ok()
    };
    assert_eq!(contents(&form(json!({ "page_size": 2 }))), ["收到", "再说"]);
    assert_eq!(contents(&form(json!({ "page_size": 3, "current_page": 2 }))), ["28", "29", "30"]);
    assert_eq!(contents(&form(json!({ "current_page": 9 }))), [""; 0]);
    assert_eq!(unread(), 5);
    page(100, 1);
    assert_eq!((unread(), seen().len()), (json!(0), 30));
}

#[test]
fn nobody_is_written_to_by_a_stranger() {
    let server = TestServer::open();
    let (patient, other, doctor, assistant) = (server.patient(), server.patient(), server.doctor(), server.assistant());
    // A doctor begins a dialog with followers only, or with patients who were registered.
    write(&doctor, &patient, "您好").refused(422, "may_not_talk");
    patient.get(format!("/follow/user/{}", doctor.id)).ok();
    write(&doctor, &patient, "您好").ok();
    patient.delete(format!("/follow/user/{}", doctor.id)).ok();
    write(&doctor, &patient, "在吗").ok();

    // Nobody writes to their own side, to assistants, to themselves, or to nobody.
    for to in [&other, &assistant, &patient] {
        write(&patient, to, "您好").refused(422, "wrong_recipient");
    }
    let form = json!({ "content": "您好", "photo": [], "type": 1, "to_user_id": 999_999 });
    patient.post("/chat", form).refused(404, "not_found");
    write(&assistant, &doctor, "您好").refused(403, "wrong_role");

    // A doctor who waits for the administration neither gets messages nor writes them.
    let waiting = server.registered(Role::Doctor);
    write(&patient, &waiting, "您好").refused(422, "may_not_talk");
    patient.get(format!("/follow/user/{}", waiting.id)).ok();
    write(&waiting, &patient, "您好").refused(403, "not_verified");
    assert_eq!(messages(&server), 2);
}

#[test]
fn a_registration_opens_the_door_and_lists_stay_masked() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    write(&patient, &doctor, "能看头痛吗").ok();
    let project = publish(&server, &doctor, json!({}));
    join(&patient, project);
    let dialog = doctor.get("/chat").ok()["list"][0].clone();
    // A treating doctor's look at private data is written down, and a list writes nothing.
    assert_ne!(dialog["patient_user"]["phone"], patient.phone);
    // A patient sees the doctor masked, and nobody reads a token.
    let dialog = patient.get("/chat").ok()["list"][0].clone();
    assert_ne!(dialog["doctor_user"]["phone"], doctor.phone);
    assert_eq!((dialog["patient_user"].get("token"), dialog["doctor_user"].get("token")), (None, None));

    let met = server.patient();
    join(&met, project);
    write(&doctor, &met, "请带病历").ok();
}

#[test]
fn a_dialog_is_its_two_peoples_alone() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    write(&patient, &doctor, "您好").ok();
    let id = patient.get("/chat").ok()["list"][0]["id"].as_u64().unwrap();
    for stranger in [server.patient(), server.doctor()] {
        stranger.get(format!("/chat/{id}")).refused(404, "not_found");
        assert_eq!(stranger.get("/chat").ok()["list"], json!([]));
    }
    for nothing in ["0", "x", "18446744073709551616"] {
        patient.get(format!("/chat/{nothing}")).refused(404, "not_found");
    }
    patient.get(format!("/chat/{}", patient.id)).refused(404, "not_found");
    assert_eq!(doctor.get("/chat").ok()["list"][0]["last_msg"]["is_read"], 0);
}

#[test]
fn what_does_not_fit_is_refused_and_leaves_nothing() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    let form = |change: &dyn Fn(&mut Value)| {
        let mut form = json!({ "content": "您好", "photo": [], "type": 1, "to_user_id": doctor.id });
        change(&mut form);
        form
    };
    patient.post("/chat", form(&|form| form["type"] = json!(2))).refused(422, "wrong_sender_type");
    patient.post("/chat", form(&|form| form["type"] = json!(3))).refused(400, "invalid_field");
    patient.post("/chat", form(&|form| form["photo"] = json!(["a", "b", "c", "d"]))).refused(400, "invalid_field");
    patient.post("/chat", form(&|form| form["photo"] = json!({ "a": 1 }))).refused(400, "invalid_field");
    patient.post("/chat", form(&|form| form["content"] = json!("长".repeat(257)))).refused(400, "invalid_field");
    for name in ["content", "type", "to_user_id"] {
        patient.post("/chat", form(&|form| drop(form.as_object_mut().unwrap().remove(name)))).refused(400, "missing_field");
    }
    assert_eq!(messages(&server), 0);
    patient.post("/chat", form(&|form| form["content"] = json!("长".repeat(256)))).ok();
    let list = format!("[\"{}\"]", "https://files.example.com/1.png");
    let to = doctor.id.to_string();
    let fields = [("content", "表单"), ("photo", list.as_str()), ("type", "1"), ("to_user_id", to.as_str())];
    let answer = patient.request("POST", "/chat").form(&fields).send().ok();
    assert_eq!(answer["list"][1]["photo"], json!(["https://files.example.com/1.png"]));
}

#[test]
fn a_message_sent_again_under_its_client_id_is_one_message() {
    let mut server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    let form = json!({ "content": "您好", "photo": [], "type": 1, "to_user_id": doctor.id, "client_id": "c-17" });
    let first = patient.post("/chat", form.clone()).ok();
    server.restart();
    let patient = patient.at(&server);
    assert_eq!(patient.post("/chat", form).ok()["list"], first["list"]);
    assert_eq!(messages(&server), 1);
}

#[test]
fn whoever_has_a_dialog_cannot_be_removed() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    write(&patient, &doctor, "您好").ok();
    server.admin().delete(format!("/admin/patients/{}", patient.id)).refused(409, "in_use");
    server.admin().delete(format!("/admin/doctors/{}", doctor.id)).refused(409, "in_use");
    assert_eq!(doctor.get("/chat").ok()["list"][0]["patient_user"]["real_name"], xuanhu::base::mask::name(&patient.name));
}
