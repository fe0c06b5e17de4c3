//! `/admin/patients`: patient accounts with the person that each is itself. Family members are the account's own business.

use serde::Serialize;

use super::{
    form, listing,
    people::{self, AccountChange, PlaceView},
};
use crate::{
    base::{
        error::{Result, missing},
        id::Id,
        needle::Needle,
    },
    domain::{
        directory::patient::{self, PatientChange},
        free_clinic::registration,
        identity::{
            account::{Account, NewAccount, Role},
            audit::{self, Action, Thing},
        },
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Call,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Write},
            delete, get, patch, post,
        },
    },
    store::{Tx, View, key},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/patients",             ADMIN, Heavy(list_patients),  "患者列表"),
    post  ("admin", "/admin/patients",             ADMIN, Heavy(create_patient), "新增患者"),
    get   ("admin", "/admin/patients/{id}",        ADMIN, Write(show_patient),   "患者详情"),
    patch ("admin", "/admin/patients/{id}",        ADMIN, Heavy(change_patient), "修改患者"),
    delete("admin", "/admin/patients/{id}",        ADMIN, Write(remove_patient), "删除患者"),
    post  ("admin", "/admin/patients/{id}/verify", ADMIN, Write(verify_patient), "审核患者"),
];

/// In the name or the identity number.
fn holds(db: &View, id: Id, needle: &Needle) -> Result<bool> {
    Ok(patient::oneself(db, id)?.is_some_and(|patient| needle.is_in(&[&patient.name, &patient.idno])))
}

fn list_patients(cx: &Cx, call: &Call) -> Result<Reply> {
    let db = cx.view();
    listing::reply(people::find(&db, call, Role::Patient, holds)?, |account| PatientView::of(&db, account))
}

fn create_patient(cx: &Cx, call: &Call) -> Result<Reply> {
    let form = form(cx, call)?;
    form.name.as_ref().ok_or_else(|| missing("real_name"))?;
    let verify = form::standing(call)?;
    let new = NewAccount { role: Role::Patient, phone: Some(call.phone(&["phone"])?), username: None, password: form::password(call)? };
    let actor = cx.actor()?;
    let view = cx.write(move |db| {
        let patient = patient::bring_in(db, new, verify, form)?;
        audit::note(db, &actor, Action::Create, Thing::Patient, patient.owner)?;
        PatientView::of(db, db.need(patient.owner)?)
    })?;
    Reply::bare(201, &view)
}

fn show_patient(cx: &Cx, db: &mut Tx, call: &Call) -> Result<Reply> {
    let account = people::look_at(cx, db, call, Role::Patient)?;
    Reply::of(&PatientView::of(db, account)?)
}

fn change_patient(cx: &Cx, call: &Call) -> Result<Reply> {
    let (id, form, account, actor) = (call.path_id("id")?, form(cx, call)?, AccountChange::of(call)?, cx.actor()?);
    let view = cx.write(move |db| {
        account.apply(db, id, Role::Patient)?;
        patient::change(db, id, form)?;
        audit::note(db, &actor, Action::Update, Thing::Patient, id)?;
        PatientView::of(db, db.need(id)?)
    })?;
    Reply::of(&view)
}

fn remove_patient(cx: &Cx, db: &mut Tx, call: &Call) -> Result<Reply> {
    people::remove(cx, db, call, Role::Patient)?;
    Reply::empty()
}

fn verify_patient(cx: &Cx, db: &mut Tx, call: &Call) -> Result<Reply> {
    let account = people::verify(cx, db, call, Role::Patient)?;
    Reply::of(&PatientView::of(db, account)?)
}

fn form(cx: &Cx, call: &Call) -> Result<PatientChange> {
    Ok(PatientChange {
        avatar: form::text(call, "avatars", 500)?,
        name: form::filled(call, "real_name", 50)?,
        idno: form::idno(cx, call)?,
        height: form::text(call, "height", 10)?,
        weight: form::text(call, "weight", 10)?,
        marital_status: match call.has("marital_status") {
            true => Some(call.small("marital_status", 0..=3)?),
            false => None,
        },
        drinks: call.flag_or_none("drink_status")?,
        smokes: call.flag_or_none("smoking_status")?,
        email: form::text(call, "email", 100)?,
        place: form::place(call)?,
    })
}

#[derive(Serialize)]
struct PatientView {
    id: Id,
    real_name: String,
    phone: String,
    avatars: String,
    idno: String,
    sex: String,
    birthday: String,
    age: i64,
    email: String,
    height: String,
    weight: String,
    #[serde(flatten)]
    place: PlaceView,
    marital_status: u8,
    drink_status: u8,
    smoking_status: u8,
    credit_score: String,
    punctuality_score: String,
    is_verify: u8,
    /// All registrations, whatever became of them.
    registration_count: u64,
    has_password: bool,
    created_at: String,
}

impl PatientView {
    fn of(db: &View, account: Account) -> Result<PatientView> {
        let patient = patient::oneself(db, account.id)?.unwrap_or_default();
        Ok(PatientView {
            id: account.id,
            place: PlaceView::of(db, patient.place)?,
            age: patient::age_on(&patient.birthday, db.settings.clinic.zone.today(db.now)),
            registration_count: db.count(&registration::BY_USER, key(&[&account.id]))?,
            real_name: patient.name,
            phone: account.phone.unwrap_or_default(),
            avatars: patient.avatar,
            idno: patient.idno,
            sex: if patient.sex == 0 { String::new() } else { patient.sex.to_string() },
            birthday: patient.birthday,
            email: patient.email,
            height: patient.height,
            weight: patient.weight,
            marital_status: patient.marital_status,
            drink_status: patient.drinks.into(),
            smoking_status: patient.smokes.into(),
            credit_score: patient.credit.mean(),
            punctuality_score: patient.punctuality.mean(),
            is_verify: account.verify.number(),
            has_password: account.password.is_some(),
            created_at: account.created_at.rfc3339(),
        })
    }
}
