//! One caller of each kind, for tests that go through every row of the tables.

use serde_json::json;
use xuanhu::{
    domain::identity::account::Role,
    http::{APIS, core::table::Endpoint},
};

use super::{Client, Person, TestServer};

pub struct Crowd {
    pub nobody: Client,
    pub patient: Person,
    pub doctor: Person,
    pub assistant: Person,
    /// An administrator who has signed in by name.
    pub admin: Client,
}

impl Crowd {
    pub fn of(server: &TestServer) -> Crowd {
        let form = json!({ "username": "crowd", "password": "secret-crowd" });
        server.admin().post("/admin/administrators", form.clone()).created();
        let mut crowd = Crowd {
            nobody: server.nobody(),
            patient: server.patient(),
            doctor: server.doctor(),
            assistant: server.assistant(),
            admin: server.nobody(),
        };
        crowd.admin_signs_in();
        crowd
    }

    pub fn admin_signs_in(&mut self) {
        let form = json!({ "username": "crowd", "password": "secret-crowd" });
        let token = self.nobody.post("/admin/login", form).ok()["token"].as_str().unwrap().to_owned();
        self.admin = self.nobody.with_token(token);
    }

    pub fn all(&self) -> [(&'static str, Option<Role>, &Client); 5] {
        [
            ("nobody", None, &self.nobody),
            ("patient", Some(Role::Patient), &self.patient),
            ("doctor", Some(Role::Doctor), &self.doctor),
            ("assistant", Some(Role::Assistant), &self.assistant),
            ("admin", Some(Role::Admin), &self.admin),
        ]
    }

    /// Somebody whom the row lets in; somebody with a token where there is a choice.
    pub fn let_in(&self, row: &Endpoint) -> &Client {
        let fits = |(_, role, _): &(_, Option<Role>, _)| role.map_or(row.access.is_public(), |role| row.access.admits(role));
        self.all().into_iter().rev().find(fits).expect("a row lets somebody in").2
    }
}

/// Every row of every family; those that end the caller's session come last.
pub fn rows() -> Vec<&'static Endpoint> {
    let mut rows: Vec<_> = APIS.iter().flat_map(|family| family.endpoints()).collect();
    rows.sort_by_key(|row| ends_session(row));
    rows
}

pub fn ends_session(row: &Endpoint) -> bool {
    row.path.ends_with("/logout") || (row.method.name(), row.path) == ("DELETE", "/session")
}

/// The row's path with numbers that name nothing.
pub fn path_to_nothing(row: &Endpoint) -> String {
    let segments = row.path.split('/').map(|segment| if segment.starts_with('{') { "987654321" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}
