//! 2.2.3 患者信息, 2.2.4 医生信息, 2.2.5 医助信息, and 用户信息, which is one of them.

use serde::Serialize;

use super::{org::OrgView, place::PlaceView};
use crate::{
    base::{error::Result, id::Id, mask},
    domain::{
        directory::{
            assistant, display_name,
            doctor::{self, HalfDays},
            hospital::Hospital,
            org,
            patient::{self, Patient},
            patient_score,
        },
        free_clinic::{
            clinic_session::{self, SessionState},
            registration::{self, Outcome, Registration},
        },
        identity::account::{Account, Role},
        notice,
    },
    http::core::context::Caller,
    store::{View, key},
};

/// How much of a person the reader may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Everything: the person's own, or the treating doctor's and the assistant's view of a patient.
    Whole,
    /// Telephone and identity number masked, mail and address left out.
    Masked,
    /// The same, and the name masked: for readers who have not signed in.
    Stranger,
}

impl Sight {
    fn phone(self, phone: Option<&str>) -> String {
        let phone = phone.unwrap_or_default();
        if self == Sight::Whole { phone.to_owned() } else { mask::phone(phone) }
    }

    fn idno(self, idno: &str) -> String {
        if self == Sight::Whole { idno.to_owned() } else { mask::idno(idno) }
    }

    fn private(self, text: String) -> String {
        if self == Sight::Whole { text } else { String::new() }
    }

    fn name(self, name: String) -> String {
        if self == Sight::Stranger { mask::name(&name) } else { name }
    }
}

#[derive(Default, Serialize)]
pub struct PatientView {
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
    join_project_count: u64,
    done_project_count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl PatientView {
    pub fn of(db: &View, account: &Account, sight: Sight) -> Result<PatientView> {
        PatientView::with(db, account, patient::oneself(db, account.id)?.unwrap_or_default(), sight)
    }

    /// Who was registered, as the record has it: the account's own patient then, which need not be its own one now.
    pub fn registered(db: &View, registration: &Registration, sight: Sight) -> Result<PatientView> {
        PatientView::with(db, &db.need(registration.user_id)?, registration.patient(db)?, sight)
    }

    fn with(db: &View, account: &Account, patient: Patient, sight: Sight) -> Result<PatientView> {
        let count = |outcome: Outcome| db.count(&registration::BY_USER_OUTCOME, key(&[&account.id, &(outcome as u8)]));
        let done = count(Outcome::Done)?;
        let score = patient_score::of(db, account.id)?;
        let mut place = PlaceView::of(db, &patient.place)?;
        place.addr = sight.private(place.addr);
        let phone = display_name::phone(db, account)?;
        Ok(PatientView {
            id: account.id,
            phone: sight.phone(Some(&phone)),
            avatars: patient.avatar,
            idno: sight.idno(&patient.idno),
            sex: if patient.sex == 0 { String::new() } else { patient.sex.to_string() },
            age: patient::age_on(&patient.birthday, db.settings.clinic.zone.today(db.now)),
            birthday: patient.birthday,
            real_name: sight.name(patient.name),
            email: sight.private(patient.email),
            height: patient.height,
            weight: patient.weight,
            place,
            marital_status: patient.marital_status,
            drink_status: patient.drinks.into(),
            smoking_status: patient.smokes.into(),
            credit_score: score.credit.mean(),
            punctuality_score: score.punctuality.mean(),
            is_verify: account.verify as u8,
            join_project_count: count(Outcome::Awaiting)? + count(Outcome::Missed)? + done,
            done_project_count: done,
            token: None,
        })
    }

    /// A name and nothing else.
    pub fn nobody(real_name: String) -> PatientView {
        let score = || String::from("0.0");
        PatientView { real_name, credit_score: score(), punctuality_score: score(), ..PatientView::default() }
    }
}

#[derive(Serialize)]
pub struct DoctorView {
    pub id: Id,
    pub real_name: String,
    phone: String,
    pub avatars: String,
    idno: String,
    hospital: String,
    hospital_id: Id,
    departments: String,
    job_position: String,
    good_at: String,
    work_photo: Vec<String>,
    #[serde(rename = "abstract")]
    introduction: String,
    visits_count: u64,
    patient_count: u64,
    service_time_long: u64,
    work_time: [DayView; 7],
    is_verify: u8,
    score: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    org_list: Vec<OrgView>,
}

#[derive(Serialize)]
struct DayView {
    morning: u8,
    afternoon: u8,
}

impl From<HalfDays> for DayView {
    fn from(day: HalfDays) -> DayView {
        DayView { morning: day.morning.into(), afternoon: day.afternoon.into() }
    }
}

impl DoctorView {
    pub fn of(db: &View, account: &Account, sight: Sight) -> Result<DoctorView> {
        let doctor = doctor::profile(db, account.id)?;
        let hospital = db.get::<Hospital>(doctor.hospital_id)?.map(|hospital| hospital.name).unwrap_or_default();
        Ok(DoctorView {
            id: account.id,
            real_name: doctor.name,
            phone: sight.phone(account.phone.as_deref()),
            avatars: doctor.avatar,
            idno: sight.idno(&doctor.idno),
            hospital,
            hospital_id: doctor.hospital_id,
            departments: doctor.departments,
            job_position: doctor.job_position,
            good_at: doctor.good_at,
            work_photo: doctor.work_photo,
            introduction: doctor.introduction,
            visits_count: db.count(&clinic_session::BY_DOCTOR_STATE, key(&[&account.id, &(SessionState::Ended as u8)]))?,
            patient_count: db.count(&registration::BY_DOCTOR_OUTCOME, key(&[&account.id, &(Outcome::Done as u8)]))?,
            service_time_long: doctor.service_minutes,
            work_time: doctor.work_time.map(DayView::from),
            is_verify: account.verify as u8,
            score: doctor.score.mean(),
            token: None,
            org_list: org::of_doctor(db, account.id)?.into_iter().map(OrgView::from).collect(),
        })
    }

    pub fn by_id(db: &View, id: Id, sight: Sight) -> Result<DoctorView> {
        DoctorView::of(db, &db.need(id)?, sight)
    }
}

#[derive(Serialize)]
pub struct AssistantView {
    id: Id,
    real_name: String,
    phone: String,
    avatars: String,
    idno: String,
    email: String,
    team_name: String,
    #[serde(flatten)]
    place: PlaceView,
    help_count: u64,
    is_verify: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl AssistantView {
    pub fn of(db: &View, account: &Account, sight: Sight) -> Result<AssistantView> {
        let assistant = assistant::profile(db, account.id)?;
        let mut place = PlaceView::of(db, &assistant.place)?;
        place.addr = sight.private(place.addr);
        Ok(AssistantView {
            id: account.id,
            real_name: assistant.name,
            phone: sight.phone(account.phone.as_deref()),
            avatars: assistant.avatar,
            idno: sight.idno(&assistant.idno),
            email: sight.private(assistant.email),
            team_name: assistant.team_name,
            place,
            help_count: registration::helped(db, account.id)?,
            is_verify: account.verify as u8,
            token: None,
        })
    }
}

/// 用户信息: the structure of the account's role.
#[derive(Serialize)]
#[serde(untagged)]
pub enum UserView {
    Patient(PatientView),
    Doctor(Box<DoctorView>),
    Assistant(AssistantView),
}

impl UserView {
    pub fn of(db: &View, account: &Account, sight: Sight) -> Result<UserView> {
        Ok(match account.role {
            Role::Patient => UserView::Patient(PatientView::of(db, account, sight)?),
            Role::Doctor => UserView::Doctor(Box::new(DoctorView::of(db, account, sight)?)),
            Role::Assistant => UserView::Assistant(AssistantView::of(db, account, sight)?),
            Role::Admin => return Err(crate::base::error::NOT_FOUND.err()),
        })
    }

    /// The owner's own view, with the token.
    pub fn own(db: &View, account: &Account, token: String) -> Result<UserView> {
        let mut view = UserView::of(db, account, Sight::Whole)?;
        let place = match &mut view {
            UserView::Patient(view) => &mut view.token,
            UserView::Doctor(view) => &mut view.token,
            UserView::Assistant(view) => &mut view.token,
        };
        *place = Some(token);
        Ok(view)
    }
}

/// 3.3.18 and 3.4.11: the caller, and how many notices wait.
#[derive(Serialize)]
pub struct CenterView {
    user_info: UserView,
    msg_count: u64,
}

impl CenterView {
    pub fn of(db: &View, me: Caller) -> Result<CenterView> {
        Ok(CenterView {
            user_info: UserView::of(db, &db.need(me.account)?, Sight::Whole)?,
            msg_count: notice::unread(db, me.account, me.role)?,
        })
    }
}
