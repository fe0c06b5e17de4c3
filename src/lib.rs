//! Xuanhu (悬壶): one binary that is a whole telemedicine server for a small clinic.

pub mod api;
pub mod base;
pub mod domain;
pub mod hall;
pub mod jobs;
pub mod server;
pub mod store;
