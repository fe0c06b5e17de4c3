//! What every HTTP API shares: the table of endpoints, request and reply, access, dispatch.

pub mod access;
pub mod api;
pub mod attempt;
pub mod body;
pub mod codes;
pub mod compress;
pub mod context;
pub mod dispatch;
pub mod fields;
pub mod forwarded;
pub mod guard;
pub mod once;
pub mod once_note;
pub mod openapi;
pub mod order_info;
pub mod peer;
pub mod period;
pub mod problem;
pub mod range;
pub mod reply;
pub mod request;
pub mod routes;
pub mod signature;
pub mod stream;
pub mod table;
pub mod typed;
