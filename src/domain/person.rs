//! How somebody with an account is called, whatever the role.

use super::{
    account::{Account, Role},
    assistant, doctor, patient,
};
use crate::{
    base::{error::Result, id::Id},
    store::View,
};

/// The name in the profile; empty where there is none yet, or no such account.
pub fn name(db: &View, account: Id) -> Result<String> {
    let Some(account) = db.get::<Account>(account)? else { return Ok(String::new()) };
    Ok(match account.role {
        Role::Patient => patient::oneself(db, account.id)?.map(|patient| patient.name).unwrap_or_default(),
        Role::Doctor => doctor::profile(db, account.id)?.name,
        Role::Assistant => assistant::profile(db, account.id)?.name,
        Role::Admin => account.username.unwrap_or_default(),
    })
}
