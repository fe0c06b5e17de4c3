//! `/admin/team-consults`: which teams were consulted, what was said, offered and paid.

use serde::Serialize;

use super::{
    form,
    listing::{self, Listing},
    people::RecordCounts,
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, AnyId, ConversationId, DoctorId, MessageId, PatientAccountId, TeamConsultId, TeamId, VasId},
        page::Page,
        time::Time,
    },
    domain::{
        directory::patient,
        identity::audit::Subject,
        messaging::{
            conversation::Side,
            message::{self, Message},
        },
        relations::privacy,
        shared::{role::Role, sight::Sight},
        team_consult::{
            self, TeamConsult, TeamConsultStatus,
            administration::{self, TeamConsultFilter, team_name},
            vas::{self, Vas},
        },
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
    get ("admin", "/admin/team-consults",             ADMIN, Heavy(list_consults),  "团队咨询列表"),
    get ("admin", "/admin/team-consults/{id}",        ADMIN, Write(show_consult),   "团队咨询详情"),
    post("admin", "/admin/team-consults/{id}/reveal", ADMIN, Write(reveal_consult), "显示团队咨询的内容"),
];

#[rustfmt::skip]
const STATUSES: &[(&str, TeamConsultStatus)] = &[
    ("0", TeamConsultStatus::Waiting),
    ("1", TeamConsultStatus::InProcess),
    ("2", TeamConsultStatus::Finished),
    ("3", TeamConsultStatus::Cancelled),
];

const LISTING: Listing<TeamConsult> = Listing {
    filters: &["team_id", "member_id", "doctor_id", "status"],
    time: Some(|row| row.created_at),
    sorts: &[
        ("id", |_, row| Ok(row.id.into())),
        ("team_name", |db, row| Ok(team_name(db, row.team_id)?.as_str().into())),
        ("status", |_, row| Ok(u64::from(row.status.number()).into())),
        ("consult_fee", |_, row| Ok(row.fee.into())),
        ("started_at", |_, row| Ok(row.started_at.into())),
        ("ended_at", |_, row| Ok(row.ended_at.into())),
        ("created_at", |_, row| Ok(row.created_at.into())),
    ],
};

fn list_consults(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let mut wanted = TeamConsultFilter {
        team: request.id_or_none("team_id")?,
        member: request.id_or_none("member_id")?,
        doctor: request.id_or_none("doctor_id")?,
        status: form::choice(request, "status", STATUSES)?,
        ..TeamConsultFilter::default()
    };
    let found = LISTING.find(&db, request, |asked| {
        wanted.needle = asked.needle;
        administration::find(&db, &wanted, asked.page)
    })?;
    listing::reply(found, |row| ConsultView::of(&db, row))
}

/// How much was said and which services were offered, but not what was said. A look that is written down.
fn show_consult(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row: TeamConsult = db.need(request.path_id("id")?)?;
    privacy::look_at_encounter(db, &cx.actor()?, Subject::TeamConsult, row.id.encounter())?;
    Reply::of(&WholeConsultView::of(db, row, privacy::administrator(cx.need_reader()?))?)
}

/// `{reason}`: with everything that was said.
fn reveal_consult(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row: TeamConsult = db.need(request.path_id("id")?)?;
    let sight = privacy::reveal_record(db, &cx.actor()?, Subject::TeamConsult, row.id.encounter(), request.text("reason", 200)?)?;
    Reply::of(&WholeConsultView::of(db, row, sight)?)
}

#[derive(Serialize)]
struct ConsultView {
    id: TeamConsultId,
    status: u8,
    team_id: TeamId,
    team_name: String,
    creator_member_id: PatientAccountId,
    creator_member_name: String,
    target_member_id: AnyId,
    target_member_name: String,
    assistant_id: DoctorId,
    doctor_ids: Vec<DoctorId>,
    conversation_id: ConversationId,
    /// Fen.
    consult_fee: i64,
    created_at: String,
    started_at: Option<String>,
    ended_at: Option<String>,
}

impl ConsultView {
    fn of(db: &View, row: TeamConsult) -> Result<ConsultView> {
        Ok(ConsultView {
            id: row.id,
            status: row.status.number(),
            team_id: row.team_id,
            team_name: team_name(db, row.team_id)?,
            creator_member_id: row.creator,
            creator_member_name: patient::oneself(db, row.creator)?.unwrap_or_default().name,
            target_member_id: row.target,
            target_member_name: team_consult::target_name(db, &row)?,
            assistant_id: row.assistant,
            doctor_ids: row.doctors,
            conversation_id: row.conversation_id,
            consult_fee: row.fee.0,
            created_at: row.created_at.rfc3339(),
            started_at: row.started_at.map(Time::rfc3339),
            ended_at: row.ended_at.map(Time::rfc3339),
        })
    }
}

#[derive(Serialize)]
pub struct WholeConsultView {
    #[serde(flatten)]
    row: ConsultView,
    symptom_content: String,
    symptom_type: String,
    images: Vec<String>,
    messages: Vec<MessageView>,
    services: Vec<VasView>,
    counts: RecordCounts,
}

#[derive(Serialize)]
struct MessageView {
    id: MessageId,
    from_id: AccountId,
    mimetype: String,
    content: String,
    images: Vec<String>,
    retracted: bool,
    created_at: String,
}

impl From<Message> for MessageView {
    fn from(message: Message) -> MessageView {
        MessageView {
            id: message.id,
            from_id: message.from,
            mimetype: message.mimetype,
            // Where the clinic speaks, both sides read the same.
            content: message.parts.into_iter().next().map_or(message.content, |part| part.text),
            images: message.images,
            retracted: message.retracted_at.is_some(),
            created_at: message.created_at.rfc3339(),
        }
    }
}

#[derive(Serialize)]
struct VasView {
    id: VasId,
    doctor_id: DoctorId,
    name: String,
    description: String,
    /// Fen.
    amount: i64,
    status: u8,
    created_at: String,
    decided_at: Option<String>,
}

impl VasView {
    /// What it costs is business, what it is for is not.
    fn of(vas: Vas, sight: Sight) -> VasView {
        VasView {
            id: vas.id,
            doctor_id: vas.doctor_id,
            name: vas.name,
            description: sight.record(vas.description).unwrap_or_default(),
            amount: vas.amount.0,
            status: vas.status.number(),
            created_at: vas.created_at.rfc3339(),
            decided_at: vas.decided_at.map(Time::rfc3339),
        }
    }
}

impl WholeConsultView {
    pub fn of(db: &View, row: TeamConsult, sight: Sight) -> Result<WholeConsultView> {
        let said = message::list_of_consultation(db, row.id.encounter(), Side::Staff)?;
        let services = vas::list(db, row.creator.account(), Role::Patient, row.id, Page::ALL)?;
        Ok(WholeConsultView {
            counts: RecordCounts { texts: usize::from(!row.symptom_content.is_empty()), images: row.images.len(), messages: said.len() },
            symptom_content: sight.record(row.symptom_content.clone()).unwrap_or_default(),
            symptom_type: row.symptom_type.clone(),
            images: sight.record(row.images.clone()).unwrap_or_default(),
            messages: sight.record(said).unwrap_or_default().into_iter().map(MessageView::from).collect(),
            services: services.items.into_iter().map(|vas| VasView::of(vas, sight)).collect(),
            row: ConsultView::of(db, row)?,
        })
    }
}
