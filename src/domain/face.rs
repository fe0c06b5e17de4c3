//! What everybody sees of an account: a name and a picture. A patient account's are those of its own patient (本人).

use super::{
    account::{Account, Role},
    assistant, doctor, patient,
};
use crate::{base::error::Result, store::View};

/// Both are empty where there is no profile yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Face {
    pub name: String,
    pub avatar: String,
}

pub fn of(db: &View, account: &Account) -> Result<Face> {
    Ok(match account.role {
        Role::Patient => patient::oneself(db, account.id)?.map_or_else(Face::default, |patient| face(patient.name, patient.avatar)),
        Role::Doctor => {
            let doctor = doctor::profile(db, account.id)?;
            face(doctor.name, doctor.avatar)
        }
        Role::Assistant => {
            let assistant = assistant::profile(db, account.id)?;
            face(assistant.name, assistant.avatar)
        }
        Role::Admin => Face::default(),
    })
}

fn face(name: String, avatar: String) -> Face {
    Face { name, avatar }
}
