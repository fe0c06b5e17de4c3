//! The audit log: who changed what, and who looked at whose private data. A record is written in the same commit as the change, and
//! never changed.

use serde::{Deserialize, Serialize};

use super::account::Role;
use crate::{
    base::{
        error::Result,
        id::{AccountId, AnyId, Id},
        page::{Page, Slice},
        time::Time,
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, decode, key, unknown_version},
};

pub use v1::{Action, Subject};
pub use v2::{AuditRecord, Purpose};

pub mod v1 {
    use super::*;

    /// What was done. Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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
        /// Somebody did not get in. The account that was named did it, as far as is known: 0 where there is none.
        SignInFailed,
        /// What is masked was shown whole, for the reason that stands beside it.
        Reveal,
        /// A token did not hold.
        TokenRefused,
        /// A token was taken back.
        Revoke,
    }

    /// To what. Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum Subject {
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
        Backup,
        /// A program of somebody else that reads.
        Integration,
        /// A search for people, in the words of its parameters.
        Search,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct AuditRecord {
        pub id: Id<super::AuditRecord>,
        pub at: Time,
        /// Who did it; 0 where `admin.token` was shown.
        pub account_id: AccountId,
        pub role: Role,
        pub action: Action,
        pub thing: Subject,
        pub thing_id: AnyId,
        /// The client's address.
        pub address: String,
    }
}

pub mod v2 {
    use super::*;

    /// Why somebody looked. Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum Purpose {
        /// Not a look, or one that an earlier version noted.
        None,
        /// A profile.
        Profile,
        /// A visit to a free clinic.
        Visit,
        /// A consultation that was ordered.
        Consultation,
        /// An address book, the records to chat about.
        AddressBook,
        /// The clinic's administration.
        Administration,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct AuditRecord {
        pub id: Id<AuditRecord>,
        pub at: Time,
        /// Who did it; 0 where `admin.token` was shown.
        pub account_id: AccountId,
        pub role: Role,
        pub action: Action,
        pub thing: Subject,
        pub thing_id: AnyId,
        /// The client's address.
        pub address: String,
        pub purpose: Purpose,
        /// In the words of whoever did it, where they are asked.
        pub reason: String,
    }

    impl From<v1::AuditRecord> for AuditRecord {
        fn from(old: v1::AuditRecord) -> AuditRecord {
            let v1::AuditRecord { id, at, account_id, role, action, thing, thing_id, address } = old;
            AuditRecord { id, at, account_id, role, action, thing, thing_id, address, purpose: Purpose::None, reason: String::new() }
        }
    }
}

const BY_ACCOUNT: Index<AuditRecord> = Index::counted(1);
const BY_THING: Index<AuditRecord> = Index::counted(2);

impl Row for AuditRecord {
    type Kind = Self;

    const TABLE: Table = Table { code: 24, name: "audit", version: 2 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Trail(self.at)
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.account_id)
    }

    fn refers_to(&self, to: &mut References) {
        to.recalls(self.account_id).recalls(self.thing_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_ACCOUNT, key(&[&self.account_id]), Key::NONE);
        entries.add(&BY_THING, key(&[&(self.thing as u8), &self.thing_id]), Key::NONE);
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<AuditRecord> {
        match version {
            1 => decode::<v1::AuditRecord>(body).map(AuditRecord::from),
            _ => Err(unknown_version(Self::TABLE, version)),
        }
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
    (Action::SignInFailed,  "sign_in_failed"),
    (Action::Reveal,        "reveal"),
    (Action::TokenRefused,  "token_refused"),
    (Action::Revoke,        "revoke"),
];

#[rustfmt::skip]
const PURPOSES: &[(Purpose, &str)] = &[
    (Purpose::None,           ""),
    (Purpose::Profile,        "profile"),
    (Purpose::Visit,          "visit"),
    (Purpose::Consultation,   "consultation"),
    (Purpose::AddressBook,    "address_book"),
    (Purpose::Administration, "administration"),
];

#[rustfmt::skip]
const THINGS: &[(Subject, &str)] = &[
    (Subject::Administrator,      "administrator"),
    (Subject::Doctor,             "doctor"),
    (Subject::Assistant,          "assistant"),
    (Subject::Patient,            "patient"),
    (Subject::Session,            "session"),
    (Subject::Region,             "region"),
    (Subject::Hospital,           "hospital"),
    (Subject::Department,         "department"),
    (Subject::Project,            "project"),
    (Subject::Registration,       "registration"),
    (Subject::Payment,            "payment"),
    (Subject::Refund,             "refund"),
    (Subject::DiagnosisTerm,      "diagnosis_term"),
    (Subject::ConsultationReason, "consultation_reason"),
    (Subject::EvaluationQuestion, "evaluation_question"),
    (Subject::Notice,             "notice"),
    (Subject::Table,              "table"),
    (Subject::Org,                "org"),
    (Subject::Membership,         "membership"),
    (Subject::SpecialProject,     "special_project"),
    (Subject::News,               "news"),
    (Subject::Banner,             "banner"),
    (Subject::Consultation,       "consultation"),
    (Subject::Clinic,             "clinic"),
    (Subject::Team,               "team"),
    (Subject::TeamConsult,        "team_consult"),
    (Subject::Withdrawal,         "withdrawal"),
    (Subject::Backup,             "backup"),
    (Subject::Integration,        "integration"),
    (Subject::Search,             "search"),
];

impl Action {
    pub fn name(self) -> &'static str {
        ACTIONS.iter().find(|(action, _)| *action == self).map_or("", |(_, name)| name)
    }

    pub fn from_name(name: &str) -> Option<Action> {
        ACTIONS.iter().find(|(_, known)| *known == name).map(|(action, _)| *action)
    }
}

impl Purpose {
    /// Empty for none.
    pub fn name(self) -> &'static str {
        PURPOSES.iter().find(|(purpose, _)| *purpose == self).map_or("", |(_, name)| name)
    }
}

impl Subject {
    pub fn name(self) -> &'static str {
        THINGS.iter().find(|(thing, _)| *thing == self).map_or("", |(_, name)| name)
    }

    pub fn from_name(name: &str) -> Option<Subject> {
        THINGS.iter().find(|(_, known)| *known == name).map(|(thing, _)| *thing)
    }

    /// What a person of that role is.
    pub const fn person(role: Role) -> Subject {
        match role {
            Role::Patient => Subject::Patient,
            Role::Doctor => Subject::Doctor,
            Role::Assistant => Subject::Assistant,
            Role::Admin => Subject::Administrator,
        }
    }
}

/// Who acts, and from where.
#[derive(Clone, Debug)]
pub struct Actor {
    /// 0 where `admin.token` was shown.
    pub account_id: AccountId,
    pub role: Role,
    pub address: String,
}

/// Writes down that `actor` did this.
pub fn note<K>(db: &mut Tx, actor: &Actor, action: Action, thing: Subject, thing_id: Id<K>) -> Result<()> {
    write(db, actor, action, (thing, thing_id.any()), Purpose::None, String::new())
}

/// The same, for a reason.
pub fn note_why<K>(db: &mut Tx, actor: &Actor, action: Action, thing: Subject, thing_id: Id<K>, reason: String) -> Result<()> {
    write(db, actor, action, (thing, thing_id.any()), Purpose::None, reason)
}

/// Writes down that `actor` looked at this. Who may look, and what is a look, is [`privacy`](super::privacy)'s to say.
pub(in crate::domain) fn look<K>(db: &mut Tx, actor: &Actor, thing: Subject, thing_id: Id<K>, purpose: Purpose) -> Result<()> {
    write(db, actor, Action::Look, (thing, thing_id.any()), purpose, String::new())
}

/// Writes down that something masked was shown whole to `actor`, who gave this reason.
pub(in crate::domain) fn reveal<K>(db: &mut Tx, actor: &Actor, thing: Subject, thing_id: Id<K>, reason: String) -> Result<()> {
    write(db, actor, Action::Reveal, (thing, thing_id.any()), Purpose::Administration, reason)
}

fn write(db: &mut Tx, actor: &Actor, action: Action, (thing, thing_id): (Subject, AnyId), purpose: Purpose, reason: String) -> Result<()> {
    let record = AuditRecord {
        id: db.next_id()?,
        at: db.now,
        account_id: actor.account_id,
        role: actor.role,
        action,
        thing,
        thing_id,
        address: actor.address.clone(),
        purpose,
        reason,
    };
    db.put(&record)
}

/// Whether the account has looked at that thing since then: a list that is opened every minute is one look a day.
pub fn has_looked<K>(db: &View, account: AccountId, thing: Subject, thing_id: Id<K>, since: Time) -> Result<bool> {
    was_noted(db, Action::Look, thing, thing_id, since, |record| record.account_id == account)
}

/// Whether a record of that action that is like the wanted one was written since then.
pub fn was_noted<K>(
    db: &View,
    action: Action,
    thing: Subject,
    thing_id: Id<K>,
    since: Time,
    mut alike: impl FnMut(&AuditRecord) -> bool,
) -> Result<bool> {
    for record in db.rows(&BY_THING, key(&[&(thing as u8), &thing_id]), Order::Newest) {
        match record? {
            record if record.at < since => return Ok(false),
            record if record.action == action && alike(&record) => return Ok(true),
            _ => {}
        }
    }
    Ok(false)
}

/// Whether the account has ever done that.
pub fn has_done(db: &View, account: AccountId, action: Action) -> Result<bool> {
    for record in db.rows(&BY_ACCOUNT, key(&[&account]), Order::Oldest) {
        if record?.action == action {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What somebody looks for in the log; what is `None` does not matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuditFilter {
    pub account: Option<AccountId>,
    pub action: Option<Action>,
    pub thing: Option<Subject>,
    pub thing_id: Option<AnyId>,
}

/// The records that are wanted, newest first.
pub fn find(db: &View, wanted: AuditFilter, page: Page) -> Result<Slice<AuditRecord>> {
    let fits = |record: &AuditRecord| {
        Ok(wanted.account.is_none_or(|account| account == record.account_id)
            && wanted.action.is_none_or(|action| action == record.action)
            && wanted.thing.is_none_or(|thing| thing == record.thing)
            && wanted.thing_id.is_none_or(|id| id == record.thing_id))
    };
    match wanted {
        AuditFilter { account: None, action: None, thing: None, thing_id: None } => db.page_all(page),
        AuditFilter { thing: Some(thing), thing_id: Some(id), .. } => {
            page.pick(db.rows(&BY_THING, key(&[&(thing as u8), &id]), Order::Newest), fits)
        }
        AuditFilter { account: Some(account), .. } => page.pick(db.rows(&BY_ACCOUNT, key(&[&account]), Order::Newest), fits),
        _ => page.pick(db.all::<AuditRecord>(Order::Newest), fits),
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
            assert_eq!((Subject::from_name(name), thing.name()), (Some(*thing), *name));
        }
        // The lists are whole: each variant stands at its own number.
        assert!(ACTIONS.iter().zip(0..).all(|((action, _), i)| *action as usize == i));
        assert!(THINGS.iter().zip(0..).all(|((thing, _), i)| *thing as usize == i));
        assert!(PURPOSES.iter().zip(0..).all(|((purpose, _), i)| *purpose as usize == i));
        assert_eq!((Action::from_name("x"), Subject::from_name("")), (None, None));
    }
}
