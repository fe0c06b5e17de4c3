//! 用户聊天模块API, 医生聊天模块API: contact books and who may talk to whom.

mod dialect;

use super::family::Family;

pub const FAMILY: Family = Family { name: "im-contact", chapters: &[], prefixes: &["/api/im"], twins: &[], dialect: dialect::DIALECT };
