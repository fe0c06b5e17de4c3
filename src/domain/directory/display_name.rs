//! Somebody with an account, whatever the role: a name and a picture. A patient account's are those of its own patient (本人), also where that
//! was deleted since, as far as the reader may see them; doctors, assistants and administrators go by their names.

use super::{assistant, doctor, patient};
use crate::{
    base::{error::Result, id::AccountId},
    domain::{
        identity::account::{Account, Role},
        shared::sight::Sight,
    },
    store::View,
};

/// Both are empty where there is no profile yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Face {
    pub name: String,
    pub avatar: String,
}

pub fn face(db: &View, account: &Account, sight: Sight) -> Result<Face> {
    let (name, avatar) = match account.role {
        Role::Patient => match patient::oneself_ever(db, account.id.patient_account())? {
            Some(patient) => (sight.name(&patient.name), sight.person(patient.avatar).unwrap_or_default()),
            None => Default::default(),
        },
        Role::Doctor => {
            let doctor = doctor::profile(db, account.id.doctor())?;
            (doctor.name, doctor.avatar)
        }
        Role::Assistant => {
            let assistant = assistant::profile(db, account.id.assistant())?;
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
        (None, Role::Patient) => {
            Ok(patient::oneself_ever(db, account.id.patient_account())?.map(|patient| patient.phone).unwrap_or_default())
        }
        (None, _) => Ok(String::new()),
    }
}

/// The name as everybody sees it: a patient's masked. Empty where there is no such account.
pub fn name(db: &View, account: AccountId) -> Result<String> {
    match db.get::<Account>(account)? {
        Some(account) => Ok(face(db, &account, Sight::STRANGER)?.name),
        None => Ok(String::new()),
    }
}
