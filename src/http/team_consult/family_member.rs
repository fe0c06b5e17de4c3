//! 任务列表 (家庭成员): an account's family, the same persons as the 就诊人 of other doors.

use serde::Serialize;

use super::dialect;
use crate::{
    base::{
        error::{Result, missing},
        id::PatientId,
        idno::IdNumber,
    },
    domain::{
        directory::{
            family_member::{self, FamilyMember},
            patient::Patient,
        },
        relations::patient_identity,
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            Endpoint, PATIENT,
            Run::{Read, Write},
            delete, get, post, put,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("own", "/family",      PATIENT, Read(list_family),   "家庭成员列表"),
    post  ("own", "/family",      PATIENT, Write(add_member),   "创建家庭成员"),
    get   ("own", "/family/{id}", PATIENT, Read(show_member),   "指定的家庭成员"),
    put   ("own", "/family/{id}", PATIENT, Write(change_member),"修改家庭成员信息"),
    delete("own", "/family/{id}", PATIENT, Write(remove_member),"删除家庭成员"),
];

fn list_family(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    dialect::list(family_member::list(db, cx.my_id()?, request.skip_page()?)?, |member| Ok(FamilyView::from(member)))
}

fn add_member(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let form = form(db, request)?;
    for (said, name) in [
        (form.name.is_some(), "name"),
        (form.relation.is_some(), "relation_type"),
        // An identity number says both.
        (form.sex.is_some() || says_idno(&form), "gender"),
        (form.birthday.is_some() || says_idno(&form), "birthday"),
    ] {
        if !said {
            return Err(missing(name));
        }
    }
    Reply::of(&FamilyView::from(family_member::add(db, cx.my_id()?, form, patient_identity::by_owner)?))
}

fn says_idno(form: &FamilyMember) -> bool {
    matches!(form.idno, Some(Some(_)))
}

fn show_member(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&FamilyView::from(family_member::need(db, cx.my_id()?, request.path_id("id")?)?))
}

fn change_member(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let id = request.path_id("id")?;
    // Whose it is comes before what is wrong with the form.
    family_member::need(db, cx.my_id()?, id)?;
    let form = form(db, request)?;
    Reply::of(&FamilyView::from(family_member::change(db, cx.my_id()?, id, form, patient_identity::by_owner)?))
}

fn remove_member(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    family_member::remove(db, cx.my_id()?, request.path_id("id")?)?;
    dialect::deleted()
}

/// What the request names. Name, relation, gender and birthday cannot be emptied.
fn form(db: &View, request: &Request) -> Result<FamilyMember> {
    let filled = |name, most| if request.names(name) { request.text(name, most).map(Some) } else { Ok(None) };
    let today = db.settings.clinic.zone.today(db.now);
    let idno = match (request.names("identity_number"), request.text_or_none("identity_number", 50)?) {
        (false, _) => None,
        (true, None) => Some(None),
        (true, Some(text)) => Some(Some(IdNumber::parse(&text, today).map_err(|e| e.field("identity_number", "身份证号码有误"))?)),
    };
    Ok(FamilyMember {
        name: filled("name", 50)?,
        relation: filled("relation_type", 20)?,
        sex: if request.names("gender") { Some(request.small("gender", 1..=2)?) } else { None },
        birthday: if request.names("birthday") {
            Some(request.birthday("birthday", today)?.ok_or_else(|| missing("birthday"))?)
        } else {
            None
        },
        idno,
        photo: if request.names("photo_id") { Some(photo(request)?) } else { None },
    })
}

/// The document leaves open what an id of a photo is: the address of a picture, or a word of the client's own.
fn photo(request: &Request) -> Result<String> {
    let text = request.text_or_empty("photo_id", 500)?;
    match text.is_empty() || text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) {
        true => Ok(text),
        false => request.picture_or_empty("photo_id"),
    }
}

/// 家庭成员, as its own account sees it: nothing masked.
#[derive(Serialize)]
struct FamilyView {
    #[serde(flatten)]
    kin: KinView,
    gender: u8,
    birthday: String,
    identity_number: String,
    created: i64,
}

impl From<Patient> for FamilyView {
    fn from(patient: Patient) -> FamilyView {
        FamilyView {
            gender: patient.sex,
            birthday: patient.birthday.clone(),
            identity_number: patient.idno.clone(),
            created: patient.created_at.0,
            kin: KinView::from(patient),
        }
    }
}

/// 家庭成员 in 个人信息.
#[derive(Serialize)]
pub struct KinView {
    relation_user_id: PatientId,
    relation_type: String,
    name: String,
    photo_id: String,
}

impl From<Patient> for KinView {
    fn from(patient: Patient) -> KinView {
        KinView { relation_user_id: patient.id, relation_type: patient.relation, name: patient.name, photo_id: patient.avatar }
    }
}
