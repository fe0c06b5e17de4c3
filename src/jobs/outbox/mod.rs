//! What commits asked for, carried out after them: delivery to connected clients, search, text messages, pushes, payments, notices.
//!
//! An event is written in the commit of the change that it tells of, and forgotten when its work is done: what it asks for is done at least once,
//! and twice is as good as once. Each stream has one consumer, a row of [`CONSUMERS`], which may be an [independent] one, whose events hold up
//! no other.

mod consumer;
pub mod independent;
pub mod live;
pub mod payment;
pub mod push;
pub mod search;
pub mod sms;
pub mod worker;

pub use consumer::{Consumer, run};

pub const CONSUMERS: &[Consumer] = &[live::CONSUMER, worker::CONSUMER, search::CONSUMER, payment::CONSUMER, sms::CONSUMER, push::CONSUMER];
