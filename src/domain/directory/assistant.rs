//! Assistants' profiles (志愿医生 2.2.5, 3.1.5). The row's id is the account's.

use serde::{Deserialize, Serialize};

use super::standing;
use crate::{
    base::{
        error::Result,
        id::{AccountId, AssistantId, Id, kind},
        idno::IdNumber,
        time::Time,
    },
    domain::{
        identity::account::{self, NewAccount, Role, Verify},
        shared::region::{Place, PlaceChange},
    },
    store::{Class, Entries, References, Row, Table, Tx, View},
};

pub use v1::Assistant;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Assistant {
        /// The account's id.
        pub id: AssistantId,
        pub name: String,
        pub idno: String,
        pub avatar: String,
        pub email: String,
        pub team_name: String,
        pub place: Place,
        pub created_at: Time,
    }
}

impl Row for Assistant {
    type Kind = kind::Assistant;

    const TABLE: Table = Table { code: 10, name: "assistant", version: 1 };

    const TOUCHED: bool = true;

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn changed_at(&self) -> Time {
        self.created_at
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.id.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.id).needs(self.place.regions());
    }

    fn index(&self, _: &mut Entries) {}
}

/// The form of 3.1.5. What is `None` stays as it is.
#[derive(Clone, Debug)]
pub struct AssistantProfile {
    pub avatar: Option<String>,
    pub name: String,
    pub idno: IdNumber,
    pub team_name: String,
    pub email: Option<String>,
    pub place: Place,
}

/// The profile, empty where the assistant has not filled it in yet.
pub fn profile(db: &View, account: AssistantId) -> Result<Assistant> {
    Ok(db.get(account)?.unwrap_or(Assistant { id: account, ..Assistant::default() }))
}

/// Fills in the profile. Whether the assistant may act is the administrator's to say: one who was let in and gives another name or identity
/// number waits again ([`standing::rewait`]).
pub fn complete(db: &mut Tx, account: AssistantId, form: AssistantProfile) -> Result<Assistant> {
    let account = account::need(db, account.account(), Role::Assistant)?;
    form.place.check(db)?;
    let mut assistant = profile(db, account.id.assistant())?;
    let verified = [assistant.name.clone(), assistant.idno.clone()];
    if assistant.created_at == Time(0) {
        assistant.created_at = account.created_at;
    }
    assistant.name = form.name;
    assistant.idno = form.idno.to_string();
    assistant.team_name = form.team_name;
    assistant.email = form.email.unwrap_or(assistant.email);
    assistant.avatar = form.avatar.unwrap_or(assistant.avatar);
    assistant.place = form.place;
    db.put(&assistant)?;
    standing::rewait(db, account, &verified, &[assistant.name.clone(), assistant.idno.clone()])?;
    Ok(assistant)
}

/// What an administrator changes of a profile; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct AssistantChange {
    pub avatar: Option<String>,
    pub name: Option<String>,
    pub idno: Option<IdNumber>,
    pub team_name: Option<String>,
    pub email: Option<String>,
    pub place: PlaceChange,
}

/// An administrator brings in an assistant. Errors: `phone_registered`, and those of [`change`].
pub fn bring_in(db: &mut Tx, new: NewAccount, verify: Verify, form: AssistantChange) -> Result<Assistant> {
    let account = account::create(db, new)?;
    let id = account.id;
    account::set_verify(db, account, verify)?;
    change(db, id.assistant(), form)
}

/// An administrator changes a profile. Errors: `not_found`, `unknown_region`.
pub fn change(db: &mut Tx, account: AssistantId, form: AssistantChange) -> Result<Assistant> {
    let account = account::need(db, account.account(), Role::Assistant)?;
    let mut assistant = profile(db, account.id.assistant())?;
    if assistant.created_at == Time(0) {
        assistant.created_at = account.created_at;
    }
    assistant.place.change(db, form.place)?;
    assistant.avatar = form.avatar.unwrap_or(assistant.avatar);
    assistant.name = form.name.unwrap_or(assistant.name);
    assistant.idno = form.idno.map_or(assistant.idno, |idno| idno.to_string());
    assistant.team_name = form.team_name.unwrap_or(assistant.team_name);
    assistant.email = form.email.unwrap_or(assistant.email);
    db.put(&assistant)?;
    Ok(assistant)
}
