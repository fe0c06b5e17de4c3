//! What people ask about their own data: to have it corrected, copied, restricted or deleted. Somebody at the clinic answers, within a time.
//!
//! While records must be kept (医疗机构管理条例实施细则 Art. 53), to delete is to restrict (个人信息保护法 Art. 47, last paragraph): no new care, no
//! account, no place in the owner's lists; the records stay for those who must keep them.
//!
//! Source: 个人信息保护法 Art. 44 to 47 and 50 (a convenient way; reasons where it is refused).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{retention, withdrawing};
use crate::{
    base::{
        error::{Error, Kind, Reason, Result},
        id::{AccountId, Id, PatientAccountId, PatientId, TeamId},
        page::{Page, Slice},
        time::{DAY, Time},
    },
    domain::{
        directory::{
            patient::{self, Patient},
            standing,
        },
        identity::account::{self, Role, Verify},
        money::payout,
        relations::encounter::{self, Encounter},
        team::member,
        team_consult::TeamConsult,
    },
    store::{About, Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const REQUEST_DECIDED: Reason = Reason::new(Kind::Conflict, "request_decided", "该申请已处理");
pub const ENCOUNTER_OPEN: Reason = Reason::new(Kind::Conflict, "encounter_open", "还有未结束的预约或咨询，请先结束或取消");

pub use v1::{PrivacyRequest, RequestKind, RequestState};

pub mod v1 {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum RequestKind {
        Correct,
        Restrict,
        Delete,
        Copy,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum RequestState {
        Open,
        Done,
        Refused,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct PrivacyRequest {
        pub id: Id<PrivacyRequest>,
        pub account_id: PatientAccountId,
        /// Whom of the account's patients it is about.
        pub patient_id: PatientId,
        pub kind: RequestKind,
        pub text: String,
        pub state: RequestState,
        /// What the clinic said; empty while it is open.
        pub answer: String,
        pub asked_at: Time,
        /// By then the clinic has to answer.
        pub due_at: Time,
        pub decided_at: Option<Time>,
        /// Who answered; 0 before that, and where `admin.token` was shown.
        pub by: AccountId,
    }
}

const BY_ACCOUNT: Index<PrivacyRequest> = Index::counted(1);
const BY_STATE: Index<PrivacyRequest> = Index::counted(2);

impl Row for PrivacyRequest {
    type Kind = Self;

    const TABLE: Table = Table { code: 90, name: "privacy_request", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Trail(self.asked_at)
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.account_id.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.recalls(self.account_id).recalls(self.patient_id).recalls(self.by);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_ACCOUNT, key(&[&self.account_id]), Key::NONE);
        entries.add(&BY_STATE, key(&[&(self.state as u8)]), Key::NONE);
    }
}

/// Whether doing it closes the patient to new care.
fn closes(kind: RequestKind) -> bool {
    matches!(kind, RequestKind::Restrict | RequestKind::Delete)
}

/// Somebody asks about one of the account's patients, or about oneself.
///
/// Errors: `not_found`, `not_yours`; to restrict or delete `money_left`.
pub fn ask(db: &mut Tx, account: PatientAccountId, patient: Option<PatientId>, kind: RequestKind, text: String) -> Result<PrivacyRequest> {
    let patient = match patient {
        Some(id) => patient::need_of(db, account, id)?,
        None => patient::of_account(db, &account::need(db, account.account(), Role::Patient)?)?,
    };
    if closes(kind) {
        need_no_money(db, &patient)?;
    }
    let (asked_at, days) = (db.now, i64::from(db.settings.care.request_days));
    let request = PrivacyRequest {
        id: db.next_id()?,
        account_id: account,
        patient_id: patient.id,
        kind,
        text,
        state: RequestState::Open,
        answer: String::new(),
        asked_at,
        due_at: asked_at.plus(days * DAY),
        decided_at: None,
        by: Id::NONE,
    };
    db.put(&request)?;
    Ok(request)
}

/// The account's requests, newest first.
pub fn of_account(db: &View, account: PatientAccountId, page: Page) -> Result<Slice<PrivacyRequest>> {
    db.page(&BY_ACCOUNT, key(&[&account]), page)
}

/// All requests, or those in a state, newest first.
pub fn find(db: &View, state: Option<RequestState>, page: Page) -> Result<Slice<PrivacyRequest>> {
    match state {
        Some(state) => db.page(&BY_STATE, key(&[&(state as u8)]), page),
        None => db.page_all(page),
    }
}

/// The patients whose records are kept and not used any more, and since when.
pub fn restricted(db: &View) -> Result<BTreeMap<PatientId, Time>> {
    let done = db.rows(&BY_STATE, key(&[&(RequestState::Done as u8)]), Order::Oldest);
    let restricted = done.filter_map(|request| match request {
        Ok(request) => (closes(request.kind) && !request.patient_id.is_none())
            .then(|| Ok((request.patient_id, request.decided_at.unwrap_or(request.asked_at)))),
        Err(error) => Some(Err(error)),
    });
    restricted.collect()
}

/// The clinic has done what was asked, or refuses it, and says so. To restrict or delete is done here and now.
///
/// Errors: `not_found`, `request_decided`, `money_left`, `encounter_open`.
pub fn decide(db: &mut Tx, id: Id<PrivacyRequest>, state: RequestState, answer: String) -> Result<PrivacyRequest> {
    let mut request: PrivacyRequest = db.need(id)?;
    if request.state != RequestState::Open {
        return Err(REQUEST_DECIDED.err());
    }
    request.answer = answer;
    if state == RequestState::Done
        && closes(request.kind)
        && let Some(until) = close(db, request.account_id, request.patient_id)?
    {
        let day = db.settings.clinic.zone.date(until);
        request.answer = format!("{}（按规定病历保存至 {day}，此前仅作保存，不再使用）", request.answer);
    }
    (request.state, request.decided_at, request.by) = (state, Some(db.now), db.acts_for);
    db.put(&request)?;
    Ok(request)
}

/// The teams with which the account may have left money.
pub fn teams(db: &View, account: PatientAccountId) -> Result<Vec<TeamId>> {
    Ok(member::of_member(db, account, Page::ALL)?.items.into_iter().map(|membership| membership.team_id).collect())
}

/// Errors: `money_left` where the account goes with the patient.
fn need_no_money(db: &View, patient: &Patient) -> Result<()> {
    match is_oneself(patient) {
        true => payout::need_none_left(db, patient.owner, &teams(db, patient.owner)?),
        false => Ok(()),
    }
}

/// Calls off what nobody has answered yet; the money of bookings and orders goes back to whoever paid. Errors: `encounter_open` where something
/// goes on that somebody must end first: what is under way, and team consults, whose money comes back into the wallet.
fn end_what_is_open(db: &mut Tx, patient: &Patient) -> Result<()> {
    let goes_along = |one: &Encounter| !one.finished && (one.patient == patient.id || is_oneself(patient));
    let open =
        |db: &View| Ok::<_, Error>(encounter::of_user(db, patient.owner)?.into_iter().filter(|one| goes_along(one)).collect::<Vec<_>>());
    for one in open(db)? {
        if db.has::<TeamConsult>(one.id.team_consult())? {
            return Err(ENCOUNTER_OPEN.err());
        }
        withdrawing::call_off(db, patient.owner, one.patient)?;
    }
    if open(db)?.is_empty() { Ok(()) } else { Err(ENCOUNTER_OPEN.err()) }
}

fn is_oneself(patient: &Patient) -> bool {
    patient.relation == patient::ONESELF || patient.id.is_none()
}

/// Takes a patient out of the owner's lists, and closes the account where it is oneself. Answers until when records must be kept; `None` where
/// nobody ever treated the patient.
fn close(db: &mut Tx, account: PatientAccountId, id: PatientId) -> Result<Option<Time>> {
    let patient = db.get::<Patient>(id)?.unwrap_or(Patient { owner: account, ..Patient::default() });
    end_what_is_open(db, &patient)?;
    need_no_money(db, &patient)?;
    if !patient.id.is_none() && patient.deleted_at.is_none() {
        patient::delete(db, patient.owner, patient.id)?;
    }
    if is_oneself(&patient) {
        let account = account::need(db, patient.owner.account(), Role::Patient)?;
        standing::decide(db, account, Verify::Disabled)?;
    }
    retention::kept_until(db, Class::Record(About::Patient(id)))
}

/// What one account asked for is the other's.
pub fn hand_over(db: &mut Tx, (from, to): (PatientAccountId, PatientAccountId)) -> Result<()> {
    let all: Vec<PrivacyRequest> = db.rows(&BY_ACCOUNT, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    all.into_iter().try_for_each(|request| db.put(&PrivacyRequest { account_id: to, ..request }))
}
