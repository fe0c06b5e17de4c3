//! What doctors, assistants and patients have in common: how a place prints, letting in and shutting out, leaving.

use serde::Serialize;

use crate::{
    base::{error::Result, id::Id, needle::Straw, page::Slice},
    domain::{
        clinic_wide::removal,
        identity::{
            account::{self, Account, Role},
            audit::{self, Action, Subject},
        },
        shared::region::{self, Place},
    },
    http::core::{context::Cx, request::Request},
    store::{Tx, View},
};

use super::{form, listing::Asked};

/// Where somebody is, with the names of the regions.
#[derive(Serialize)]
pub struct PlaceView {
    province_id: Id,
    province_name: String,
    city_id: Id,
    city_name: String,
    county_id: Id,
    county_name: String,
    addr: String,
}

impl PlaceView {
    pub fn of(db: &View, place: Place) -> Result<PlaceView> {
        Ok(PlaceView {
            province_name: region::name(db, place.province_id)?,
            city_name: region::name(db, place.city_id)?,
            county_name: region::name(db, place.county_id)?,
            province_id: place.province_id,
            city_id: place.city_id,
            county_id: place.county_id,
            addr: place.addr,
        })
    }
}

/// The accounts of a role by `is_verify` and `q`, which is looked for in the phone and in what `known` says of a person.
pub fn find(db: &View, request: &Request, role: Role, known: fn(&View, Id) -> Result<Vec<Straw<String>>>) -> Result<Slice<Account>> {
    let Asked { page, needle } = Asked::of(request)?;
    let wanted = |account: &Account| {
        let mut straws = known(db, account.id)?;
        straws.push(Straw::Phone(account.phone.clone().unwrap_or_default()));
        Ok(needle.is_among(&straws))
    };
    let wanted: Option<account::AccountFilter> = if needle.is_empty() { None } else { Some(&wanted) };
    account::find(db, role, form::standing(request)?, page, wanted)
}

/// Somebody of that role, whose private data an administrator is about to read: the look is written down.
pub fn look_at(cx: &Cx, db: &mut Tx, request: &Request, role: Role) -> Result<Account> {
    let account = account::need(db, request.path_id("id")?, role)?;
    audit::note(db, &cx.actor()?, Action::Look, Subject::person(role), account.id)?;
    Ok(account)
}

/// `is_verify` 1 lets in, 2 shuts out and ends the sessions.
pub fn verify(cx: &Cx, db: &mut Tx, request: &Request, role: Role) -> Result<Account> {
    let account = account::need(db, request.path_id("id")?, role)?;
    let account = account::set_verify(db, account, form::decision(request)?)?;
    audit::note(db, &cx.actor()?, Action::Verify, Subject::person(role), account.id)?;
    Ok(account)
}

pub fn remove(cx: &Cx, db: &mut Tx, request: &Request, role: Role) -> Result<()> {
    let id = request.path_id("id")?;
    removal::person(db, id, role)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::person(role), id)
}

/// What a change of somebody touches of the account.
pub struct AccountChange {
    phone: Option<String>,
    /// Hashed.
    password: Option<String>,
}

impl AccountChange {
    /// Hashes: for heavy handlers.
    pub fn of(request: &Request) -> Result<AccountChange> {
        Ok(AccountChange { phone: form::phone(request)?, password: form::password(request)? })
    }

    pub fn apply(self, db: &mut Tx, id: Id, role: Role) -> Result<()> {
        account::need(db, id, role)?;
        if let Some(phone) = self.phone {
            account::set_phone(db, id, phone)?;
        }
        match self.password {
            Some(password) => account::set_password(db, account::need(db, id, role)?, password),
            None => Ok(()),
        }
    }
}
