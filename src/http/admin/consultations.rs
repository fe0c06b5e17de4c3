//! `/admin/consultations`: what was ordered of whom, what was said, found and paid. The clinic's own word on a refund is in [`refunds`](crate::http::admin::refunds).

use serde::Serialize;

use super::{
    form,
    listing::{self, Listing},
    people::RecordCounts,
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, ConsultationId, ConversationId, DoctorId, MessageId, PatientAccountId, PatientId, PaymentId},
        time::Time,
    },
    domain::{
        consultation::{
            Consultation,
            administration::{self, OrderFilter},
            diagnosis,
            evaluation::Evaluation,
            message,
            state::ConsultationStatus,
        },
        directory::doctor,
        identity::audit::{self, Action, Subject},
        money::payment::Payment,
        relations::privacy,
        shared::{role::Role, sight::Sight},
    },
    http::core::{
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
    get ("admin", "/admin/consultations",             ADMIN, Heavy(list_consultations),  "咨询订单列表"),
    get ("admin", "/admin/consultations/{id}",        ADMIN, Write(show_consultation),   "咨询订单详情"),
    post("admin", "/admin/consultations/{id}/reveal", ADMIN, Write(reveal_consultation), "显示咨询的内容"),
    post("admin", "/admin/consultations/{id}/refund", ADMIN, Write(give_back),           "退还咨询费用"),
];

#[rustfmt::skip]
const STATUSES: &[(&str, ConsultationStatus)] = &[
    ("01", ConsultationStatus::Unpaid),
    ("02", ConsultationStatus::Cancelled),
    ("03", ConsultationStatus::Waiting),
    ("04", ConsultationStatus::InProgress),
    ("05", ConsultationStatus::Expired),
    ("06", ConsultationStatus::RefundAsked),
    ("07", ConsultationStatus::Finished),
    ("08", ConsultationStatus::ExpiredRefunded),
    ("09", ConsultationStatus::Refunded),
];

const LISTING: Listing<Consultation> = Listing {
    filters: &["user_id", "doctor_id", "status"],
    time: Some(|row| row.created_at),
    sorts: &[
        ("id", |_, row| Ok(row.id.into())),
        ("doctor_name", |db, row| Ok(doctor::profile(db, row.doctor_id)?.name.as_str().into())),
        ("patient_name", |db, row| Ok(row.patient(db)?.name.as_str().into())),
        ("status", |_, row| Ok(row.status.code().as_str().into())),
        ("fee", |_, row| Ok(row.fee.into())),
        ("due", |_, row| Ok(row.due.into())),
        ("paid_at", |_, row| Ok(row.paid_at.into())),
        ("created_at", |_, row| Ok(row.created_at.into())),
        ("updated_at", |_, row| Ok(row.updated_at.into())),
    ],
};

fn list_consultations(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let mut wanted = OrderFilter {
        user: request.id_or_none("user_id")?,
        doctor: request.id_or_none("doctor_id")?,
        status: form::choice(request, "status", STATUSES)?,
        ..OrderFilter::default()
    };
    let found = LISTING.find(&db, request, |asked| {
        wanted.needle = asked.needle;
        administration::find(&db, &wanted, asked.page)
    })?;
    listing::reply(found, |row| ConsultationView::of(&db, row))
}

/// How much was said and found, but not what. A look that is written down.
fn show_consultation(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row: Consultation = db.need(request.path_id("id")?)?;
    privacy::look_at_encounter(db, &cx.actor()?, Subject::Consultation, row.id.encounter())?;
    Reply::of(&WholeConsultationView::of(db, row, privacy::administrator(cx.need_reader()?))?)
}

/// `{reason}`: with everything that was said.
fn reveal_consultation(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row: Consultation = db.need(request.path_id("id")?)?;
    let sight = privacy::reveal_record(db, &cx.actor()?, Subject::Consultation, row.id.encounter(), request.text("reason", 200)?)?;
    Reply::of(&WholeConsultationView::of(db, row, sight)?)
}

fn give_back(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row = administration::give_back(db, request.path_id("id")?)?;
    audit::note(db, &cx.actor()?, Action::Refund, Subject::Consultation, row.id)?;
    Reply::of(&ConsultationView::of(db, row)?)
}

#[derive(Serialize)]
struct ConsultationView {
    id: ConsultationId,
    consultation_no: String,
    status: String,
    status_name: &'static str,
    user_id: PatientAccountId,
    patient_id: PatientId,
    patient_name: String,
    doctor_id: DoctorId,
    doctor_name: String,
    consultation_reason: String,
    /// Fen.
    fee: i64,
    payment_id: Option<PaymentId>,
    out_trade_no: Option<String>,
    conversation_id: Option<ConversationId>,
    replies: u32,
    evaluated: bool,
    /// Whether the doctor found that the patient fits; null where nobody has judged.
    judged: Option<bool>,
    /// Why the doctor stopped it, else null.
    stopped: Option<&'static str>,
    /// When it ends by itself.
    due: Option<String>,
    paid_at: Option<String>,
    created_at: String,
    updated_at: String,
}

impl ConsultationView {
    fn of(db: &View, row: Consultation) -> Result<ConsultationView> {
        let payment = row.payment_id.map_or(Ok(None), |id| db.get::<Payment>(id))?;
        let patient_name = row.patient(db)?.name;
        Ok(ConsultationView {
            id: row.id,
            consultation_no: row.number,
            status: row.status.code(),
            status_name: row.status.label(),
            user_id: row.user_id,
            patient_id: row.patient_id,
            patient_name,
            doctor_id: row.doctor_id,
            doctor_name: doctor::profile(db, row.doctor_id)?.name,
            consultation_reason: row.reason,
            fee: row.fee.0,
            payment_id: row.payment_id,
            out_trade_no: payment.map(|payment| payment.out_trade_no),
            conversation_id: Some(row.conversation_id).filter(|id| !id.is_none()),
            replies: row.replies,
            evaluated: row.evaluated,
            judged: row.judged.map(|judged| judged.fits),
            stopped: row.stopped.map(|stopped| stopped.reason.name()),
            due: row.due.map(Time::rfc3339),
            paid_at: row.paid_at.map(Time::rfc3339),
            created_at: row.created_at.rfc3339(),
            updated_at: row.updated_at.rfc3339(),
        })
    }
}

#[derive(Serialize)]
pub struct WholeConsultationView {
    #[serde(flatten)]
    row: ConsultationView,
    content: String,
    images: Vec<String>,
    messages: Vec<MessageView>,
    diagnosis: Option<DiagnosisView>,
    answers: Vec<AnswerView>,
    counts: RecordCounts,
}

#[derive(Serialize)]
struct MessageView {
    id: MessageId,
    /// 0 where the clinic itself speaks.
    from_id: AccountId,
    mimetype: String,
    /// What the clinic tells each side stands here line by line.
    content: String,
    retracted: bool,
    created_at: String,
}

#[derive(Serialize)]
struct DiagnosisView {
    main_diagnosis: String,
    second_diagnosis: Vec<String>,
    chief_complaint: String,
    history_of_past_illness: String,
    updated_at: String,
}

#[derive(Serialize)]
struct AnswerView {
    question: String,
    score: Option<u8>,
    text: String,
}

impl WholeConsultationView {
    pub fn of(db: &View, row: Consultation, sight: Sight) -> Result<WholeConsultationView> {
        let said = message::list_of(db, row.doctor_id.account(), Role::Doctor, row.id)?;
        let diagnosis = diagnosis::find(db, row.id)?;
        let counts = RecordCounts {
            texts: usize::from(!row.content.is_empty()) + usize::from(diagnosis.is_some()),
            images: row.images.len(),
            messages: said.len(),
        };
        let messages = said.into_iter().map(|message| MessageView {
            id: message.id,
            from_id: message.from,
            mimetype: message.mimetype,
            content: match message.parts.is_empty() {
                true => message.content,
                false => message.parts.into_iter().map(|part| part.text).collect::<Vec<_>>().join("\n"),
            },
            retracted: message.retracted_at.is_some(),
            created_at: message.created_at.rfc3339(),
        });
        let answers = db.get::<Evaluation>(row.id)?.map(|evaluation| evaluation.answers).unwrap_or_default();
        Ok(WholeConsultationView {
            messages: sight.record(messages.collect()).unwrap_or_default(),
            diagnosis: diagnosis.and_then(|diagnosis| sight.record(diagnosis)).map(|diagnosis| DiagnosisView {
                main_diagnosis: diagnosis.main,
                second_diagnosis: diagnosis.second,
                chief_complaint: diagnosis.chief_complaint,
                history_of_past_illness: diagnosis.past_illness,
                updated_at: diagnosis.updated_at.rfc3339(),
            }),
            answers: answers.into_iter().map(|one| AnswerView { question: one.question, score: one.score, text: one.text }).collect(),
            content: sight.record(row.content.clone()).unwrap_or_default(),
            images: sight.record(row.images.clone()).unwrap_or_default(),
            row: ConsultationView::of(db, row)?,
            counts,
        })
    }
}
