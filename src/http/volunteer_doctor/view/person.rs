//! 2.2.3 患者信息, 2.2.4 医生信息, 2.2.5 医助信息, and 用户信息, which is one of them.

use serde::Serialize;

use super::{
    org::OrgView,
    place::{PersonPlaceView, PlaceView},
};
use crate::{
    base::{
        error::Result,
        id::{AssistantId, DoctorId, HospitalId, PatientAccountId},
    },
    domain::{
        directory::{
            assistant, display_name,
            doctor::{self, HalfDays},
            hospital::Hospital,
            member_profile, org,
            patient::{self, Patient},
            patient_score,
        },
        free_clinic::{
            clinic_session::{self},
            registration::{self, Outcome, Registration},
        },
        identity::account::{Account, Role},
        notice,
        relations::privacy::{self, Reader},
        shared::sight::Sight,
    },
    http::core::codes,
    store::View,
};

/// What a stranger does not see is an empty text, or `null` where the document has a number or a day.
#[derive(Default, Serialize)]
pub struct PatientView {
    id: PatientAccountId,
    real_name: String,
    phone: String,
    avatars: String,
    idno: String,
    sex: String,
    birthday: Option<String>,
    age: Option<i64>,
    email: String,
    height: String,
    weight: String,
    #[serde(flatten)]
    place: PersonPlaceView,
    marital_status: Option<u8>,
    drink_status: Option<u8>,
    smoking_status: Option<u8>,
    credit_score: String,
    punctuality_score: String,
    is_verify: u8,
    join_project_count: u64,
    done_project_count: u64,
    /// 女性健康史, of whoever told one: to herself and to the doctor who treats her.
    #[serde(skip_serializing_if = "Option::is_none")]
    female_history: Option<FemaleHistoryView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// What the member has not told is null, or an empty text.
#[derive(Serialize)]
struct FemaleHistoryView {
    pregnancy_count: Option<u8>,
    birth_count: Option<u8>,
    /// Days, or in her words.
    menstrual_cycle: String,
    menarche_age: Option<u8>,
}

impl FemaleHistoryView {
    /// It is the account's own; a relative whom the account cares for told none.
    fn of(db: &View, account: &Account, patient: &Patient) -> Result<Option<FemaleHistoryView>> {
        if patient.relation != patient::ONESELF {
            return Ok(None);
        }
        let told = member_profile::of(db, account.id.patient_account())?;
        Ok(told.is_told().then_some(FemaleHistoryView {
            pregnancy_count: told.pregnancy_count,
            birth_count: told.birth_count,
            menstrual_cycle: told.menstrual_cycle,
            menarche_age: told.menarche_age,
        }))
    }
}

impl PatientView {
    pub fn of(db: &View, account: &Account, patient: &Patient, sight: Sight) -> Result<PatientView> {
        let phone = sight.phone(&display_name::phone(db, account)?);
        if sight.person(()).is_none() {
            return Ok(PatientView { id: account.id.patient_account(), phone, ..PatientView::nobody(sight.name(&patient.name)) });
        }
        let count = |outcome: Outcome| registration::list::count_of_outcome(db, account.id.patient_account(), outcome);
        let done = count(Outcome::Done)?;
        let score = patient_score::of(db, account.id.patient_account())?;
        Ok(PatientView {
            id: account.id.patient_account(),
            real_name: sight.name(&patient.name),
            phone,
            avatars: sight.person(patient.avatar.clone()).unwrap_or_default(),
            idno: sight.id_number(&patient.idno),
            sex: sight.person(patient.sex).filter(|sex| *sex != 0).map(|sex| sex.to_string()).unwrap_or_default(),
            birthday: sight.birthday(&patient.birthday),
            age: sight.age(&patient.birthday, db.settings.clinic.zone.today(db.now)),
            email: sight.email(&patient.email),
            height: sight.body(patient.height.clone()).unwrap_or_default(),
            weight: sight.body(patient.weight.clone()).unwrap_or_default(),
            place: PersonPlaceView::of(db, &patient.place, sight)?,
            marital_status: sight.person(patient.marital_status),
            drink_status: sight.body(patient.drinks.into()),
            smoking_status: sight.body(patient.smokes.into()),
            credit_score: score.credit.mean(),
            punctuality_score: score.punctuality.mean(),
            is_verify: codes::is_verify(account.verify),
            join_project_count: count(Outcome::Awaiting)? + count(Outcome::Missed)? + done,
            done_project_count: done,
            female_history: sight.female_history(()).map_or(Ok(None), |()| FemaleHistoryView::of(db, account, patient))?,
            token: None,
        })
    }

    /// Who was registered: the account's own patient then, which need not be its own one now.
    pub fn registered(db: &View, registration: &Registration, sight: Sight) -> Result<PatientView> {
        PatientView::of(db, &db.need(registration.user_id.account())?, &registration.patient(db)?, sight)
    }

    /// A name and nothing else.
    pub fn nobody(real_name: String) -> PatientView {
        let score = || String::from("0.0");
        PatientView { real_name, credit_score: score(), punctuality_score: score(), ..PatientView::default() }
    }
}

fn phone(account: &Account) -> &str {
    account.phone.as_deref().unwrap_or_default()
}

#[derive(Serialize)]
pub struct DoctorView {
    pub id: DoctorId,
    pub real_name: String,
    phone: String,
    pub avatars: String,
    idno: String,
    hospital: String,
    hospital_id: HospitalId,
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
        let doctor = doctor::profile(db, account.id.doctor())?;
        let hospital = db.get::<Hospital>(doctor.hospital_id)?.map(|hospital| hospital.name).unwrap_or_default();
        Ok(DoctorView {
            id: account.id.doctor(),
            real_name: doctor.name,
            phone: sight.staff_phone(phone(account)),
            avatars: doctor.avatar,
            idno: sight.staff_id_number(&doctor.idno),
            hospital,
            hospital_id: doctor.hospital_id,
            departments: doctor.departments,
            job_position: doctor.job_position,
            good_at: doctor.good_at,
            work_photo: doctor.work_photo,
            introduction: doctor.introduction,
            visits_count: clinic_session::count_ended(db, account.id.doctor())?,
            patient_count: registration::list::count_done(db, account.id.doctor())?,
            service_time_long: doctor.service_minutes,
            work_time: doctor.work_time.map(DayView::from),
            is_verify: codes::is_verify(account.verify),
            score: doctor.score.mean(),
            token: None,
            org_list: org::of_doctor(db, account.id.doctor())?.into_iter().map(OrgView::from).collect(),
        })
    }

    pub fn by_id(db: &View, id: DoctorId, sight: Sight) -> Result<DoctorView> {
        DoctorView::of(db, &db.need(id.account())?, sight)
    }
}

#[derive(Serialize)]
pub struct AssistantView {
    id: AssistantId,
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
        let assistant = assistant::profile(db, account.id.assistant())?;
        let mut place = PlaceView::of(db, &assistant.place)?;
        place.addr = sight.staff_address(&place.county_name, &place.addr);
        Ok(AssistantView {
            id: account.id.assistant(),
            real_name: assistant.name,
            phone: sight.staff_phone(phone(account)),
            avatars: assistant.avatar,
            idno: sight.staff_id_number(&assistant.idno),
            email: sight.staff_email(&assistant.email),
            team_name: assistant.team_name,
            place,
            help_count: registration::helped(db, account.id.assistant())?,
            is_verify: codes::is_verify(account.verify),
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
    /// A patient's own person, or whoever else it is.
    pub fn of(db: &View, account: &Account, sight: Sight) -> Result<UserView> {
        Ok(match account.role {
            Role::Patient => UserView::Patient(PatientView::of(db, account, &patient::of_account(db, account)?, sight)?),
            Role::Doctor => UserView::Doctor(Box::new(DoctorView::of(db, account, sight)?)),
            Role::Assistant => UserView::Assistant(AssistantView::of(db, account, sight)?),
            Role::Admin => return Err(crate::base::error::NOT_FOUND.err()),
        })
    }

    /// The view of a caller of itself; with the token where one has just been given or is shown.
    pub fn own(db: &View, me: Reader, token: Option<String>) -> Result<UserView> {
        let mut view = UserView::of(db, &db.need(me.account)?, privacy::oneself(Some(me), me.account))?;
        let place = match &mut view {
            UserView::Patient(view) => &mut view.token,
            UserView::Doctor(view) => &mut view.token,
            UserView::Assistant(view) => &mut view.token,
        };
        *place = token;
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
    pub fn of(db: &View, me: Reader) -> Result<CenterView> {
        Ok(CenterView { user_info: UserView::own(db, me, None)?, msg_count: notice::unread(db, me.account, me.role)? })
    }
}
