//! Notices: what the clinic tells its people, all of them, those of a role, or one (志愿医生 2.2.7, 3.1.13).

pub mod news;
pub mod notification;
use serde::{Deserialize, Serialize};

use super::{
    identity::account::{Account, BY_ROLE, Role},
    shared::event::{self, Event},
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, Id, NoticeId, kind},
        needle::{Needle, Straw},
        page::{Page, Slice},
        time::Time,
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, decode, key, unknown_version},
};

pub use v1::{Audience, Seen};
pub use v2::Notice;

pub mod v1 {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum Audience {
        Everybody,
        Everyone(Role),
        One(AccountId),
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Notice {
        pub id: NoticeId,
        pub audience: Audience,
        pub title: String,
        pub content: String,
        pub created_at: Time,
    }

    /// The newest notice that an account has seen. The row's id is the account's.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Seen {
        pub account_id: AccountId,
        pub notice_id: NoticeId,
    }
}

pub mod v2 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Notice {
        pub id: NoticeId,
        pub audience: Audience,
        pub title: String,
        pub content: String,
        /// Whether the clinic said it by itself ([`notification`]), not an administrator. Earlier versions did
        /// not note it: `false` there.
        pub automatic: bool,
        pub created_at: Time,
    }

    impl From<v1::Notice> for Notice {
        fn from(old: v1::Notice) -> Notice {
            let v1::Notice { id, audience, title, content, created_at } = old;
            Notice { id, audience, title, content, automatic: false, created_at }
        }
    }
}

pub const BY_AUDIENCE: Index<Notice> = Index::counted(1);
/// Those that the clinic said by itself.
const AUTOMATIC: Index<Notice> = Index::counted(2);

impl Row for Notice {
    type Kind = kind::Notice;

    const TABLE: Table = Table { code: 12, name: "notice", version: 2 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn owner(&self) -> Option<AccountId> {
        match self.audience {
            Audience::One(account) => Some(account),
            _ => None,
        }
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.owner().unwrap_or_default());
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_AUDIENCE, audience_key(self.audience), Key::NONE);
        if self.automatic {
            entries.add(&AUTOMATIC, Key::NONE, Key::NONE);
        }
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Notice> {
        match version {
            1 => decode::<v1::Notice>(body).map(Notice::from),
            _ => Err(unknown_version(Self::TABLE, version)),
        }
    }
}

impl Row for Seen {
    type Kind = kind::Account;

    const TABLE: Table = Table { code: 13, name: "notice_seen", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.account_id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.account_id)
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.account_id).recalls(self.notice_id);
    }

    fn index(&self, _: &mut Entries) {}
}

fn audience_key(audience: Audience) -> Key {
    match audience {
        Audience::Everybody => key(&[&0u8]),
        Audience::Everyone(role) => key(&[&1u8, &role.number()]),
        Audience::One(account) => key(&[&2u8, &account]),
    }
}

/// The three groups of notices that are for an account.
fn audiences(account: AccountId, role: Role) -> [Key; 3] {
    [Audience::Everybody, Audience::Everyone(role), Audience::One(account)].map(audience_key)
}

/// An administrator says something. Errors: `not_found` for an account that does not exist.
pub fn publish(db: &mut Tx, audience: Audience, title: &str, content: &str) -> Result<Notice> {
    if let Audience::One(account) = audience {
        db.need::<Account>(account)?;
    }
    put(db, audience, title, content, false)
}

/// The clinic tells one account something by itself. Who is gone is told nothing.
pub(super) fn tell(db: &mut Tx, account: AccountId, title: &str, content: &str) -> Result<()> {
    match db.has::<Account>(account)? {
        true => put(db, Audience::One(account), title, content, true).map(drop),
        false => Ok(()),
    }
}

fn put(db: &mut Tx, audience: Audience, title: &str, content: &str, automatic: bool) -> Result<Notice> {
    let (title, content) = (title.to_owned(), content.to_owned());
    let notice = Notice { id: db.next_id()?, audience, title, content, automatic, created_at: db.now };
    db.put(&notice)?;
    event::tell(db, &Event::NoticeDue(notice.id))?;
    Ok(notice)
}

/// Withdraws a notice: nobody finds it any more, and where it has arrived it is taken back. Errors: `not_found`.
pub fn withdraw(db: &mut Tx, notice: NoticeId) -> Result<()> {
    db.delete::<Notice>(db.need::<Notice>(notice)?.id)?;
    event::tell(db, &Event::NoticeWithdrawn(notice))
}

/// Notices whose title or text holds the needle, newest first, whomever they are for: those of administrators, with `automatic` also
/// those that the clinic said by itself. Reads the whole table where there is a needle: not for async threads, not for jobs.
pub fn find(db: &View, needle: &Needle, automatic: bool, page: Page) -> Result<Slice<Notice>> {
    let fits =
        |notice: &Notice| (automatic || !notice.automatic) && needle.is_among(&[Straw::Name(&notice.title), Straw::Text(&notice.content)]);
    match needle.is_empty() {
        true if automatic => db.page_all(page),
        true => {
            let rows = db.all::<Notice>(Order::Newest).filter(|notice| notice.as_ref().map_or(true, fits));
            let items = rows.skip(page.skip).take(page.limit).collect::<Result<_>>()?;
            Ok(Slice { items, total: db.total::<Notice>()?.saturating_sub(db.count(&AUTOMATIC, Key::NONE)?) })
        }
        false => page.pick(db.all::<Notice>(Order::Newest), |notice| Ok(fits(notice))),
    }
}

/// Takes back what an account alone was told, and what it has seen: the account goes.
pub fn forget(db: &mut Tx, account: AccountId) -> Result<()> {
    let told: Vec<_> = db.ids(&BY_AUDIENCE, audience_key(Audience::One(account)), Order::Oldest).collect::<Result<_>>()?;
    told.into_iter().try_for_each(|id| db.delete::<Notice>(id))?;
    db.delete::<Seen>(account)
}

/// What one account alone was told another was told.
pub fn hand_over(db: &mut Tx, from: AccountId, to: AccountId) -> Result<()> {
    let told: Vec<Notice> = db.rows(&BY_AUDIENCE, audience_key(Audience::One(from)), Order::Oldest).collect::<Result<_>>()?;
    told.into_iter().try_for_each(|notice| db.put(&Notice { audience: Audience::One(to), ..notice }))?;
    db.delete::<Seen>(from)
}

/// The account's notices, newest first.
pub fn list(db: &View, account: AccountId, role: Role, page: Page) -> Result<Slice<Notice>> {
    let groups = audiences(account, role);
    let mut total = 0;
    let mut newest: Vec<NoticeId> = Vec::new();
    for group in groups {
        total += db.count(&BY_AUDIENCE, group.clone())?;
        // Ids grow with time, so the first `skip + limit` of each group hold the page.
        let most = page.skip.saturating_add(page.limit);
        newest.extend(db.ids(&BY_AUDIENCE, group, Order::Newest).take(most).collect::<Result<Vec<_>>>()?);
    }
    newest.sort_unstable_by(|a, b| b.cmp(a));
    let ids = newest.into_iter().skip(page.skip).take(page.limit);
    let items = ids.filter_map(|id| db.get(id).transpose()).collect::<Result<_>>()?;
    Ok(Slice { items, total })
}

/// How many accounts a notice to these would be for. Errors: `not_found` for an account that does not exist.
pub fn receivers(db: &View, audience: Audience) -> Result<u64> {
    let people = |role: Role| db.count(&BY_ROLE, key(&[&role.number()]));
    match audience {
        Audience::One(account) => db.need::<Account>(account).map(|_| 1),
        Audience::Everyone(role) => people(role),
        Audience::Everybody => Ok(people(Role::Patient)? + people(Role::Doctor)? + people(Role::Assistant)?),
    }
}

/// The accounts that a notice is for.
pub fn recipients(db: &View, notice: &Notice) -> Result<Vec<AccountId>> {
    let roles: &[Role] = match &notice.audience {
        Audience::One(account) => return Ok(vec![*account]),
        Audience::Everyone(role) => std::slice::from_ref(role),
        Audience::Everybody => &[Role::Patient, Role::Doctor, Role::Assistant],
    };
    roles.iter().flat_map(|role| db.ids(&BY_ROLE, key(&[&role.number()]), Order::Oldest)).collect()
}

/// How many notices the account has not seen (`msg_count`).
pub fn unread(db: &View, account: AccountId, role: Role) -> Result<u64> {
    let seen = db.get::<Seen>(account)?.map(|seen| seen.notice_id).unwrap_or_default();
    let mut unread = 0;
    for group in audiences(account, role) {
        for id in db.ids(&BY_AUDIENCE, group, Order::Newest) {
            if id? <= seen {
                break;
            }
            unread += 1;
        }
    }
    Ok(unread)
}

/// Everything that there is now has been seen.
pub fn mark_seen(db: &mut Tx, account: AccountId, role: Role) -> Result<()> {
    let mut newest = NoticeId::NONE;
    for group in audiences(account, role) {
        newest = db.ids(&BY_AUDIENCE, group, Order::Newest).next().transpose()?.unwrap_or_default().max(newest);
    }
    let seen = db.get::<Seen>(account)?.map(|seen| seen.notice_id).unwrap_or_default();
    match newest > seen {
        true => db.put(&Seen { account_id: account, notice_id: newest }),
        false => Ok(()),
    }
}
