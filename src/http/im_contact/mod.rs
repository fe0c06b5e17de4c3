//! 用户聊天模块API, 医生聊天模块API: contact books and who may talk to whom.
//!
//! The document has examples and hardly a rule. What it leaves open is settled so:
//!
//! * `gender` is 1 男, 2 女, 0 unknown; `birthday` has no day; `title` is 1 主任, 2 副主任, 3 主治, 4 医师, 0 anything else; `point` is 0 to 5.
//! * The telephone of a treated patient is whole, every other one masked. `is_ban` and `can_call` stand in the address books, too.
//! * `nickname` must be sent, has at most 30 characters, and is taken away by an empty one.
//! * Anybody of the other side can be named, banned and refused calls; a record is read only by doctors to whom it came.
//! * `pay` is `paid` where nothing is owed, also between strangers. An appointment is a registration, a consultation or a team consult.
//! * `last-time` answers as ever: what it is told stands beside the appointments in `records`, as `last_time`.

mod common;
mod dialect;
mod doctor;
mod form;
mod user;
mod view;

use super::core::api::Api;

pub const API: Api = Api {
    name: "im-contact",
    chapters: &[user::CHAPTER, doctor::CHAPTER, common::CHAPTER],
    prefixes: &["/api/im"],
    twins: &[],
    dialect: dialect::DIALECT,
};
