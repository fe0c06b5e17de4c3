//! 9.2 医生信息, departments, collections. The document's example of a doctor shows a password and an openId: neither is ever printed.

use serde::Serialize;

use super::Head;
use crate::{
    base::{
        error::Result,
        id::{self, DoctorId},
    },
    domain::{
        directory::{
            doctor::{self, Doctor},
            favourite::Favourite,
            hospital::{Department, Hospital},
        },
        identity::account::{Account, Verify},
    },
    http::internet_hospital::ids,
    store::View,
};

/// How the IM service knows a doctor.
pub fn identifier(doctor_sn: &str) -> String {
    format!("doctor-{doctor_sn}")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DoctorView {
    #[serde(flatten)]
    head: Head,
    image_and_text_open: bool,
    /// Fen.
    image_and_text_price: i64,
    is_hot: bool,
    doctor_sn: String,
    doctor_name: String,
    weight: u32,
    identifier: String,
    /// Empty where the doctor's department is not one of the clinic's.
    department_id: String,
}

impl DoctorView {
    pub fn by_id(db: &View, id: DoctorId) -> Result<DoctorView> {
        DoctorView::of(db, &db.need(id.account())?, &doctor::profile(db, id)?)
    }

    fn of(db: &View, account: &Account, doctor: &Doctor) -> Result<DoctorView> {
        let department = db.get::<Department>(doctor.department_id)?;
        Ok(DoctorView {
            head: Head::of(account.id, account.created_at, doctor.updated_at.max(account.created_at)),
            // Nobody orders of a doctor who is not let in.
            image_and_text_open: doctor.image_and_text_open && account.verify == Verify::Enabled,
            image_and_text_price: doctor.image_and_text_price.0,
            is_hot: doctor.is_hot,
            doctor_name: doctor.name.clone(),
            weight: doctor.weight,
            identifier: identifier(&doctor.doctor_sn),
            doctor_sn: doctor.doctor_sn.clone(),
            department_id: department.map(|department| id::to_hex(department.created_at, department.id)).unwrap_or_default(),
        })
    }
}

/// A doctor as patients choose one: 医生信息 and what there is to read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DoctorCard {
    #[serde(flatten)]
    doctor: DoctorView,
    avatar: String,
    department_name: String,
    hospital_name: String,
    job_position: String,
    good_at: String,
    honours: String,
    introduction: String,
    /// The mean of all ratings, `"0.0"` before the first.
    score: String,
}

impl DoctorCard {
    pub fn of(db: &View, account: &Account, doctor: Doctor) -> Result<DoctorCard> {
        Ok(DoctorCard {
            hospital_name: db.get::<Hospital>(doctor.hospital_id)?.map(|hospital| hospital.name).unwrap_or_default(),
            doctor: DoctorView::of(db, account, &doctor)?,
            avatar: doctor.avatar,
            department_name: doctor.departments,
            job_position: doctor.job_position,
            good_at: doctor.good_at,
            honours: doctor.honours,
            introduction: doctor.introduction,
            score: doctor.score.mean(),
        })
    }
}

#[derive(Serialize)]
pub struct DepartmentView {
    #[serde(flatten)]
    head: Head,
    name: String,
}

impl From<Department> for DepartmentView {
    fn from(department: Department) -> DepartmentView {
        DepartmentView { head: Head::unchanging(department.id, department.created_at), name: department.name }
    }
}

/// 9.1 用户收藏医生
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectionView {
    #[serde(flatten)]
    head: Head,
    doctor_id: String,
    user_id: String,
}

impl CollectionView {
    pub fn of(db: &View, collection: &Favourite) -> Result<CollectionView> {
        Ok(CollectionView {
            head: Head::of(collection.id, collection.created_at, collection.updated_at),
            doctor_id: ids::of_account(db, collection.doctor_id)?,
            user_id: ids::of_account(db, collection.user_id)?,
        })
    }
}

/// 9.2 用户收藏的医生
#[derive(Serialize)]
pub struct CollectedDoctorView {
    #[serde(flatten)]
    collection: CollectionView,
    doctor: DoctorView,
}

impl CollectedDoctorView {
    pub fn of(db: &View, collection: &Favourite) -> Result<CollectedDoctorView> {
        Ok(CollectedDoctorView { collection: CollectionView::of(db, collection)?, doctor: DoctorView::by_id(db, collection.doctor_id)? })
    }
}
