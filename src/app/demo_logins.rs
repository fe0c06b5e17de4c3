//! Who can sign in to the demonstration clinic, in a server that shows one.

use crate::domain::identity::account::Role;

/// How to sign in as the people of the demonstration clinic.
pub struct DemoLogins {
    pub password: &'static str,
    pub people: Vec<DemoLogin>,
}

pub struct DemoLogin {
    pub role: Role,
    pub phone: String,
    /// Empty for one who has not filled in a profile.
    pub name: String,
    /// Whether an administrator has let the person in; patients let themselves in by their profile.
    pub verified: bool,
    /// One sentence about the person, for who chooses among them; empty where there is nothing to say.
    pub line: String,
}
