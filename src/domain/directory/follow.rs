//! Who follows whom (志愿医生 3.1.8, 3.1.9).

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{Kind, NOT_FOUND, Reason, Result},
        id::{AccountId, Id},
        page::{Page, Slice},
        time::Time,
    },
    domain::identity::account::{Account, Role},
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const CANNOT_FOLLOW_ONESELF: Reason = Reason::new(Kind::Rule, "cannot_follow_oneself", "不能关注自己");

pub use v1::Follow;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Follow {
        pub id: Id<Follow>,
        pub follower: AccountId,
        pub follower_role: Role,
        pub followed: AccountId,
        pub followed_role: Role,
        pub created_at: Time,
    }
}

const PAIR: Index<Follow> = Index::new(1);
/// Whom an account follows, by the role of the followed.
pub const BY_FOLLOWER: Index<Follow> = Index::counted(2);
/// Who follows an account, by the role of the follower.
pub const BY_FOLLOWED: Index<Follow> = Index::counted(3);

impl Row for Follow {
    type Kind = Self;

    const TABLE: Table = Table { code: 11, name: "follow", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.follower)
    }

    fn refers_to(&self, to: &mut References) {
        for (person, role) in [(self.follower, self.follower_role), (self.followed, self.followed_role)] {
            match role {
                Role::Patient => to.goes_with(person.patient_account()),
                Role::Doctor => to.goes_with(person.doctor()),
                Role::Assistant => to.goes_with(person.assistant()),
                Role::Admin => to.recalls(person.any()), // who is followed by nobody
            };
        }
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&PAIR, key(&[&self.follower, &self.followed]), Key::NONE);
        entries.add(&BY_FOLLOWER, key(&[&self.follower, &self.followed_role.number()]), key(&[&self.created_at]));
        entries.add(&BY_FOLLOWED, key(&[&self.followed, &self.follower_role.number()]), key(&[&self.created_at]));
    }
}

pub fn follows(db: &View, follower: AccountId, followed: AccountId) -> Result<bool> {
    Ok(db.first(&PAIR, key(&[&follower, &followed]))?.is_some())
}

/// Whom an account follows, of one role, newest first.
pub fn followed(db: &View, follower: AccountId, role: Role, page: Page) -> Result<Slice<Follow>> {
    db.page(&BY_FOLLOWER, key(&[&follower, &role.number()]), page)
}

/// Who of one role follows an account, newest first.
pub fn followers(db: &View, followed: AccountId, role: Role) -> Result<Vec<Follow>> {
    db.rows(&BY_FOLLOWED, key(&[&followed, &role.number()]), Order::Newest).collect()
}

/// Follows somebody. Doing it again changes nothing.
pub fn follow(db: &mut Tx, follower: AccountId, followed: AccountId) -> Result<()> {
    if follower == followed {
        return Err(CANNOT_FOLLOW_ONESELF.err());
    }
    let target = db.get::<Account>(followed)?.filter(|account| account.role != Role::Admin).ok_or_else(|| NOT_FOUND.err())?;
    if follows(db, follower, followed)? {
        return Ok(());
    }
    let follower: Account = db.need(follower)?;
    let row = Follow {
        id: db.next_id()?,
        follower: follower.id,
        follower_role: follower.role,
        followed,
        followed_role: target.role,
        created_at: db.now,
    };
    db.put(&row)
}

/// Follows no longer. Where nobody was followed nothing changes.
pub fn unfollow(db: &mut Tx, follower: AccountId, followed: AccountId) -> Result<()> {
    match db.first(&PAIR, key(&[&follower, &followed]))? {
        Some(row) => db.delete::<Follow>(row.id),
        None => Ok(()),
    }
}

/// Whom one account follows another follows now, and who followed it follows the other.
pub fn hand_over(db: &mut Tx, from: AccountId, to: AccountId) -> Result<()> {
    for role in [Role::Patient, Role::Doctor, Role::Assistant] {
        for index in [&BY_FOLLOWER, &BY_FOLLOWED] {
            let rows: Vec<Follow> = db.rows(index, key(&[&from, &role.number()]), Order::Oldest).collect::<Result<_>>()?;
            for mut row in rows {
                if row.follower == from {
                    row.follower = to;
                } else {
                    row.followed = to;
                }
                match row.follower == row.followed || follows(db, row.follower, row.followed)? {
                    true => db.delete::<Follow>(row.id)?,
                    false => db.put(&row)?,
                }
            }
        }
    }
    Ok(())
}

/// Nobody follows the account any more and it follows nobody: the account goes.
pub fn forget(db: &mut Tx, account: AccountId) -> Result<()> {
    let mut ids: Vec<_> = Vec::new();
    for role in [Role::Patient, Role::Doctor, Role::Assistant, Role::Admin] {
        for index in [&BY_FOLLOWER, &BY_FOLLOWED] {
            ids.extend(db.ids(index, key(&[&account, &role.number()]), Order::Oldest).collect::<Result<Vec<_>>>()?);
        }
    }
    ids.into_iter().try_for_each(|id| db.delete::<Follow>(id))
}
