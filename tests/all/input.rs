//! What people really type, through every door: copied, dictated, at full width, with marks that nobody sees.

use serde_json::{Value, json};
use xuanhu::domain::identity::{account::Role, sms};

use crate::{
    im_contact, internet_hospital,
    kit::{Person, Socket, TestServer, encode, id_number},
    team_consult, volunteer_doctor,
};

/// A phone as address books, chats and PDF files give it.
fn copied(phone: &str) -> [String; 6] {
    let wide: String = phone.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
    [
        format!("\u{202a}{phone}\u{202c}"),
        format!("+86 {} {} {}", &phone[..3], &phone[3..7], &phone[7..]),
        format!("（+86）{}\u{2011}{}", &phone[..7], &phone[7..]),
        wide,
        format!("{}\u{200b}{}\u{feff}", &phone[..3], &phone[3..]),
        format!("tel:+86-{phone}"),
    ]
}

/// The code of the last message to a phone becomes this one.
fn set_code(server: &TestServer, phone: &str, code: &'static str) {
    server.code_for(phone);
    let phone = phone.to_owned();
    let job = move |db: &mut xuanhu::store::Tx| {
        let sms = sms::list(db, (Some(&phone), None), &Default::default(), xuanhu::base::page::Page::ALL)?.items.swap_remove(0);
        db.put(&sms::Sms { code: code.into(), ..sms })
    };
    server.app().store.write_blocking(job).unwrap();
}

#[test]
fn phones_are_read_however_they_are_written() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    for phone in copied(&patient.phone) {
        let form = json!({ "phono": phone, "pwd": patient.password, "type": 1 });
        assert_eq!(server.nobody().post("/login", form).ok()["id"], patient.id, "{phone}");
        let form = json!({ "phone": phone, "password": patient.password, "role": "ｐａｔｉｅｎｔ" });
        assert_eq!(server.nobody().post("/session", form).ok()["member_id"], patient.id, "{phone}");
        let path = format!("/api/im/avatar?phone={}", encode(&phone));
        assert_ne!(patient.get(&path).status, 422, "{phone}");
    }
    for phone in copied(&doctor.phone) {
        let list = server.admin().get(format_args!("/admin/doctors?q={}", encode(&phone))).ok();
        assert_eq!((&list["total"], &list["items"][0]["id"]), (&json!(1), &json!(doctor.id)), "{phone}");
    }
    let me = internet_hospital::user(&server, "wx-phones");
    for (n, phone) in copied("19900007001").into_iter().enumerate() {
        let form = json!({ "userId": me.id, "phone": phone, "certificateNo": id_number(7_001 + n as u32), "name": "甲" });
        assert_eq!(me.post("/api/patient/create", form).ok()["phone"], 19_900_007_001_u64, "{phone}");
    }
}

#[test]
fn a_code_gets_its_leading_zeros_back() {
    let server = TestServer::open();
    let login = |phone: &str, code: Value| server.nobody().post("/login/phone", json!({ "photo": phone, "verify_code": code }));
    for (n, code) in [json!(2260), json!("2260"), json!(2260.0), json!("００２２６０"), json!(" 002 260\u{200b}")].into_iter().enumerate()
    {
        let phone = format!("1990000710{n}");
        set_code(&server, &phone, "002260");
        login(&phone, json!(22600)).refused(422, "wrong_code");
        login(&phone, code.clone()).ok();
        login(&phone, code).refused(422, "wrong_code"); // single use
    }
    // At every door that asks for one.
    let by_code = |phone: &str, path: &str, form: Value| {
        set_code(&server, phone, "000007");
        let mut form = form;
        form["verify_code"] = 7.into();
        server.nobody().post(path, form).ok()
    };
    by_code("19900007110", "/register", json!({ "phono": "19900007110", "pwd": "secret-1", "type": 1 }));
    server.advance("61s");
    by_code("19900007110", "/reset/pwd", json!({ "phono": "19900007110", "pwd": "secret-2", "type": 1 }));
    server.advance("61s");
    by_code("19900007110", "/session", json!({ "phone": "19900007110", "role": "patient" }));
    let me = internet_hospital::user(&server, "wx-code");
    set_code(&server, "19900007111", "000008");
    me.post("/api/user/bindphone", json!({ "phone": "19900007111", "verify_code": 8 })).ok();
    let assistant = server.assistant();
    server.advance("61s");
    set_code(&server, "19900007110", "000009");
    assistant.post("/assistant/bind/patient", json!({ "phone": "19900007110", "verify_code": 9 })).ok();
}

#[test]
fn names_are_of_one_line_and_show() {
    let server = TestServer::open();
    let patient = server.registered(Role::Patient);
    let mut form = patient.profile(&server);
    for (typed, kept) in [("\u{202e}张\n三\u{200b}\t", "张三"), ("e\u{301}va", "éva"), ("阿依古丽·买买提\u{feff}", "阿依古丽·买买提")]
    {
        form["real_name"] = typed.into();
        assert_eq!(patient.put("/user", form.clone()).ok()["real_name"], kept, "{typed:?}");
    }
    for nothing in ["\u{200b}", "\u{3164}", " \u{0}\n", "\u{202a}\u{202c}", "\u{feff}\u{3000}"] {
        form["real_name"] = nothing.into();
        patient.put("/user", form.clone()).refused(400, "missing_field");
    }
    let number = &patient.idno;
    let wide: String = number.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
    form["real_name"] = "张三".into();
    for typed in
        [wide, format!("{}-{} {}", &number[..6], &number[6..14], &number[14..]), format!("\u{2066}{number}\u{2069}"), number.to_lowercase()]
    {
        form["idno"] = typed.as_str().into();
        assert_eq!(patient.put("/user", form.clone()).ok()["idno"], *number, "{typed}");
    }
}

#[test]
fn long_texts_from_a_pdf_keep_their_lines() {
    let server = TestServer::open();
    let (typed, kept) = ("头痛三天\u{b}伴发热\u{c}无呕吐\u{0}\u{1b}。\r\n既往体健\u{200b}", "头痛三天\n伴发热\n无呕吐。\r\n既往体健");
    let (doctor, patient, other) = (server.doctor(), server.patient(), server.doctor());
    let project = volunteer_doctor::publish(&server, &doctor, json!({ "abstract": typed }));
    assert_eq!(server.nobody().get(format_args!("/project/{project}")).ok()["abstract"], kept);
    let joined = patient.post(format_args!("/project/{project}/join"), json!({ "content": typed, "photo": null })).ok();
    let shown = doctor.get(format_args!("/diagnoses/{}", joined["id"])).ok();
    assert!(shown.to_string().contains(&json!(kept).to_string()), "{shown}");
    let news = server.admin().post("/admin/news", json!({ "type": 1, "title": "一\n行", "content": typed })).created();
    assert_eq!((&news["title"], &news["content"]), (&json!("一行"), &json!(kept)));
    let group = team_consult::found(&other, "一队");
    let text = other.get(format_args!("/team/{group}")).ok()["name"].clone();
    assert_eq!(text, "一队");
    // Live, white space at the ends stays.
    im_contact::priced(&server, &doctor, 500);
    im_contact::consult(&server, &patient, im_contact::own_record(&patient), &doctor);
    let (mut phone, mut desk) = (Socket::login(&patient), Socket::login(&doctor));
    let frame =
        json!({ "type": "send", "to_member_id": doctor.id, "mimetype": "text/plain", "content": format!("  {typed}"), "images": [null] });
    assert_eq!(phone.ask(frame)["type"], "ack");
    assert_eq!(desk.said()["content"], format!("  {kept}"));
}

#[test]
fn lists_take_no_null_and_no_bare_number() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    im_contact::priced(&server, &doctor, 0);
    let record = im_contact::own_record(&patient);
    let order = |images: Value, n: usize| {
        let form = json!({
            "userId": im_contact::hex(patient.id), "doctorId": im_contact::hex(doctor.id), "patientId": im_contact::hex(record),
            "content": format!("头痛{n}"), "consultationReason": "复诊", "images": images,
        });
        patient.post("/consultation/create", form)
    };
    let own = "/files/0123456789abcdef0123456789abcdef.jpg";
    for (n, (images, kept)) in [
        (json!(null), json!([])),
        (json!("null"), json!([])),
        (json!([null]), json!([])),
        (json!(["", null, own, "\u{200b}"]), json!([own])),
        (json!(format!("[\"{own}\",null]")), json!([own])),
        (json!(" https://example.com/a.jpg\u{200b}"), json!(["https://example.com/a.jpg"])),
    ]
    .into_iter()
    .enumerate()
    {
        let made = order(images.clone(), n);
        if let 409 | 422 = made.status {
            panic!("{images}: {made}");
        }
        assert_eq!(made.ok()["images"], kept, "{images}");
    }
    for images in
        [json!(5), json!([5]), json!(true), json!({}), json!([["a"]]), json!("javascript:alert(1)"), json!(["data:x"]), json!("5")]
    {
        let refused = order(images.clone(), 9);
        refused.refused(400, "invalid_field");
        assert!(refused.json["fields"]["images"].is_string(), "{images}: {refused}");
    }
}

/// Every field that shows a picture, and one address after another that is none.
#[test]
fn pictures_are_our_uploads_or_on_the_web() {
    let server = TestServer::open();
    let admin = server.admin();
    let (doctor, patient, assistant) = (server.doctor(), server.patient(), server.assistant());
    let project = volunteer_doctor::publish(&server, &doctor, json!({}));
    let registration = volunteer_doctor::join(&patient, project)["id"].as_u64().unwrap();
    let with = |form: Value, name: &str, value: &Value| {
        let mut form = form;
        form[name] = value.clone();
        form
    };
    let event = json!({ "date": server.date(1), "begin": "09:00:00", "end": "10:00:00", "abstract": "甲" });
    let org = admin.post("/admin/orgs", json!({ "name": "某会" })).created()["id"].clone();
    for bad in [
        "javascript:alert(1)",
        "JaVaScRiPt\u{0}:alert(1)",
        "data:image/png;base64,AAAA",
        "//example.com/a.png",
        "wxfile://a",
        "a.jpg",
        "/admin",
    ] {
        let (one, many) = (json!(bad), json!([bad]));
        for (name, answer) in [
            ("avatars", patient.put("/user", with(patient.profile(&server), "avatars", &one))),
            ("avatars", doctor.put("/user", with(doctor.profile(&server), "avatars", &one))),
            ("avatars", assistant.put("/user", with(assistant.profile(&server), "avatars", &one))),
            ("work_photo", doctor.put("/user", with(doctor.profile(&server), "work_photo", &many))),
            ("photo", patient.post(format_args!("/project/{project}/join"), json!({ "content": "头痛", "photo": many }))),
            ("diag_photo", doctor.put(format_args!("/diagnoses/{registration}"), json!({ "diag_result": "好", "diag_photo": many }))),
            ("photo", patient.post("/chat", json!({ "to_user_id": doctor.id, "content": "您好", "photo": many, "type": 1 }))),
            (
                "images",
                patient
                    .post("/im/messages", json!({ "to_member_id": doctor.id, "mimetype": "text/plain", "content": "x", "images": many })),
            ),
            ("content", patient.post("/im/messages", json!({ "to_member_id": doctor.id, "mimetype": "image/png", "content": one }))),
            ("logo", admin.post("/admin/hospitals", json!({ "name": "甲院", "logo": one }))),
            ("banner", admin.post("/admin/hospitals", json!({ "name": "甲院", "banner": many }))),
            ("logo", admin.post("/admin/orgs", json!({ "name": "乙会", "logo": one }))),
            ("logo", admin.patch(format_args!("/admin/orgs/{org}"), json!({ "logo": one }))),
            ("avatars", admin.patch(format_args!("/admin/doctors/{}", doctor.id), json!({ "avatars": one }))),
            ("work_photo", admin.patch(format_args!("/admin/doctors/{}", doctor.id), json!({ "work_photo": many }))),
            ("avatars", admin.patch(format_args!("/admin/patients/{}", patient.id), json!({ "avatars": one }))),
            ("avatars", admin.patch(format_args!("/admin/assistants/{}", assistant.id), json!({ "avatars": one }))),
            ("photo", admin.post("/admin/news", json!({ "type": 1, "title": "甲", "photo": one }))),
            ("photo", admin.post("/admin/banners", json!({ "title": "甲", "photo": one, "type": 1, "jump_mode": 0 }))),
            ("photo", admin.post("/admin/special-projects", with(event.clone(), "photo", &one))),
        ] {
            answer.refused(400, "invalid_field");
            assert!(answer.json["fields"][name].is_string(), "{name} {bad}: {answer}");
        }
    }
    let href = |href: &str| admin.post("/admin/banners", json!({ "title": "甲", "photo": "", "type": 1, "jump_mode": 1, "href": href }));
    href("javascript:alert(1)").refused(400, "invalid_field");
    assert_eq!(href("https://example.com/a").created()["href"], "https://example.com/a");
    let uploaded =
        patient.put("/user", with(patient.profile(&server), "avatars", &json!("/files/0123456789abcdef0123456789abcdef.png"))).ok();
    assert_eq!(uploaded["avatars"], "/files/0123456789abcdef0123456789abcdef.png");
}

#[test]
fn measures_and_mail_addresses_are_looked_at() {
    let server = TestServer::open();
    let patient = server.patient();
    let put = |name: &str, value: Value| {
        let mut form = patient.profile(&server);
        form[name] = value;
        patient.put("/user", form)
    };
    for (name, value, kept) in [
        ("height", json!(172), "172"),
        ("height", json!("１７２．５cm"), "172.5"),
        ("weight", json!(0.3), "0.3"),
        ("weight", json!("72 公斤"), "72"),
        ("email", json!("ａ＠ｂ．ｃｎ "), "a@b.cn"),
    ] {
        assert_eq!(put(name, value.clone()).ok()[name], kept, "{value}");
    }
    for (name, value) in [
        ("height", json!("abc")),
        ("height", json!("-5")),
        ("height", json!(29)),
        ("height", json!(281)),
        ("weight", json!("0.2")),
        ("weight", json!(501)),
        ("weight", json!("1e2")),
        ("email", json!("not-mail")),
        ("email", json!("a@b")),
    ] {
        let refused = put(name, value.clone());
        refused.refused(400, "invalid_field");
        assert!(refused.json["fields"][name].is_string(), "{name} {value}: {refused}");
        let path = format!("/admin/patients/{}", patient.id);
        let mut form = json!({});
        form[name] = value;
        server.admin().patch(path, form).refused(400, "invalid_field");
    }
    assert_eq!(server.admin().patch(format_args!("/admin/patients/{}", patient.id), json!({ "height": "" })).ok()["height"], "");
}

#[test]
fn errors_name_the_field_in_every_family() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    let me = internet_hospital::user(&server, "wx-errors");
    let person = json!({ "userId": me.id, "phone": "199", "certificateNo": id_number(7_301), "name": "甲" });
    let number = json!({ "userId": me.id, "phone": "19900007301", "certificateNo": "123", "name": "甲" });
    let kin = json!({ "name": "甲", "relation_type": "父亲", "gender": 1, "birthday": "1960-01-01", "identity_number": "123" });
    for (answer, field) in [
        (server.nobody().post("/login", json!({ "phono": "199", "pwd": "x", "type": 1 })), "phono"),
        (me.post("/api/patient/create", person), "phone"),
        (me.post("/api/patient/create", number), "certificateNo"),
        (patient.post("/family", kin), "identity_number"),
        (patient.post("/im/messages", json!({ "to_member_id": doctor.id, "mimetype": "text/plain" })), "content"),
        (patient.post("/api/im/doctor-nickname", json!({ "doctorId": doctor.id, "nickname": "长".repeat(31) })), "nickname"),
        (server.admin().post("/admin/doctors", json!({ "phone": "199", "real_name": "甲" })), "phone"),
        (server.admin().get("/admin/doctors?page=x"), "page"),
    ] {
        assert!([400, 422].contains(&answer.status), "{answer}");
        assert!(answer.json["fields"][field].is_string(), "{field}: {answer}");
    }
}

#[test]
fn people_with_a_permit_or_a_passport_have_phones_of_elsewhere() {
    let server = TestServer::open();
    let me = internet_hospital::user(&server, "wx-abroad");
    let make = |kind: u8, phone: &str, n: u32| {
        let form = json!({
            "userId": me.id, "phone": phone, "certificateType": kind, "certificateNo": format!("Ｈ{n}00 12345"), "name": "甲",
            "birthday": "1990-01-01", "sex": 1,
        });
        me.post("/api/patient/create", form)
    };
    for (n, (kind, phone, printed)) in [
        (6, "+852 9123 4567", 85_291_234_567_u64),
        (6, "００８５３ ６６１２ ３４５６", 85_366_123_456),
        (5, "+886 0912-345-678", 886_912_345_678),
        (5, "199 0000 7401", 19_900_007_401),
    ]
    .into_iter()
    .enumerate()
    {
        let made = make(kind, phone, n as u32).ok();
        assert_eq!((&made["phone"], &made["certificateNo"]), (&json!(printed), &json!(format!("H{n}0012345"))), "{phone}");
    }
    make(6, "+852 1123 4567", 9).refused(422, "invalid_phone");
    make(5, "+1 212 555 0100", 9).refused(422, "invalid_phone");
    make(2, "+852 9123 4567", 9).refused(422, "invalid_phone");
}

#[test]
fn an_unknown_birthday_makes_no_age() {
    let server = TestServer::open();
    let patient = server.registered(Role::Patient);
    assert_eq!(patient.get("/user").ok()["age"], Value::Null);
    let patient = patient.with_profile(&server);
    assert!(patient.get("/user").ok()["age"].is_u64());
}

#[test]
fn too_large_an_upload_is_told_the_limit_of_uploads() {
    let server = TestServer::with(&[("limits.upload_bytes", "10MiB")]);
    let patient = server.patient();
    for size in [10 * 1_048_576 + 1, 12 * 1_048_576] {
        let answer = patient.request("POST", "/imgupload").multipart(&[], &[("file", "a.png", &vec![0_u8; size])]).send();
        answer.refused(413, "upload_too_large");
        assert!(answer.json["error_message"].as_str().unwrap().contains("最多 10 MB"), "{answer}");
    }
}

#[test]
fn numbers_and_paths_come_at_full_width() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let project = volunteer_doctor::publish(
        &server,
        &doctor,
        json!({ "people_count": "１６", "price": "０", "begin": "０９：００：００", "lng": "１１６．４０", "addr": "某路\n1号" }),
    );
    let wide: String = project.to_string().chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
    let shown = server.nobody().get(format_args!("/project/{}", encode(&wide))).ok();
    assert_eq!((&shown["id"], &shown["people_count"], &shown["addr"]), (&json!(project), &json!(16), &json!("某路1号")));
    assert_eq!(server.nobody().get(format_args!("/project?page_size={}", encode("１"))).ok()["page"]["page_size"], 1);
}

/// D5: staff find people by what they know of them.
#[test]
fn staff_find_people_by_what_they_know() {
    let server = TestServer::open();
    let admin = server.admin();
    let (doctor, patient, assistant): (Person, Person, Person) = (server.doctor(), server.patient(), server.assistant());
    for (path, person) in [("doctors", &doctor), ("patients", &patient), ("assistants", &assistant)] {
        admin.patch(format_args!("/admin/{path}/{}", person.id), json!({ "real_name": "曾国强" })).ok();
        let total = |q: &str| admin.get(format_args!("/admin/{path}?q={}", encode(q))).ok()["total"].clone();
        let phone = &person.phone;
        let part = format!("{} {}", &phone[3..7], &phone[7..]);
        for q in ["zengguoqiang", "zgq", "cengguo", "曾國強", "强 曾", part.as_str(), &person.idno, &person.idno.to_lowercase()] {
            assert_eq!(total(q), 1, "{path} {q}");
        }
        for q in copied(phone) {
            assert_eq!(total(&q), 1, "{path} {q}");
        }
        for q in [&person.idno[..17], &person.idno[6..14], &person.idno[14..], "zgg", "曾 李"] {
            assert_eq!(total(q), 0, "{path} {q}");
        }
    }
    assert_eq!(admin.get(format_args!("/admin/doctors?q={}", encode("neike zeng"))).ok()["total"], 1, "two words of two fields");
    assert_eq!(admin.get("/admin/outbox?q=%2B86%20199").ok()["total"], 3);
}
