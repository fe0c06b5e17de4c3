//! What every context uses: events, uploads, roles, ratings, MIME types, regions, word lists.

pub mod dictionary;
pub mod event;
pub mod mimetype;
pub mod rating;
pub mod region;
pub mod repeat;
pub mod role;
pub mod sight;
pub mod upgrade_step;
pub mod upload;
pub mod version;
