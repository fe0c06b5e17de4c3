//! What belongs to no client family: health, metrics, uploaded files, the payment gateway's side, the reference.

mod files;
mod health;
mod payment;
mod reference;

use super::core::{api::Api, problem::PROBLEM};

pub const API: Api = Api {
    name: "clinic",
    chapters: &[health::CHAPTER, files::CHAPTER, payment::CHAPTER, reference::CHAPTER],
    prefixes: &["/healthz", "/readyz", "/metrics", "/files", "/payment", "/openapi.json"],
    twins: &[],
    dialect: PROBLEM,
};
