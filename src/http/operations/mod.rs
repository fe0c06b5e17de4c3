//! What belongs to no client family: health, metrics, uploaded files, the payment gateway's side.

mod files;
mod health;
mod payment;

use super::core::{api::Api, problem::PROBLEM};

pub const API: Api = Api {
    name: "clinic",
    chapters: &[health::CHAPTER, files::CHAPTER, payment::CHAPTER],
    prefixes: &["/healthz", "/readyz", "/metrics", "/files", "/payment"],
    twins: &[],
    dialect: PROBLEM,
};
