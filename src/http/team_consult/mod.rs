//! 咨询相关接口 and its task list: consults handled by teams of doctors, families, memberships, their money.

mod clinic;
mod complaint;
mod consent;
mod consult;
mod conversations;
mod dialect;
mod family_member;
mod fees;
mod im;
mod income;
mod invitation;
mod member;
mod own_data;
mod people;
mod queue;
mod record;
mod team;
mod vas;
mod wallet;

use super::core::api::Api;

pub const API: Api = Api {
    name: "team-consult",
    chapters: &[
        im::CHAPTER,
        people::CHAPTER,
        wallet::CHAPTER,
        family_member::CHAPTER,
        clinic::CHAPTER,
        team::CHAPTER,
        invitation::CHAPTER,
        member::CHAPTER,
        own_data::CHAPTER,
        consult::CHAPTER,
        vas::CHAPTER,
        income::CHAPTER,
        queue::CHAPTER,
        fees::CHAPTER,
        complaint::CHAPTER,
        consent::CHAPTER,
        record::CHAPTER,
    ],
    #[rustfmt::skip]
    prefixes: &[
        "/im", "/consult", "/session", "/member", "/wallet", "/family", "/clinic", "/team", "/vas", "/doctor/profile",
        "/privacy-request", "/complaint", "/consent",
    ],
    twins: &[],
    dialect: dialect::DIALECT,
};
