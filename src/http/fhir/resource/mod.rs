//! Rows as resources of FHIR R4, without `meta.versionId` and `meta.lastUpdated`, which whoever read the row lays around them.
//!
//! A file is a type of resource, a function in it a table whose rows become that type: [`encounter::registration`], [`location::hospital`]. Each
//! answers the whole resource with its id and, where the clinic has a word of its own for the state, `meta.tag`. What a row leaves empty is left
//! out. Where one row makes several resources the function gives them all. The rest are parts: [`name`], [`address`],
//! [`identifier`], [`attachment`], [`mod@reference`], [`code`], [`status`].

pub mod address;
pub mod appointment;
pub mod attachment;
pub mod code;
pub mod communication;
pub mod condition;
pub mod consent;
pub mod document_reference;
pub mod encounter;
pub mod identifier;
pub mod invoice;
pub mod location;
pub mod name;
pub mod organization;
pub mod patient;
pub mod practitioner;
pub mod practitioner_role;
pub mod reference;
pub mod related_person;
pub mod schedule;
pub mod service_request;
pub mod slot;
pub mod status;
pub mod terminology;
pub mod tidy;

#[cfg(test)]
mod tests;
