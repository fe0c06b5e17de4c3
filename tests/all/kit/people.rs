//! People made up for tests: they register, fill in their profile and are let in, all through public endpoints.
//!
//! Identity numbers are of region 990101, which does not exist; telephones begin with 1990000.

use std::ops::Deref;

use serde_json::{Value, json};
use xuanhu::{
    base::id::AccountId,
    domain::identity::account::{self, Role, Verify},
    store::Tx,
};

use super::{Answer, Client, TestServer};

/// A person with an account. Acts as a [`Client`] with its token.
#[derive(Clone)]
pub struct Person {
    pub id: u64,
    pub role: Role,
    pub phone: String,
    pub password: String,
    pub name: String,
    pub idno: String,
    client: Client,
}

impl Deref for Person {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl TestServer {
    /// A patient with a complete profile.
    pub fn patient(&self) -> Person {
        self.registered(Role::Patient).with_profile(self)
    }

    /// A doctor with a complete profile, verified by the administration.
    pub fn doctor(&self) -> Person {
        self.registered(Role::Doctor).with_profile(self).verified(self)
    }

    /// An assistant with a complete profile, verified by the administration.
    pub fn assistant(&self) -> Person {
        self.registered(Role::Assistant).with_profile(self).verified(self)
    }

    /// Somebody who has just registered, without a profile.
    pub fn registered(&self, role: Role) -> Person {
        let number = self.next_person();
        let phone = phone(number);
        let password = format!("secret-{number}");
        let code = self.code_for(&phone);
        let form = json!({ "phono": phone, "pwd": password, "type": role.number(), "verify_code": code });
        let user = self.nobody().post("/register", form).ok();
        Person {
            id: user["id"].as_u64().unwrap(),
            client: self.nobody().with_token(user["token"].as_str().unwrap()),
            name: name(number),
            idno: id_number(number),
            role,
            phone,
            password,
        }
    }

    /// Asks for an SMS code and reads it from the outbox.
    pub fn code_for(&self, phone: &str) -> String {
        self.nobody().post("/phone/verifycode", json!({ "phone": phone })).ok();
        self.last_code(phone)
    }

    /// The code of the last message to `phone`.
    pub fn last_code(&self, phone: &str) -> String {
        let outbox = self.admin().get(format_args!("/admin/outbox?phone={phone}")).ok();
        outbox["items"][0]["code"].as_str().unwrap_or_else(|| panic!("no message to {phone}: {outbox}")).to_owned()
    }

    /// The hospital where doctors work unless told otherwise.
    pub fn hospital(&self) -> u64 {
        *self.hospital.get_or_init(|| {
            let form = json!({
                "name": "测试医院", "level": "三级甲等", "tag": "综合", "addr": "一号路1号",
                "province_id": 110_000, "city_id": 110_100, "county_id": 110_101,
            });
            self.admin().post("/admin/hospitals", form).created()["id"].as_u64().unwrap()
        })
    }
}

impl Person {
    /// Fills in the profile of 3.1.3 to 3.1.5.
    pub fn with_profile(self, server: &TestServer) -> Person {
        let form = self.profile(server);
        self.put("/user", form).ok();
        self
    }

    /// A complete profile as it is sent.
    pub fn profile(&self, server: &TestServer) -> Value {
        let mut form = json!({
            "avatars": "", "real_name": self.name, "idno": self.idno, "email": "", "addr": "二号路2号",
            "province_id": 110_000, "city_id": 110_100, "county_id": 110_101,
        });
        let more = match self.role {
            Role::Patient => json!({ "height": "170", "weight": "60", "marital_status": 1, "drink_status": 0, "smoking_status": 0 }),
            Role::Doctor => json!({
                "hospital_id": server.hospital(), "departments": "内科", "job_position": "主任医师", "good_at": "头痛",
                "work_photo": ["https://files.example.com/1.png"], "abstract": "行医二十年",
            }),
            _ => json!({ "team_name": "志愿者一队" }),
        };
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        form
    }

    /// Let in, without a word: a story begins with nothing told.
    pub fn verified(self, server: &TestServer) -> Person {
        let id = self.id;
        let let_in = move |db: &mut Tx| account::set_verify(db, db.need(AccountId::from_number(id))?, Verify::Enabled).map(drop);
        server.app().store.write_blocking(let_in).unwrap();
        self
    }

    /// Sets `is_verify` as the administration does: 1 lets in, 2 shuts out.
    pub fn verify(&self, server: &TestServer, is_verify: u8) -> Answer {
        let collection = match self.role {
            Role::Patient => "patients",
            Role::Doctor => "doctors",
            _ => "assistants",
        };
        server.admin().post(format_args!("/admin/{collection}/{}/verify", self.id), json!({ "is_verify": is_verify }))
    }

    /// Signs in anew with the password: after a restart, a week, or a shut door.
    pub fn signed_in_again(mut self, server: &TestServer) -> Person {
        let form = json!({ "phono": self.phone, "pwd": self.password, "type": self.role.number() });
        let user = server.nobody().post("/login", form).ok();
        self.client = server.nobody().with_token(user["token"].as_str().unwrap());
        self
    }

    /// The same person and token at the clinic's new address, after [`TestServer::restart`].
    pub fn at(mut self, server: &TestServer) -> Person {
        self.client.base = server.nobody().base;
        self
    }

    pub fn token(&self) -> &str {
        self.client.token.as_deref().unwrap()
    }
}

pub fn phone(number: u32) -> String {
    assert!(number < 10_000, "a clinic of the tests has telephones for ten thousand people");
    format!("1990000{number:04}")
}

fn name(number: u32) -> String {
    const FAMILY: &[&str] = &["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];
    format!("测{}{number}", FAMILY[number as usize % FAMILY.len()])
}

/// A valid number of a region that does not exist (GB 11643): born in 1984, men and women in turn.
pub fn id_number(number: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let (day, sequence) = (number / 900 % 28 + 1, number % 900 + 100);
    let body = format!("990101198410{day:02}{sequence:03}");
    let sum: u32 = body.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{body}{}", b"10X98765432"[sum as usize % 11] as char)
}

mod tests {
    use super::*;
    use xuanhu::base::idno::IdNumber;

    #[test]
    fn made_up_numbers_are_valid_and_differ() {
        let numbers: Vec<_> = (0..2_000).map(id_number).collect();
        for number in &numbers {
            assert!(IdNumber::parse(number, jiff::civil::date(2026, 3, 2)).is_ok(), "{number}");
        }
        let different: std::collections::BTreeSet<_> = numbers.iter().collect();
        assert_eq!(different.len(), numbers.len());
    }
}
