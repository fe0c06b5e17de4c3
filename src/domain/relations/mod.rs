//! What follows from several contexts together: encounters, who may talk to whom, address books, dispatch to the room whose rules hold.

pub mod access_report;
pub mod address_book;
pub mod chat_time;
pub mod complaint;
pub mod dispatch;
pub mod encounter;
pub mod own_export;
pub mod patient_identity;
pub mod privacy;
pub mod push;
pub mod record_history;
pub mod signing;
pub mod talk_rules;
