//! What patients agree to (知情同意书), word by word. A text is never edited: what changes is a new version, and who agreed to an old one agreed
//! to that.
//!
//! Source: 个人信息保护法 Art. 17.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::sample::SAMPLES;
use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::Id,
        page::{Page, Slice},
        time::Time,
    },
    store::{Class, Entries, Index, Order, References, Row, Table, Tx, View, key},
};

pub const TEXT_RETIRED: Reason = Reason::new(Kind::Conflict, "text_retired", "该文本已停用，不能重复停用");

pub use v1::{ConsentText, Purpose};

pub mod v1 {
    use super::*;

    /// What is agreed to. Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum Purpose {
        /// The clinic's service.
        Terms,
        /// The separate consent to health data being processed (Art. 28, 29).
        HealthData,
        /// A guardian's, for somebody under 14 (Art. 31).
        Minor,
        /// Doctors of a team see the history.
        Team,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct ConsentText {
        pub id: Id<ConsentText>,
        /// What is agreed to.
        pub purpose: Purpose,
        /// 1, 2, 3 … of its purpose.
        pub version: u32,
        pub title: String,
        /// Markdown.
        pub body: String,
        /// Of the body.
        pub sha256: [u8; 32],
        /// Who agreed to an earlier version has to agree anew.
        pub must_renew: bool,
        /// It came with the program, and no clinic stands behind it.
        pub sample: bool,
        /// From when on it is agreed to.
        pub published_at: Time,
        /// When it was taken out of use.
        pub retired_at: Option<Time>,
    }
}

const BY_VERSION: Index<ConsentText> = Index::new(1);

impl Row for ConsentText {
    type Kind = Self;

    const TABLE: Table = Table { code: 95, name: "consent_text", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        // Every consent names its text for as long as it is kept itself: texts are few and stay.
        Class::Free
    }

    fn refers_to(&self, _: &mut References) {}

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_VERSION, key(&[&(self.purpose as u8)]), key(&[&self.version]));
    }
}

impl Purpose {
    pub const ALL: [Purpose; 4] = [Purpose::Terms, Purpose::HealthData, Purpose::Minor, Purpose::Team];

    pub const fn name(self) -> &'static str {
        match self {
            Purpose::Terms => "terms",
            Purpose::HealthData => "health_data",
            Purpose::Minor => "minor",
            Purpose::Team => "team",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Purpose::Terms => "服务协议",
            Purpose::HealthData => "健康信息处理单独同意书",
            Purpose::Minor => "儿童监护人同意书",
            Purpose::Team => "团队查阅同意书",
        }
    }

    pub fn from_name(name: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.name() == name)
    }
}

/// What stands for a text: the SHA-256 of its body in UTF-8.
pub fn hash(body: &str) -> [u8; 32] {
    Sha256::digest(body.as_bytes()).into()
}

/// A new text as a clinic writes it.
#[derive(Clone, Debug)]
pub struct NewText {
    pub purpose: Purpose,
    pub title: String,
    pub body: String,
    pub must_renew: bool,
}

/// The next version, in force at once.
pub fn publish(db: &mut Tx, new: NewText) -> Result<ConsentText> {
    lay(db, new, false)
}

fn lay(db: &mut Tx, new: NewText, sample: bool) -> Result<ConsentText> {
    let last = versions(db, new.purpose)?.into_iter().next_back().map_or(0, |text| text.version);
    let text = ConsentText {
        id: db.next_id()?,
        purpose: new.purpose,
        version: last + 1,
        title: new.title,
        sha256: hash(&new.body),
        body: new.body,
        must_renew: new.must_renew,
        sample,
        published_at: db.now,
        retired_at: None,
    };
    db.put(&text)?;
    Ok(text)
}

/// Nobody can agree to it any more; who has stays. Errors: `not_found`, `text_retired`.
pub fn retire(db: &mut Tx, id: Id<ConsentText>) -> Result<ConsentText> {
    let mut text: ConsentText = db.need(id)?;
    if text.retired_at.is_some() {
        return Err(TEXT_RETIRED.err());
    }
    text.retired_at = Some(db.now);
    db.put(&text)?;
    Ok(text)
}

/// Whether a store has no text yet, as one of an earlier release.
pub fn lacks_samples(db: &View) -> Result<bool> {
    Ok(db.ids(&BY_VERSION, key(&[&(Purpose::Terms as u8)]), Order::Oldest).next().transpose()?.is_none())
}

/// Lays down the samples, where there is no text yet.
pub fn lay_samples(db: &mut Tx) -> Result<()> {
    if !lacks_samples(db)? {
        return Ok(());
    }
    for (purpose, title, body) in SAMPLES {
        if let Some(purpose) = Purpose::from_name(purpose) {
            lay(db, NewText { purpose, title: (*title).to_owned(), body: (*body).to_owned(), must_renew: false }, true)?;
        }
    }
    Ok(())
}

/// The text of a purpose that is agreed to now: the newest that is not retired.
pub fn current(db: &View, purpose: Purpose) -> Result<Option<ConsentText>> {
    Ok(versions(db, purpose)?.into_iter().rfind(|text| text.retired_at.is_none()))
}

/// One version, also a retired one.
pub fn version(db: &View, purpose: Purpose, number: u32) -> Result<Option<ConsentText>> {
    Ok(versions(db, purpose)?.into_iter().find(|text| text.version == number))
}

/// Consents to versions before this one do not count any more.
pub(super) fn least_version(db: &View, purpose: Purpose) -> Result<u32> {
    let renewing = versions(db, purpose)?.into_iter().filter(|text| text.must_renew && text.retired_at.is_none());
    Ok(renewing.map(|text| text.version).max().unwrap_or(0))
}

/// All of a purpose, the oldest first.
fn versions(db: &View, purpose: Purpose) -> Result<Vec<ConsentText>> {
    db.rows(&BY_VERSION, key(&[&(purpose as u8)]), Order::Oldest).collect()
}

/// All texts, newest first; those whose title or body holds the keyword.
pub fn find(db: &View, purpose: Option<Purpose>, keyword: &str, page: Page) -> Result<Slice<ConsentText>> {
    let fits = |text: &ConsentText| {
        Ok(purpose.is_none_or(|purpose| purpose == text.purpose) && (text.title.contains(keyword) || text.body.contains(keyword)))
    };
    page.pick(db.all(Order::Newest), fits)
}
