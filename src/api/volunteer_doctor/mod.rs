//! 志愿医生接口文档 1.0: free clinics of volunteer doctors.

mod dialect;

use super::family::Family;

pub const FAMILY: Family = Family {
    name: "volunteer-doctor",
    chapters: &[],
    #[rustfmt::skip]
    prefixes: &[
        "/imgupload", "/captcha", "/verifycode", "/city", "/area", "/register", "/login", "/user", "/reset", "/follow", "/phone", "/logout",
        "/message", "/doctor", "/weixin", "/project", "/diagnoses", "/news", "/org", "/org_add", "/org_remove", "/all_diagnoses", "/hospital",
        "/custom", "/order", "/assistant", "/sp_project", "/chat",
    ],
    dialect: dialect::DIALECT,
};
