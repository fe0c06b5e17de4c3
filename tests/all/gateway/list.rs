//! All conversations in one list, and the servers that calls find their way by.

use serde_json::{Value, json};

use super::{arrival, meet_in, pair};
use crate::{
    internet_hospital,
    kit::{Client, Person, Socket, TestServer},
};

fn list(of: &Client) -> Vec<Value> {
    of.get("/im/conversations?limit=100").ok()["items"].as_array().unwrap().clone()
}

fn kinds(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["kind"].as_str().unwrap()).collect()
}

fn of_kind(of: &Client, kind: &str) -> Value {
    list(of).into_iter().find(|item| item["kind"] == kind).unwrap_or_else(|| panic!("no {kind}"))
}

fn note(from: &Person, to: u64, content: &str) {
    from.post("/chat", json!({ "content": content, "photo": [], "type": from.role.number(), "to_user_id": to })).ok();
}

#[test]
pub fn every_kind_stands_in_one_list_with_what_is_unread() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    // The clinic's own conversation is there from the start.
    let nothing = patient.get("/im/conversations").ok();
    assert_eq!((&nothing["total"], nothing["items"].as_array().unwrap().len()), (&json!(1), 1));
    let system = &nothing["items"][0];
    assert_eq!((&system["kind"], &system["peer"], &system["last"]), (&json!("system"), &json!(null), &json!(null)));
    assert_eq!((&system["unread"], &system["may_write"], &system["consultation_id"]), (&json!(0), &json!(false), &json!(null)));

    note(&patient, doctor.id, "您好，\n 想咨询一下");
    meet_in(&server, &doctor, &patient, 1);
    let mut phone = Socket::login(&patient);
    phone.say(doctor.id, &"长".repeat(150));
    let picture = json!({ "type": "send", "to_member_id": doctor.id, "mimetype": "image/png", "content": "/files/a.png" });
    let sent = phone.ask(picture);
    // The clinic's own notices are not what this is about.
    let mut mine = list(&doctor);
    mine.retain(|item| item["kind"] != "system");
    assert_eq!(kinds(&mine)[..2], ["direct", "dialog"], "the newest message first");
    let peer = json!({ "member_id": patient.id, "name": patient.name, "avatar": "" });
    for item in &mine[..2] {
        assert_eq!((&item["peer"], &item["title"], &item["may_write"]), (&peer, &json!(patient.name), &json!(true)));
    }
    let last = json!({
        "message_id": sent["message_id"], "text": "图片", "created": sent["created"], "from_member_id": patient.id, "retracted": false,
    });
    assert_eq!((&mine[0]["last"], &mine[0]["unread"], &mine[0]["conversation_id"]), (&last, &json!(2), &sent["conversation_id"]));
    assert_eq!((&mine[1]["last"]["text"], &mine[1]["unread"]), (&json!("您好， 想咨询一下"), &json!(1)));
    assert_eq!(of_kind(&patient, "direct")["unread"], 0, "one's own are read");
    // Taken back, the glimpse is empty; the one before it is not shown in its place.
    phone.ask(json!({ "type": "retract", "message_id": sent["message_id"] }));
    let gone = of_kind(&doctor, "direct")["last"].clone();
    assert_eq!((&gone["text"], &gone["retracted"], &gone["message_id"]), (&json!(""), &json!(true), &sent["message_id"]));
    phone.say(doctor.id, &"长".repeat(150));
    assert_eq!(of_kind(&doctor, "direct")["last"]["text"], "长".repeat(100));
    // Read here by the frame, there by the family's own list.
    let mut desk = Socket::login(&doctor);
    let direct = of_kind(&doctor, "direct");
    desk.ask(json!({ "type": "read", "conversation_id": direct["conversation_id"], "message_id": direct["last"]["message_id"] }));
    assert_eq!(of_kind(&doctor, "direct")["unread"], 0);
    doctor.get(format_args!("/chat/{}", of_kind(&doctor, "dialog")["conversation_id"])).ok();
    assert_eq!(of_kind(&doctor, "dialog")["unread"], 0);
    server.admin().post("/admin/notices", json!({ "title": "停诊", "content": "周三", "to": "doctors" })).created();
    server.settle();
    let system = of_kind(&doctor, "system");
    assert_eq!((&system["last"]["text"], &system["last"]["from_member_id"]), (&json!("停诊 周三"), &json!(0)));
    assert!(system["unread"].as_u64().unwrap() > 0 && kinds(&list(&doctor))[0] == "system");
    // A ban closes what it forbids.
    patient.post("/api/im/doctor-ban-status", json!({ "doctorId": doctor.id, "status": 1 })).ok();
    for who in [&patient, &doctor] {
        assert!(list(who).iter().all(|item| item["may_write"] == false));
    }
    // Pages.
    let pages: Vec<Value> = (0..4).map(|skip| doctor.get(format_args!("/im/conversations?skip={skip}&limit=1")).ok()).collect();
    let all = list(&doctor);
    for (page, item) in pages.iter().zip(all.iter().map(Some).chain([None])) {
        assert_eq!((page["items"].as_array().unwrap().first(), &page["total"]), (item, &json!(3)));
    }
    server.admin().get("/im/conversations").refused(403, "wrong_role");
    server.nobody().get("/im/conversations").refused(401, "no_token");
}

#[test]
fn groups_and_paid_consultations_say_whether_one_may_write() {
    let mut server = TestServer::open();
    let (founder, other, member, consult) = arrival::consult(&server);
    let (user, record, doctor) = internet_hospital::scene(&server);
    let order = internet_hospital::paid_order(&server, &user, &record, &doctor);
    let number = internet_hospital::number(&order["id"]);

    let group = of_kind(&member, "consult");
    assert_eq!((&group["peer"], &group["title"], &group["consultation_id"]), (&json!(null), &json!("联合门诊"), &json!(consult)));
    assert_eq!((&group["may_write"], &group["last"]["text"]), (&json!(true), &json!("咳嗽一周")));
    assert_eq!(of_kind(&founder, "consult")["unread"], 1);
    assert!(list(&other).iter().all(|item| item["kind"] != "consult"), "who is not in the group does not see it");
    member.post("/api/im/doctor-ban-status", json!({ "doctorId": founder.id, "status": 1 })).ok();
    assert_eq!((&of_kind(&member, "consult")["may_write"], &of_kind(&founder, "consult")["may_write"]), (&json!(true), &json!(false)));
    member.post(format_args!("/consult/{consult}/cancel"), json!({})).ok();
    assert_eq!(of_kind(&member, "consult")["may_write"], false);

    let (mine, theirs) = (of_kind(&user, "chat"), of_kind(&doctor, "chat"));
    let account = |caller: &internet_hospital::Caller| json!(internet_hospital::number(&json!(caller.id)));
    assert_eq!((&mine["peer"]["member_id"], &theirs["peer"]["member_id"]), (&account(&doctor), &account(&user)));
    assert_eq!((&mine["consultation_id"], &theirs["consultation_id"]), (&json!(number), &json!(number)));
    assert_eq!((&mine["may_write"], &theirs["may_write"]), (&json!(true), &json!(true)));
    for text in ["一", "二", "三"] {
        internet_hospital::reply(&doctor, &order, text).ok();
    }
    assert_eq!(
        (&of_kind(&user, "chat")["may_write"], &of_kind(&doctor, "chat")["may_write"]),
        (&json!(true), &json!(false)),
        "no reply is left"
    );
    let before = list(&user);
    server.restart();
    let user = server.nobody().with_token(user.token.clone().unwrap());
    assert_eq!(list(&user), before, "the same after a restart");
    server.advance("49h");
    let over = of_kind(&user, "chat");
    assert_eq!((&over["may_write"], &over["consultation_id"]), (&json!(false), &json!(number)));
}

#[test]
pub fn calls_find_their_way_by_servers_with_passwords_for_a_while() {
    let servers = "stun:stun.example.com:3478,turn:hush@turn.example.com:3478?transport=udp";
    let server = TestServer::with(&[("im.ice_servers", servers)]);
    let patient = server.patient();
    let ice = patient.get("/im/ice").ok();
    let expires = ice["expires"].as_i64().unwrap();
    assert!(expires > server.now().0);
    assert_eq!(ice["servers"][0], json!({ "urls": ["stun:stun.example.com:3478"] }));
    let turn = &ice["servers"][1];
    assert_eq!(turn["urls"], json!(["turn:turn.example.com:3478?transport=udp"]));
    let name = format!("{}:{}", expires / 1_000, patient.id);
    assert_eq!((&turn["username"], &turn["credential"]), (&json!(name), &json!(xuanhu::base::secret::turn_credential("hush", &name))));
    assert!(!ice.to_string().contains("hush"));
    server.admin().get("/im/ice").refused(403, "wrong_role");
    let (doctor, _) = pair(&server);
    assert_ne!(doctor.get("/im/ice").ok()["servers"][1]["username"], turn["username"], "each has a name of their own");
    let plain = TestServer::open();
    assert_eq!(plain.patient().get("/im/ice").ok()["servers"], json!([]));
}
