//! /admin: what the clinic's administrators do. Bare JSON, errors as problem+json.

use super::{family::Family, problem::PROBLEM};

pub const FAMILY: Family = Family { name: "admin", chapters: &[], prefixes: &["/admin"], dialect: PROBLEM };
