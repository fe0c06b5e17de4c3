//! 咨询相关接口 and its task list: consults handled by teams of doctors, families, memberships, their money.

mod dialect;

use super::family::Family;

pub const FAMILY: Family = Family {
    name: "team-consult",
    chapters: &[],
    #[rustfmt::skip]
    prefixes: &[
        "/im", "/consult", "/session", "/member", "/wallet", "/family", "/clinic", "/team", "/vas", "/doctor/profile",
    ],
    twins: &[],
    dialect: dialect::DIALECT,
};
