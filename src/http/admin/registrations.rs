//! `/admin/registrations`: who has booked what, and letting the deposit of a missed visit go.

use serde::Serialize;

use super::{
    form,
    listing::{self, Listing},
    people::RecordCounts,
};
use crate::{
    base::{
        error::Result,
        id::{AssistantId, ClinicSessionId, DoctorId, HospitalId, PatientAccountId, PaymentId, RegistrationId},
        time::Time,
    },
    domain::{
        directory::doctor,
        free_clinic::{
            administration::{self, WantedRegistrations},
            clinic_session::ClinicSession,
            registration::{self, Registration, Stage},
        },
        identity::audit::{self, Action, Subject},
        relations::privacy,
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
            get, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get ("admin", "/admin/registrations",             ADMIN, Heavy(list_registrations),  "挂号列表"),
    get ("admin", "/admin/registrations/{id}",        ADMIN, Write(show_registration),   "挂号详情"),
    post("admin", "/admin/registrations/{id}/reveal", ADMIN, Write(reveal_registration), "显示挂号的病例与诊断"),
    post("admin", "/admin/registrations/{id}/refund", ADMIN, Write(release_deposit),     "退还押金"),
];

#[rustfmt::skip]
pub const STAGES: &[(&str, Stage)] = &[
    ("held",      Stage::Held),
    ("booked",    Stage::Booked),
    ("rejected",  Stage::Rejected),
    ("cancelled", Stage::Cancelled),
    ("missed",    Stage::Missed),
    ("done",      Stage::Done),
];

const LISTING: Listing<Registration> = Listing {
    filters: &["project_id", "doctor_id", "user_id", "assistant_id", "stage"],
    time: Some(|row| row.created_at),
    sorts: &[
        ("id", |_, row| Ok(row.id.into())),
        ("doctor_name", |db, row| Ok(doctor::profile(db, row.doctor_id)?.name.as_str().into())),
        ("patient_name", |db, row| Ok(row.patient(db)?.name.as_str().into())),
        ("visit_time", |_, row| Ok(row.visit_time.into())),
        ("stage", |_, row| Ok((row.stage as u64).into())),
        ("amount", |_, row| Ok(row.amount.into())),
        ("created_at", |_, row| Ok(row.created_at.into())),
        ("updated_at", |_, row| Ok(row.updated_at.into())),
    ],
};

fn list_registrations(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let mut wanted = WantedRegistrations {
        project: request.id_or_none("project_id")?,
        doctor: request.id_or_none("doctor_id")?,
        user: request.id_or_none("user_id")?,
        assistant: request.id_or_none("assistant_id")?,
        stage: form::choice(request, "stage", STAGES)?,
        ..WantedRegistrations::default()
    };
    let found = LISTING.find(&db, request, |asked| {
        wanted.needle = asked.needle;
        administration::find_registrations(&db, &wanted, asked.page)
    })?;
    listing::reply(found, |row| RegistrationView::of(&db, &row))
}

/// How much there is of casebook and result, but not what they say. A look that is written down.
fn show_registration(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row: Registration = db.need(request.path_id("id")?)?;
    privacy::look_at_encounter(db, &cx.actor()?, Subject::Registration, row.id.encounter())?;
    Reply::of(&WholeRegistrationView::of(db, row, privacy::administrator(cx.need_reader()?))?)
}

/// `{reason}`.
fn reveal_registration(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row: Registration = db.need(request.path_id("id")?)?;
    let sight = privacy::reveal_record(db, &cx.actor()?, Subject::Registration, row.id.encounter(), request.text("reason", 200)?)?;
    Reply::of(&WholeRegistrationView::of(db, row, sight)?)
}

fn release_deposit(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row: Registration = db.need(request.path_id("id")?)?;
    let id = row.id;
    registration::release_any(db, row)?;
    audit::note(db, &cx.actor()?, Action::Refund, Subject::Registration, id)?;
    Reply::of(&RegistrationView::of(db, &db.need(id)?)?)
}

#[derive(Serialize)]
struct RegistrationView {
    id: RegistrationId,
    project_id: ClinicSessionId,
    doctor_id: DoctorId,
    doctor_name: String,
    hospital_id: HospitalId,
    /// The patient's account.
    user_id: PatientAccountId,
    patient_name: String,
    patient_phone: String,
    assistant_id: AssistantId,
    visit_time: String,
    plan_time: String,
    stage: &'static str,
    verify_status: u8,
    status: u8,
    reject_msg: String,
    /// Fen.
    amount: i64,
    sn: Option<String>,
    payment_id: Option<PaymentId>,
    refund_status: Option<u8>,
    refund_time: Option<String>,
    refund_sn: Option<String>,
    patient_credit_score: u8,
    patient_punctuality_score: u8,
    doctor_comment_time: Option<String>,
    doctor_score: u8,
    doctor_comment: String,
    patient_comment_time: Option<String>,
    created_at: String,
    updated_at: String,
}

impl RegistrationView {
    fn of(db: &View, row: &Registration) -> Result<RegistrationView> {
        let patient = row.patient(db)?;
        let slot = db.get::<ClinicSession>(row.project_id)?.and_then(|project| project.slots.get(row.slot as usize).copied());
        Ok(RegistrationView {
            id: row.id,
            project_id: row.project_id,
            doctor_id: row.doctor_id,
            doctor_name: doctor::profile(db, row.doctor_id)?.name,
            hospital_id: row.hospital_id,
            user_id: row.user_id,
            patient_name: patient.name,
            patient_phone: patient.phone,
            assistant_id: row.assistant_id,
            visit_time: row.visit_time.rfc3339(),
            plan_time: slot.map(|slot| slot.label(&db.settings.clinic.zone)).unwrap_or_default(),
            stage: STAGES.iter().find(|(_, stage)| *stage == row.stage).map_or("", |(name, _)| name),
            verify_status: codes::verify_status(row.stage),
            status: codes::visit_status(row.stage),
            reject_msg: row.reject_msg.clone(),
            amount: row.amount.0,
            sn: row.sn.clone(),
            payment_id: row.payment_id,
            refund_status: row.refund_status,
            refund_time: row.refund_time.map(Time::rfc3339),
            refund_sn: row.refund_sn.clone(),
            patient_credit_score: row.credit_score,
            patient_punctuality_score: row.punctuality_score,
            doctor_comment_time: row.doctor_comment_time.map(Time::rfc3339),
            doctor_score: row.doctor_score,
            doctor_comment: row.doctor_comment.clone(),
            patient_comment_time: row.patient_comment_time.map(Time::rfc3339),
            created_at: row.created_at.rfc3339(),
            updated_at: row.updated_at.rfc3339(),
        })
    }
}

#[derive(Serialize)]
pub struct WholeRegistrationView {
    #[serde(flatten)]
    row: RegistrationView,
    casebook_info: CasebookView,
    diag_result: String,
    diag_photo: Vec<String>,
    counts: RecordCounts,
}

#[derive(Serialize)]
struct CasebookView {
    id: RegistrationId,
    content: String,
    photo: Vec<String>,
}

impl WholeRegistrationView {
    pub fn of(db: &View, row: Registration, sight: Sight) -> Result<WholeRegistrationView> {
        Ok(WholeRegistrationView {
            counts: RecordCounts {
                texts: [&row.casebook.content, &row.diag_result].into_iter().filter(|text| !text.is_empty()).count(),
                images: row.casebook.photo.len() + row.diag_photo.len(),
                messages: 0,
            },
            row: RegistrationView::of(db, &row)?,
            casebook_info: CasebookView {
                id: row.casebook.id,
                content: sight.record(row.casebook.content).unwrap_or_default(),
                photo: sight.record(row.casebook.photo).unwrap_or_default(),
            },
            diag_result: sight.record(row.diag_result).unwrap_or_default(),
            diag_photo: sight.record(row.diag_photo).unwrap_or_default(),
        })
    }
}
