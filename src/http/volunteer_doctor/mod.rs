//! 志愿医生接口文档 1.0: free clinics of volunteer doctors.

mod assistant;
mod chat;
mod common;
mod dialect;
mod doctor;
mod org;
mod patient;
mod record;
mod special_event;
mod user;
mod view;
mod weixin;

use super::core::api::Api;

pub const API: Api = Api {
    name: "volunteer-doctor",
    chapters: &[
        common::CHAPTER,
        user::CHAPTER,
        weixin::CHAPTER,
        doctor::CHAPTER,
        org::CHAPTER,
        patient::CHAPTER,
        assistant::CHAPTER,
        special_event::CHAPTER,
        chat::CHAPTER,
        record::CHAPTER,
    ],
    #[rustfmt::skip]
    prefixes: &[
        "/imgupload", "/captcha", "/verifycode", "/city", "/area", "/register", "/login", "/user", "/reset", "/follow", "/phone", "/logout",
        "/message", "/doctor", "/weixin", "/project", "/diagnoses", "/news", "/org", "/org_add", "/org_remove", "/all_diagnoses", "/hospital",
        "/custom", "/order", "/assistant", "/sp_project", "/chat",
    ],
    twins: &[("/assistant/project/{id}/paitient", "/assistant/project/{id}/patient")],
    dialect: dialect::DIALECT,
};
