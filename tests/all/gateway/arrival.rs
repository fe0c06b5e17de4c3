//! What is written through any other door arrives at once, and what is sent here is read there.

use serde_json::{Value, json};
use xuanhu::base::id::Id;
use xuanhu::base::mask;
use xuanhu::domain::team_consult::{self, CreateConsult, group};

use super::{meet, pair, text};
use crate::{
    internet_hospital,
    kit::{Client, Person, Socket, TestServer},
    team_consult as teams,
};

#[test]
fn notes_arrive_and_are_answered_both_ways() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let (mut desk, mut phone) = (Socket::login(&doctor), Socket::login(&patient));
    let form = json!({ "content": "头痛三天", "photo": ["https://files.example.com/1.png"], "type": 1, "to_user_id": doctor.id });
    patient.post("/chat", form).ok();
    let got = desk.expect("message");
    assert_eq!(
        (&got["conversation"], &got["content"], &got["from_name"]),
        (&json!("dialog"), &json!("头痛三天"), &json!(mask::name(&patient.name)))
    );
    assert_eq!(got["images"], json!(["https://files.example.com/1.png"]));
    assert_eq!(phone.expect("message")["message_id"], got["message_id"], "the writer's own devices, too");
    // Answered here, read there; reading there is told here.
    let conversation = got["conversation_id"].clone();
    let say = |mimetype: &str, content: &str| json!({ "type": "send", "conversation_id": conversation, "mimetype": mimetype, "content": content });
    assert_eq!(desk.ask(say("text/plain", "多喝水"))["type"], "ack");
    assert_eq!(desk.ask(say("image/png", "/files/a.png"))["type"], "ack");
    assert_eq!(phone.expect("message")["content"], "多喝水");
    assert_eq!(phone.expect("message")["mimetype"], "image/png");
    let list = patient.get(format_args!("/chat/{}", conversation.as_u64().unwrap())).ok();
    assert_eq!((&list["list"][1]["content"], &list["list"][2]["content"]), (&json!("多喝水"), &json!("")));
    assert_eq!(list["list"][2]["photo"], json!(["/files/a.png"]));
    let receipt = desk.expect("read");
    assert_eq!((&receipt["member_id"], &receipt["conversation_id"]), (&json!(patient.id), &conversation));
    // A dialog's own rules: no direct talk follows from it.
    desk.refused(text(patient.id, "x"), 422, "may_not_talk");
    // And its own limits.
    desk.refused(say("text/plain", &"长".repeat(257)), 413, "too_large");
    let form = json!({ "conversation_id": conversation, "mimetype": "text/plain", "content": "长".repeat(257) });
    doctor.post("/im/messages", form).refused(400, "invalid_field");
    desk.refused(say("audio/amr", "/files/a.amr"), 415, "unsupported_mimetype");
    let mut four = say("text/plain", "看图");
    four["images"] = json!(["/files/1.png", "/files/2.png", "/files/3.png", "/files/4.png"]);
    desk.refused(four, 400, "malformed");
    assert_eq!(desk.ask(say("text/plain", &"长".repeat(256)))["type"], "ack");
    let mut stranger = Socket::login(&server.doctor());
    stranger.refused(say("text/plain", "x"), 404, "not_found");
}

#[test]
fn notices_arrive_only_where_they_belong() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let (mut desk, mut phone) = (Socket::login(&doctor), Socket::login(&patient));
    server.admin().post("/admin/notices", json!({ "title": "停诊", "content": "周三停诊一天", "to": "patients" })).created();
    server.settle();
    let got = phone.expect("message");
    assert_eq!((&got["conversation"], &got["from_member_id"], &got["from_name"]), (&json!("system"), &json!(0), &json!("系统")));
    assert_eq!(got["mimetype"], "application/vnd.xuanhu.notice+json");
    let content: Value = serde_json::from_str(got["content"].as_str().unwrap()).unwrap();
    assert_eq!(content, json!({ "title": "停诊", "text": "周三停诊一天" }));
    desk.quiet();
    let answer = json!({ "type": "send", "conversation_id": got["conversation_id"], "mimetype": "text/plain", "content": "收到" });
    phone.refused(answer, 422, "may_not_talk");
    let read = json!({ "type": "read", "conversation_id": got["conversation_id"], "message_id": got["message_id"] });
    assert_eq!(phone.ask(read)["type"], "ok");
    // Withdrawn, it is taken back where it has arrived, and nowhere else.
    let other = server.admin().post("/admin/notices", json!({ "title": "复诊", "content": "照常", "to": "patients" })).created();
    server.settle();
    assert!(phone.expect("message")["content"].as_str().unwrap().contains("复诊"));
    let notices = server.admin().get("/admin/notices?q=停诊").ok();
    server.admin().delete(format_args!("/admin/notices/{}", notices["items"][0]["id"])).ok();
    server.settle();
    assert_eq!(phone.expect("retracted")["message_id"], got["message_id"]);
    let inbox = phone.ask(json!({ "type": "sync", "after": 0 }))["items"].clone();
    let read: Vec<_> = inbox.as_array().unwrap().iter().map(|item| (item["retracted"].clone(), item["content"] == "")).collect();
    assert_eq!(read, [(json!(true), true), (json!(false), false)]);
    server.admin().get(format_args!("/admin/notices/{}", other["id"])).ok();
    server.admin().delete(format_args!("/admin/notices/{}", notices["items"][0]["id"])).refused(404, "not_found");
}

#[test]
fn a_paid_consultation_opens_is_answered_and_taken_back() {
    let server = TestServer::open();
    let (user, record, doctor) = internet_hospital::scene(&server);
    let id = |caller: &internet_hospital::Caller| internet_hospital::number(&json!(caller.id));
    let (mut phone, mut desk) = (Socket::login(&user), Socket::login(&doctor));
    let order = internet_hospital::paid_order(&server, &user, &record, &doctor);
    // Each side has its own opening: the patient two words more of the clinic, then both what the patient wrote, and two pictures.
    let opening = |socket: &mut Socket, of: usize| (0..of).map(|_| socket.said()).collect::<Vec<_>>();
    let (mine, theirs) = (opening(&mut phone, 5), opening(&mut desk, 4));
    let begin = |frame: &Value| serde_json::from_str::<Value>(frame["content"].as_str().unwrap()).unwrap();
    assert_eq!((begin(&mine[0])["title"].clone(), begin(&theirs[0])["title"].clone()), (json!("咨询开始"), json!("咨询开始")));
    assert_ne!(mine[0]["content"], theirs[0]["content"], "each side reads its own words");
    assert_eq!(begin(&mine[1])["title"], "温馨提示", "the first line of a notice without a title");
    assert!(begin(&mine[1])["text"].as_str().unwrap().starts_with("1. "));
    assert_eq!(
        (&theirs[1]["content"], &theirs[2]["mimetype"], &theirs[3]["mimetype"]),
        (&json!("肚子痛三天"), &json!("image/jpeg"), &json!("image/png"))
    );
    assert!(
        theirs.iter().all(|frame| frame["conversation"] == "chat" && frame["consultation_id"] == internet_hospital::number(&order["id"]))
    );

    let chat = theirs[0]["conversation_id"].clone();
    let say = |content: &str| json!({ "type": "send", "conversation_id": chat, "mimetype": "text/plain", "content": content });
    let first = desk.ask(say("吃坏了吗"));
    assert_eq!(first["type"], "ack", "{first}");
    assert_eq!(internet_hospital::status(&user, &order), "04", "the first reply begins it, wherever it was written");
    let (reply, disclaimer) = (phone.said(), phone.said());
    assert_eq!((&reply["content"], &disclaimer["from_member_id"]), (&json!("吃坏了吗"), &json!(0)));
    let by_consult = json!({ "type": "send", "consultation_id": internet_hospital::number(&order["id"]), "mimetype": "image/webp", "content": "/files/a" });
    assert_eq!(phone.ask(by_consult)["type"], "ack");
    internet_hospital::reply(&doctor, &order, "多喝水").ok();
    assert_eq!(phone.said()["content"], "多喝水");
    assert_eq!(desk.ask(say("再观察"))["type"], "ack");
    desk.refused(say("第四条"), 422, "reply_limit");
    let mut pictures = say("图");
    pictures["images"] = json!(["/files/b"]);
    phone.refused(pictures, 400, "malformed");
    let list = user.post("/api/chat/message/list", json!({ "chatId": order["chatId"], "limit": 100 })).ok();
    assert!(list.as_array().unwrap().iter().any(|message| message["image"] == "/files/a"), "{list}");

    // Taken back there, told here, and read so from then on.
    let hex = |id: &Value| format!("{:08x}{:016x}", 0, id.as_u64().unwrap());
    phone.rest();
    doctor.post("/api/consultation/chat/message/retract", json!({ "id": hex(&first["message_id"]) })).ok();
    let told = phone.expect("retracted");
    assert_eq!(told, json!({ "type": "retracted", "change": 1, "conversation_id": chat, "message_id": first["message_id"] }));
    assert_eq!(desk.expect("retracted"), told);
    let inbox = phone.ask(json!({ "type": "sync", "after": 0 }));
    let item = inbox["items"].as_array().unwrap().iter().find(|item| item["message_id"] == first["message_id"]).unwrap().clone();
    assert_eq!((&item["retracted"], &item["content"]), (&json!(true), &json!("")));

    // Direct messages too, while it lasts; afterwards neither.
    assert_eq!(phone.ask(text(id(&doctor), "谢谢"))["type"], "ack");
    doctor.post("/consultation/update", json!({ "consultationId": order["id"], "status": "07" })).ok();
    phone.refused(text(id(&doctor), "还有"), 422, "may_not_talk");
    phone.refused(say("还有"), 422, "may_not_talk");
    let elsewhere = internet_hospital::user(&server, "open-two");
    Socket::login(&elsewhere).refused(
        json!({
            "type": "send", "consultation_id": internet_hospital::number(&order["id"]), "mimetype": "text/plain", "content": "x",
        }),
        404,
        "not_found",
    );
}

/// A team's founder and another doctor of it, a member, and the member's consult.
pub fn consult(server: &TestServer) -> (Person, Person, Person, u64) {
    let (founder, other, patient) = (server.doctor(), server.doctor(), server.patient());
    let team = teams::found(&founder, "联合门诊");
    teams::bring_in(&founder, &other, team);
    teams::join_with(server, &patient, team, 2_000);
    let creator = patient.id;
    let form = CreateConsult {
        team_id: Id::from_number(team),
        target: Id::from_number(creator),
        symptom_content: "咳嗽一周".into(),
        symptom_type: "text/plain".into(),
        images: Vec::new(),
        fee: None,
    };
    let consult = server.app().store.write_blocking(move |db| team_consult::create(db, Id::from_number(creator), form)).unwrap();
    (founder, other, patient, consult.id.number())
}

#[test]
fn a_team_consults_group_talks_from_the_moment_one_comes_in() {
    let server = TestServer::open();
    let (founder, other, patient, id) = consult(&server);
    let (mut phone, mut assistant, mut second) = (Socket::login(&patient), Socket::login(&founder), Socket::login(&other));
    let say = |content: &str| json!({ "type": "send", "consultation_id": id, "mimetype": "text/plain", "content": content });
    let ack = phone.ask(say("医生在吗"));
    let got = assistant.said();
    assert_eq!((&got["conversation"], &got["consultation_id"], &got["content"]), (&json!("consult"), &json!(id), &json!("医生在吗")));
    second.refused(say("我来了"), 404, "not_found");
    other.get(format_args!("/im/messages?consultation_id={id}")).refused(404, "not_found");
    let (boss, doctor) = (founder.id, other.id);
    server
        .app()
        .store
        .write_blocking(move |db| group::bring_in(db, Id::from_number(boss), Id::from_number(id), &[Id::from_number(doctor)]))
        .unwrap();
    server.settle();
    second.rest();
    let conversation = ack["conversation_id"].clone();
    let by_conversation = json!({ "type": "send", "conversation_id": conversation, "mimetype": "text/plain", "content": "都在" });
    assert_eq!(assistant.ask(by_conversation)["type"], "ack");
    assert_eq!(second.said()["content"], "都在");
    assert_eq!(phone.said()["conversation"], "consult");
    // Earlier ones are read, and have no number in an inbox that they never came into.
    let earlier = other.get(format_args!("/im/messages?consultation_id={id}")).ok();
    let items = earlier["items"].as_array().unwrap();
    let contents: Vec<_> = items.iter().map(|item| item["content"].as_str().unwrap()).collect();
    assert_eq!((contents, &earlier["total"]), (vec!["咳嗽一周", "医生在吗", "都在"], &json!(3)));
    assert_eq!((&items[0]["seq"], items[2]["seq"].is_u64()), (&json!(null), true));
    // Colleagues may write to each other; patient and doctors while the consult lasts.
    assert_eq!(assistant.ask(text(other.id, "你看呢"))["type"], "ack");
    assert_eq!(phone.ask(text(other.id, "谢谢"))["type"], "ack");
    let finish = move |db: &mut xuanhu::store::Tx| {
        team_consult::finish(db, Id::from_number(boss), xuanhu::domain::identity::account::Role::Doctor, Id::from_number(id))
    };
    server.app().store.write_blocking(finish).unwrap();
    for socket in [&mut phone, &mut assistant, &mut second] {
        socket.refused(say("还有"), 422, "may_not_talk");
    }
    phone.refused(text(other.id, "还有"), 422, "may_not_talk");
    assert_eq!(assistant.ask(text(other.id, "再会"))["type"], "ack");
}

/// Another account's messages come along when two accounts become one, and the survivor's devices are told.
#[test]
fn merged_inboxes_go_on_counting() {
    let server = TestServer::open();
    let older = server.patient();
    let me = internet_hospital::user(&server, "open-one");
    let doctor = server.doctor();
    for writer in [&me.client as &Client, &older] {
        writer.post("/chat", json!({ "type": 1, "to_user_id": doctor.id, "content": "留言", "photo": [] })).ok();
    }
    meet(&server, &doctor, &older);
    server.settle();
    let (mut phone, welcome) = Socket::login_with(&older, json!({}));
    let mut gone = Socket::login(&me);
    let seq = welcome["seq"].as_u64().unwrap();
    server.advance("61s");
    let code = server.code_for(&older.phone);
    me.post("/api/user/bindphone", json!({ "phone": older.phone, "verify_code": code })).ok();
    assert_eq!(gone.closed(), 4401);
    let come_over = phone.said();
    assert_eq!((&come_over["seq"], &come_over["from_member_id"]), (&json!(seq + 1), &json!(older.id)));
    let inbox = phone.ask(json!({ "type": "sync", "after": 0 }));
    let seqs: Vec<u64> = inbox["items"].as_array().unwrap().iter().map(|item| item["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=inbox["seq"].as_u64().unwrap()).collect::<Vec<_>>());
}

/// Direct messages of both, as the HTTP twin of the gateway reads and writes them.
#[test]
pub fn direct_messages_over_http() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let mut desk = Socket::login(&doctor);
    let form = json!({ "to_member_id": doctor.id, "mimetype": "text/plain", "content": "您好", "client_id": "h-1" });
    let sent = patient.post("/im/messages", form.clone()).ok();
    assert_eq!((&sent["conversation"], &sent["from_member_id"], &sent["content"]), (&json!("direct"), &json!(patient.id), &json!("您好")));
    assert_eq!(patient.post("/im/messages", form).ok(), sent, "the same id is the same message");
    let got = desk.said();
    assert_eq!(got["message_id"], sent["message_id"]);
    desk.say(patient.id, "请讲");
    let list = patient.get(format_args!("/im/messages?member_id={}", doctor.id)).ok();
    let contents: Vec<_> = list["items"].as_array().unwrap().iter().map(|item| item["content"].as_str().unwrap()).collect();
    assert_eq!((contents, &list["total"]), (vec!["您好", "请讲"], &json!(2)));
    assert_eq!(list["items"][0], sent);
    let after = doctor.get(format_args!("/im/messages?conversation_id={}&after={}", sent["conversation_id"], sent["message_id"])).ok();
    assert_eq!((after["items"].as_array().unwrap().len(), &after["items"][0]["content"]), (1, &json!("请讲")));
    let first = doctor.get(format_args!("/im/messages?member_id={}&limit=1", patient.id)).ok();
    assert_eq!((first["items"].as_array().unwrap().len(), &first["total"]), (1, &json!(2)));
}
