//! 2.2 核心结构: the document's structures as they print. Keys keep the document's spelling.

pub mod chat;
pub mod clinic_session;
pub mod diagnosis;
pub mod news;
pub mod org;
pub mod person;
pub mod place;
pub mod special_event;
pub mod visit_record;
