//! What somebody did, before it is written down.

use super::row::{Action, Purpose, Subject};
use crate::{
    base::id::{AccountId, AnyId, Id, PatientId},
    domain::identity::account::Role,
};

/// Who acts, and from where.
#[derive(Clone, Debug)]
pub struct Actor {
    /// 0 where `admin.token` was shown.
    pub account_id: AccountId,
    pub role: Role,
    pub address: String,
}

/// What was done, to what.
#[derive(Clone, Debug)]
pub struct Deed {
    pub action: Action,
    pub thing: Subject,
    pub thing_id: AnyId,
    pub purpose: Purpose,
    /// In the words of whoever did it, where they are asked.
    pub reason: String,
    /// Whose data it was.
    pub patients: Vec<PatientId>,
    /// Names of fields, never what stands in them.
    pub detail: Vec<String>,
}

impl Deed {
    pub fn new<K>(action: Action, thing: Subject, thing_id: Id<K>) -> Deed {
        let (purpose, reason) = (Purpose::None, String::new());
        Deed { action, thing, thing_id: thing_id.any(), purpose, reason, patients: Vec::new(), detail: Vec::new() }
    }

    /// For this reason.
    pub fn why(self, reason: impl Into<String>) -> Deed {
        Deed { reason: reason.into(), ..self }
    }

    /// It was the data of these.
    pub fn about(self, patients: impl IntoIterator<Item = PatientId>) -> Deed {
        Deed { patients: patients.into_iter().filter(|id| !id.is_none()).collect(), ..self }
    }

    pub fn purpose(self, purpose: Purpose) -> Deed {
        Deed { purpose, ..self }
    }

    /// It concerned these fields alone.
    pub fn fields<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Deed {
        Deed { detail: names.into_iter().map(str::to_owned).collect(), ..self }
    }
}

/// Patients that one record names at most; what concerns more is several records.
pub const MOST_PATIENTS: usize = 500;
