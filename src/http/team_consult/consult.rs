//! 1.3 to 1.7 咨询: asking a team, the group, the lists, what is over; and what the task list asks for besides.

use serde::Serialize;
use serde_json::json;

use super::dialect;
use crate::{
    base::{
        error::{NOT_YOURS, Result, missing},
        id::{AnyId, ConversationId, DoctorId, PatientAccountId, TeamConsultId, TeamId},
        page::{Page, Slice},
    },
    domain::{
        directory::patient::Patient,
        identity::audit::{self, Action, Purpose, Subject},
        relations::privacy,
        shared::mimetype,
        team_consult::{self, CreateConsult, TeamConsult, administration::team_name, group, list, stopping},
    },
    http::core::{
        context::Cx,
        first_visit::{self, CourseView},
        record_versions::{self, VersionsView},
        reply::Reply,
        request::Request,
        table::{
            Access, DOCTOR, Endpoint, PATIENT,
            Run::{Read, Write},
            delete, get, post,
        },
        typed::{self, ById, run},
    },
    store::{Tx, View},
};

const BOTH: Access = PATIENT.or(DOCTOR);

/// What an order may say beyond the document.
const FEE: &str = "`fee` (fen), where it is sent, is the price that was shown: 409 `price_changed` where it is another by now.";

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post  ("1.3", "/consult",                   PATIENT, Write(create_consult),  "创建新咨询接口").says(FEE),
    get   ("1.4", "/consult/{id}",              BOTH,    Read(show_consult),     "获取咨询信息接口"),
    get   ("1.5", "/consult/in_process_list",   BOTH,    Read(list_in_process),  "正在进行的咨询列表"),
    get   ("1.6", "/consult/history_list",      BOTH,    Read(list_history),     "历史咨询列表"),
    delete("1.7", "/consult/history_list/{id}", BOTH,    Write(delete_one),      "删除历史咨询"),
    delete("own", "/consult/history_list",      BOTH,    Write(delete_all),      "全部删除历史咨询"),
    typed::get("own", "/consult/{id}/record/versions", BOTH, run!(Write(show_versions)), "病历修改记录")
        .says("What stood in the record before it was changed, for the patient and the doctors of the consult."),
    post  ("own", "/consult/{id}/doctor",       DOCTOR,  Write(bring_in),        "邀请医生加入咨询"),
    post  ("own", "/consult/{id}/finish",       BOTH,    Write(finish_consult),  "结束咨询"),
    post  ("own", "/consult/{id}/cancel",       PATIENT, Write(cancel_consult),  "取消咨询"),
    post  ("own", "/consult/{id}/judge",        DOCTOR,  Write(judge),           "判断是否复诊"),
    post  ("own", "/consult/{id}/stop",         DOCTOR,  Write(stop),            "终止咨询并转诊"),
    get   ("own", "/team/{id}/consult",         DOCTOR,  Read(list_handled),     "团队处理过的咨询列表"),
    get   ("own", "/team/{id}/consult/mine",    DOCTOR,  Read(list_handled_by_me), "我在团队下处理的咨询列表"),
];

fn create_consult(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let me: PatientAccountId = cx.my_id()?;
    if request.id_or_none("creator_member_id")?.is_some_and(|creator| creator != me) {
        return Err(NOT_YOURS.err());
    }
    let form = CreateConsult {
        team_id: request.id("team_id")?,
        target: request.id_or_none("target_member_id")?.unwrap_or(me.any()),
        symptom_content: request.prose("symptom_content", 4_000)?,
        symptom_type: request.word_or_none("symptom_type", 100)?.unwrap_or_else(|| mimetype::TEXT.into()),
        images: request.pictures_or_empty("images", 9)?,
        fee: dialect::fen(request, "fee", 0)?,
        earlier: first_visit::beside(request)?,
    };
    let consult = team_consult::create(db, me, form)?;
    show(cx, db, consult)
}

fn show_consult(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let me = cx.me()?;
    show(cx, db, team_consult::need_of(db, me.account, me.role, request.path_id("id")?)?)
}

fn show_versions(cx: &Cx, db: &mut Tx, form: ById<TeamConsultId>) -> Result<VersionsView> {
    let me = cx.me()?;
    let consult = team_consult::need_of(db, me.account, me.role, form.id)?;
    record_versions::show(cx, db, consult.id.encounter(), Purpose::Consultation)
}

fn list_in_process(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    documented_list(cx, db, list::in_process(db, cx.my_id()?, whole_page(request)?)?)
}

fn list_history(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    documented_list(cx, db, list::history(db, cx.my_id()?, whole_page(request)?)?)
}

fn delete_one(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let me = cx.me()?;
    list::delete(db, me.account, me.role, request.path_id("id")?)?;
    dialect::deleted()
}

fn delete_all(cx: &Cx, db: &mut Tx, _: &Request) -> Result<Reply> {
    list::delete_all(db, cx.my_id()?)?;
    dialect::deleted()
}

fn bring_in(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let consult = group::bring_in(db, cx.my_id()?, request.path_id("id")?, &doctors(request)?)?;
    show(cx, db, consult)
}

fn finish_consult(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let me = cx.me()?;
    let consult = team_consult::finish(db, me.account, me.role, request.path_id("id")?)?;
    show(cx, db, consult)
}

fn cancel_consult(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let consult = team_consult::cancel(db, cx.my_id()?, request.path_id("id")?)?;
    show(cx, db, consult)
}

/// `{fits, note}`. What does not fit is stopped as a first visit.
fn judge(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (id, fits, note) = (request.path_id("id")?, request.flag("fits")?, request.prose_or_empty("note", 1_000)?);
    let consult = stopping::judge(db, cx.my_id()?, id, fits, note)?;
    let action = if fits { Action::Judge } else { Action::Stop };
    audit::note(db, &cx.actor()?, action, Subject::TeamConsult, consult.id)?;
    show(cx, db, consult)
}

/// `{reason, advice}`.
fn stop(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (id, (reason, advice)) = (request.path_id("id")?, first_visit::stop(request)?);
    let consult = stopping::stop(db, cx.my_id()?, id, reason, advice)?;
    audit::note(db, &cx.actor()?, Action::Stop, Subject::TeamConsult, consult.id)?;
    show(cx, db, consult)
}

fn list_handled(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let found = list::handled(db, cx.my_id()?, request.path_id("id")?, request.skip_page()?)?;
    dialect::list(found, |consult| ListedView::of(cx, db, consult))
}

fn list_handled_by_me(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let found = list::handled_by(db, cx.my_id()?, request.path_id("id")?, request.skip_page()?)?;
    dialect::list(found, |consult| ListedView::of(cx, db, consult))
}

/// `doctor_id` or `doctor_ids`, one or a list under either name.
fn doctors(request: &Request) -> Result<Vec<DoctorId>> {
    const MOST: usize = 100;
    let name = if request.has("doctor_ids") { "doctor_ids" } else { "doctor_id" };
    request.ids_or_none(name, MOST)?.filter(|ids| !ids.is_empty()).ok_or_else(|| missing(name))
}

/// The document knows no pages: without `limit` as much as a list may show.
fn whole_page(request: &Request) -> Result<Page> {
    let page = request.skip_page()?;
    Ok(if request.has("limit") { page } else { Page { limit: 100, ..page } })
}

/// `created` stands beside the result (1.3, 1.4).
fn show(cx: &Cx, db: &View, consult: TeamConsult) -> Result<Reply> {
    let created = json!({ "created": consult.created_at.0 });
    Reply::of_and_beside(&ConsultView::of(cx, db, consult)?, &created)
}

/// The list under its documented name and under the right one (1.5, 1.6).
fn documented_list(cx: &Cx, db: &View, found: Slice<TeamConsult>) -> Result<Reply> {
    let found = found.try_map(|consult| ListedView::of(cx, db, consult))?;
    Reply::beside(&json!({ "resutls": found.items, "results": found.items, "total": found.total }))
}

#[derive(Serialize)]
struct ConsultView {
    /// 0 waiting, 1 in process, 2 finished, 3 cancelled.
    status: u8,
    consultation_id: TeamConsultId,
    creator_member_id: PatientAccountId,
    creator_member_name: String,
    /// The creator's own id, or a family member's `relation_user_id`.
    target_member_id: AnyId,
    target_member_name: String,
    team_id: TeamId,
    team_name: String,
    doctor_ids: Vec<DoctorId>,
    symptom_content: String,
    symptom_type: String,
    images: Vec<String>,
    assistant_id: DoctorId,
    conversation_id: ConversationId,
    /// Fen.
    consult_fee: i64,
    #[serde(flatten)]
    course: CourseView,
}

impl ConsultView {
    /// As the caller sees it, at a glance.
    fn of(cx: &Cx, db: &View, consult: TeamConsult) -> Result<ConsultView> {
        let target = consult.patient(db)?.unwrap_or(Patient { owner: consult.creator, ..Patient::default() });
        let sight = privacy::glance(db, cx.reader(), &target)?;
        Ok(ConsultView {
            course: CourseView::of(
                (&consult.earlier, &consult.judged, &consult.stopped),
                |at| at.0.into(),
                |doctor| Ok(doctor.number().into()),
            )?,
            status: consult.status.number(),
            consultation_id: consult.id,
            creator_member_id: consult.creator,
            creator_member_name: privacy::name(db, cx.my_id()?, consult.creator.account())?,
            target_member_id: consult.target,
            target_member_name: sight.name(&target.name),
            team_id: consult.team_id,
            team_name: team_name(db, consult.team_id)?,
            doctor_ids: consult.doctors,
            symptom_content: consult.symptom_content,
            symptom_type: consult.symptom_type,
            images: consult.images,
            assistant_id: consult.assistant,
            conversation_id: consult.conversation_id,
            consult_fee: consult.fee.0,
        })
    }
}

#[derive(Serialize)]
struct ListedView {
    #[serde(flatten)]
    consult: ConsultView,
    /// Epoch milliseconds, also of when it was finished or cancelled.
    created: i64,
    ended: Option<i64>,
}

impl ListedView {
    fn of(cx: &Cx, db: &View, consult: TeamConsult) -> Result<ListedView> {
        let (created, ended) = (consult.created_at.0, consult.ended_at.map(|at| at.0));
        Ok(ListedView { consult: ConsultView::of(cx, db, consult)?, created, ended })
    }
}
