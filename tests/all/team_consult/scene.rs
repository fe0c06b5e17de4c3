//! A team of two doctors with a member who has paid in: where most stories of consults begin.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::{bring_in, recharge};
use crate::kit::{Answer, Person, TestServer};

/// The founder is the group assistant.
pub struct Scene {
    pub server: TestServer,
    pub founder: Person,
    pub doctor: Person,
    pub patient: Person,
    pub team: u64,
}

/// What a consult of the scene's team costs, what the member has paid in as a fee, and what is left in the wallet.
pub const FEE: i64 = 3_000;
pub const PAID_IN: i64 = 10_000;
pub const WALLET: i64 = 5_000;

impl Scene {
    pub fn open() -> Scene {
        Scene::with(&[])
    }

    pub fn with(settings: &[(&'static str, &str)]) -> Scene {
        // Sessions that last: months go by.
        let settings: Vec<_> = [("auth.session_ttl", "400d")].iter().chain(settings).copied().collect();
        let server = TestServer::with(&settings);
        let (founder, doctor, patient) = (server.doctor(), server.doctor(), server.patient());
        let team = found(&founder, "心血管团队", FEE);
        bring_in(&founder, &doctor, team);
        recharge(&server, &patient, PAID_IN + WALLET);
        join(&patient, team, PAID_IN);
        Scene { server, founder, doctor, patient, team }
    }

    /// Another member, with that much as a fee and that much in the wallet.
    pub fn member(&self, fee: i64, wallet: i64) -> Person {
        let patient = self.server.patient();
        if fee + wallet > 0 {
            recharge(&self.server, &patient, fee + wallet);
        }
        join(&patient, self.team, fee);
        patient
    }

    /// The member consults the team; the consult's id.
    pub fn consult(&self) -> u64 {
        self.consult_of(&self.patient)
    }

    pub fn consult_of(&self, patient: &Person) -> u64 {
        id(&patient.post("/consult", another(self.team)).ok(), "consultation_id")
    }

    /// The group assistant brings the doctor in.
    pub fn started(&self) -> u64 {
        let consult = self.consult();
        self.bring_in(consult).ok();
        consult
    }

    pub fn bring_in(&self, consult: u64) -> Answer {
        self.founder.post(format_args!("/consult/{consult}/doctor"), json!({ "doctor_id": self.doctor.id }))
    }

    pub fn finished(&self) -> u64 {
        let consult = self.started();
        self.doctor.post(format_args!("/consult/{consult}/finish"), json!({})).ok();
        consult
    }

    /// The doctor offers a service at this price; its id.
    pub fn offer(&self, consult: u64, amount: i64) -> u64 {
        let form = json!({ "name": "上门换药", "description": "每周一次", "amount": amount });
        id(&self.doctor.post(format_args!("/consult/{consult}/vas"), form).ok(), "vas_id")
    }

    /// What the member has: fee balance and wallet.
    pub fn purse(&self) -> (i64, i64) {
        self.purse_of(&self.patient)
    }

    pub fn purse_of(&self, patient: &Person) -> (i64, i64) {
        let balances = self.founder.get(format_args!("/team/{}/fee_balance?limit=100", self.team)).ok();
        let mine = balances["items"].as_array().unwrap().iter().find(|one| one["member_id"] == patient.id).unwrap().clone();
        let wallet = patient.get("/member/profile").ok()["balance"].as_i64().unwrap();
        (mine["fee_balance"].as_i64().unwrap(), wallet)
    }

    /// What the group has been told, as the administration sees it: who, of which type, what.
    pub fn said(&self, consult: u64) -> Vec<(u64, String, String)> {
        let whole = self.server.admin().post(format_args!("/admin/team-consults/{consult}/reveal"), json!({ "reason": "核对" })).ok();
        let text = |message: &Value, key: &str| message[key].as_str().unwrap().to_owned();
        let messages = whole["messages"].as_array().unwrap().iter();
        messages.map(|one| (id(one, "from_id"), text(one, "mimetype"), text(one, "content"))).collect()
    }
}

/// The form of 1.3, for oneself.
pub fn form(team: u64) -> Value {
    json!({ "team_id": team, "symptom_content": "胸口发闷两天", "symptom_type": "text/plain", "images": ["https://files.example.com/a.jpg"] })
}

/// The same with another picture each time: the same within a minute would be the first.
pub fn another(team: u64) -> Value {
    static ASKED: AtomicU32 = AtomicU32::new(1);
    let mut form = form(team);
    form["images"] = json!([format!("https://files.example.com/{}.jpg", ASKED.fetch_add(1, Ordering::Relaxed))]);
    form
}

pub fn id(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_else(|| panic!("no {key} in {value}"))
}

/// The ids of `{items}` and their total.
pub fn ids(list: &Value, key: &str) -> (Vec<u64>, u64) {
    (list["items"].as_array().unwrap().iter().map(|item| id(item, key)).collect(), id(list, "total"))
}

pub fn found(founder: &Person, name: &str, fee: i64) -> u64 {
    let form = json!({ "name": name, "introduction": "三甲医院医生", "agreement": "会费用于咨询", "consult_fee": fee });
    id(&founder.post("/team", form).ok(), "team_id")
}

pub fn join(patient: &Person, team: u64, fee: i64) {
    patient.post(format_args!("/team/{team}/member"), json!({ "agreement_accepted": true, "fee": fee })).ok();
}
