//! Who sees what of a patient: one who can be found again by every number is planted, and each caller asks every row for everything.
//!
//! Covers `GET /admin/persons/{id}` and `POST /admin/persons/{id}/reveal`.

use serde_json::{Value, json};
use xuanhu::base::id::{self, AnyId};
use xuanhu::{
    domain::identity::account::Role,
    http::{APIS, core::table::Endpoint},
};

use crate::{
    im_contact,
    kit::{Client, Person, TestServer, crowd::ends_session},
    team_consult,
    volunteer_doctor::{org, publish, special},
};

const NAME: &str = "欧阳寻踪";
const PHONE: &str = "19900007391";
const ADDRESS: &str = "密云路四十七弄";
const EMAIL: &str = "find.me@example.com";
const CASEBOOK: &str = "夜间心悸已三周";
const RESULT: &str = "阵发性早搏";
/// Of 女性健康史.
const CYCLE: &str = "二十九天半";
const PICTURE: &str = "https://files.example.com/casebook-4711.png";

/// A valid number of a region that does not exist, of this birthday.
fn id_number(birthday: &str, sequence: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let body = format!("990101{birthday}{sequence:03}");
    let sum: u32 = body.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{body}{}", b"10X98765432"[sum as usize % 11] as char)
}

/// The clinic with the planted patient, who has met one doctor at every door.
struct Scene {
    server: TestServer,
    patient: Person,
    idno: String,
    doctor: Person,
    /// Of the doctor's team, and in no group.
    colleague: Person,
    /// Whom the patient follows.
    followed: Person,
    assistant: Person,
    /// Whatever can be asked for by its id.
    ids: Vec<u64>,
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no id"))
}

impl Scene {
    fn open() -> Scene {
        let server = TestServer::open();
        let idno = id_number("19310723", 628);
        let mut patient = server.registered(Role::Patient);
        let mut form = patient.profile(&server);
        form["real_name"] = json!(NAME);
        form["idno"] = json!(idno);
        form["addr"] = json!(ADDRESS);
        form["email"] = json!(EMAIL);
        form["height"] = json!("187.5");
        form["weight"] = json!("83.4");
        patient.put("/user", form).ok();
        patient.put("/member/profile", json!({ "birth_count": 2, "menstrual_cycle": CYCLE })).ok();
        server.admin().patch(format_args!("/admin/patients/{}", patient.id), json!({ "phone": PHONE })).ok();
        (patient.name, patient.phone, patient.idno) = (NAME.into(), PHONE.into(), idno.clone());
        let (doctor, colleague, followed) = (server.doctor(), server.doctor(), server.doctor());
        let assistant = server.assistant();
        let mut ids = vec![patient.id, doctor.id];

        // A free clinic within a special event, with a result and both ratings.
        let event = special(&server, json!({ "org_id": org(&server, "一组织") }));
        let project = publish(&server, &doctor, json!({ "special_project_id": event }));
        let form = json!({ "content": CASEBOOK, "photo": [PICTURE] });
        let seat = number(&patient.post(format_args!("/project/{project}/join"), form).ok()["id"]);
        let code = {
            server.advance("61s");
            server.code_for(PHONE)
        };
        assistant.post("/assistant/bind/patient", json!({ "phone": PHONE, "verify_code": code })).ok();
        let second = publish(&server, &doctor, json!({ "date": server.date(2) }));
        let form = json!({ "user_id": patient.id, "plan_time": "09:00:00 - 09:30:00" });
        let helped = number(&assistant.post(format_args!("/assistant/join/project/{second}"), form).ok()["id"]);
        server.advance("25h");
        doctor.get(format_args!("/diagnoses/{seat}/done")).ok();
        doctor.put(format_args!("/diagnoses/{seat}"), json!({ "diag_result": RESULT, "diag_photo": [] })).ok();
        patient.post(format_args!("/custom/diagnoses/{seat}/comment"), json!({ "doctor_score": 5, "doctor_comment": "好" })).ok();
        ids.extend([event, project, seat, second, helped]);

        // A consultation, and a 留言.
        im_contact::priced(&server, &doctor, 100);
        let record = im_contact::own_record(&patient);
        ids.extend([record, im_contact::consult(&server, &patient, record, &doctor)]);
        let chats = patient.post("/api/chat/user/list", json!({ "userId": im_contact::hex(patient.id) })).ok();
        ids.extend(chats.as_array().unwrap().iter().filter_map(|chat| id::from_hex(chat["id"].as_str().unwrap()).map(AnyId::number)));
        patient.post("/chat", json!({ "content": "谢谢", "photo": [], "to_user_id": doctor.id, "type": 1 })).ok();
        ids.push(number(&doctor.get("/chat").ok()["list"][0]["id"]));

        // A team consult that waits.
        let team = team_consult::found(&doctor, "一队");
        team_consult::bring_in(&doctor, &colleague, team);
        team_consult::join_with(&server, &patient, team, 1_000);
        let consult = patient.post("/consult", json!({ "team_id": team, "symptom_content": CASEBOOK })).ok();
        ids.extend([team, number(&consult["consultation_id"]), number(&consult["conversation_id"])]);

        patient.get(format_args!("/follow/user/{}", followed.id)).ok();
        Scene { server, patient, idno, doctor, colleague, followed, assistant, ids }
    }

    /// By what the patient can be found again.
    fn planted(&self) -> Vec<String> {
        let mut planted: Vec<String> =
            ["1931-07", "19310723", "187.5", "83.4", ADDRESS, EMAIL, CASEBOOK, RESULT, CYCLE, PICTURE].map(str::to_owned).into();
        planted.extend([self.idno.clone(), self.idno[14..].to_owned(), PHONE.to_owned(), PHONE[7..].to_owned(), NAME.to_owned()]);
        planted
    }

    /// Has a caller ask every row for everything, and answers where something stands that should not.
    fn ask_everything(&self, caller: &Client, rows: impl Fn(&Endpoint) -> bool, forbidden: &[String]) -> Vec<String> {
        let mut found = Vec::new();
        let mut rows: Vec<_> = APIS.iter().flat_map(|family| family.endpoints()).filter(|row| rows(row) && !ends_session(row)).collect();
        // What only reads comes first.
        rows.sort_by_key(|row| row.method.name() != "GET");
        for row in rows {
            for id in if row.path.contains('{') || row.path.starts_with("/api") || row.path.contains("consult") {
                &self.ids[..]
            } else {
                &[0][..]
            } {
                let answer = match row.method.name() {
                    "GET" => caller.get(format!("{}?{}", filled(row.path, *id), self.query(*id))),
                    method => caller.request(method, filled(row.path, *id)).json(self.body(*id)).send(),
                };
                assert_ne!(answer.slug(), Some("bad_token"), "{answer}");
                let text = String::from_utf8_lossy(&answer.bytes);
                if let Some(word) = forbidden.iter().find(|word| text.contains(word.as_str())) {
                    found.push(format!("{word} stands in {answer}"));
                    break;
                }
            }
        }
        found
    }

    fn query(&self, id: u64) -> String {
        let (patient, doctor) = (self.patient.id, self.doctor.id);
        let keyword = crate::kit::encode(NAME);
        format!(
            "patientId={patient}&doctorId={doctor}&recordId={id}&appointmentId={id}&phone={PHONE}&keyword={keyword}&q={keyword}\
             &member_id={patient}&page_size=100&limit=100"
        )
    }

    fn body(&self, id: u64) -> Value {
        let hex = im_contact::hex(id);
        json!({
            "id": hex, "consultationId": hex, "chatId": hex, "patientId": hex, "userId": im_contact::hex(self.patient.id),
            "doctorId": im_contact::hex(self.doctor.id), "user_id": self.patient.id, "limit": 100,
        })
    }
}

fn filled(path: &str, id: u64) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { id.to_string() } else { segment.to_owned() });
    segments.collect::<Vec<_>>().join("/")
}

fn of_families(row: &Endpoint) -> bool {
    // Counters are numbers like any others.
    !row.path.starts_with("/admin") && row.path != "/metrics"
}

fn reads(row: &Endpoint) -> bool {
    of_families(row) && (row.method.name() == "GET" && !row.changes || row.path.ends_with("/list") || row.path.ends_with("/detail"))
}

#[test]
fn a_stranger_finds_nothing_by_which_a_patient_is_known() {
    let scene = Scene::open();
    let server = &scene.server;
    let (patient, doctor, assistant) = (server.patient(), server.doctor(), server.assistant());
    for (who, caller) in [("nobody", &server.nobody()), ("a patient", &*patient), ("a doctor", &*doctor), ("an assistant", &*assistant)] {
        let found = scene.ask_everything(caller, of_families, &scene.planted());
        assert!(found.is_empty(), "{who}: {found:#?}");
    }
    // A masked name, and the shapes that are documented.
    for caller in [&server.nobody(), &*patient, &*doctor, &scene.doctor] {
        let joined = caller.get(format_args!("/project/{}", scene.ids[3])).ok()["join_user"].clone();
        let seen = joined.as_array().unwrap()[0].clone();
        assert_eq!(seen["real_name"], "欧***", "{seen}");
        for field in ["phone", "idno", "sex", "email", "height", "weight", "addr", "avatars", "province_name"] {
            assert_eq!(seen[field], "", "{field}");
        }
        for field in ["birthday", "age", "marital_status", "drink_status", "smoking_status", "province_id", "city_id", "county_id"] {
            assert_eq!(seen[field], json!(null), "{field}");
        }
    }
    let own = scene.patient.get(format_args!("/project/{}", scene.ids[3])).ok()["join_user"][0].clone();
    assert_eq!((&own["real_name"], &own["idno"], &own["birthday"]), (&json!(NAME), &json!(scene.idno), &json!("1931-07-23")));
    // The search finds no patients.
    for row in ["/hospital", "/project", "/doctor/list", "/org"] {
        let found = server.nobody().get(format!("{row}?keyword={}", crate::kit::encode(NAME))).ok();
        assert_eq!(found["list"], json!([]), "{row}");
    }
}

#[test]
fn whom_the_patient_follows_sees_a_masked_name_and_telephone() {
    let scene = Scene::open();
    let masked = format!("{}****{}", &PHONE[..3], &PHONE[7..]);
    let forbidden: Vec<String> = scene.planted().into_iter().filter(|word| *word != PHONE[7..]).collect();
    let found = scene.ask_everything(&scene.followed, of_families, &forbidden);
    assert!(found.is_empty(), "{found:#?}");
    let book = scene.followed.get("/api/im/doctor-contact-list").ok();
    assert_eq!((&book[0]["name"], &book[0]["phone"], &book[0]["avatar"]), (&json!("欧***"), &json!(masked), &json!("")));
    scene.followed.get(format_args!("/user/{}", scene.patient.id)).refused(404, "not_found");
}

#[test]
fn an_assistant_sees_whom_to_call_and_no_record() {
    let scene = Scene::open();
    let forbidden =
        ["1931-07", "19310723", ADDRESS, EMAIL, CASEBOOK, RESULT, CYCLE, PICTURE, &scene.idno, &scene.idno[14..]].map(str::to_owned);
    let found = scene.ask_everything(&scene.assistant, reads, &forbidden);
    assert!(found.is_empty(), "{found:#?}");
    let seen = scene.assistant.get(format_args!("/user/{}", scene.patient.id)).ok();
    assert_eq!((&seen["phone"], &seen["real_name"], &seen["idno"]), (&json!(PHONE), &json!(NAME), &json!("*".repeat(18))));
    assert_eq!((&seen["birthday"], &seen["age"], &seen["height"]), (&json!(null), &json!(94), &json!("187.5")));
}

#[test]
fn a_colleague_sees_a_name_and_an_age() {
    let scene = Scene::open();
    // What waits is its group's alone.
    let forbidden =
        ["1931-07", "19310723", ADDRESS, EMAIL, CASEBOOK, RESULT, CYCLE, PICTURE, PHONE, &scene.idno, &scene.idno[14..]].map(str::to_owned);
    let found = scene.ask_everything(&scene.colleague, reads, &forbidden);
    assert!(found.is_empty(), "{found:#?}");
    let seen = scene.colleague.get(format_args!("/user/{}", scene.patient.id)).ok();
    let masked = format!("{}****{}", &PHONE[..3], &PHONE[7..]);
    assert_eq!((&seen["real_name"], &seen["phone"], &seen["age"]), (&json!(NAME), &json!(masked), &json!(94)));
    assert_eq!((&seen["idno"], &seen["addr"]), (&json!("*".repeat(18)), &json!("东城区***")));
    let [.., consult, _] = scene.ids[..] else { panic!() };
    scene.colleague.get(format_args!("/consult/{consult}")).refused(404, "not_found");
    scene.colleague.get(format_args!("/consult/{consult}/vas")).refused(404, "not_found");
    scene.doctor.post(format_args!("/consult/{consult}/doctor"), json!({ "doctor_id": scene.doctor.id })).ok();
    let shown = scene.colleague.get(format_args!("/consult/{consult}")).ok();
    assert_eq!((&shown["creator_member_name"], &shown["symptom_content"]), (&json!(NAME), &json!(CASEBOOK)));
}

#[test]
fn the_treating_doctor_sees_everything_and_is_written_down_once_an_hour() {
    let scene = Scene::open();
    let server = &scene.server;
    server.advance("2h");
    let looks = || {
        let query = format!("account_id={}&action=look&subject=patient&subject_id={}", scene.doctor.id, scene.patient.id);
        server.admin().get(format_args!("/admin/audit?{query}")).ok()
    };
    let before = number(&looks()["total"]);
    // A list is no look: what the table calls looked at stays masked there.
    let index = scene.doctor.get("/doctor/index").ok()["diagnoses_list"][0]["user_info"].clone();
    assert_eq!((&index["real_name"], &index["idno"]), (&json!(NAME), &json!("*".repeat(18))));
    assert!(index["phone"].as_str().unwrap().contains("****"));
    assert_eq!(number(&looks()["total"]), before);
    for _ in 0..3 {
        let seen = scene.doctor.get(format_args!("/user/{}", scene.patient.id)).ok();
        let whole = (&json!(PHONE), &json!(scene.idno), &json!("1931-07-23"), &json!(ADDRESS), &json!(EMAIL));
        assert_eq!((&seen["phone"], &seen["idno"], &seen["birthday"], &seen["addr"], &seen["email"]), whole);
        let told = json!({ "pregnancy_count": null, "birth_count": 2, "menstrual_cycle": CYCLE, "menarche_age": null });
        assert_eq!(seen["female_history"], told);
    }
    scene.doctor.get("/doctor/project/patient").ok();
    assert_eq!(number(&looks()["total"]), before + 1);
    assert_eq!(looks()["items"][0]["purpose"], "profile");
    server.advance("61m");
    scene.doctor.get(format_args!("/diagnoses/{}", scene.ids[4])).ok();
    assert_eq!((number(&looks()["total"]), &looks()["items"][0]["purpose"]), (before + 2, &json!("visit")));
}

#[test]
fn administrators_see_stars_until_they_say_why() {
    let scene = Scene::open();
    let server = &scene.server;
    let admin = server.admin();
    let (idno, tail) = (scene.idno.clone(), scene.idno[14..].to_owned());
    let collections = |row: &Endpoint| row.path.starts_with("/admin") && row.method.name() == "GET" && row.path != "/admin/outbox";
    let [address, email, casebook, result, cycle, picture] = [ADDRESS, EMAIL, CASEBOOK, RESULT, CYCLE, PICTURE].map(str::to_owned);
    let numbers = [scene.doctor.idno.clone(), scene.assistant.idno.clone(), idno.clone(), tail];
    let whose = [&numbers[..], &[address, email, casebook, result, cycle, picture]].concat();
    let found = scene.ask_everything(&admin, collections, &whose);
    assert!(found.is_empty(), "{found:#?}");

    server.advance("2h");
    let audit = |action: &str, subject: &str, id: u64| {
        server.admin().get(format_args!("/admin/audit?account_id=0&action={action}&subject={subject}&subject_id={id}")).ok()
    };
    let looks = |subject: &str, id: u64| number(&audit("look", subject, id)["total"]);
    for (collection, subject, person) in [("patients", "patient", &scene.patient), ("doctors", "doctor", &scene.doctor)] {
        let before = looks(subject, person.id);
        let list = admin.get(format_args!("/admin/{collection}?q={}", person.phone)).ok();
        let row = &list["items"][0];
        assert_eq!((&row["id"], &row["phone"], &row["idno"]), (&json!(person.id), &json!(person.phone), &json!("*".repeat(18))));
        assert_eq!(looks(subject, person.id), before + 1, "a list is a look at everybody in it");
        // Digits of a number are not found by parts of it.
        assert_eq!(admin.get(format_args!("/admin/{collection}?q={}", person.idno)).ok()["total"], 1);
        assert_eq!(admin.get(format_args!("/admin/{collection}?q={}", &person.idno[..17])).ok()["total"], 0);
    }
    let account = admin.get(format_args!("/admin/patients/{}", scene.patient.id)).ok();
    let persons = account["patients"].as_array().unwrap();
    assert_eq!((&persons[0]["name"], &persons[0]["relation"]), (&json!(NAME), &json!("本人")));
    let path = format!("/admin/persons/{}", persons[0]["patient_id"]);
    let person = admin.get(&path).ok();
    assert_eq!(
        (&person["user_id"], &person["idno"], &person["addr"]),
        (&json!(scene.patient.id), &json!("*".repeat(18)), &json!("东城区***"))
    );
    assert_eq!((&person["phone"], &person["birthday"]), (&json!(PHONE), &json!("1931-07-23")));

    let reveal = format!("{path}/reveal");
    admin.post(&reveal, json!({ "fields": ["idno"] })).refused(400, "missing_field");
    admin.post(&reveal, json!({ "fields": ["password"], "reason": "核对" })).refused(400, "invalid_field");
    admin.post("/admin/persons/987654321/reveal", json!({ "reason": "核对" })).refused(404, "not_found");
    scene.doctor.post(&reveal, json!({ "reason": "核对" })).refused(403, "wrong_role");
    assert_eq!(number(&audit("reveal", "patient", scene.patient.id)["total"]), 0);
    let whole = admin.post(&reveal, json!({ "fields": ["idno", "email"], "reason": "医保核对" })).ok();
    assert_eq!(whole, json!({ "idno": idno, "email": EMAIL }));
    let noted = audit("reveal", "patient", scene.patient.id);
    assert_eq!((&noted["total"], &noted["items"][0]["reason"]), (&json!(1), &json!("医保核对")));
    let record = admin.post(&reveal, json!({ "fields": ["record"], "reason": "投诉核实" })).ok();
    assert_eq!(record.as_object().unwrap().keys().collect::<Vec<_>>(), ["record"]);
    let record = &record["record"];
    assert_eq!(
        (&record["registrations"][1]["casebook_info"]["content"], &record["registrations"][1]["diag_result"]),
        (&json!(CASEBOOK), &json!(RESULT))
    );
    assert_eq!(record["consultations"].as_array().unwrap().len(), 1);
    assert_eq!(record["team_consults"][0]["messages"][0]["content"], CASEBOOK);
    admin
        .post(format_args!("/admin/doctors/{}/reveal", scene.doctor.id), json!({ "fields": ["record"], "reason": "核对" }))
        .refused(400, "invalid_field");
}

/// Who has left the team has left the groups of its consults that go on.
#[test]
fn who_leaves_the_team_leaves_its_groups() {
    let scene = Scene::open();
    let [.., team, consult, conversation] = scene.ids[..] else { panic!() };
    scene.doctor.post(format_args!("/consult/{consult}/doctor"), json!({ "doctor_id": scene.colleague.id })).ok();
    let write = |text: &str| {
        scene.colleague.post("/im/messages", json!({ "conversation_id": conversation, "mimetype": "text/plain", "content": text }))
    };
    let read = || scene.colleague.get(format_args!("/im/messages?conversation_id={conversation}"));
    write("您好").ok();
    read().ok();
    scene.colleague.delete(format_args!("/team/{team}/doctor")).ok();
    write("还在吗").refused(404, "not_found");
    read().refused(404, "not_found");
    scene.colleague.get(format_args!("/consult/{consult}")).refused(404, "not_found");
    assert_eq!(scene.colleague.get("/consult/in_process_list").ok(), json!([]));
    assert_eq!(scene.patient.get(format_args!("/consult/{consult}")).ok()["doctor_ids"], json!([scene.doctor.id]));
    // Who comes back is brought in again, and goes on from there.
    team_consult::bring_in(&scene.doctor, &scene.colleague, team);
    read().refused(404, "not_found");
    scene.doctor.post(format_args!("/consult/{consult}/doctor"), json!({ "doctor_id": scene.colleague.id })).ok();
    write("回来了").ok();
    assert_eq!(read().ok()["items"].as_array().unwrap().len(), 3);
}
