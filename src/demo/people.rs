//! The places and people of the demonstration clinic: hospitals, then everybody with the profile they filled in, and the orgs they are in.

use super::{
    cast::{self, Cast},
    ids::Ids,
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, DoctorId, HospitalId, Id, PatientAccountId},
        idno::IdNumber,
        money::Fen,
        time::DAY,
    },
    domain::{
        directory::{
            assistant::{self, AssistantProfile},
            doctor::{self, DoctorProfile, HalfDays},
            hospital::{self, Hospital},
            org::{self, Org, Standing},
            patient::{self, PatientProfile},
        },
        identity::account::{self, Account, NewAccount, Role, Verify},
        relations::patient_identity,
        shared::region::Place,
    },
    store::{Tx, View},
};

/// Since when the clinic has been there.
const AGE: i64 = 120 * DAY;

/// Makes everybody, each with `password` (hashed).
pub fn arrive(db: &mut Tx, cast: &Cast, password: &str, ids: &mut Ids) -> Result<()> {
    let today = db.now;
    db.set_now(today.plus(-AGE));
    for hospital in &cast.hospitals {
        let row = Hospital {
            name: hospital.name.clone(),
            level: hospital.level.clone(),
            tag: hospital.tag.clone(),
            place: place(&hospital.place),
            ..Hospital::default()
        };
        let row = hospital::save(db, row)?;
        ids.add(&hospital.key, row.id)?;
    }
    for (doctor, n) in cast.doctors.iter().zip(1..) {
        db.set_now(today.plus(-110 * DAY + n * DAY / 4));
        let id = sign_up(db, Role::Doctor, &doctor.phone, password, doctor.verified)?;
        let hospital = ids.of(&doctor.hospital)?;
        practise(db, id.doctor(), doctor, hospital, n)?;
        ids.add(&doctor.key, id)?;
    }
    db.set_now(today.plus(-107 * DAY));
    for form in &cast.orgs {
        let row = Org { name: form.name.clone(), logo: form.logo.clone(), introduction: form.r#abstract.clone(), ..Org::default() };
        let row = org::save(db, row)?;
        ids.add(&form.key, row.id)?;
        for doctor in &form.doctors {
            org::enrol(db, ids.of(doctor)?, row.id, Standing::Approved)?;
        }
    }
    for (assistant, n) in cast.assistants.iter().zip(1..) {
        db.set_now(today.plus(-106 * DAY + n * DAY / 4));
        let id = sign_up(db, Role::Assistant, &assistant.phone, password, assistant.verified)?;
        let form = AssistantProfile {
            avatar: None,
            name: assistant.real_name.clone(),
            idno: idno(db, &assistant.idno)?,
            team_name: assistant.team_name.clone(),
            email: Some(assistant.email.clone()),
            place: place(&assistant.place),
        };
        assistant::complete(db, id.assistant(), form)?;
        ids.add(&assistant.key, id)?;
    }
    for (patient, n) in cast.patients.iter().zip(1..) {
        db.set_now(today.plus(-104 * DAY + n * DAY / 2));
        let id = sign_up(db, Role::Patient, &patient.phone, password, false)?;
        if let Some(profile) = &patient.profile {
            fill_in(db, id.patient_account(), profile)?;
        }
        ids.add(&patient.key, id)?;
    }
    db.set_now(today);
    Ok(())
}

fn sign_up(db: &mut Tx, role: Role, phone: &str, password: &str, verified: bool) -> Result<AccountId> {
    let new = NewAccount { role, phone: Some(phone.to_owned()), username: None, password: Some(password.to_owned()) };
    let Account { id, .. } = match account::create(db, new)? {
        account if verified => account::set_verify(db, account, Verify::Enabled)?,
        account => account,
    };
    Ok(id)
}

/// The doctor's own form, and what an administrator adds to it.
fn practise(db: &mut Tx, id: DoctorId, doctor: &cast::Doctor, hospital_id: HospitalId, n: i64) -> Result<()> {
    let form = DoctorProfile {
        avatar: None,
        name: doctor.real_name.clone(),
        idno: idno(db, &doctor.idno)?,
        hospital_id,
        departments: doctor.departments.clone(),
        job_position: doctor.job_position.clone(),
        good_at: doctor.good_at.clone(),
        work_photo: Vec::new(),
        introduction: Some(doctor.r#abstract.clone()),
        work_time: Some(doctor.work_time.map(|[morning, afternoon]| HalfDays { morning: morning == 1, afternoon: afternoon == 1 })),
        email: Some(doctor.email.clone()),
        place: db.need::<Hospital>(hospital_id)?.place,
    };
    let mut row = doctor::complete(db, id, form)?;
    row.honours = doctor.honours.clone();
    row.doctor_sn = format!("XH{n:04}");
    row.is_hot = doctor.is_hot;
    row.image_and_text_open = doctor.image_and_text_open;
    row.image_and_text_price = Fen(doctor.image_and_text_price);
    db.put(&row)
}

fn fill_in(db: &mut Tx, id: PatientAccountId, profile: &cast::Profile) -> Result<()> {
    let form = PatientProfile {
        avatar: None,
        name: profile.real_name.clone(),
        idno: idno(db, &profile.idno)?,
        height: profile.height.clone(),
        weight: profile.weight.clone(),
        marital_status: profile.marital_status,
        drinks: profile.drink_status == 1,
        smokes: profile.smoking_status == 1,
        email: Some(profile.email.clone()),
        place: place(&profile.place),
    };
    patient::complete(db, id, form, patient_identity::by_owner).map(|_| ())
}

fn idno(db: &View, text: &str) -> Result<IdNumber> {
    IdNumber::parse(text, db.settings.clinic.zone.today(db.now))
}

fn place(place: &cast::Place) -> Place {
    Place {
        province_id: Id::from_number(place.province_id),
        city_id: Id::from_number(place.city_id),
        county_id: Id::from_number(place.county_id),
        addr: place.addr.clone(),
    }
}
