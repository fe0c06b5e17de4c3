//! 互联网医院接口文档: paid picture-and-text consultations. Every endpoint is a POST; ids print as 24 hex digits.

mod chat;
mod consultation;
mod course;
mod diagnosis;
mod dialect;
mod doctor;
mod favourite;
mod ids;
mod patient;
mod quick_reply;
mod reason;
mod record;
mod user;
mod view;

use super::core::api::Api;

pub const API: Api = Api {
    name: "internet-hospital",
    chapters: &[
        user::CHAPTER,
        patient::CHAPTER,
        doctor::CHAPTER,
        reason::CHAPTER,
        quick_reply::CHAPTER,
        chat::CHAPTER,
        favourite::CHAPTER,
        consultation::CHAPTER,
        course::CHAPTER,
        diagnosis::CHAPTER,
        record::CHAPTER,
    ],
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
