//! Every row that is about a person, by what the tables declare.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{
    base::{
        error::{INTERNAL, Result},
        id::{
            AccountId, AnyId, PatientAccountId,
            kind::{self, Named},
        },
    },
    domain::{
        TABLES,
        directory::patient::{self, Patient},
        identity::account::Account,
    },
    store::{Facts, View},
};

/// By which somebody proves who they are, who looked at what (which is told otherwise), and how far the program is.
const NEVER: &[&str] =
    &["account", "audit", "captcha", "idempotency", "im_password", "lockout", "push_token", "session", "sms", "upgrade_step"];

/// Whose data is wanted.
#[derive(Clone, Debug)]
pub struct Whose {
    /// Where the account itself is the person's: its own patient is among them.
    pub account: Option<AccountId>,
    pub patients: Vec<Patient>,
}

impl Whose {
    /// All that an account has, with the whole family.
    pub fn account(db: &View, account: PatientAccountId) -> Result<Whose> {
        Ok(Whose { account: Some(account.account()), patients: patient::list_ever(db, account)? })
    }

    /// One person's.
    pub fn person(patient: Patient) -> Whose {
        let is_oneself = patient.relation == patient::ONESELF && patient.deleted_at.is_none();
        Whose { account: is_oneself.then_some(patient.owner.account()), patients: vec![patient] }
    }

    /// The account's other patients, whose data it is not.
    fn others(&self, db: &View) -> Result<BTreeSet<AnyId>> {
        let mine = |patient: &Patient| self.patients.iter().any(|one| one.id == patient.id);
        let owner = self.patients.first().map(|patient| patient.owner);
        let family = owner.map_or(Ok(Vec::new()), |owner| patient::list_ever(db, owner))?;
        Ok(family.into_iter().filter(|patient| !mine(patient)).map(|patient| patient.id.any()).collect())
    }
}

/// The rows, by the names of their tables.
pub fn rows(db: &View, whose: &Whose) -> Result<BTreeMap<String, Value>> {
    let patients: BTreeSet<AnyId> = whose.patients.iter().map(|patient| patient.id.any()).collect();
    let seed = patients.iter().copied().chain(whose.account.map(|account| account.any()));
    let (mine, theirs) = (reached(db, seed.collect())?, reached(db, whose.others(db)?)?);
    let mut rows: BTreeMap<String, Value> = BTreeMap::new();
    for table in tables() {
        let mut found = Vec::new();
        table.each(db, &mut |facts, row| {
            let is_theirs = theirs.contains(&facts.id) && !patients.contains(&facts.id) && !names_any(&facts, &patients);
            if !is_theirs && (mine.contains(&facts.id) || names_any(&facts, &mine)) {
                found.extend(shown(table.table.name, row()?)?);
            }
            Ok(())
        })?;
        if !found.is_empty() {
            rows.insert(table.table.name.to_owned(), found.into());
        }
    }
    if let Some(account) = whose.account.map(|id| db.need::<Account>(id)).transpose()? {
        let row =
            json!({ "id": account.id, "phone": account.phone, "created_at": account.created_at, "has_wechat": account.open_id.is_some() });
        rows.insert("account".to_owned(), json!([row]));
    }
    Ok(rows)
}

fn tables() -> impl Iterator<Item = &'static crate::store::TableInfo> {
    TABLES.iter().filter(|info| !NEVER.contains(&info.table.name))
}

/// The ids of rows that name one of these, or a row that does.
fn reached(db: &View, mut ids: BTreeSet<AnyId>) -> Result<BTreeSet<AnyId>> {
    if ids.is_empty() {
        return Ok(ids);
    }
    loop {
        let before = ids.len();
        for table in tables() {
            table.each(db, &mut |facts, _| {
                if names_any(&facts, &ids) {
                    ids.insert(facts.id);
                }
                Ok(())
            })?;
        }
        if ids.len() == before {
            return Ok(ids);
        }
    }
}

/// Regions bear the codes of the state, which are no ids of the sequence.
fn names_any(facts: &Facts, ids: &BTreeSet<AnyId>) -> bool {
    facts.references.iter().any(|one| one.noun != <kind::Region as Named>::NOUN && ids.contains(&one.id))
}

/// A row as it goes out; `None` of what was said to others only.
fn shown(table: &str, mut row: Value) -> Result<Option<Value>> {
    match table {
        // What stood there before lies as bytes.
        "version" => {
            let code = row["table"].as_u64().unwrap_or_default();
            let info =
                TABLES.iter().find(|info| u64::from(info.table.code) == code).ok_or_else(|| INTERNAL.caused_by("a version of no table"))?;
            let bytes: Vec<u8> = serde_json::from_value(row["before"].take()).map_err(|e| INTERNAL.caused_by(e))?;
            (row["table"], row["before"]) = (info.table.name.into(), info.json(&bytes)?);
        }
        // What the clinic tells the doctor is the doctor's.
        "message" => {
            if let Some(parts) = row["parts"].as_array_mut().filter(|parts| !parts.is_empty()) {
                parts.retain(|part| part["side"] == "Patient");
                if parts.is_empty() {
                    return Ok(None);
                }
            }
        }
        _ => {}
    }
    Ok(Some(row))
}

/// The names of uploads that stand in a value.
pub fn files(value: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    find_files(value, &mut names);
    names
}

fn find_files(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => names.extend(file_name(text).map(str::to_owned)),
        Value::Array(items) => items.iter().for_each(|item| find_files(item, names)),
        Value::Object(fields) => fields.values().for_each(|field| find_files(field, names)),
        _ => {}
    }
}

/// The name of the upload at that address; `None` of any other text.
pub fn file_name(address: &str) -> Option<&str> {
    let (_, name) = address.rsplit_once("/files/")?;
    let name = name.split(['?', '#']).next().unwrap_or_default();
    let plain = name.len() > 4 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.') && !name.starts_with('.');
    plain.then_some(name)
}
