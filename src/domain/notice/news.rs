//! News and banners: what the clinic shows on the pages of each client (志愿医生 2.2.1, 2.2.2, 3.2.14, 3.2.15).

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{Result, invalid},
        id::{AnyId, Id},
        needle::{Needle, Straw},
        page::{Page, Slice},
        time::Time,
    },
    domain::identity::account::Role,
    store::{Class, Entries, Index, Order, References, Row, Table, Tx, View, key},
};

pub use v1::{Banner, News};

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct News {
        pub id: Id<News>,
        /// Whose client shows it.
        pub reader: Role,
        pub title: String,
        pub photo: String,
        /// Rich text, as the administrator wrote it.
        pub content: String,
        pub published_at: Time,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Banner {
        pub id: Id<Banner>,
        /// Whose client shows it.
        pub reader: Role,
        pub title: String,
        pub photo: String,
        /// 0 stays, 1 goes to `href`; the document's example has 2, which the clients read as they like.
        pub jump_mode: u8,
        pub jump_id: AnyId,
        pub href: String,
        pub created_at: Time,
    }
}

/// By reader, newest first.
pub const BY_READER: Index<News> = Index::counted(1);
/// The same for banners.
pub const BANNERS_BY_READER: Index<Banner> = Index::counted(1);

impl Row for News {
    type Kind = Self;

    const TABLE: Table = Table { code: 28, name: "news", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, _: &mut References) {}

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_READER, key(&[&self.reader.number()]), key(&[&self.published_at]));
    }
}

impl Row for Banner {
    type Kind = Self;

    const TABLE: Table = Table { code: 29, name: "banner", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, to: &mut References) {
        to.recalls(self.jump_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BANNERS_BY_READER, key(&[&self.reader.number()]), key(&[&self.created_at]));
    }
}

/// Writes news; an id of 0 makes new ones. What is dated ahead would be read at once, so it is refused (`invalid_field`).
pub fn save(db: &mut Tx, mut news: News) -> Result<News> {
    if news.published_at > db.now {
        return Err(invalid("publish_time", "不能晚于现在"));
    }
    if news.id.is_none() {
        news.id = db.next_id()?;
    }
    db.put(&news)?;
    Ok(news)
}

/// Writes a banner; an id of 0 makes a new one.
pub fn save_banner(db: &mut Tx, mut banner: Banner) -> Result<Banner> {
    if banner.jump_mode == 1 && banner.href.is_empty() {
        return Err(invalid("href", "jump_mode 为 1 时必填"));
    }
    if banner.id.is_none() {
        banner.id = db.next_id()?;
        banner.created_at = db.now;
    }
    db.put(&banner)?;
    Ok(banner)
}

/// News of a client, or of all, whose title or text holds the needle, newest first.
pub fn remove(db: &mut Tx, id: Id<News>) -> Result<()> {
    db.delete::<News>(id)
}

pub fn remove_banner(db: &mut Tx, id: Id<Banner>) -> Result<()> {
    db.delete::<Banner>(id)
}

pub fn find(db: &View, reader: Option<Role>, needle: &Needle, page: Page) -> Result<Slice<News>> {
    let fits = |news: &News| Ok(needle.is_among(&[Straw::Name(&news.title), Straw::Text(&news.content)]));
    match reader {
        Some(reader) => page.pick(db.rows(&BY_READER, key(&[&reader.number()]), Order::Newest), fits),
        None if needle.is_empty() => db.page_all(page),
        None => page.pick(db.all(Order::Newest), fits),
    }
}

/// The same for banners, by their titles.
pub fn find_banners(db: &View, reader: Option<Role>, needle: &Needle, page: Page) -> Result<Slice<Banner>> {
    let fits = |banner: &Banner| Ok(needle.is_among(&[Straw::Name(&banner.title)]));
    match reader {
        Some(reader) => page.pick(db.rows(&BANNERS_BY_READER, key(&[&reader.number()]), Order::Newest), fits),
        None if needle.is_empty() => db.page_all(page),
        None => page.pick(db.all(Order::Newest), fits),
    }
}

/// What a client lists.
pub fn list(db: &View, reader: Role, page: Page) -> Result<Slice<News>> {
    db.page(&BY_READER, key(&[&reader.number()]), page)
}

/// The newest news of a client's front page.
pub fn newest(db: &View, reader: Role, most: usize) -> Result<Vec<News>> {
    db.rows(&BY_READER, key(&[&reader.number()]), Order::Newest).take(most).collect()
}

/// The newest banners of a client's front page.
pub fn newest_banners(db: &View, reader: Role, most: usize) -> Result<Vec<Banner>> {
    db.rows(&BANNERS_BY_READER, key(&[&reader.number()]), Order::Newest).take(most).collect()
}
