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
        needle::Straw,
    },
    domain::{
        directory::{
            patient::{self, PatientChange},
            patient_score,
        },
        free_clinic::registration,
        identity::{
            account::{Account, NewAccount, Role},
            audit::{self, Action, Subject},
        },
        relations::patient_identity,
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
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

/// By what a patient is looked for.
fn known(db: &View, id: Id) -> Result<Vec<Straw<String>>> {
    Ok(patient::oneself(db, id)?.map_or(Vec::new(), |patient| vec![Straw::Name(patient.name), Straw::Number(patient.idno)]))
}

fn list_patients(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    listing::reply(people::find(&db, request, Role::Patient, known)?, |account| PatientView::of(&db, account))
}

fn create_patient(cx: &Cx, request: &Request) -> Result<Reply> {
    let form = form(cx, request)?;
    form.name.as_ref().ok_or_else(|| missing("real_name"))?;
    let verify = form::standing(request)?;
    let new =
        NewAccount { role: Role::Patient, phone: Some(request.phone(&["phone"])?), username: None, password: form::password(request)? };
    let actor = cx.actor()?;
    let view = cx.write(move |db| {
        let patient = patient::bring_in(db, new, verify, form, patient_identity::by_desk)?;
        audit::note(db, &actor, Action::Create, Subject::Patient, patient.owner)?;
        PatientView::of(db, db.need(patient.owner)?)
    })?;
    Reply::bare(201, &view)
}

fn show_patient(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let account = people::look_at(cx, db, request, Role::Patient)?;
    Reply::of(&PatientView::of(db, account)?)
}

fn change_patient(cx: &Cx, request: &Request) -> Result<Reply> {
    let (id, form, account, actor) = (request.path_id("id")?, form(cx, request)?, AccountChange::of(request)?, cx.actor()?);
    let view = cx.write(move |db| {
        account.apply(db, id, Role::Patient)?;
        patient::change(db, id, form, patient_identity::by_desk)?;
        audit::note(db, &actor, Action::Update, Subject::Patient, id)?;
        PatientView::of(db, db.need(id)?)
    })?;
    Reply::of(&view)
}

fn remove_patient(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    people::remove(cx, db, request, Role::Patient)?;
    Reply::empty()
}

fn verify_patient(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let account = people::verify(cx, db, request, Role::Patient)?;
    Reply::of(&PatientView::of(db, account)?)
}

fn form(cx: &Cx, request: &Request) -> Result<PatientChange> {
    Ok(PatientChange {
        avatar: form::picture(request, "avatars")?,
        name: form::filled(request, "real_name", 50)?,
        idno: form::idno(cx, request)?,
        height: form::emptied(request, "height", |name| request.height_or_none(name))?,
        weight: form::emptied(request, "weight", |name| request.weight_or_none(name))?,
        marital_status: match request.has("marital_status") {
            true => Some(request.small("marital_status", 0..=3)?),
            false => None,
        },
        drinks: request.flag_or_none("drink_status")?,
        smokes: request.flag_or_none("smoking_status")?,
        email: form::email(request)?,
        place: form::place(request)?,
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
    age: Option<i64>,
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
        let score = patient_score::of(db, account.id)?;
        Ok(PatientView {
            id: account.id,
            place: PlaceView::of(db, patient.place)?,
            age: crate::base::time::age_on(&patient.birthday, db.settings.clinic.zone.today(db.now)),
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
            credit_score: score.credit.mean(),
            punctuality_score: score.punctuality.mean(),
            is_verify: account.verify.number(),
            has_password: account.password.is_some(),
            created_at: account.created_at.rfc3339(),
        })
    }
}
