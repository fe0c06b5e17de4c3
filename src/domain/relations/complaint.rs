//! Complaints (投诉): what a patient has to say against the clinic, of an encounter or of nothing in particular, and what the clinic answers.
//!
//! Source: 互联网诊疗管理办法(试行) Art. 27 has the authorities publish their number; a clinic keeps a channel of its own beside it.

use serde::{Deserialize, Serialize};

use super::encounter;
use crate::{
    base::{
        error::{Kind, NOT_FOUND, Reason, Result},
        id::{AccountId, EncounterId, Id, PatientAccountId},
        needle::{Needle, Straw},
        page::{Page, Slice},
        span::Span,
        time::Time,
    },
    domain::{
        identity::account::Account,
        notice::notification::{self, Facts, Movement, People},
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const COMPLAINT_ANSWERED: Reason = Reason::new(Kind::Conflict, "complaint_answered", "该投诉已答复，不能重复答复");

pub use v1::Complaint;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Complaint {
        pub id: Id<Complaint>,
        /// Who complains.
        pub account_id: PatientAccountId,
        /// Of which encounter; 0 for none.
        pub encounter: EncounterId,
        pub text: String,
        pub images: Vec<String>,
        /// Until when the clinic is to answer.
        pub due_at: Time,
        /// What the clinic says to it; empty before.
        pub answer: String,
        /// `None` while it is open.
        pub answered_at: Option<Time>,
        pub created_at: Time,
    }
}

pub const BY_ACCOUNT: Index<Complaint> = Index::counted(1);
/// Those that wait for an answer, by when it is due.
const OPEN: Index<Complaint> = Index::counted(2);

impl Row for Complaint {
    type Kind = Self;

    const TABLE: Table = Table { code: 94, name: "complaint", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Process(self.created_at)
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.account_id.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.needs(self.account_id).recalls(self.encounter);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_ACCOUNT, key(&[&self.account_id]), key(&[&self.created_at]));
        if self.is_open() {
            entries.add(&OPEN, Key::NONE, key(&[&self.due_at]));
        }
    }
}

impl Complaint {
    pub fn is_open(&self) -> bool {
        self.answered_at.is_none()
    }

    /// `open` or `answered`.
    pub fn state(&self) -> &'static str {
        if self.is_open() { "open" } else { "answered" }
    }

    pub fn is_overdue(&self, now: Time) -> bool {
        self.is_open() && self.due_at <= now
    }
}

/// What a patient sends.
#[derive(Clone, Debug)]
pub struct FileComplaint {
    pub encounter: Option<EncounterId>,
    pub text: String,
    pub images: Vec<String>,
}

/// A patient complains; the clinic is to answer within `care.complaint_days`. Errors: `not_found` for an encounter that is not the caller's.
pub fn file(db: &mut Tx, account: PatientAccountId, form: FileComplaint) -> Result<Complaint> {
    if let Some(id) = form.encounter {
        let encounter = encounter::need(db, id)?;
        (encounter.user == account).then_some(()).ok_or_else(|| NOT_FOUND.err())?;
    }
    let days = Span::days(i64::from(db.settings.care.complaint_days));
    let complaint = Complaint {
        id: db.next_id()?,
        account_id: account,
        encounter: form.encounter.unwrap_or_default(),
        text: form.text,
        images: form.images,
        due_at: db.now.plus(days.ms()),
        answer: String::new(),
        answered_at: None,
        created_at: db.now,
    };
    db.put(&complaint)?;
    tell(db, Movement::ComplaintFiled, &complaint)?;
    Ok(complaint)
}

/// The clinic answers, once. Errors: `not_found`, `complaint_answered`.
pub fn answer(db: &mut Tx, id: Id<Complaint>, answer: String) -> Result<Complaint> {
    let mut complaint: Complaint = db.need(id)?;
    if !complaint.is_open() {
        return Err(COMPLAINT_ANSWERED.err());
    }
    complaint.answer = answer;
    complaint.answered_at = Some(db.now);
    db.put(&complaint)?;
    tell(db, Movement::ComplaintAnswered, &complaint)?;
    Ok(complaint)
}

fn tell(db: &mut Tx, movement: Movement, complaint: &Complaint) -> Result<()> {
    let people = People { patient: complaint.account_id, ..People::default() };
    let facts = Facts {
        number: complaint.id.to_string(),
        until: db.settings.clinic.zone.date(complaint.due_at),
        reason: complaint.answer.clone(),
        ..Facts::default()
    };
    notification::tell(db, movement, &people, &facts)
}

/// An account's complaints, newest first.
pub fn list(db: &View, account: PatientAccountId, page: Page) -> Result<Slice<Complaint>> {
    db.page(&BY_ACCOUNT, key(&[&account]), page)
}

/// Which complaints an administrator looks for; the needle is looked for in what was written and in the telephone.
#[derive(Clone, Debug, Default)]
pub struct ComplaintFilter {
    pub open: Option<bool>,
    pub overdue: Option<bool>,
    pub needle: Needle,
}

/// Those that are wanted, newest first. Reads the whole table where something is asked for.
pub fn find(db: &View, wanted: &ComplaintFilter, page: Page) -> Result<Slice<Complaint>> {
    if wanted.open.is_none() && wanted.overdue.is_none() && wanted.needle.is_empty() {
        return db.page_all(page);
    }
    let fits = |row: &Complaint| {
        let fits =
            wanted.open.is_none_or(|open| open == row.is_open()) && wanted.overdue.is_none_or(|overdue| overdue == row.is_overdue(db.now));
        Ok(fits && (wanted.needle.is_empty() || is_named(db, row, &wanted.needle)?))
    };
    page.pick(db.all(Order::Newest), fits)
}

fn is_named(db: &View, row: &Complaint, needle: &Needle) -> Result<bool> {
    let phone = db.get::<Account>(row.account_id.account())?.and_then(|account| account.phone).unwrap_or_default();
    Ok(needle.is_among(&[Straw::Text(&row.text), Straw::Text(&row.answer), Straw::Text(&phone)]))
}

/// What one account complained of another has.
pub fn hand_over(db: &mut Tx, from: PatientAccountId, to: PatientAccountId) -> Result<()> {
    let complaints: Vec<Complaint> = db.rows(&BY_ACCOUNT, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    complaints.into_iter().try_for_each(|complaint| db.put(&Complaint { account_id: to, ..complaint }))
}
