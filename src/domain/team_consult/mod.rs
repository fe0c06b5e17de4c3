//! Team consults (咨询): a member consults a team; its group assistant brings doctors into the group.
//!
//! ```text
//! 0 waiting ──first doctor brought in──▶ 1 in process ──finish──▶ 2 finished   (the fee is the team's)
//!     └──cancel──▶ 3 cancelled   (the fee goes back where it came from)
//! ```
//!
//! Who is in the group and what is said there stands in [`group`], what a doctor offers on top in [`vas`], what the team earns in
//! [`income`], how it gets that in [`withdrawal`].

pub mod administration;
pub mod assistant;
pub mod closing;
pub mod group;
pub mod income;
pub mod list;
mod row;
mod telling;
pub mod vas;
pub mod withdrawal;

use super::{
    care::consent,
    directory::patient::{self, Patient},
    identity::account::Role,
    messaging::contact,
    money::{
        expense::{self, Charge, ExpenseKind as For},
        ledger::{self, Holder},
        price,
    },
    notice::notification::Movement,
    shared::{mimetype, repeat},
    team::{self, Team, member},
};
use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{AccountId, AnyId, Id, PatientAccountId, TeamConsultId, TeamId},
        money::Fen,
        month::Month,
    },
    store::{Order, Tx, View, key},
};

pub use super::team::TEAM_CLOSED;
pub use group::say;
pub use row::{BY_CREATOR, BY_DOCTOR, BY_TEAM, CONSULT_OVER, TeamConsult, TeamConsultStatus, need_of, need_of_creator, target_name, v1};
use row::{EARNED, HANDLED, HANDLED_BY, SHOWN, WAITING};

use telling::{tell, tell_group};

pub const NOT_A_MEMBER: Reason = Reason::new(Kind::Forbidden, "not_a_member", "请先加入该团队成为会员");

pub const CONSULT_STARTED: Reason = Reason::new(Kind::Rule, "consult_started", "医生已加入咨询，不能取消");
pub const CONSULT_WAITING: Reason = Reason::new(Kind::Rule, "consult_waiting", "还没有医生加入咨询，不能结束");

impl TeamConsultStatus {
    /// As every door prints it.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Whether it is the whole team's to read. What waits, or was cancelled before anybody took it up, is its group's alone.
    pub const fn is_the_teams(self) -> bool {
        matches!(self, TeamConsultStatus::InProcess | TeamConsultStatus::Finished)
    }

    pub const fn is_over(self) -> bool {
        matches!(self, TeamConsultStatus::Finished | TeamConsultStatus::Cancelled)
    }
}

/// The form of 1.3.
#[derive(Clone, Debug)]
pub struct CreateConsult {
    pub team_id: TeamId,
    /// The creator's own account, or one of its family members.
    pub target: AnyId,
    pub symptom_content: String,
    pub symptom_type: String,
    pub images: Vec<String>,
    /// The fee that the member was shown, where the client says so.
    pub fee: Option<Fen>,
}

/// A member consults a team. The fee is taken at once, the group begins with the patient, the group assistant and the symptom. The same
/// again within a minute, while it goes on, is the first one.
///
/// Errors: `not_found` (no such team, a family member who was deleted), `not_yours` (somebody else's family member), `not_a_member`,
/// `team_closed` (its group assistant is shut out), `unsupported_mimetype`, `contact_banned` (between patient and group assistant), `consent_needed`, `price_changed`, `insufficient_balance`,
/// `too_large`.
pub fn create(db: &mut Tx, creator: PatientAccountId, form: CreateConsult) -> Result<TeamConsult> {
    let team: Team = db.need(form.team_id)?;
    member::find(db, team.id, creator)?.ok_or_else(|| NOT_A_MEMBER.err())?;
    let target = target(db, creator, form.target)?;
    let symptom = mimetype::sent(&form.symptom_type)?;
    team::need_open(db, &team)?;
    contact::need_no_ban(db, creator.account(), team.assistant.account())?;
    if let Some(twin) = twin(db, creator, target, symptom.mimetype, &form)? {
        return Ok(twin);
    }
    let patient = patient_of(db, creator, target)?;
    consent::need_for_order(db, creator, patient.as_ref())?;
    price::need_unchanged(form.fee, team.consult_fee)?;
    let mut consult = TeamConsult {
        id: db.next_id()?,
        team_id: team.id,
        creator,
        target,
        symptom_content: symptom.kind.content("symptom_content", &form.symptom_content)?,
        symptom_type: symptom.mimetype.to_owned(),
        images: form.images,
        status: TeamConsultStatus::Waiting,
        doctors: vec![team.assistant],
        assistant: team.assistant,
        conversation_id: Id::NONE,
        fee: team.consult_fee,
        hidden_from: Vec::new(),
        created_at: db.now,
        started_at: None,
        ended_at: None,
        earned_in: None,
    };
    let to = Holder::ConsultFee(consult.id);
    expense::spend(
        db,
        Charge { member: creator, team: team.id, kind: For::Consult, amount: team.consult_fee, to, cause: consult.id.any() },
    )?;
    consult.conversation_id = group::open(db, &consult)?;
    db.put(&consult)?;
    tell(db, Movement::TeamConsultAsked, &consult)?;
    Ok(consult)
}

/// The same consult, asked for within the last minute and not over: somebody tapped twice.
fn twin(db: &View, creator: PatientAccountId, target: AnyId, symptom_type: &str, form: &CreateConsult) -> Result<Option<TeamConsult>> {
    for earlier in db.rows(&BY_CREATOR, key(&[&creator]), Order::Newest) {
        let earlier: TeamConsult = earlier?;
        if !repeat::is_recent(db.now, earlier.created_at) {
            break;
        }
        let same = (earlier.team_id, earlier.target, earlier.symptom_type.as_str()) == (form.team_id, target, symptom_type)
            && (&earlier.symptom_content, &earlier.images) == (&form.symptom_content, &form.images);
        if same && !earlier.status.is_over() {
            return Ok(Some(earlier));
        }
    }
    Ok(None)
}

/// Oneself is the account, however it was named.
fn target(db: &View, creator: PatientAccountId, named: AnyId) -> Result<AnyId> {
    if named == creator.any() {
        return Ok(named);
    }
    let patient = patient::need_of(db, creator, named.of())?;
    Ok(if patient.relation == patient::ONESELF { creator.any() } else { patient.id.any() })
}

/// Whom a target names now; `None` for an account that asks for itself and has no profile.
fn patient_of(db: &View, creator: PatientAccountId, target: AnyId) -> Result<Option<Patient>> {
    if target == creator.any() { patient::oneself(db, creator) } else { db.get(target.of()) }
}

/// Patient or doctor of the group: it is done, and the fee is the team's. Services that are offered stay so.
///
/// Errors: `not_found`, `not_in_group`, `consult_waiting`, `consult_over`.
pub fn finish(db: &mut Tx, caller: AccountId, role: Role, id: TeamConsultId) -> Result<TeamConsult> {
    let mut consult = group::need_part(db, caller, role, id)?;
    match consult.status {
        TeamConsultStatus::InProcess => {}
        TeamConsultStatus::Waiting => return Err(CONSULT_WAITING.err()),
        TeamConsultStatus::Finished | TeamConsultStatus::Cancelled => return Err(CONSULT_OVER.err()),
    }
    let month = Month::of(&db.settings.clinic.zone, db.now);
    if consult.fee > Fen::ZERO {
        let income = Holder::TeamIncome { team: consult.team_id, month: month.0 };
        ledger::transfer(db, Holder::ConsultFee(consult.id), income, consult.fee, consult.id.any())?;
    }
    consult.status = TeamConsultStatus::Finished;
    consult.ended_at = Some(db.now);
    consult.earned_in = Some(month);
    db.put(&consult)?;
    tell_group(db, Movement::TeamConsultFinished, &consult, caller)?;
    Ok(consult)
}

/// The patient thinks better of it while nobody has taken it up: the fee goes back where it came from.
///
/// Errors: `not_found`, `consult_started`, `consult_over`.
pub fn cancel(db: &mut Tx, creator: PatientAccountId, id: TeamConsultId) -> Result<TeamConsult> {
    let mut consult = need_of_creator(db, creator, id)?;
    match consult.status {
        TeamConsultStatus::Waiting => {}
        TeamConsultStatus::InProcess => return Err(CONSULT_STARTED.err()),
        TeamConsultStatus::Finished | TeamConsultStatus::Cancelled => return Err(CONSULT_OVER.err()),
    }
    expense::give_back(db, consult.id.any(), Holder::ConsultFee(consult.id))?;
    consult.status = TeamConsultStatus::Cancelled;
    consult.ended_at = Some(db.now);
    db.put(&consult)?;
    tell(db, Movement::TeamConsultCancelled, &consult)?;
    Ok(consult)
}

/// What one account asked another has asked. What it asked for itself is about the same person as before: its own patient, where the other
/// has one of its own. To be called while the patients are still where they were.
pub fn hand_over(db: &mut Tx, from: PatientAccountId, to: PatientAccountId) -> Result<()> {
    let own = match patient::oneself(db, to)? {
        Some(_) => patient::oneself(db, from)?.map(|oneself| oneself.id),
        None => None,
    };
    let consults: Vec<TeamConsult> = db.rows(&BY_CREATOR, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    let name = |id: AccountId| if id == from.account() { to.account() } else { id };
    for mut consult in consults {
        consult.creator = to;
        consult.target = if consult.target == from.any() { own.map_or(to.any(), Id::any) } else { consult.target };
        consult.hidden_from = consult.hidden_from.into_iter().map(name).collect();
        db.put(&consult)?;
    }
    Ok(())
}
