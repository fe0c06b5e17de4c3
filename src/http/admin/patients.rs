//! `/admin/patients`: patient accounts with the person that each is itself. Family members are the account's own business.

use serde::Serialize;

use super::{
    form,
    listing::{self, Listing},
    people::{self, AccountChange, PlaceView, Printed},
};
use crate::{
    base::{
        error::{Result, missing},
        id::{AccountId, PatientAccountId, PatientId},
        needle::Straw,
    },
    domain::{
        directory::{
            patient::{self, Patient, PatientChange},
            patient_score,
        },
        free_clinic::registration,
        identity::{
            account::{self, Account, NewAccount, Role},
            audit::Action,
        },
        relations::{patient_identity, privacy},
        shared::sight::Sight,
    },
    http::core::{
        codes,
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Write},
            delete, get, patch, post,
        },
    },
    store::{Tx, View},
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

const LISTING: Listing<Account> = Listing {
    filters: &["is_verify"],
    time: Some(|account| account.created_at),
    sorts: &[
        ("id", |_, account| Ok(account.id.into())),
        ("real_name", |db, account| Ok(patient::oneself(db, account.id.patient_account())?.unwrap_or_default().name.as_str().into())),
        ("registration_count", |db, account| Ok(registration::list::count_of_patient(db, account.id.patient_account())?.into())),
        ("is_verify", |_, account| Ok(u64::from(codes::is_verify(account.verify)).into())),
        ("created_at", |_, account| Ok(account.created_at.into())),
    ],
};

/// By what a patient is looked for.
fn known(db: &View, id: AccountId) -> Result<Vec<Straw<String>>> {
    Ok(patient::oneself(db, id.patient_account())?
        .map_or(Vec::new(), |patient| vec![Straw::Name(patient.name), Straw::Number(patient.idno)]))
}

fn list_patients(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let found = people::look_at_all(cx, people::find(&db, request, Role::Patient, &LISTING, known)?)?;
    listing::reply(found, |(account, sight)| PatientView::of(&db, account, sight))
}

fn create_patient(cx: &Cx, request: &Request) -> Result<Reply> {
    let form = form(cx, request, &Printed::default())?;
    form.name.as_ref().ok_or_else(|| missing("real_name"))?;
    let verify = form::standing(request)?;
    let new =
        NewAccount { role: Role::Patient, phone: Some(request.phone(&["phone"])?), username: None, password: form::password(request)? };
    let actor = cx.actor()?;
    let view = cx.write(move |db| {
        let patient = patient::bring_in(db, new, verify, form, patient_identity::by_desk)?;
        let account: Account = db.need(patient.owner.account())?;
        let sight = privacy::administer(db, &actor, Action::Create, &account)?;
        PatientView::of(db, account, sight)
    })?;
    Reply::bare(201, &view)
}

fn show_patient(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (account, sight) = people::look_at(cx, db, request, Role::Patient)?;
    Reply::of(&PatientView::of(db, account, sight)?)
}

fn change_patient(cx: &Cx, request: &Request) -> Result<Reply> {
    let (id, actor) = (request.path_id("id")?, cx.actor()?);
    let printed = printed(cx, id)?;
    let (form, account) = (form(cx, request, &printed)?, AccountChange::of(request)?);
    let view = cx.write(move |db| {
        account.apply(db, id.account(), Role::Patient)?;
        patient::change(db, id, form, patient_identity::by_desk)?;
        let account: Account = db.need(id.account())?;
        let sight = privacy::administer(db, &actor, Action::Update, &account)?;
        PatientView::of(db, account, sight)
    })?;
    Reply::of(&view)
}

fn remove_patient(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    people::remove(cx, db, request, Role::Patient)?;
    Reply::empty()
}

fn verify_patient(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (account, sight) = people::verify(cx, db, request, Role::Patient)?;
    Reply::of(&PatientView::of(db, account, sight)?)
}

/// As the masked fields print now.
fn printed(cx: &Cx, id: PatientAccountId) -> Result<Printed> {
    let db = cx.view();
    let patient = patient::of_account(&db, &account::need(&db, id.account(), Role::Patient)?)?;
    let sight = privacy::glance(&db, cx.reader(), &patient)?;
    Printed::of_patient(&db, &patient, sight)
}

fn form(cx: &Cx, request: &Request, printed: &Printed) -> Result<PatientChange> {
    Ok(PatientChange {
        avatar: form::picture(request, "avatars")?,
        name: form::masked(request, "real_name", &printed.name, |request| form::filled(request, "real_name", 50))?,
        idno: form::idno(cx, request, &printed.idno)?,
        height: form::emptied(request, "height", |name| request.height_or_none(name))?,
        weight: form::emptied(request, "weight", |name| request.weight_or_none(name))?,
        marital_status: match request.has("marital_status") {
            true => Some(request.small("marital_status", 0..=3)?),
            false => None,
        },
        drinks: request.flag_or_none("drink_status")?,
        smokes: request.flag_or_none("smoking_status")?,
        email: form::masked(request, "email", &printed.email, form::email)?,
        place: form::place_beside(request, &printed.addr)?,
    })
}

#[derive(Serialize)]
struct PatientView {
    id: PatientAccountId,
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
    /// The persons of the account, itself among them.
    patients: Vec<PersonView>,
    created_at: String,
}

/// What is done about a person goes by `/admin/persons/{patient_id}`.
#[derive(Serialize)]
pub struct PersonView {
    patient_id: PatientId,
    name: String,
    relation: String,
}

impl PersonView {
    /// `sight` is an administrator's.
    pub fn of(patient: &Patient, sight: Sight) -> PersonView {
        PersonView {
            patient_id: patient.id,
            name: sight.name(&patient.name),
            relation: sight.person(patient.relation.clone()).unwrap_or_default(),
        }
    }
}

impl PatientView {
    fn of(db: &View, account: Account, sight: Sight) -> Result<PatientView> {
        let patient = patient::of_account(db, &account)?;
        let score = patient_score::of(db, account.id.patient_account())?;
        let printed = Printed::of_patient(db, &patient, sight)?;
        let persons = patient::list(db, account.id.patient_account())?;
        Ok(PatientView {
            id: account.id.patient_account(),
            patients: persons.iter().map(|person| PersonView::of(person, sight)).collect(),
            place: PlaceView::beside(db, patient.place, printed.addr)?,
            age: sight.age(&patient.birthday, db.settings.clinic.zone.today(db.now)),
            birthday: sight.birthday(&patient.birthday).unwrap_or_default(),
            idno: printed.idno,
            email: printed.email,
            registration_count: registration::list::count_of_patient(db, account.id.patient_account())?,
            real_name: sight.name(&patient.name),
            phone: sight.phone(account.phone.as_deref().unwrap_or_default()),
            avatars: patient.avatar,
            sex: if patient.sex == 0 { String::new() } else { patient.sex.to_string() },
            height: patient.height,
            weight: patient.weight,
            marital_status: patient.marital_status,
            drink_status: patient.drinks.into(),
            smoking_status: patient.smokes.into(),
            credit_score: score.credit.mean(),
            punctuality_score: score.punctuality.mean(),
            is_verify: codes::is_verify(account.verify),
            has_password: account.password.is_some(),
            created_at: account.created_at.rfc3339(),
        })
    }
}
