//! What doctors, assistants and patients have in common: how a place prints, letting in and shutting out, leaving.

use serde::Serialize;

use crate::{
    base::{
        error::{Result, invalid, missing},
        id::{AccountId, PatientId, RegionId},
        needle::Straw,
        page::Slice,
    },
    domain::{
        clinic_wide::removal,
        directory::{
            patient::{self, Patient},
            standing,
        },
        identity::{
            account::{self, Account, Role},
            audit::{self, Action, Actor, Purpose, Subject},
        },
        relations::privacy::{self, Reveal},
        shared::{
            region::{self, Place},
            sight::Sight,
        },
    },
    http::core::{context::Cx, reply::Reply, request::Request},
    store::{Tx, View},
};

use super::{
    form,
    listing::{Asked, Listing},
};

/// What is masked of somebody, as it prints to administrators, and the name, which somebody new may not have yet.
#[derive(Default, Serialize)]
pub struct Printed {
    #[serde(skip)]
    pub name: String,
    pub idno: String,
    pub addr: String,
    pub email: String,
}

/// Somebody's name, and the fields that are masked, whole, as the store has them.
pub struct Masked<'a> {
    pub name: &'a str,
    pub idno: &'a str,
    pub email: &'a str,
    pub place: &'a Place,
}

impl Printed {
    pub fn of_patient(db: &View, patient: &Patient, sight: Sight) -> Result<Printed> {
        let county = region::name(db, patient.place.county_id)?;
        Ok(Printed {
            name: patient.name.clone(),
            idno: sight.id_number(&patient.idno),
            addr: sight.address(&county, &patient.place.addr),
            email: sight.email(&patient.email),
        })
    }

    pub fn of_staff(db: &View, whole: Masked, sight: Sight) -> Result<Printed> {
        let county = region::name(db, whole.place.county_id)?;
        Ok(Printed {
            name: whole.name.to_owned(),
            idno: sight.staff_id_number(whole.idno),
            addr: sight.staff_address(&county, &whole.place.addr),
            email: sight.staff_email(whole.email),
        })
    }
}

/// How much there is of a record, for whoever does not see what it says.
#[derive(Default, Serialize)]
pub struct RecordCounts {
    pub texts: usize,
    /// Those of messages are not among them.
    pub images: usize,
    pub messages: usize,
}

/// Where somebody is, with the names of the regions.
#[derive(Serialize)]
pub struct PlaceView {
    province_id: RegionId,
    province_name: String,
    city_id: RegionId,
    city_name: String,
    county_id: RegionId,
    county_name: String,
    addr: String,
}

impl PlaceView {
    /// With the address as it prints.
    pub fn beside(db: &View, place: Place, addr: String) -> Result<PlaceView> {
        PlaceView::of(db, Place { addr, ..place })
    }

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
pub fn find(
    db: &View,
    request: &Request,
    role: Role,
    listing: &Listing<Account>,
    known: fn(&View, AccountId) -> Result<Vec<Straw<String>>>,
) -> Result<Slice<Account>> {
    let standing = form::standing(request)?;
    listing.find(db, request, |Asked { page, needle, .. }| {
        let wanted = |account: &Account| {
            let mut straws = known(db, account.id)?;
            straws.push(Straw::Phone(account.phone.clone().unwrap_or_default()));
            Ok(needle.is_among(&straws))
        };
        let wanted: Option<account::AccountFilter> = if needle.is_empty() { None } else { Some(&wanted) };
        account::find(db, role, standing, page, wanted)
    })
}

/// Somebody of that role, whom an administrator is about to read of: the look is written down.
pub fn look_at(cx: &Cx, db: &mut Tx, request: &Request, role: Role) -> Result<(Account, Sight)> {
    let account = account::need(db, request.path_id("id")?, role)?;
    let sight = look(db, &cx.actor()?, &account)?;
    Ok((account, sight))
}

/// A page of a list, everybody of whom is looked at.
pub fn look_at_all(cx: &Cx, found: Slice<Account>) -> Result<Slice<(Account, Sight)>> {
    let (accounts, actor) = (found.items.clone(), cx.actor()?);
    let sights = cx.write(move |db| accounts.iter().map(|account| look(db, &actor, account)).collect::<Result<Vec<_>>>())?;
    Ok(Slice { items: found.items.into_iter().zip(sights).collect(), total: found.total })
}

fn look(db: &mut Tx, actor: &Actor, account: &Account) -> Result<Sight> {
    match account.role {
        Role::Patient => privacy::look(db, actor, &patient::of_account(db, account)?, Purpose::Administration),
        _ => privacy::look_at_staff(db, actor, account),
    }
}

/// Reads what was said and found of a patient.
pub type RecordOf<'a> = &'a dyn Fn(&View, Sight) -> Result<serde_json::Value>;

/// `{reason, fields?}`: what is masked of somebody, whole, to whoever says why. `whole` reads it from the store, and `record` what was said and
/// found of a patient, which is shown only where it is named.
pub fn reveal(
    cx: &Cx,
    db: &mut Tx,
    request: &Request,
    (account, patient): (&Account, Option<PatientId>),
    whole: impl Fn(&View, Sight) -> Result<Printed>,
    record: Option<RecordOf>,
) -> Result<Reply> {
    const FIELDS: [&str; 3] = ["idno", "address", "email"];
    const RECORD: &str = "record";
    let known: Vec<&str> = FIELDS.into_iter().chain(record.map(|_| RECORD)).collect();
    let fields = request.texts_or_none("fields", known.len(), 20)?.unwrap_or_else(|| FIELDS.map(str::to_owned).to_vec());
    if fields.iter().any(|field| !known.contains(&field.as_str())) {
        return Err(invalid("fields", format!("应为 {} 中的若干项", known.join("、"))));
    }
    let asked = Reveal { account, patient, fields: fields.iter().map(String::as_str).collect(), reason: request.text("reason", 200)? };
    let sight = privacy::reveal(db, &cx.actor()?, asked)?;
    let whole = whole(db, sight)?;
    let texts = [("idno", whole.idno), ("address", whole.addr), ("email", whole.email)];
    let asked = texts.into_iter().filter(|(name, _)| fields.iter().any(|field| field == name));
    let mut shown: serde_json::Map<_, _> = asked.map(|(name, text)| (name.to_owned(), text.into())).collect();
    if let Some(record) = record.filter(|_| fields.iter().any(|field| field == RECORD)) {
        shown.insert(RECORD.to_owned(), record(db, sight)?);
    }
    Reply::of(&shown)
}

/// `is_verify` 1 lets in, 2 shuts out and ends the sessions.
pub fn verify(cx: &Cx, db: &mut Tx, request: &Request, role: Role) -> Result<(Account, Sight)> {
    let account = account::need(db, request.path_id("id")?, role)?;
    let account = standing::decide(db, account, form::decision(request)?)?;
    let sight = privacy::administer(db, &cx.actor()?, Action::Verify, &account)?;
    Ok((account, sight))
}

pub fn remove(cx: &Cx, db: &mut Tx, request: &Request, role: Role) -> Result<()> {
    let id = request.path_id("id")?;
    removal::person(db, id, role)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::person(role), id)
}

/// What a change of somebody touches of the account.
pub struct AccountChange {
    /// Empty: none, as an account without one prints it.
    phone: Option<String>,
    /// Hashed.
    password: Option<String>,
}

impl AccountChange {
    /// Hashes: for heavy handlers.
    pub fn of(request: &Request) -> Result<AccountChange> {
        Ok(AccountChange { phone: form::phone_or_empty(request)?, password: form::password(request)? })
    }

    pub fn apply(self, db: &mut Tx, id: AccountId, role: Role) -> Result<()> {
        let account = account::need(db, id, role)?;
        if self.phone.as_ref().is_some_and(String::is_empty) {
            // A phone can be changed, not taken away.
            account.phone.is_none().then_some(()).ok_or_else(|| missing("phone"))?;
        } else if let Some(phone) = self.phone {
            account::set_phone(db, id, phone)?;
        }
        match self.password {
            Some(password) => account::set_password(db, account::need(db, id, role)?, password),
            None => Ok(()),
        }
    }
}
