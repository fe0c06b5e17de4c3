//! What everybody sees of somebody with an account, whatever the role: a name and a picture. A patient account's are those of its own
//! patient (本人), also where that was deleted since.

use super::{assistant, doctor, patient};
use crate::{
    base::{error::Result, id::Id},
    domain::identity::account::{Account, Role},
    store::View,
};

/// Both are empty where there is no profile yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Face {
    pub name: String,
    pub avatar: String,
}

pub fn face(db: &View, account: &Account) -> Result<Face> {
    let (name, avatar) = match account.role {
        Role::Patient => patient::oneself_ever(db, account.id)?.map(|patient| (patient.name, patient.avatar)).unwrap_or_default(),
        Role::Doctor => {
            let doctor = doctor::profile(db, account.id)?;
            (doctor.name, doctor.avatar)
        }
        Role::Assistant => {
            let assistant = assistant::profile(db, account.id)?;
            (assistant.name, assistant.avatar)
        }
        Role::Admin => (account.username.clone().unwrap_or_default(), String::new()),
    };
    Ok(Face { name, avatar })
}

/// The telephone: the account's, else the one that stands in its own patient's record, as of somebody who has only ever signed in by WeChat.
/// Empty where there is none.
pub fn phone(db: &View, account: &Account) -> Result<String> {
    match (&account.phone, account.role) {
        (Some(phone), _) => Ok(phone.clone()),
        (None, Role::Patient) => Ok(patient::oneself_ever(db, account.id)?.map(|patient| patient.phone).unwrap_or_default()),
        (None, _) => Ok(String::new()),
    }
}

/// The name alone; empty where there is no such account.
pub fn name(db: &View, account: Id) -> Result<String> {
    match db.get::<Account>(account)? {
        Some(account) => Ok(face(db, &account)?.name),
        None => Ok(String::new()),
    }
}
