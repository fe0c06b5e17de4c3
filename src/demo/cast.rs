//! The demonstration clinic as `data/demo/clinic.json` has it: people, places and what they did, by names (`key`) of its own.

use serde::Deserialize;

use crate::base::error::{INTERNAL, Result};

#[derive(Deserialize)]
pub struct Cast {
    pub hospitals: Vec<Hospital>,
    pub doctors: Vec<Doctor>,
    pub assistants: Vec<Assistant>,
    pub patients: Vec<Patient>,
    pub orgs: Vec<Org>,
    pub special_projects: Vec<SpecialProject>,
    pub projects: Vec<Project>,
    pub registrations: Vec<Registration>,
    pub banners: Vec<Banner>,
    pub news: Vec<News>,
    pub notices: Vec<Notice>,
    pub chats: Vec<Chat>,
    pub consultations: Vec<Consultation>,
    pub contacts: Vec<Contact>,
    pub clinics: Vec<Clinic>,
    pub teams: Vec<Team>,
    pub team_members: Vec<TeamMember>,
    pub families: Vec<Family>,
    pub team_consults: Vec<TeamConsult>,
    pub withdrawals: Vec<Withdrawal>,
}

#[derive(Deserialize)]
pub struct Hospital {
    pub key: String,
    pub name: String,
    pub level: String,
    pub tag: String,
    #[serde(flatten)]
    pub place: Place,
}

#[derive(Clone, Deserialize)]
pub struct Place {
    pub province_id: u64,
    pub city_id: u64,
    pub county_id: u64,
    pub addr: String,
}

#[derive(Deserialize)]
pub struct Doctor {
    pub key: String,
    pub phone: String,
    /// What the landing page says of the person.
    #[serde(default)]
    pub line: String,
    pub real_name: String,
    pub idno: String,
    pub hospital: String,
    pub departments: String,
    pub job_position: String,
    pub good_at: String,
    pub r#abstract: String,
    pub honours: String,
    /// Morning and afternoon of the seven days.
    pub work_time: [[u8; 2]; 7],
    pub email: String,
    pub verified: bool,
    pub is_hot: bool,
    pub image_and_text_open: bool,
    /// In fen.
    pub image_and_text_price: i64,
    /// Answers patients while nobody is signed in as this doctor.
    #[serde(default)]
    pub answers_by_itself: bool,
}

#[derive(Deserialize)]
pub struct Assistant {
    pub key: String,
    pub phone: String,
    /// What the landing page says of the person.
    #[serde(default)]
    pub line: String,
    pub real_name: String,
    pub idno: String,
    pub team_name: String,
    pub email: String,
    pub verified: bool,
    #[serde(flatten)]
    pub place: Place,
}

/// A patient; some have signed up and not filled in their profile yet.
#[derive(Deserialize)]
pub struct Patient {
    pub key: String,
    pub phone: String,
    /// What the landing page says of the person.
    #[serde(default)]
    pub line: String,
    #[serde(flatten)]
    pub profile: Option<Profile>,
}

#[derive(Deserialize)]
pub struct Profile {
    pub real_name: String,
    pub idno: String,
    pub height: String,
    pub weight: String,
    pub marital_status: u8,
    pub drink_status: u8,
    pub smoking_status: u8,
    pub email: String,
    #[serde(flatten)]
    pub place: Place,
}

#[derive(Deserialize)]
pub struct Org {
    pub key: String,
    pub name: String,
    pub logo: String,
    pub r#abstract: String,
    /// Its members.
    pub doctors: Vec<String>,
}

#[derive(Deserialize)]
pub struct Clinic {
    pub key: String,
    pub name: String,
    pub introduction: String,
    pub founder: String,
    /// Without the founder.
    pub doctors: Vec<String>,
    pub supervisor: String,
}

#[derive(Deserialize)]
pub struct Team {
    pub key: String,
    pub name: String,
    pub introduction: String,
    pub agreement: String,
    /// Fen.
    pub consult_fee: i64,
    pub clinic: Option<String>,
    pub founder: String,
    /// Without the founder.
    pub doctors: Vec<String>,
    pub assistant: Option<String>,
}

#[derive(Deserialize)]
pub struct TeamMember {
    pub patient: String,
    pub team: String,
    pub days_ago: i64,
    /// Fen, and how much of them becomes the fee.
    pub recharge: i64,
    pub fee: i64,
}

#[derive(Deserialize)]
pub struct TeamConsult {
    pub key: String,
    pub patient: String,
    pub team: String,
    /// The name of the family member it is about.
    pub family: Option<String>,
    pub ending: Ending,
    /// When it was created: that long before now, or before the first of the month so many months ago.
    #[serde(default)]
    pub days_ago: i64,
    #[serde(default)]
    pub hours_ago: i64,
    pub before_month: Option<i64>,
    pub content: String,
    /// Who was brought in.
    #[serde(default)]
    pub doctors: Vec<String>,
    #[serde(default)]
    pub messages: Vec<Said>,
    #[serde(default)]
    pub services: Vec<Service>,
}

/// How a team consult stands.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    Open,
    Finished,
    Cancelled,
}

#[derive(Deserialize)]
pub struct Said {
    pub from: String,
    pub content: String,
}

/// A value-added service that was offered.
#[derive(Deserialize)]
pub struct Service {
    pub doctor: String,
    pub name: String,
    pub description: String,
    /// Fen.
    pub amount: i64,
    pub decision: Decision,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Pending,
    Approved,
    Rejected,
}

/// What a team took out of the month before the one so many months ago.
#[derive(Deserialize)]
pub struct Withdrawal {
    pub team: String,
    pub months_ago: i64,
    pub decision: Decision,
}

/// What a member tells of itself and of its family.
#[derive(Deserialize)]
pub struct Family {
    pub patient: String,
    pub pregnancy_count: Option<u8>,
    pub birth_count: Option<u8>,
    pub menstrual_cycle: Option<String>,
    pub menarche_age: Option<u8>,
    pub members: Vec<Kin>,
}

#[derive(Deserialize)]
pub struct Kin {
    pub name: String,
    pub relation_type: String,
    pub gender: u8,
    pub birthday: String,
}

#[derive(Deserialize)]
pub struct SpecialProject {
    pub key: String,
    /// Days from today.
    pub date_offset_days: i32,
    pub begin: String,
    pub end: String,
    pub people_count: u32,
    pub addr: String,
    pub lng: String,
    pub lat: String,
    pub r#abstract: String,
    pub photo: String,
    pub price: u32,
    pub service_target: Vec<String>,
    pub hospital: String,
    pub org: String,
}

#[derive(Deserialize)]
pub struct Project {
    pub key: String,
    pub doctor: String,
    /// Days from today.
    pub day: i32,
    /// `09:00:00` in the clinic's zone.
    pub begin: String,
    pub end: String,
    pub people_count: u32,
    pub lng: String,
    pub lat: String,
    pub addr: String,
    pub service_target: Vec<String>,
    pub r#abstract: String,
    pub price: u32,
    pub special_project: Option<String>,
}

#[derive(Deserialize)]
pub struct Registration {
    pub patient: String,
    pub project: String,
    pub assistant: Option<String>,
    pub content: String,
    pub state: State,
    #[serde(default)]
    pub reject_msg: String,
    #[serde(default)]
    pub diag_result: String,
    pub patient_credit_score: Option<u8>,
    pub patient_punctuality_score: Option<u8>,
    pub doctor_score: Option<u8>,
    #[serde(default)]
    pub doctor_comment: String,
}

/// What has become of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Waits for its deposit.
    Held,
    Booked,
    Cancelled,
    Rejected,
    Missed,
    Done,
}

#[derive(Deserialize)]
pub struct Notice {
    pub title: String,
    pub content: String,
    /// `all`, `patients`, `doctors` or `assistants`.
    pub to: String,
}

#[derive(Deserialize)]
pub struct News {
    pub title: String,
    pub photo: String,
    pub content: String,
    /// Whose client shows it: 1 patients, 2 doctors, 3 assistants.
    pub r#type: i64,
}

#[derive(Deserialize)]
pub struct Banner {
    pub title: String,
    pub photo: String,
    pub jump_mode: u8,
    pub jump_id: u64,
    pub href: String,
    pub r#type: i64,
}

#[derive(Deserialize)]
pub struct Chat {
    pub patient: String,
    pub doctor: String,
    pub messages: Vec<Message>,
}

#[derive(Deserialize)]
pub struct Message {
    pub from: Speaker,
    pub content: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    Patient,
    Doctor,
}

#[derive(Deserialize)]
pub struct Consultation {
    pub key: String,
    pub patient: String,
    pub doctor: String,
    pub outcome: Outcome,
    /// When it was ordered.
    #[serde(default)]
    pub hours_ago: i64,
    #[serde(default)]
    pub minutes_ago: i64,
    pub reason: String,
    pub content: String,
    #[serde(default)]
    pub replies: Vec<String>,
    #[serde(default)]
    pub questions: Vec<String>,
    pub diagnosis: Option<Diagnosis>,
    pub score: Option<u8>,
    #[serde(default)]
    pub comment: String,
}

#[derive(Deserialize)]
pub struct Diagnosis {
    pub main: String,
    pub second: Vec<String>,
    pub past_illness: String,
}

/// What a consultation comes to.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Unpaid,
    Cancelled,
    Waiting,
    InProgress,
    /// Nobody answered, and the fee went back.
    Expired,
    Refunded,
    Finished,
}

/// How somebody sees somebody else.
#[derive(Deserialize)]
pub struct Contact {
    pub owner: String,
    pub other: String,
    pub nickname: Option<String>,
    #[serde(default)]
    pub follows: bool,
    #[serde(default)]
    pub is_ban: bool,
    #[serde(default)]
    pub refuses_calls: bool,
}

const FILE: &str = include_str!("../../data/demo/clinic.json");

impl Cast {
    pub fn read() -> Result<Cast> {
        serde_json::from_str(FILE).map_err(|e| INTERNAL.caused_by(format!("data/demo/clinic.json: {e}")))
    }
}
