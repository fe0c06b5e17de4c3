//! The HTTP APIs. Each is a table of rows close to its document, with handlers, views and an envelope of its own.
//!
//! To add an endpoint: a row, a form, a handler and a view in the chapter of its family (see [`core::typed`]); its rule as a verb in a room of
//! [`domain`](crate::domain). Routing, access, metrics, logs, the reference and the tests' coverage follow from the row.

mod admin;
pub mod core;
pub mod fhir;
mod im_contact;
mod internet_hospital;
mod operations;
mod team_consult;
mod volunteer_doctor;

pub use core::dispatch::Dispatcher;

use core::{api::Api, openapi};

/// All families. A path that nobody claims is answered by the first.
pub const APIS: &[Api] =
    &[operations::API, admin::API, volunteer_doctor::API, internet_hospital::API, im_contact::API, team_consult::API, fhir::API];

/// The reference of all of them (OpenAPI 3.1), as `GET /openapi.json` answers it.
pub fn reference() -> String {
    openapi::text(APIS)
}
