//! 备注, 黑名单, 是否接听: what one says of another, and that a ban holds at every door.

use serde_json::{Value, json};

use super::{ALL, NONE, doctors_of, hex, own_record, patients_of, says, scene, try_order, visit};
use crate::kit::{Person, TestServer};

fn ban(patient: &Person, doctor: &Person, status: Value) -> Value {
    patient.post("/api/im/doctor-ban-status", json!({ "doctorId": doctor.id, "status": status })).ok()
}

#[test]
fn a_ban_stops_calls_and_lifting_it_brings_them_back() {
    let mut server = TestServer::open();
    let (patient, doctor, _) = scene(&server);
    let call = |status: u8| patient.post("/api/im/doctor-call-status", json!({ "doctorId": doctor.id, "status": status }));
    let card = || {
        let card = patient.get(format_args!("/api/im/doctor-contact?doctorId={}", doctor.id)).ok();
        (card["is_ban"].as_u64().unwrap(), card["can_call"].as_u64().unwrap())
    };
    assert_eq!(card(), (0, 1));
    assert_eq!(ban(&patient, &doctor, json!(1)), json!({ "is_ban": 1, "can_call": 0 }));
    assert_eq!(ban(&patient, &doctor, json!("1")), json!({ "is_ban": 1, "can_call": 0 }), "again changes nothing");
    call(1).refused(422, "contact_banned");
    assert_eq!(call(0).ok(), json!({ "can_call": 0 }));
    assert_eq!((card(), says(&patient, &doctor)), ((1, 0), NONE.map(str::to_owned)));
    assert_eq!(ban(&patient, &doctor, json!("0")), json!({ "is_ban": 0, "can_call": 1 }));
    assert_eq!((card(), says(&patient, &doctor)), ((0, 1), ALL.map(str::to_owned)));
    // Where nobody is banned there is nothing to lift.
    call(0).ok();
    assert_eq!(ban(&patient, &doctor, json!(0)), json!({ "is_ban": 0, "can_call": 0 }));
    // The doctor's side, after a restart.
    let theirs = doctor.post("/api/im/patient-ban-status", json!({ "patientId": patient.id, "status": true })).ok();
    assert_eq!(theirs, json!({ "is_ban": 1, "can_call": 0 }));
    server.restart();
    let (patient, doctor) = (patient.at(&server), doctor.at(&server));
    assert_eq!(says(&patient, &doctor), NONE);
    doctor.post("/api/im/patient-call-status", json!({ "patientId": patient.id, "status": 1 })).refused(422, "contact_banned");
    let lifted = doctor.post("/api/im/patient-ban-status", json!({ "patientId": patient.id, "status": 0 })).ok();
    assert_eq!(lifted, json!({ "is_ban": 0, "can_call": 1 }));
    assert_eq!(says(&patient, &doctor)[6], "false", "the patient still takes no calls");
}

#[test]
fn a_ban_holds_at_every_door_and_in_both_directions() {
    let server = TestServer::open();
    let (patient, doctor, appointment) = scene(&server);
    visit(&server, &patient, &doctor, 1, 0);
    let chat = patient.post("/consultation/list", json!({ "consultationId": hex(appointment) })).ok()["items"][0]["chatId"].clone();
    let dialog = |from: &Person, to: &Person| {
        from.post("/chat", json!({ "content": "您好", "photo": [], "type": from.role.number(), "to_user_id": to.id }))
    };
    let paid = |from: &Person, direction: &str| {
        let form = json!({ "chatId": chat, "type": "01", "text": "您好", "direction": direction, "consultationId": hex(appointment) });
        from.post("/api/consultation/chat/message/create", form)
    };
    let may_talk = |from: &Person| from.post("/api/chat/detail", json!({ "id": chat })).ok()["status"].clone();
    dialog(&patient, &doctor).ok();
    paid(&patient, "user->doctor").ok();
    let written = messages(&server);
    for (who, whom, path, key) in
        [(&patient, &doctor, "/api/im/doctor-ban-status", "doctorId"), (&doctor, &patient, "/api/im/patient-ban-status", "patientId")]
    {
        let set = |status: u8| drop(who.post(path, json!({ key: whom.id, "status": status })).ok());
        set(1);
        for (from, to) in [(&patient, &doctor), (&doctor, &patient)] {
            dialog(from, to).refused(422, "contact_banned");
            assert_eq!(may_talk(from), false);
        }
        paid(&patient, "user->doctor").refused(422, "contact_banned");
        paid(&doctor, "doctor->user").refused(422, "contact_banned");
        try_order(&patient, own_record(&patient), &doctor).refused(422, "contact_banned");
        assert_eq!((says(&patient, &doctor), messages(&server)), (NONE.map(str::to_owned), written));
        set(0);
    }
    assert_eq!((may_talk(&patient), may_talk(&doctor)), (json!(true), json!(true)));
    dialog(&doctor, &patient).ok();
    paid(&doctor, "doctor->user").ok();
    try_order(&patient, own_record(&patient), &doctor).ok();
}

/// The doctor's replies are counted only when they are said.
#[test]
fn a_refused_reply_costs_nothing() {
    let server = TestServer::open();
    let (patient, doctor, appointment) = scene(&server);
    let chat = patient.post("/consultation/list", json!({ "consultationId": hex(appointment) })).ok()["items"][0]["chatId"].clone();
    let form = json!({ "chatId": chat, "type": "01", "text": "您好", "direction": "doctor->user", "consultationId": hex(appointment) });
    ban(&patient, &doctor, json!(1));
    for _ in 0..5 {
        doctor.post("/api/consultation/chat/message/create", form.clone()).refused(422, "contact_banned");
    }
    ban(&patient, &doctor, json!(0));
    for _ in 0..3 {
        doctor.post("/api/consultation/chat/message/create", form.clone()).ok();
    }
    doctor.post("/api/consultation/chat/message/create", form).refused(422, "reply_limit");
}

fn messages(server: &TestServer) -> u64 {
    server.app().store.view().total::<xuanhu::domain::messaging::message::Message>().unwrap()
}

#[test]
fn one_gives_the_other_a_name_of_ones_own() {
    let mut server = TestServer::open();
    let (patient, doctor, _) = scene(&server);
    let named = |name: Value| patient.post("/api/im/doctor-nickname", json!({ "doctorId": doctor.id, "nickname": name }));
    let shown = || patient.get(format_args!("/api/im/doctor-contact?doctorId={}", doctor.id)).ok()["nickname"].clone();
    assert_eq!(shown(), "");
    assert_eq!(named(json!("神医")).ok(), json!({ "nickname": "神医" }));
    assert_eq!((shown(), patient.get("/api/im/pContactList").ok()[0]["nickname"].clone()), (json!("神医"), json!("神医")));
    assert_eq!(named(json!(123)).ok(), json!({ "nickname": "123" }));
    named(json!("长".repeat(31))).refused(400, "invalid_field");
    named(json!(["a"])).refused(400, "invalid_field");
    named(json!("\u{7}")).refused(400, "invalid_field");
    patient.post("/api/im/doctor-nickname", json!({ "doctorId": doctor.id })).refused(400, "missing_field");
    patient.post("/api/im/doctor-nickname", json!({ "nickname": "谁" })).refused(400, "missing_field");
    assert_eq!(shown(), "123", "nothing changed");
    assert_eq!(named(json!("")).ok(), json!({ "nickname": "" }), "an empty one takes it away");
    assert_eq!(shown(), "");
    // The other side's names are its own; a form will do.
    let answer = doctor.request("POST", "/api/im/patient-nickname").form(&[("patientId", &patient.id.to_string()), ("nickname", "老张")]);
    assert_eq!(answer.send().ok(), json!({ "nickname": "老张" }));
    assert_eq!(shown(), "");
    server.restart();
    let doctor = doctor.at(&server);
    assert_eq!(doctor.get("/api/im/doctor-contact-list").ok()[0]["nickname"], "老张");
}

#[test]
fn numbers_come_as_texts_and_forms() {
    let server = TestServer::open();
    let (patient, doctor, _) = scene(&server);
    let fields = [("doctorId", doctor.id.to_string()), ("status", "1".into())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let send = |request: crate::kit::Request| request.send().ok();
    let path = "/api/im/doctor-ban-status";
    assert_eq!(send(patient.request("POST", path).form(&fields)), json!({ "is_ban": 1, "can_call": 0 }));
    assert_eq!(send(patient.request("POST", path).multipart(&[fields[0], ("status", "0")], &[])), json!({ "is_ban": 0, "can_call": 1 }));
    assert_eq!(
        send(patient.request("POST", path).json(json!({ "doctorId": doctor.id.to_string(), "status": "1" }))),
        json!({ "is_ban": 1, "can_call": 0 })
    );
    assert_eq!(send(patient.request("POST", format!("{path}/?doctorId={}&status=0", doctor.id))), json!({ "is_ban": 0, "can_call": 1 }));
    for (own, key, path) in [
        (&patient, "doctorId", "/api/im/doctor-ban-status"),
        (&patient, "doctorId", "/api/im/doctor-call-status"),
        (&doctor, "patientId", "/api/im/patient-ban-status"),
        (&doctor, "patientId", "/api/im/patient-call-status"),
    ] {
        let other = if own.id == patient.id { &doctor } else { &patient };
        for bad in [json!(2), json!("x"), json!(-1), json!([1]), json!("")] {
            let slug = if bad == "" { "missing_field" } else { "invalid_field" };
            own.post(path, json!({ key: other.id, "status": bad })).refused(400, slug);
        }
        own.post(path, json!({ "status": 1 })).refused(400, "missing_field");
        for foreign in [own.id, 987_654_321] {
            own.post(path, json!({ key: foreign, "status": 1 })).refused(404, "not_found");
        }
        other.post(path, json!({ key: other.id, "status": 1 })).refused(403, "wrong_role");
    }
    for (own, key, path) in [(&patient, "doctorId", "/api/im/doctor-nickname"), (&doctor, "patientId", "/api/im/patient-nickname")] {
        own.post(path, json!({ key: own.id, "nickname": "我" })).refused(404, "not_found");
        own.post(path, json!({ key: 987_654_321, "nickname": "谁" })).refused(404, "not_found");
    }
    assert_eq!(says(&patient, &doctor), ALL, "nothing changed");
}

/// Who was banned can be found again, whatever else there is between the two.
#[test]
fn banned_ones_stay_in_the_book() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    patient.get(format_args!("/follow/user/{}", doctor.id)).ok();
    assert_eq!((doctors_of(&patient), patients_of(&doctor)), (vec![doctor.id], vec![patient.id]));
    ban(&patient, &doctor, json!(1));
    doctor.post("/api/im/patient-ban-status", json!({ "patientId": patient.id, "status": 1 })).ok();
    patient.delete(format_args!("/follow/user/{}", doctor.id)).ok();
    let mine = patient.get("/api/im/pContactList").ok();
    assert_eq!((&mine[0]["doctor_id"], &mine[0]["is_ban"], &mine[0]["can_call"]), (&json!(doctor.id), &json!(1), &json!(0)));
    let theirs = doctor.get("/api/im/doctor-contact-list").ok();
    assert_eq!((&theirs[0]["patient_id"], &theirs[0]["is_ban"]), (&json!(patient.id), &json!(1)));
    ban(&patient, &doctor, json!(0));
    doctor.post("/api/im/patient-ban-status", json!({ "patientId": patient.id, "status": 0 })).ok();
    assert_eq!((doctors_of(&patient), patients_of(&doctor)), (vec![], vec![]));
}
