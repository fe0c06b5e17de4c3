//! Consent: what is agreed to are the words that were shown, each for one patient; whoever withdraws gets no new care, and keeps the records.

use serde_json::{Value, json};

use crate::{
    internet_hospital::{self, Caller, number, order, order_form, paid_order, scene, status},
    kit::{Client, TestServer},
    team_consult::{self, scene as team},
    uploads::{kept, samples},
    volunteer_doctor::{join, publish},
};

/// What is agreed to now for a purpose, as everybody reads it.
fn text(server: &TestServer, purpose: &str) -> Value {
    let texts = server.nobody().get("/consent/text").ok();
    texts["items"].as_array().unwrap().iter().find(|text| text["purpose"] == purpose).unwrap_or_else(|| panic!("{texts}")).clone()
}

/// Agrees to a text as it is now.
fn agree(server: &TestServer, caller: &Client, patient: u64, purpose: &str) -> Value {
    let text = text(server, purpose);
    let form = json!({ "patient_id": patient, "purpose": purpose, "version": text["version"], "sha256": text["sha256"] });
    caller.post("/consent", form).ok()
}

#[test]
fn samples_are_there_and_a_clinics_own_texts_follow() {
    let mut server = TestServer::open();
    let texts = server.nobody().get("/consent/text").ok();
    assert_eq!(texts["total"], 4);
    for text in texts["items"].as_array().unwrap() {
        assert!(text["title"].as_str().unwrap().contains("样本") && text["sample"] == true && text["version"] == 1, "{text}");
    }
    let form = json!({ "purpose": "terms", "title": "服务协议", "body": "# 协议\n\n第一条", "must_renew": true });
    let published = server.admin().post("/admin/consent-texts", form).created();
    assert_eq!((published["version"].clone(), published["sample"].clone()), (json!(2), json!(false)));
    server.restart();
    assert_eq!(text(&server, "terms")["body"], "# 协议\n\n第一条");
    let old = server.nobody().get("/consent/text/terms/1").ok();
    assert_eq!((old["version"].clone(), old["sample"].clone()), (json!(1), json!(true)));
    for missing in ["/consent/text/terms/3", "/consent/text/x/1", "/consent/text/terms/x"] {
        server.nobody().get(missing).refused(404, "not_found");
    }
    let admin = server.admin();
    assert_eq!(admin.get("/admin/consent-texts?purpose=terms").ok()["total"], 2);
    let id = published["id"].as_u64().unwrap();
    assert_eq!(admin.get(format_args!("/admin/consent-texts/{id}")).ok()["title"], "服务协议");
    admin.post(format_args!("/admin/consent-texts/{id}/retire"), json!({})).ok();
    admin.post(format_args!("/admin/consent-texts/{id}/retire"), json!({})).refused(409, "text_retired");
    assert_eq!(text(&server, "terms")["version"], 1, "the one before is in force again");
    assert_eq!(admin.post("/admin/check", json!({})).ok()["ok"], true, "the hash of every text is that of its words");
}

#[test]
fn what_was_shown_is_what_is_agreed_to() {
    let server = TestServer::open();
    let (user, patient, _) = scene(&server);
    let patient = number(&json!(patient));
    let terms = text(&server, "terms");
    let mut form = json!({ "patient_id": patient, "purpose": "terms", "version": 1, "sha256": "00".repeat(32) });
    user.post("/consent", form.clone()).refused(409, "text_changed");
    form["sha256"] = terms["sha256"].clone();
    let given = user.request("POST", "/consent").header("User-Agent", "old-client/1").json(form.clone()).send().ok();
    assert_eq!((given["version"].clone(), given["by"].clone(), given["paper"].clone()), (json!(1), json!("oneself"), json!(false)));
    assert_eq!(user.post("/consent", form.clone()).ok()["id"], given["id"], "again is once");
    server.patient().post("/consent", form.clone()).refused(403, "not_yours");
    for (key, value) in [("sha256", json!("x")), ("purpose", json!("all")), ("version", json!(0))] {
        let mut bad = form.clone();
        bad[key] = value;
        user.post("/consent", bad).refused(400, "invalid_field");
    }
    form["version"] = json!(9);
    user.post("/consent", form.clone()).refused(404, "not_found");

    // A version that was replaced is not agreed to any more, nor a retired one.
    server.admin().post("/admin/consent-texts", json!({ "purpose": "terms", "title": "协议", "body": "新" })).created();
    form["version"] = json!(1);
    let second = internet_hospital::patient(&user, 3);
    form["patient_id"] = json!(number(&json!(second)));
    user.post("/consent", form).refused(409, "text_changed");

    let listed = server.admin().get("/admin/consents?purpose=terms&version=1").ok();
    assert_eq!((listed["total"].clone(), listed["items"][0]["client"].clone()), (json!(1), json!("old-client/1")));
    assert_eq!(user.get(format_args!("/consent?patient_id={patient}")).ok()["total"], 1);
    let log = server.admin().get(format_args!("/admin/audit?subject=consent&subject_id={}", given["id"])).ok();
    assert_eq!(log["items"][0]["action"], "consent");
}

#[test]
fn an_order_needs_consent_where_the_clinic_requires_it() {
    let server = TestServer::with(&[("care.consent", "require")]);
    let (user, patient, doctor) = scene(&server);
    let id = number(&json!(patient));
    let refused = |form: Value| user.post("/consultation/create", form).refused(422, "consent_needed").json.clone();
    assert_eq!(refused(order_form(&patient, &doctor))["fields"].as_object().unwrap().len(), 2);
    agree(&server, &user, id, "terms");
    assert!(refused(order_form(&patient, &doctor))["fields"]["health_data"].is_string());
    agree(&server, &user, id, "health_data");
    let first = order(&user, &patient, &doctor);
    assert_eq!(first["status"], "01");

    // The consent of one opens nobody else.
    let other = internet_hospital::patient(&user, 3);
    refused(order_form(&other, &doctor));

    // What must be renewed is asked for again.
    server
        .admin()
        .post("/admin/consent-texts", json!({ "purpose": "terms", "title": "协议", "body": "新", "must_renew": false }))
        .created();
    order(&user, &patient, &doctor);
    server
        .admin()
        .post("/admin/consent-texts", json!({ "purpose": "terms", "title": "协议", "body": "更新", "must_renew": true }))
        .created();
    refused(order_form(&patient, &doctor));
    agree(&server, &user, id, "terms");
    order(&user, &patient, &doctor);
}

#[test]
fn a_seat_and_a_team_consult_need_it_too() {
    let scene = team::Scene::with(&[("care.consent", "require")]);
    let server = &scene.server;
    let project = publish(server, &scene.doctor, json!({}));
    scene.patient.post(format_args!("/project/{project}/join"), json!({ "content": "痛", "photo": [] })).refused(422, "consent_needed");
    let before = scene.purse();
    scene.patient.post("/consult", team::form(scene.team)).refused(422, "consent_needed");
    assert_eq!(scene.purse(), before);
    let own = crate::im_contact::own_record(&scene.patient);
    for purpose in ["terms", "health_data"] {
        agree(server, &scene.patient, own, purpose);
    }
    join(&scene.patient, project);
    scene.patient.post("/consult", team::form(scene.team)).ok();
}

#[test]
fn to_ask_is_a_notice_and_refuses_nothing() {
    let server = TestServer::with(&[("care.consent", "ask")]);
    let (user, patient, doctor) = scene(&server);
    order(&user, &patient, &doctor);
    let told = user.get("/message").ok().to_string();
    assert!(told.contains("请阅读知情同意书") && told.contains("《健康信息处理单独同意书》"), "{told}");
}

#[test]
fn who_withdraws_gets_no_new_care_and_what_waits_is_refunded() {
    let server = TestServer::with(&[("care.consent", "require")]);
    let (user, patient, doctor) = scene(&server);
    let id = number(&json!(patient));
    agree(&server, &user, id, "terms");
    let consent = agree(&server, &user, id, "health_data");
    let unpaid = order(&user, &patient, &doctor);
    let waiting = paid_order(&server, &user, &patient, &doctor);
    let answered = paid_order(&server, &user, &patient, &doctor);
    internet_hospital::reply(&doctor, &answered, "多喝水").ok();

    server.patient().delete(format_args!("/consent/{}", consent["id"])).refused(403, "not_yours");
    let path = format!("/consent/{}?why=%E4%B8%8D%E6%83%B3", consent["id"]);
    let withdrawn = user.delete(&path).ok();
    assert_eq!((withdrawn["ended"].as_array().unwrap().len(), withdrawn["why"].clone()), (2, json!("不想")));
    assert!(withdrawn["message"].as_str().unwrap().contains(withdrawn["kept_until"].as_str().unwrap()), "{withdrawn}");
    user.delete(&path).refused(409, "consent_withdrawn");
    server.settle();
    assert_eq!([&unpaid, &waiting, &answered].map(|order| status(&user, order)), ["02", "09", "04"]);
    user.post("/consultation/create", order_form(&patient, &doctor)).refused(422, "consent_needed");
    assert_eq!(user.get("/consent").ok()["items"][0]["withdrawn_at"], withdrawn["withdrawn_at"]);
    team_consult::audit(&server);
}

#[test]
fn a_child_needs_a_guardian_and_paper_will_do() {
    let server = TestServer::with(&[("care.consent", "require"), ("auth.session_ttl", "4000d")]);
    let holder = server.patient();
    let doctor = internet_hospital::doctor(&server, 2, 1);
    let child = |caller: &Client, birthday: &str| {
        let form = json!({ "name": "小测", "relation_type": "儿子", "gender": 1, "birthday": birthday });
        caller.post("/family", form).ok()["relation_user_id"].as_u64().unwrap()
    };
    let id = child(&holder, "2020-02-29");
    let hex = format!("{:08x}{id:016x}", 0);
    let refused = || holder.post("/consultation/create", order_form(&hex, &doctor)).refused(422, "consent_needed").json["fields"].clone();
    assert!(refused()["minor"].is_string());
    for purpose in ["terms", "health_data"] {
        assert_eq!(agree(&server, &holder, id, purpose)["by"], "guardian");
    }
    assert_eq!(refused().as_object().unwrap().len(), 1);

    // On paper, with the scan, at the desk.
    let admin = server.admin();
    let scan = kept(&admin, &samples::phone_jpeg(64, 48, 1));
    let mut form = json!({ "purpose": "minor", "version": 1, "scan": "/files/none.png" });
    admin.post(format_args!("/admin/persons/{id}/consents"), form.clone()).refused(400, "invalid_field");
    form["scan"] = json!(scan);
    let paper = admin.post(format_args!("/admin/persons/{id}/consents"), form).created();
    assert_eq!((paper["guardian_name"].clone(), paper["paper"].clone()), (json!(holder.name), json!(scan)));
    assert_eq!(order(&Caller { id: String::new(), client: (*holder).clone() }, &hex, &doctor)["status"], "01");

    // Somebody of whom it is not known that they are of age is no guardian; a child is not its own.
    let user = internet_hospital::user(&server, "open-two");
    let of_nobody = child(&user, "2020-01-01");
    let terms = text(&server, "minor");
    let form = json!({ "patient_id": of_nobody, "purpose": "minor", "version": 1, "sha256": terms["sha256"] });
    user.post("/consent", form).refused(422, "guardian_needed");

    // At fourteen nobody is asked for any more.
    let fourteen = child(&holder, "2012-03-02");
    let younger = child(&holder, "2012-03-03");
    for (id, expected) in [(fourteen, 2), (younger, 3)] {
        let form = order_form(&format!("{:08x}{id:016x}", 0), &doctor);
        let refused = holder.post("/consultation/create", form);
        assert_eq!(refused.refused(422, "consent_needed").json["fields"].as_object().unwrap().len(), expected);
    }
}

#[test]
fn a_teams_agreement_is_a_consent_as_well() {
    let scene = team::Scene::open();
    let consents = scene.patient.get("/consent").ok();
    let (first, total) = (consents["items"][0].clone(), consents["total"].clone());
    assert_eq!(
        (total, first["purpose"].clone(), first["team_id"].clone(), first["version"].clone()),
        (json!(1), json!("team"), json!(scene.team), json!(0))
    );
    team_consult::recharge(&scene.server, &scene.patient, 100);
    team::join(&scene.patient, scene.team, 100);
    assert_eq!(scene.patient.get("/consent").ok()["total"], 1, "the same words once");
}
