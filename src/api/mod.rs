//! Floor 5, a face: the HTTP families. Each is a table of rows close to its document, with handlers, views and an envelope of its own.
//!
//! To add an endpoint: a row, a handler and a view in the chapter of its family; its rule as a verb in a room of
//! [`domain`](crate::domain); an entry in `data/contract/`. Routing, access, metrics, logs and the tests' coverage follow from the row.

pub mod accept;
pub mod access;
mod admin;
pub mod body;
mod call;
mod clinic;
mod compress;
mod cx;
pub mod family;
mod fields;
mod im_contact;
mod internet_hospital;
mod order_info;
mod problem;
mod reply;
mod routes;
mod serve;
pub mod table;
mod team_consult;
mod volunteer_doctor;

pub use serve::Door;

use family::Family;

/// All families. A path that nobody claims is answered by the first.
pub const FAMILIES: &[Family] =
    &[clinic::FAMILY, admin::FAMILY, volunteer_doctor::FAMILY, internet_hospital::FAMILY, im_contact::FAMILY, team_consult::FAMILY];
