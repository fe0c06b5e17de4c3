//! 互联网医院接口文档: paid picture-and-text consultations.

mod dialect;

use super::family::Family;

pub const FAMILY: Family = Family {
    name: "internet-hospital",
    chapters: &[],
    prefixes: &["/api", "/consultation", "/dictionary", "/treatment"],
    twins: &[
        ("/api/evaluateQuesion", "/api/evaluateQuestion"),
        ("/treatment/diagnisis", "/treatment/diagnosis"),
        ("/consultation", "/api/consultation"),
        ("/dictionary", "/api/dictionary"),
        ("/treatment", "/api/treatment"),
    ],
    dialect: dialect::DIALECT,
};
