//! The audit log: who changed what, and who looked at whose private data. A record is written in the same commit as the change, and
//! never changed.

use serde::{Deserialize, Serialize};

use super::account::Role;
use crate::{
    base::{
        error::Result,
        id::Id,
        page::{Page, Slice},
        time::Time,
    },
    store::{Entries, Index, Key, Order, Row, Table, Tx, View, key},
};

pub use v1::{Action, Record, Thing};

pub mod v1 {
    use super::*;

    /// What was done. Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub enum Action {
        Look,
        Create,
        Update,
        Delete,
        Verify,
        ResetPassword,
        SignIn,
        SignOut,
        Approve,
        Reject,
        Refund,
        Cancel,
        Import,
        Export,
    }

    /// To what. Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub enum Thing {
        Administrator,
        Doctor,
        Assistant,
        Patient,
        Session,
        Region,
        Hospital,
        Department,
        Project,
        Registration,
        Payment,
        Refund,
        DiagnosisTerm,
        ConsultationReason,
        EvaluationQuestion,
        Notice,
        /// A whole table, as CSV.
        Table,
        Org,
        Membership,
        SpecialProject,
        News,
        Banner,
        Consultation,
        Clinic,
        Team,
        TeamConsult,
        Withdrawal,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Record {
        pub id: Id,
        pub at: Time,
        /// Who did it; 0 where `admin.token` was shown.
        pub account_id: Id,
        pub role: Role,
        pub action: Action,
        pub thing: Thing,
        pub thing_id: Id,
        /// The client's address.
        pub address: String,
    }
}

const BY_ACCOUNT: Index<Record> = Index::counted(1);
const BY_THING: Index<Record> = Index::counted(2);

impl Row for Record {
    const TABLE: Table = Table { code: 24, name: "audit", version: 1 };

    fn id(&self) -> Id {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_ACCOUNT, key(&[&self.account_id]), Key::NONE);
        entries.add(&BY_THING, key(&[&(self.thing as u8), &self.thing_id]), Key::NONE);
    }
}

#[rustfmt::skip]
const ACTIONS: &[(Action, &str)] = &[
    (Action::Look,          "look"),
    (Action::Create,        "create"),
    (Action::Update,        "update"),
    (Action::Delete,        "delete"),
    (Action::Verify,        "verify"),
    (Action::ResetPassword, "reset_password"),
    (Action::SignIn,        "sign_in"),
    (Action::SignOut,       "sign_out"),
    (Action::Approve,       "approve"),
    (Action::Reject,        "reject"),
    (Action::Refund,        "refund"),
    (Action::Cancel,        "cancel"),
    (Action::Import,        "import"),
    (Action::Export,        "export"),
];

#[rustfmt::skip]
const THINGS: &[(Thing, &str)] = &[
    (Thing::Administrator,      "administrator"),
    (Thing::Doctor,             "doctor"),
    (Thing::Assistant,          "assistant"),
    (Thing::Patient,            "patient"),
    (Thing::Session,            "session"),
    (Thing::Region,             "region"),
    (Thing::Hospital,           "hospital"),
    (Thing::Department,         "department"),
    (Thing::Project,            "project"),
    (Thing::Registration,       "registration"),
    (Thing::Payment,            "payment"),
    (Thing::Refund,             "refund"),
    (Thing::DiagnosisTerm,      "diagnosis_term"),
    (Thing::ConsultationReason, "consultation_reason"),
    (Thing::EvaluationQuestion, "evaluation_question"),
    (Thing::Notice,             "notice"),
    (Thing::Table,              "table"),
    (Thing::Org,                "org"),
    (Thing::Membership,         "membership"),
    (Thing::SpecialProject,     "special_project"),
    (Thing::News,               "news"),
    (Thing::Banner,             "banner"),
    (Thing::Consultation,       "consultation"),
    (Thing::Clinic,             "clinic"),
    (Thing::Team,               "team"),
    (Thing::TeamConsult,        "team_consult"),
    (Thing::Withdrawal,         "withdrawal"),
];

impl Action {
    pub fn name(self) -> &'static str {
        ACTIONS.iter().find(|(action, _)| *action == self).map_or("", |(_, name)| name)
    }

    pub fn from_name(name: &str) -> Option<Action> {
        ACTIONS.iter().find(|(_, known)| *known == name).map(|(action, _)| *action)
    }
}

impl Thing {
    pub fn name(self) -> &'static str {
        THINGS.iter().find(|(thing, _)| *thing == self).map_or("", |(_, name)| name)
    }

    pub fn from_name(name: &str) -> Option<Thing> {
        THINGS.iter().find(|(_, known)| *known == name).map(|(thing, _)| *thing)
    }

    /// What a person of that role is.
    pub const fn person(role: Role) -> Thing {
        match role {
            Role::Patient => Thing::Patient,
            Role::Doctor => Thing::Doctor,
            Role::Assistant => Thing::Assistant,
            Role::Admin => Thing::Administrator,
        }
    }
}

/// Who acts, and from where.
#[derive(Clone, Debug)]
pub struct Actor {
    /// 0 where `admin.token` was shown.
    pub account_id: Id,
    pub role: Role,
    pub address: String,
}

/// Writes down that `actor` did this.
pub fn note(db: &mut Tx, actor: &Actor, action: Action, thing: Thing, thing_id: Id) -> Result<()> {
    let record = Record {
        id: db.next_id()?,
        at: db.now,
        account_id: actor.account_id,
        role: actor.role,
        action,
        thing,
        thing_id,
        address: actor.address.clone(),
    };
    db.put(&record)
}

/// Whether the account has looked at that thing since then: a list that is opened every minute is one look a day.
pub fn has_looked(db: &View, account: Id, thing: Thing, thing_id: Id, since: Time) -> Result<bool> {
    for record in db.rows(&BY_THING, key(&[&(thing as u8), &thing_id]), Order::Newest) {
        match record? {
            record if record.at < since => return Ok(false),
            record if record.account_id == account && record.action == Action::Look => return Ok(true),
            _ => {}
        }
    }
    Ok(false)
}

/// What somebody looks for in the log; what is `None` does not matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    pub account: Option<Id>,
    pub action: Option<Action>,
    pub thing: Option<Thing>,
    pub thing_id: Option<Id>,
}

/// The records that are wanted, newest first.
pub fn find(db: &View, wanted: Wanted, page: Page) -> Result<Slice<Record>> {
    let fits = |record: &Record| {
        Ok(wanted.account.is_none_or(|account| account == record.account_id)
            && wanted.action.is_none_or(|action| action == record.action)
            && wanted.thing.is_none_or(|thing| thing == record.thing)
            && wanted.thing_id.is_none_or(|id| id == record.thing_id))
    };
    match wanted {
        Wanted { account: None, action: None, thing: None, thing_id: None } => db.page_all(page),
        Wanted { thing: Some(thing), thing_id: Some(id), .. } => {
            page.pick(db.rows(&BY_THING, key(&[&(thing as u8), &id]), Order::Newest), fits)
        }
        Wanted { account: Some(account), .. } => page.pick(db.rows(&BY_ACCOUNT, key(&[&account]), Order::Newest), fits),
        _ => page.pick(db.all::<Record>(Order::Newest), fits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for (action, name) in ACTIONS {
            assert_eq!((Action::from_name(name), action.name()), (Some(*action), *name));
        }
        for (thing, name) in THINGS {
            assert_eq!((Thing::from_name(name), thing.name()), (Some(*thing), *name));
        }
        // The lists are whole: each variant stands at its own number.
        assert!(ACTIONS.iter().zip(0..).all(|((action, _), i)| *action as usize == i));
        assert!(THINGS.iter().zip(0..).all(|((thing, _), i)| *thing as usize == i));
        assert_eq!((Action::from_name("x"), Thing::from_name("")), (None, None));
    }
}
