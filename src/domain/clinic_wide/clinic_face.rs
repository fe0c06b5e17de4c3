//! What the settings say of the clinic to those outside, as it was last told: one row, so that it is known when that changed.

use serde::{Deserialize, Serialize};

use crate::{
    base::{error::Result, id::Id, time::Time},
    store::{Class, Entries, References, Row, Table, Tx, View},
};

pub use v1::ClinicFace;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct ClinicFace {
        pub id: Id<super::ClinicFace>,
        pub name: String,
        pub phone: String,
        pub noted_at: Time,
    }
}

/// The one row.
pub const THE_CLINIC: Id<ClinicFace> = Id::from_number(1);

impl Row for ClinicFace {
    type Kind = Self;

    const TABLE: Table = Table { code: 75, name: "clinic_face", version: 1 };

    const TOUCHED: bool = true;

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn changed_at(&self) -> Time {
        self.noted_at
    }

    fn refers_to(&self, _: &mut References) {}

    fn index(&self, _: &mut Entries) {}
}

/// Whether the settings say something else than was told before.
pub fn is_news(db: &View) -> Result<bool> {
    let (name, phone) = said(db);
    Ok(db.get(THE_CLINIC)?.is_none_or(|told: ClinicFace| (told.name, told.phone) != (name, phone)))
}

/// Notes what the settings say.
pub fn note(db: &mut Tx) -> Result<()> {
    let (name, phone) = said(db);
    db.put(&ClinicFace { id: THE_CLINIC, name, phone, noted_at: db.now })
}

fn said(db: &View) -> (String, String) {
    let clinic = &db.settings.clinic;
    (clinic.name.clone(), clinic.phone.clone().unwrap_or_default())
}
