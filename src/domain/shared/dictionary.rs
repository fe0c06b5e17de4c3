//! The clinic's word lists: diagnoses with their ICD-10 codes, reasons for a consultation, questions of its evaluation.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{Id, of_kind},
        needle::{Needle, Straw},
        page::{Page, Slice},
        time::Time,
    },
    search,
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const TERM_TAKEN: Reason = Reason::new(Kind::Conflict, "term_taken", "同名诊断已存在");

pub use v1::{AnswerKind, ConsultationReason, DiagnosisTerm, EvaluationQuestion};

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct DiagnosisTerm {
        pub id: Id<DiagnosisTerm>,
        pub name: String,
        /// ICD-10.
        pub code: String,
        pub created_at: Time,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct ConsultationReason {
        pub id: Id<ConsultationReason>,
        pub reason: String,
        pub sort: u32,
        pub created_at: Time,
        pub updated_at: Time,
    }

    /// How an evaluation question is answered: internet_hospital prints `type` 01 for a score, 02 for a text.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum AnswerKind {
        Score,
        Text,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct EvaluationQuestion {
        pub id: Id<EvaluationQuestion>,
        pub question: String,
        pub answer: AnswerKind,
        pub sort: u32,
        pub created_at: Time,
        pub updated_at: Time,
    }
}

const TERM_BY_NAME: Index<DiagnosisTerm> = Index::new(1);
pub const REASONS: Index<ConsultationReason> = Index::counted(1);
pub const QUESTIONS: Index<EvaluationQuestion> = Index::counted(1);

impl Row for DiagnosisTerm {
    type Kind = Self;

    const TABLE: Table = Table { code: 21, name: "diagnosis_term", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, _: &mut References) {}

    fn index(&self, entries: &mut Entries) {
        entries.add(&TERM_BY_NAME, key(&[&self.name]), Key::NONE);
    }

    fn searched(&self) -> Option<impl PartialEq> {
        Some((&self.name, &self.code))
    }
}

impl Row for ConsultationReason {
    type Kind = Self;

    const TABLE: Table = Table { code: 22, name: "consultation_reason", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, _: &mut References) {}

    fn index(&self, entries: &mut Entries) {
        entries.add(&REASONS, Key::NONE, key(&[&self.sort]));
    }
}

impl Row for EvaluationQuestion {
    type Kind = Self;

    const TABLE: Table = Table { code: 23, name: "evaluation_question", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, _: &mut References) {}

    fn index(&self, entries: &mut Entries) {
        entries.add(&QUESTIONS, Key::NONE, key(&[&self.sort]));
    }
}

/// How a term is searched.
pub fn term_entry(db: &View, id: Id<DiagnosisTerm>) -> Result<Option<search::IndexEntry>> {
    let entry = |term: DiagnosisTerm| search::IndexEntry {
        kind: search::EntryKind::Term,
        id: id.any(),
        names: vec![term.name],
        texts: vec![term.code],
        marks: Vec::new(),
    };
    Ok(db.get(id)?.map(entry))
}

/// Terms whose name or code holds `keyword`; all of them for an empty one.
pub fn find_terms(
    db: &View,
    index: &search::SearchIndex,
    keyword: &str,
    order: search::HitOrder,
    page: Page,
) -> Result<Slice<DiagnosisTerm>> {
    if keyword.trim().is_empty() {
        return match order {
            search::HitOrder::Name => {
                let ids = db.ids(&TERM_BY_NAME, Key::NONE, Order::Oldest).skip(page.skip).take(page.limit).collect::<Result<Vec<_>>>()?;
                Ok(Slice { items: db.some(&ids)?, total: db.total::<DiagnosisTerm>()? })
            }
            _ => db.page_all(page),
        };
    }
    let found = index.search(&search::Query { kind: search::EntryKind::Term, keyword, marks: Vec::new(), order, page })?;
    Ok(Slice { items: db.some(&of_kind(&found.items))?, total: found.total })
}

pub fn find_reasons(db: &View, needle: &Needle, page: Page) -> Result<Slice<ConsultationReason>> {
    page.pick(db.all::<ConsultationReason>(Order::Newest), |row| Ok(needle.is_among(&[Straw::Name(&row.reason)])))
}

pub fn find_questions(db: &View, needle: &Needle, page: Page) -> Result<Slice<EvaluationQuestion>> {
    page.pick(db.all::<EvaluationQuestion>(Order::Newest), |row| Ok(needle.is_in(&[&row.question])))
}

/// The reasons in their order.
pub fn reasons(db: &View) -> Result<Vec<ConsultationReason>> {
    db.rows(&REASONS, Key::NONE, Order::Oldest).collect()
}

/// The questions in their order.
pub fn questions(db: &View) -> Result<Vec<EvaluationQuestion>> {
    db.rows(&QUESTIONS, Key::NONE, Order::Oldest).collect()
}

/// Writes a reason; an id of 0 makes a new one.
/// Diagnoses keep their words: they hold the name, not the term.
pub fn remove_term(db: &mut Tx, id: Id<DiagnosisTerm>) -> Result<()> {
    db.delete::<DiagnosisTerm>(id)
}

pub fn remove_reason(db: &mut Tx, id: Id<ConsultationReason>) -> Result<()> {
    db.delete::<ConsultationReason>(id)
}

pub fn remove_question(db: &mut Tx, id: Id<EvaluationQuestion>) -> Result<()> {
    db.delete::<EvaluationQuestion>(id)
}

pub fn save_reason(db: &mut Tx, mut row: ConsultationReason) -> Result<ConsultationReason> {
    if row.id.is_none() {
        row.id = db.next_id()?;
        row.created_at = db.now;
    }
    row.updated_at = db.now;
    db.put(&row)?;
    Ok(row)
}

/// Writes a question; an id of 0 makes a new one.
pub fn save_question(db: &mut Tx, mut row: EvaluationQuestion) -> Result<EvaluationQuestion> {
    if row.id.is_none() {
        row.id = db.next_id()?;
        row.created_at = db.now;
    }
    row.updated_at = db.now;
    db.put(&row)?;
    Ok(row)
}

pub fn term_by_name(db: &View, name: &str) -> Result<Option<DiagnosisTerm>> {
    Ok(db.first(&TERM_BY_NAME, key(&[&name]))?.filter(|term| term.name == name))
}

/// Writes a term, whose name must be its own (`term_taken`); an id of 0 makes a new one.
pub fn save_term(db: &mut Tx, mut term: DiagnosisTerm) -> Result<DiagnosisTerm> {
    if term_by_name(db, &term.name)?.is_some_and(|other| other.id != term.id) {
        return Err(TERM_TAKEN.err().field("name", "已存在"));
    }
    if term.id.is_none() {
        term.id = db.next_id()?;
        term.created_at = db.now;
    }
    db.put(&term)?;
    Ok(term)
}
