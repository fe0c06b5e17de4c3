//! Roles: what an account is to the clinic. A person who is two of them has two accounts.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Role {
    Patient,
    Doctor,
    Assistant,
    Admin,
}

impl Role {
    /// The number by which volunteer_doctor calls it (`type`: 1 患者, 2 医生, 3 医助); administrators have none there.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }

    pub const fn from_number(number: i64) -> Option<Role> {
        match number {
            1 => Some(Role::Patient),
            2 => Some(Role::Doctor),
            3 => Some(Role::Assistant),
            _ => None,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Role::Patient => "patient",
            Role::Doctor => "doctor",
            Role::Assistant => "assistant",
            Role::Admin => "admin",
        }
    }

    pub fn from_name(name: &str) -> Option<Role> {
        [Role::Patient, Role::Doctor, Role::Assistant, Role::Admin].into_iter().find(|role| role.name() == name)
    }
}
