//! 用户聊天模块API, 医生聊天模块API: contact books and who may talk to whom.

mod common;
mod dialect;
mod doctor;
mod form;
mod user;
mod view;

use super::family::Family;

pub const FAMILY: Family = Family {
    name: "im-contact",
    chapters: &[user::CHAPTER, doctor::CHAPTER, common::CHAPTER],
    prefixes: &["/api/im"],
    twins: &[],
    dialect: dialect::DIALECT,
};
