//! The HTTP APIs. Each is a table of rows close to its document, with handlers, views and an envelope of its own.
//!
//! To add an endpoint: a row, a handler and a view in the chapter of its family; its rule as a verb in a room of
//! [`domain`](crate::domain); an entry in `data/contract/`. Routing, access, metrics, logs and the tests' coverage follow from the row.

mod admin;
pub mod core;
mod im_contact;
mod internet_hospital;
mod operations;
mod team_consult;
mod volunteer_doctor;

pub use core::dispatch::Dispatcher;

use core::api::Api;

/// All families. A path that nobody claims is answered by the first.
pub const APIS: &[Api] = &[operations::API, admin::API, volunteer_doctor::API, internet_hospital::API, im_contact::API, team_consult::API];
