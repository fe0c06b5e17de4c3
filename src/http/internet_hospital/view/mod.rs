//! The structures of the document, and how rows become them. Moments print as RFC 3339 with milliseconds and `Z`.

pub mod chat;
pub mod consultation;
pub mod doctor;
pub mod patient;
pub mod word;

use serde::Serialize;

use crate::base::{
    id::{self, Id},
    time::Time,
};

/// What every row begins with. The document calls the id `id` here and `_id` there, sometimes for one structure: clients find it under both.
#[derive(Serialize)]
pub struct Head {
    id: String,
    #[serde(rename = "_id")]
    twin: String,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
}

impl Head {
    pub fn of<K>(id: Id<K>, created_at: Time, updated_at: Time) -> Head {
        Head { updated_at: Some(updated_at.rfc3339()), ..Head::unchanging(id, created_at) }
    }

    /// Of what is never changed.
    pub fn unchanging<K>(id: Id<K>, created_at: Time) -> Head {
        let id = id::to_hex(created_at, id);
        Head { twin: id.clone(), id, created_at: created_at.rfc3339(), updated_at: None }
    }
}
