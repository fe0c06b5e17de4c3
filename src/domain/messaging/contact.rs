//! Contacts (联系人): how one account sees another: by which name, banned or not, called or not (用户聊天模块API).
//!
//! Knows accounts alone, so that every room of the chat can ask for bans. Who may talk to whom is `talk`'s to say, who stands in an
//! address book `address_book`'s.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{AccountId, Id},
        time::Time,
    },
    domain::shared::event::{self, LiveEvent},
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const CONTACT_BANNED: Reason = Reason::new(Kind::Rule, "contact_banned", "双方有一方在黑名单中，请先移出黑名单");

pub use v1::Contact;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Contact {
        pub id: Id<Contact>,
        /// Who sees.
        pub owner: AccountId,
        /// Who is seen.
        pub other: AccountId,
        /// 备注名, empty for none.
        pub nickname: String,
        /// 黑名单: the other's messages and calls are refused, and so are one's own to the other.
        pub is_ban: bool,
        /// Whether calls of the other are taken; never while banned.
        pub can_call: bool,
        pub created_at: Time,
        pub updated_at: Time,
    }
}

const PAIR: Index<Contact> = Index::new(1);
const BY_OWNER: Index<Contact> = Index::new(2);
const BY_OTHER: Index<Contact> = Index::new(3);

impl Row for Contact {
    type Kind = Self;

    const TABLE: Table = Table { code: 34, name: "contact", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.owner)
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with([self.owner, self.other]);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&PAIR, key(&[&self.owner, &self.other]), Key::NONE);
        entries.add(&BY_OWNER, key(&[&self.owner]), Key::NONE);
        entries.add(&BY_OTHER, key(&[&self.other]), Key::NONE);
    }
}

/// How the owner sees the other, where the owner has said anything about that.
pub fn find(db: &View, owner: AccountId, other: AccountId) -> Result<Option<Contact>> {
    db.first(&PAIR, key(&[&owner, &other]))
}

/// The same; without a nickname, not banned and with calls taken where nothing was said. The id is 0 then.
pub fn of(db: &View, owner: AccountId, other: AccountId) -> Result<Contact> {
    Ok(find(db, owner, other)?.unwrap_or(Contact {
        id: Id::NONE,
        owner,
        other,
        nickname: String::new(),
        is_ban: false,
        can_call: true,
        created_at: db.now,
        updated_at: db.now,
    }))
}

/// Gives the other a name of the owner's own. An empty one takes it away.
pub fn rename(db: &mut Tx, owner: AccountId, other: AccountId, nickname: String) -> Result<Contact> {
    let contact = of(db, owner, other)?;
    save(db, Contact { nickname, ..contact })
}

/// Bans the other, whose calls are not taken from then on, or lifts the ban, after which they are. Doing it again changes nothing.
pub fn set_ban(db: &mut Tx, owner: AccountId, other: AccountId, is_ban: bool) -> Result<Contact> {
    let contact = of(db, owner, other)?;
    match contact.is_ban == is_ban {
        true => Ok(contact),
        false => {
            if is_ban {
                event::notify_live(db, &LiveEvent::Banned { by: owner, member: other })?;
            }
            save(db, Contact { is_ban, can_call: !is_ban, ..contact })
        }
    }
}

/// Takes the other's calls or refuses them. Errors: `contact_banned`, for taking them from somebody who is banned.
pub fn set_can_call(db: &mut Tx, owner: AccountId, other: AccountId, can_call: bool) -> Result<Contact> {
    let contact = of(db, owner, other)?;
    match contact.is_ban && can_call {
        true => Err(CONTACT_BANNED.err()),
        false => save(db, Contact { can_call, ..contact }),
    }
}

/// Refuses where one of the two has banned the other. Errors: `contact_banned`.
pub fn need_no_ban(db: &View, one: AccountId, other: AccountId) -> Result<()> {
    match is_ban_between(db, one, other)? {
        true => Err(CONTACT_BANNED.err()),
        false => Ok(()),
    }
}

/// Whether one of the two has banned the other.
pub fn is_ban_between(db: &View, one: AccountId, other: AccountId) -> Result<bool> {
    Ok(of(db, one, other)?.is_ban || of(db, other, one)?.is_ban)
}

/// Whom the account has banned, the newest first.
pub fn banned_by(db: &View, owner: AccountId) -> Result<Vec<AccountId>> {
    let contacts: Vec<Contact> = db.rows(&BY_OWNER, key(&[&owner]), Order::Newest).collect::<Result<_>>()?;
    Ok(contacts.into_iter().filter(|contact| contact.is_ban).map(|contact| contact.other).collect())
}

/// What one account thought of others, and others of it, another has. Where both said something, bans and refused calls win, and the name
/// that was there stays.
pub fn hand_over(db: &mut Tx, from: AccountId, to: AccountId) -> Result<()> {
    for mut contact in all_of(db, from)? {
        if contact.owner == from {
            contact.owner = to;
        }
        if contact.other == from {
            contact.other = to;
        }
        let there = find(db, contact.owner, contact.other)?.filter(|there| there.id != contact.id);
        match there {
            _ if contact.owner == contact.other => db.delete::<Contact>(contact.id)?,
            None => db.put(&contact)?,
            Some(there) => {
                db.delete::<Contact>(contact.id)?;
                db.put(&Contact {
                    nickname: if there.nickname.is_empty() { contact.nickname } else { there.nickname.clone() },
                    is_ban: there.is_ban || contact.is_ban,
                    can_call: there.can_call && contact.can_call,
                    ..there
                })?;
            }
        }
    }
    Ok(())
}

/// The account sees nobody any more and nobody sees it: it goes.
pub fn forget(db: &mut Tx, account: AccountId) -> Result<()> {
    all_of(db, account)?.into_iter().try_for_each(|contact| db.delete::<Contact>(contact.id))
}

/// Everything that the account said of others or others of it.
fn all_of(db: &View, account: AccountId) -> Result<Vec<Contact>> {
    db.rows(&BY_OWNER, key(&[&account]), Order::Oldest).chain(db.rows(&BY_OTHER, key(&[&account]), Order::Oldest)).collect()
}

fn save(db: &mut Tx, mut contact: Contact) -> Result<Contact> {
    if contact.id.is_none() {
        contact.id = db.next_id()?;
        contact.created_at = db.now;
    }
    contact.updated_at = db.now;
    db.put(&contact)?;
    Ok(contact)
}
