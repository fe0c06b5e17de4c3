//! Quick replies (快捷回复): texts that a doctor keeps at hand (互联网医院 7).

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{NOT_YOURS, Result},
        id::{AccountId, DoctorId, Id},
        needle::{Needle, Straw},
        page::{Page, Slice},
        time::Time,
    },
    store::{Class, Entries, Index, Order, References, Row, Table, Tx, View, key},
};

pub use v1::QuickReply;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct QuickReply {
        pub id: Id<QuickReply>,
        pub doctor_id: DoctorId,
        pub title: String,
        pub content: String,
        pub created_at: Time,
        pub updated_at: Time,
    }
}

const BY_DOCTOR: Index<QuickReply> = Index::counted(1);

impl Row for QuickReply {
    type Kind = Self;

    const TABLE: Table = Table { code: 41, name: "quick_reply", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.doctor_id.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.doctor_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_DOCTOR, key(&[&self.doctor_id]), key(&[&self.created_at]));
    }
}

pub fn create(db: &mut Tx, doctor: DoctorId, title: String, content: String) -> Result<QuickReply> {
    let reply = QuickReply { id: db.next_id()?, doctor_id: doctor, title, content, created_at: db.now, updated_at: db.now };
    db.put(&reply)?;
    Ok(reply)
}

/// Errors: `not_found`, `not_yours`.
pub fn delete(db: &mut Tx, doctor: DoctorId, id: Id<QuickReply>) -> Result<()> {
    match db.need::<QuickReply>(id)?.doctor_id == doctor {
        true => db.delete::<QuickReply>(id),
        false => Err(NOT_YOURS.err()),
    }
}

/// The doctor's replies whose title or text holds every word of `keyword` (all for an empty one), newest first.
pub fn list(db: &View, doctor: DoctorId, keyword: &str, page: Page) -> Result<Slice<QuickReply>> {
    if keyword.is_empty() {
        return db.page(&BY_DOCTOR, key(&[&doctor]), page);
    }
    let needle = Needle::new(keyword);
    let has = |reply: &QuickReply| Ok(needle.is_among(&[Straw::Name(&reply.title), Straw::Text(&reply.content)]));
    page.pick(db.rows(&BY_DOCTOR, key(&[&doctor]), Order::Newest), has)
}

/// The doctor goes, and what was kept at hand.
pub fn forget(db: &mut Tx, doctor: DoctorId) -> Result<()> {
    let ids: Vec<_> = db.ids(&BY_DOCTOR, key(&[&doctor]), Order::Oldest).collect::<Result<_>>()?;
    ids.into_iter().try_for_each(|id| db.delete::<QuickReply>(id))
}
