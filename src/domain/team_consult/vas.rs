//! Value-added services (增值服务): what a doctor of the group offers on top. The patient confirms, which pays at once, or rejects.
//!
//! Only while the consult goes on can one be offered; what was offered can be confirmed after it is finished too, because doctors tend to
//! offer what should come next and then finish. A cancelled consult takes its offers with it.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{CONSULT_OVER, TeamConsult, TeamConsultStatus as Consult, group, need_of, need_of_creator};
use crate::{
    base::{
        error::{Kind, NOT_FOUND, NOT_YOURS, Reason, Result},
        id::{AccountId, DoctorId, Id, PatientAccountId, TeamConsultId, TeamId, VasId, kind},
        money::Fen,
        month::Month,
        page::{Page, Slice},
        time::Time,
    },
    domain::{
        directory::doctor,
        identity::account::{self, Role},
        messaging::message::Say,
        money::{
            expense::{self, Charge, ExpenseKind as For},
            ledger::Holder,
        },
        notice::notification::{self, Facts, Movement, People},
        shared::mimetype,
        team,
    },
    store::{About, Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub use v1::{Vas, VasStatus};

pub const VAS_CONFIRMED: Reason = Reason::new(Kind::Rule, "vas_confirmed", "该增值服务已确认并付款，不能拒绝");
pub const VAS_REJECTED: Reason = Reason::new(Kind::Rule, "vas_rejected", "该增值服务已拒绝，不能再确认");

pub mod v1 {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum VasStatus {
        /// 0
        Waiting,
        /// 1: and paid.
        Confirmed,
        /// 2
        Rejected,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Vas {
        pub id: VasId,
        pub consult_id: TeamConsultId,
        pub team_id: TeamId,
        /// Who offers it.
        pub doctor_id: DoctorId,
        pub name: String,
        pub description: String,
        pub amount: Fen,
        pub status: VasStatus,
        pub created_at: Time,
        /// When the patient confirmed or rejected it.
        pub decided_at: Option<Time>,
        /// The month in which the team earned it.
        pub earned_in: Option<Month>,
        /// Marked by its doctor: gone from every list, while what was paid and earned stays.
        pub deleted_at: Option<Time>,
    }
}

/// Everything that a doctor ever offered.
pub const BY_DOCTOR: Index<Vas> = Index::counted(1);
const OF_CONSULT: Index<Vas> = Index::counted(2);
/// What a doctor offered in a team's consults.
const OF_TEAM_DOCTOR: Index<Vas> = Index::counted(3);
const EARNED: Index<Vas> = Index::new(4);

impl Row for Vas {
    type Kind = kind::Vas;

    const TABLE: Table = Table { code: 50, name: "value_added_service", version: 1 };

    const TOUCHED: bool = true;

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Record(About::Encounter(self.consult_id.encounter()))
    }

    fn changed_at(&self) -> Time {
        self.deleted_at.or(self.decided_at).unwrap_or(self.created_at)
    }

    fn refers_to(&self, to: &mut References) {
        to.needs(self.consult_id).needs(self.team_id).needs(self.doctor_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_DOCTOR, key(&[&self.doctor_id]), Key::NONE);
        if self.deleted_at.is_none() {
            entries.add(&OF_CONSULT, key(&[&self.consult_id]), Key::NONE);
            entries.add(&OF_TEAM_DOCTOR, key(&[&self.team_id, &self.doctor_id]), Key::NONE);
        }
        if let Some(month) = self.earned_in {
            entries.add(&EARNED, key(&[&self.team_id, &month.0]), Key::NONE);
        }
    }
}

impl VasStatus {
    /// As every door prints it.
    pub const fn number(self) -> u8 {
        self as u8
    }
}

#[derive(Clone, Debug)]
pub struct OfferVas {
    pub name: String,
    pub description: String,
    pub amount: Fen,
}

/// A doctor of the group offers a service; the group is told.
///
/// Errors: `not_found`, `not_in_group`, `not_verified`, `consult_over`, `contact_banned`.
pub fn offer(db: &mut Tx, doctor: DoctorId, consult: TeamConsultId, form: OfferVas) -> Result<Vas> {
    let consult = group::need_part(db, doctor.account(), Role::Doctor, consult)?;
    account::need_verified(db, doctor.account())?;
    if consult.status.is_over() {
        return Err(CONSULT_OVER.err());
    }
    group::may_say(db, &consult, doctor.account())?;
    let vas = Vas {
        id: db.next_id()?,
        consult_id: consult.id,
        team_id: consult.team_id,
        doctor_id: doctor,
        name: form.name,
        description: form.description,
        amount: form.amount,
        status: VasStatus::Waiting,
        created_at: db.now,
        decided_at: None,
        earned_in: None,
        deleted_at: None,
    };
    db.put(&vas)?;
    let content = json!({ "vas_id": vas.id, "name": vas.name, "amount": vas.amount.0, "status": vas.status.number() }).to_string();
    group::post(db, &consult, doctor.account(), Say { mimetype: mimetype::VAS.into(), content, ..Say::default() })?;
    tell_of_service(db, Movement::ServiceOffered, consult.creator, &vas)?;
    Ok(vas)
}

/// The patient takes it and pays: from the fee balance first, then from the wallet. Doing it again pays nothing.
///
/// Errors: `not_found`, `vas_rejected`, `consult_over` (cancelled), `doctor_closed`, `insufficient_balance`.
pub fn confirm(db: &mut Tx, member: PatientAccountId, id: VasId) -> Result<Vas> {
    let (mut vas, consult) = need_of_patient(db, member, id)?;
    match vas.status {
        VasStatus::Waiting if consult.status == Consult::Cancelled => return Err(CONSULT_OVER.err()),
        VasStatus::Waiting => doctor::need_open(db, vas.doctor_id)?,
        VasStatus::Confirmed => return Ok(vas),
        VasStatus::Rejected => return Err(VAS_REJECTED.err()),
    }
    let month = Month::of(&db.settings.clinic.zone, db.now);
    let to = Holder::TeamIncome { team: vas.team_id, month: month.0 };
    expense::spend(db, Charge { member, team: vas.team_id, kind: For::Vas, amount: vas.amount, to, cause: vas.id.any() })?;
    vas.status = VasStatus::Confirmed;
    vas.decided_at = Some(db.now);
    vas.earned_in = Some(month);
    db.put(&vas)?;
    tell_of_service(db, Movement::ServiceConfirmed, member, &vas)?;
    Ok(vas)
}

/// The patient does not want it. Doing it again changes nothing. Errors: `not_found`, `vas_confirmed`.
pub fn reject(db: &mut Tx, member: PatientAccountId, id: VasId) -> Result<Vas> {
    let (mut vas, _) = need_of_patient(db, member, id)?;
    match vas.status {
        VasStatus::Waiting => {}
        VasStatus::Confirmed => return Err(VAS_CONFIRMED.err()),
        VasStatus::Rejected => return Ok(vas),
    }
    vas.status = VasStatus::Rejected;
    vas.decided_at = Some(db.now);
    db.put(&vas)?;
    tell_of_service(db, Movement::ServiceRejected, member, &vas)?;
    Ok(vas)
}

/// The doctor who offered it marks it as deleted; what was not confirmed can then not be any more. Errors: `not_found`, `not_yours`.
pub fn delete(db: &mut Tx, doctor: DoctorId, id: VasId) -> Result<()> {
    let vas: Vas = db.need(id)?;
    need_of(db, doctor.account(), Role::Doctor, vas.consult_id)?;
    match vas.deleted_at {
        Some(_) => Err(NOT_FOUND.err()),
        None if vas.doctor_id != doctor => Err(NOT_YOURS.err()),
        None => mark_deleted(db, vas),
    }
}

/// The patient is told of an offer that can be confirmed no more.
fn mark_deleted(db: &mut Tx, vas: Vas) -> Result<()> {
    let consult: TeamConsult = db.need(vas.consult_id)?;
    if vas.status == VasStatus::Waiting && consult.status != Consult::Cancelled {
        tell_of_service(db, Movement::ServiceWithdrawn, consult.creator, &vas)?;
    }
    db.put(&Vas { deleted_at: Some(db.now), ..vas })
}

/// Marks everything that the doctor has offered, in all teams. Answers how many there were.
pub fn delete_all(db: &mut Tx, doctor: DoctorId) -> Result<usize> {
    let mine: Vec<Vas> = db.rows(&BY_DOCTOR, key(&[&doctor]), Order::Oldest).collect::<Result<_>>()?;
    let mine: Vec<Vas> = mine.into_iter().filter(|vas| vas.deleted_at.is_none()).collect();
    let count = mine.len();
    mine.into_iter().try_for_each(|vas| mark_deleted(db, vas))?;
    Ok(count)
}

/// What was offered in a consult, newest first, for those who read the consult. Errors: `not_found`.
pub fn list(db: &View, caller: AccountId, role: Role, consult: TeamConsultId, page: Page) -> Result<Slice<Vas>> {
    let consult = need_of(db, caller, role, consult)?;
    db.page(&OF_CONSULT, key(&[&consult.id]), page)
}

/// What was offered in a consult and is not deleted.
pub(in crate::domain) fn of_consult(db: &View, consult: TeamConsultId) -> impl Iterator<Item = Result<VasId>> {
    db.ids(&OF_CONSULT, key(&[&consult]), Order::Oldest)
}

/// What the doctor offered in the team's consults, newest first. Errors: `not_found`, `not_in_team`.
pub fn mine(db: &View, doctor: DoctorId, team: TeamId, page: Page) -> Result<Slice<Vas>> {
    team::need_of(db, doctor, team)?;
    db.page(&OF_TEAM_DOCTOR, key(&[&team, &doctor]), page)
}

/// How many those are.
pub(super) fn count_of(db: &View, team: TeamId, doctor: DoctorId) -> Result<u64> {
    db.count(&OF_TEAM_DOCTOR, key(&[&team, &doctor]))
}

/// What the team earned with services in a month, deleted ones too.
pub(super) fn earned(db: &View, team: TeamId, month: Month) -> Result<Vec<Vas>> {
    db.rows(&EARNED, key(&[&team, &month.0]), Order::Oldest).collect()
}

fn need_of_patient(db: &View, member: PatientAccountId, id: VasId) -> Result<(Vas, TeamConsult)> {
    let vas = db.get::<Vas>(id)?.filter(|vas| vas.deleted_at.is_none()).ok_or_else(|| NOT_FOUND.err())?;
    let consult = need_of_creator(db, member, vas.consult_id)?;
    Ok((vas, consult))
}

/// Tells the patient and the doctor who offers the service.
fn tell_of_service(db: &mut Tx, movement: Movement, patient: PatientAccountId, vas: &Vas) -> Result<()> {
    let people = People { patient, doctors: vec![vas.doctor_id], ..People::default() };
    let facts = Facts {
        doctor: doctor::profile(db, vas.doctor_id)?.name,
        service: vas.name.clone(),
        amount: vas.amount.yuan(),
        ..Facts::default()
    };
    notification::tell(db, movement, &people, &facts)
}
