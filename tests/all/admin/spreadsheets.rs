//! Tables as spreadsheets write them, and tables that spreadsheets may open.

use std::fs;

use serde_json::{Value, json};
use xuanhu::domain::identity::account::Role;

use crate::kit::{
    Answer, TestServer, data_dir, id_number,
    program::{Running, command, run},
};

fn import(server: &TestServer, kind: &str, table: impl AsRef<[u8]>) -> Answer {
    server.admin().request("POST", format_args!("/admin/import/{kind}")).multipart(&[], &[("file", "t.csv", table.as_ref())]).send()
}

fn export(server: &TestServer, kind: &str) -> String {
    String::from_utf8(server.admin().get(format_args!("/admin/export/{kind}")).bytes).unwrap()
}

/// The lines that are refused, each with why.
fn refused(server: &TestServer, kind: &str, table: impl AsRef<[u8]>) -> Vec<(String, String)> {
    let answer = import(server, kind, table);
    answer.refused(422, "bad_rows");
    let fields = answer.json["fields"].as_object().unwrap();
    fields.iter().map(|(line, problem)| (line.clone(), problem.as_str().unwrap().to_owned())).collect()
}

fn lines(refused: &[(String, String)]) -> Vec<&str> {
    refused.iter().map(|(line, _)| line.as_str()).collect()
}

#[test]
fn more_cells_than_columns_are_refused_with_their_line() {
    let server = TestServer::open();
    let before = export(&server, "hospitals");
    let wrong = refused(&server, "hospitals", "name,level,tag,addr\r\n翠柏医院,三级甲等,综合,东区,某路1号\r\n青松医院,,,,,\r\n");
    assert_eq!(lines(&wrong), ["line 2"], "empty cells at the end are none");
    assert!(wrong[0].1.contains("5 格") && wrong[0].1.contains("4 列"), "{wrong:?}");
    assert_eq!(export(&server, "hospitals"), before);
    assert_eq!(import(&server, "hospitals", "name,level,addr\r\n翠柏医院,三级甲等,\"东区,某路1号\"\r\n").ok()["created"], 1);
    let hospital = server.admin().get("/admin/hospitals?q=翠柏医院").ok()["items"][0].clone();
    assert_eq!(hospital["addr"], "东区,某路1号");
}

#[test]
fn lines_are_those_of_the_file() {
    let server = TestServer::open();
    for (table, wrong) in [
        ("name,code\r\n好一,X1\r\n好二,X2\r\n坏一,\r\n", vec!["line 4"]),
        ("name,code\n好一,X1\n\n\n坏一,\n", vec!["line 5"]),
        ("\r\n\r\nname,code\r\n\"好\r\n一\",X1\r\n坏一,\r\n,,\r\n坏二,\r\n", vec!["line 6", "line 8"]),
        ("name,code\r坏一,\r好一,X1\r坏二,\r", vec!["line 2", "line 4"]),
        ("name,code\n\"好\n\n一\",X1\n\"坏\n一\",\"\"\n坏二,\n", vec!["line 5", "line 7"]),
    ] {
        assert_eq!(lines(&refused(&server, "diagnosis-terms", table)), wrong, "{table:?}");
    }
}

#[test]
fn spreadsheets_of_any_make_are_read() {
    let server = TestServer::open();
    let text = "phone,real_name,hospital,departments\r\n19900003001,张测,悬壶示例医院,内科\r\n,,,\r\n";
    let gb = b"phone,real_name,hospital,departments\r\n19900003001,\xd5\xc5\xb2\xe2,\xd0\xfc\xba\xf8\xca\xbe\xc0\xfd\xd2\xbd\xd4\xba,\xc4\xda\xbf\xc6\r\n".to_vec();
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.replace(',', "\t").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    import(&server, "hospitals", "name\n悬壶示例医院\n").ok();
    for (table, done) in [
        (gb, json!({ "created": 1, "updated": 0 })),
        (text.into(), json!({ "created": 0, "updated": 1 })),
        (format!("\u{feff}{text}").into(), json!({ "created": 0, "updated": 1 })),
        (text.replace(',', ";").into(), json!({ "created": 0, "updated": 1 })),
        (utf16, json!({ "created": 0, "updated": 1 })),
        (text.replace("phone", " Phone\u{200b}").into(), json!({ "created": 0, "updated": 1 })),
    ] {
        assert_eq!(import(&server, "doctors", table).ok(), done);
        let doctor = server.admin().get("/admin/doctors?q=张测").ok()["items"][0].clone();
        assert_eq!((&doctor["phone"], &doctor["departments"]), (&json!("19900003001"), &json!("内科")));
    }
    for (table, why) in [
        (b"PK\x03\x04\x14\x00".as_slice(), "Excel"),
        (b"name,code\n\xff\xff,A\n", "GB18030"),
        (b"name,code,name\na,b,c\n", "两次"),
        (b"\r\n,,\r\n", "列名"),
    ] {
        let answer = import(&server, "diagnosis-terms", table);
        answer.refused(422, "bad_table");
        assert!(answer.json["detail"].as_str().unwrap().contains(why), "{answer}");
    }
}

#[test]
fn cells_are_read_as_what_people_type() {
    let server = TestServer::open();
    import(&server, "hospitals", "name\n悬壶示例医院\n").ok();
    let row = "\u{202a}１９９-0000-3009\u{202c},\u{feff}张\u{200b}测,悬壶示例医院,ＴＲＵＥ,３０００,\"一\u{c}二\r\n三\"";
    import(&server, "doctors", format!("phone,real_name,hospital,is_hot,image_and_text_price,good_at\n{row}\n")).ok();
    let doctor = server.admin().get("/admin/doctors?q=19900003009").ok()["items"][0].clone();
    let doctor = server.admin().get(format_args!("/admin/doctors/{}", doctor["id"])).ok();
    for (name, kept) in [("real_name", json!("张测")), ("image_and_text_price", json!(3000)), ("good_at", json!("一\n二\n三"))] {
        assert_eq!(doctor[name], kept, "{name}");
    }
    let wrong = refused(
        &server,
        "doctors",
        "phone,real_name,hospital,idno,email,weight\n1.99E+10,甲,悬壶示例医院,,,\n19900003010,乙,没有的医院,,,\n19900003011,丙,悬壶示例医院,123,,\n\
         19900003012,丁,悬壶示例医院,,not-mail,\n19900003013,戊,悬壶示例医院,,,-1\n",
    );
    let columns = ["phone", "hospital", "idno", "email", "weight"];
    assert_eq!(wrong.len(), columns.len());
    for ((line, problem), column) in wrong.iter().zip(columns) {
        assert!(problem.contains(column), "{line} {problem}");
    }
    let wrong = refused(&server, "hospitals", "name,logo,banner\n甲院,javascript:alert(1),\n乙院,,https://example.com/a.png|data:x\n");
    assert!(wrong[0].1.contains("logo") && wrong[1].1.contains("banner"), "{wrong:?}");
}

#[test]
fn the_same_row_twice_is_refused_with_both_lines() {
    let server = TestServer::open();
    import(&server, "hospitals", "name\n悬壶示例医院\n").ok();
    let before = export(&server, "doctors");
    let table = "phone,real_name,hospital\n19900003004,甲,悬壶示例医院\n19900003005,乙,悬壶示例医院\n+86 199 0000 3004,丙,悬壶示例医院\n";
    let wrong = refused(&server, "doctors", table);
    assert_eq!(lines(&wrong), ["line 4"]);
    assert!(wrong[0].1.contains("第 2 行") && wrong[0].1.contains("phone"), "{wrong:?}");
    assert_eq!(export(&server, "doctors"), before);
    for (kind, table) in [
        ("hospitals", "name\n甲院\n 甲院\u{200b}\n"),
        ("departments", "name\n甲科\n甲科\n"),
        ("diagnosis-terms", "name,code\n甲病,A1\n甲病,A2\n"),
        ("regions", "id,parent_id,name\n990000,0,甲\n９９００００,0,乙\n"),
    ] {
        assert_eq!(lines(&refused(&server, kind, table)), ["line 3"], "{kind}");
    }
}

#[test]
fn what_was_exported_or_shown_can_be_sent_back() {
    let server = TestServer::open();
    let admin = server.admin();
    import(&server, "hospitals", "name\n悬壶示例医院\n").ok();
    admin.post("/admin/hospitals", json!({ "name": "悬壶示例医院", "addr": "西路" })).refused(409, "hospital_taken");
    // Doctors who registered themselves have no hospital, and no name, before they say so.
    let fresh = server.registered(Role::Doctor);
    let made = admin.post("/admin/doctors", json!({ "phone": "19900003051", "real_name": "甲", "is_verify": 1 })).created();
    assert_eq!(import(&server, "doctors", export(&server, "doctors")).ok(), json!({ "created": 0, "updated": 2 }));
    // Whoever had no doctor's number has one now.
    let table = export(&server, "doctors");
    assert_eq!(import(&server, "doctors", &table).ok(), json!({ "created": 0, "updated": 2 }));
    assert_eq!(export(&server, "doctors"), table);
    for new in ["phone,real_name,hospital\n19900003052,乙,\n", "phone,real_name,hospital\n19900003052,,悬壶示例医院\n"] {
        assert_eq!(lines(&refused(&server, "doctors", new)), ["line 2"]);
    }
    let signed_up = server.registered(Role::Patient);
    for (kind, id) in [("doctors", made["id"].as_u64().unwrap()), ("doctors", fresh.id), ("patients", signed_up.id)] {
        let path = format!("/admin/{kind}/{id}");
        let shown = admin.get(&path).ok();
        let mut sent = shown.clone();
        sent.as_object_mut().unwrap().retain(|name, _| name != "is_verify");
        let again = admin.patch(&path, sent).ok();
        for (name, value) in shown.as_object().unwrap().iter().filter(|(name, _)| !name.ends_with("_at") && *name != "patients") {
            assert!(name == "doctor_sn" || again[name] == *value, "{kind} {name}: {again}");
        }
        admin.patch(&path, json!({ "phone": "" })).refused(400, "missing_field");
    }
}

#[test]
fn nothing_that_goes_out_is_calculated_and_it_comes_back_the_same() {
    let server = TestServer::open();
    let names = ["=1+1", "+852", "-5", "@SUM(A1)", "'=1", "''", "'甲'", "＝1+1", "甲=1", "\"甲\",乙"];
    for name in names {
        server
            .admin()
            .post("/admin/diagnosis-terms", json!({ "name": name, "code": "=HYPERLINK(\"http://example.com\",\"x\")" }))
            .created();
    }
    let table = export(&server, "diagnosis-terms");
    assert!(table.starts_with("\u{feff}name,code\n"), "a mark for spreadsheets");
    let mut reader = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let cells: Vec<String> = reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    assert!(!cells.iter().any(|cell| cell.starts_with(['=', '+', '-', '@', '＝'])), "{cells:?}");
    for written in ["'=1+1", "'+852", "'-5", "'@SUM(A1)", "''=1", "''", "'甲'", "'＝1+1", "甲=1"] {
        assert!(cells.iter().any(|cell| cell == written), "{written}");
    }
    let known = |server: &TestServer| -> Vec<Value> {
        let page = server.admin().get("/admin/diagnosis-terms?page_size=1000").ok();
        page["items"].as_array().unwrap().iter().map(|term| json!([term["name"], term["code"]])).collect()
    };
    let before = known(&server);
    assert_eq!(import(&server, "diagnosis-terms", &table).ok(), json!({ "created": 0, "updated": before.len() }));
    assert_eq!(known(&server), before);
    assert_eq!(export(&server, "diagnosis-terms"), table);
}

/// The command line reads and writes the same tables.
#[test]
fn the_command_line_does_the_same() {
    let dir = data_dir();
    let file = dir.path().join("terms.csv");
    let path = file.to_str().unwrap();
    fs::write(&file, b"name,code\r\n\xba\xc3\xb2\xa1,=1\r\n,\r\n").unwrap();
    for what in ["import", "export"] {
        let ended = run(command(dir.path(), &[what, "diagnosis-terms", path]));
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    let table = fs::read_to_string(&file).unwrap();
    assert!(table.starts_with("\u{feff}name,code\n") && table.contains("\n好病,'=1\n"), "{table}");
    fs::write(&file, "name,code\r\n好病,A1\r\n好病,A2\r\n甲,乙,丙\r\n").unwrap();
    let ended = run(command(dir.path(), &["import", "diagnosis-terms", path]));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains("line 3: ") && ended.err.contains("line 4: "), "{ended:?}");
}

/// An ID number and an e-mail leave the clinic as stars, unless somebody says why; the stars come back as what they stand for.
#[test]
fn a_table_of_people_is_masked_unless_somebody_says_why() {
    let server = TestServer::open();
    let admin = server.admin();
    let (idno, other) = (id_number(7_001), id_number(7_002));
    import(&server, "hospitals", "name\n悬壶示例医院\n").ok();
    let table =
        format!("phone,real_name,hospital,idno,email\n19900003021,甲,悬壶示例医院,{idno},doc@example.com\n19900003022,乙,悬壶示例医院,,\n");
    assert_eq!(import(&server, "doctors", &table).ok()["created"], 2);
    let whole = |reason: &str| String::from_utf8(admin.get(format_args!("/admin/export/doctors?full=1&reason={reason}")).bytes).unwrap();
    let masked = export(&server, "doctors");
    assert!(!masked.contains(&idno) && !masked.contains("doc@example.com"), "{masked}");
    assert!(masked.contains(&"*".repeat(18)) && masked.contains("19900003021"), "{masked}");

    let audit = |action: &str| admin.get(format_args!("/admin/audit?action={action}&page_size=50")).ok();
    assert_eq!(audit("reveal")["total"], 0);
    admin.get("/admin/export/doctors?full=1").refused(400, "missing_field");
    admin.get("/admin/export/doctors?full=maybe&reason=x").refused(400, "invalid_field");
    let before = whole("迁移");
    assert!(before.contains(&idno) && before.contains("doc@example.com"), "{before}");
    let (reveals, exports) = (audit("reveal"), audit("export"));
    assert_eq!((&reveals["total"], &reveals["items"][1]["reason"]), (&json!(2), &json!("迁移")), "everybody in it was looked at");
    assert_eq!((&exports["total"], &exports["items"][0]["reason"]), (&json!(2), &json!("迁移")));

    assert_eq!(import(&server, "doctors", &masked).ok(), json!({ "created": 0, "updated": 2 }));
    assert_eq!(whole("核对"), before, "what is masked stays");
    let row = |phone: &str, idno: &str, email: &str| format!("{phone},甲,悬壶示例医院,{idno},{email}\n");
    let stars = "*".repeat(18);
    let wrong = format!(
        "phone,real_name,hospital,idno,email\n{}{}{}{}",
        row("19900003021", "110***********6875", ""),
        row("19900003022", &stars, ""),
        row("19900003023", &stars, ""),
        row("19900003024", "", "***"),
    );
    let wrong = refused(&server, "doctors", &wrong);
    assert_eq!(lines(&wrong), ["line 2", "line 3", "line 4", "line 5"], "{wrong:?}");
    assert!(wrong.iter().all(|(_, problem)| problem.contains("星号")), "{wrong:?}");
    assert_eq!(whole("核对"), before);
    import(&server, "doctors", format!("phone,real_name,hospital,idno,email\n{}", row("19900003021", &other, "new@example.com"))).ok();
    let after = whole("核对");
    assert!(after.contains(&other) && after.contains("new@example.com") && !after.contains(&idno), "{after}");
    // A table about nobody has nothing to uncover.
    admin.get("/admin/export/hospitals?full=1&reason=x").refused(422, "nothing_to_uncover");
}

#[test]
fn the_command_line_masks_too() {
    let dir = data_dir();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let idno = id_number(7_003);
    let hospitals = file("h.csv", "name\n悬壶示例医院\n");
    let doctors = file("d.csv", &format!("phone,real_name,hospital,idno\n19900003031,甲,悬壶示例医院,{idno}\n"));
    assert_eq!(run(command(dir.path(), &["import", "hospitals", &hospitals])).code, Some(0));
    assert_eq!(run(command(dir.path(), &["import", "doctors", &doctors])).code, Some(0));
    let check = || {
        let exported = |more: &[&str]| run(command(dir.path(), &[&["export", "doctors", "-"], more].concat()));
        assert!(!exported(&[]).out.contains(&idno));
        let whole = exported(&["--full", "--reason", "交接 & 核对"]);
        assert!(whole.code == Some(0) && whole.out.contains(&idno), "{whole:?}");
        for wrong in [&["--full"][..], &["--reason", "x"], &["--full", "--reason", " "]] {
            assert_eq!(exported(wrong).code, Some(2), "{wrong:?}");
        }
    };
    check();
    let server = Running::start(dir.path());
    check();
    let reveals = server.admin.get("/admin/audit?action=reveal").ok();
    assert_eq!((&reveals["total"], &reveals["items"][0]["reason"]), (&json!(2), &json!("交接 & 核对")));
}

#[test]
fn a_quote_that_is_never_closed_swallows_no_rows() {
    let server = TestServer::open();
    let before = export(&server, "hospitals");
    let refused = import(&server, "hospitals", "name,addr\r\n丙院,a\r\n\"甲院,b\r\n乙院,c\r\n");
    refused.refused(422, "bad_table");
    assert!(refused.json["fields"]["line 3"].is_string(), "{refused}");
    assert_eq!(export(&server, "hospitals"), before);
}

/// A region is not below itself, however long the way round.
#[test]
fn regions_stay_a_tree() {
    let server = TestServer::open();
    let before = export(&server, "regions");
    for (table, line) in [
        ("id,parent_id,name\n110000,110101,环\n", "line 2"),
        ("id,parent_id,name\n110000,110000,环\n", "line 2"),
        ("id,parent_id,name\n990000,0,甲\n990100,990000,乙\n990000,990100,丙\n", "line 4"),
        ("id,parent_id,name\n990000,0,甲\n990100,990000,乙\n990101,990100,丙\n990102,990101,丁\n", "line 5"),
    ] {
        let wrong = refused(&server, "regions", table);
        assert_eq!(lines(&wrong), [line], "{wrong:?}");
    }
    assert_eq!(export(&server, "regions"), before);
}
