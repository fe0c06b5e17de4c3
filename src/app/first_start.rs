//! The first start on an empty directory: reference data, so that the clinic can work at once, and the first administrator.

use rust_embed::Embed;
use serde::de::DeserializeOwned;

use crate::{
    base::{
        error::{INTERNAL, Result},
        id::Id,
        page::Page,
        secret,
    },
    domain::{
        care::consent_text,
        directory::hospital::{self, Department},
        identity::{
            account::{self, NewAccount, Role},
            audit::{self, Action},
        },
        shared::{
            dictionary::{self, AnswerKind, ConsultationReason, DiagnosisTerm, EvaluationQuestion},
            region::Region,
        },
    },
    store::{Store, Tx, key},
};

/// The first administrator. The password is known only now.
#[derive(Clone, Debug)]
pub struct FirstAdmin {
    pub username: String,
    pub password: String,
}

/// Reference data as CSV; facts, no people.
#[derive(Embed)]
#[folder = "data"]
#[include = "*.csv"]
struct Reference;

/// Fills an empty store in one commit: a kill leaves it empty or filled. Answers the administrator it made, if it made one.
pub fn fill(store: &Store) -> Result<Option<FirstAdmin>> {
    if store.view().count(&account::BY_ROLE, key(&[&Role::Admin.number()]))? > 0 {
        // A store of an earlier release has no texts to agree to yet.
        if consent_text::lacks_samples(&store.view())? {
            store.write_blocking(consent_text::lay_samples)?;
        }
        return Ok(None);
    }
    let admin = FirstAdmin { username: "admin".into(), password: secret::hex(&secret::random::<8>()) };
    let hash = account::hash_password(&admin.password)?;
    let username = admin.username.clone();
    store.write_blocking(move |db| {
        regions(db)?;
        departments(db)?;
        dictionaries(db)?;
        consent_text::lay_samples(db)?;
        account::create(db, NewAccount { role: Role::Admin, phone: None, username: Some(username), password: Some(hash) })?;
        Ok(())
    })?;
    Ok(Some(admin))
}

/// Whether anybody but the first administrator has come: somebody may rely on the clinic's keys.
pub fn is_used(store: &Store) -> Result<bool> {
    let view = store.view();
    let of = |role: Role| view.count(&account::BY_ROLE, key(&[&role.number()]));
    Ok(of(Role::Admin)? > 1 || of(Role::Patient)? + of(Role::Doctor)? + of(Role::Assistant)? > 0)
}

/// The only administrator's name, where that one has never signed in.
pub fn never_signed_in(store: &Store) -> Result<Option<String>> {
    let view = store.view();
    let admins = account::find(&view, Role::Admin, None, Page { skip: 0, limit: 2 }, None)?.items;
    match admins.as_slice() {
        [only] if !audit::has_done(&view, only.id, Action::SignIn)? => Ok(only.username.clone()),
        _ => Ok(None),
    }
}

fn regions(db: &mut Tx) -> Result<()> {
    rows::<Region>("regions.csv")?.iter().try_for_each(|region| db.put(region))
}

fn departments(db: &mut Tx) -> Result<()> {
    for (name, sort) in rows::<(u32, String, u32)>("departments.csv")?.into_iter().map(|(_, name, sort)| (name, sort)) {
        hospital::save_department(db, Department { id: Id::NONE, name, sort, ..Department::default() })?;
    }
    Ok(())
}

fn dictionaries(db: &mut Tx) -> Result<()> {
    for (name, code) in rows::<(String, String)>("diagnosis_terms.csv")? {
        dictionary::save_term(db, DiagnosisTerm { id: Id::NONE, name, code, created_at: db.now })?;
    }
    for (reason, sort) in rows::<(String, u32)>("consultation_reasons.csv")? {
        let row = ConsultationReason { id: db.next_id()?, reason, sort, created_at: db.now, updated_at: db.now };
        db.put(&row)?;
    }
    for (question, kind, sort) in rows::<(String, String, u32)>("evaluation_questions.csv")? {
        let answer = if kind == "text" { AnswerKind::Text } else { AnswerKind::Score };
        let row = EvaluationQuestion { id: db.next_id()?, question, answer, sort, created_at: db.now, updated_at: db.now };
        db.put(&row)?;
    }
    Ok(())
}

fn rows<T: DeserializeOwned>(file: &str) -> Result<Vec<T>> {
    let file = Reference::get(file).ok_or_else(|| INTERNAL.caused_by(format!("{file} is not embedded")))?;
    csv::Reader::from_reader(file.data.as_ref()).into_deserialize().collect::<Result<_, _>>().map_err(|e| INTERNAL.caused_by(e))
}
