//! What commits asked for, carried out after them: delivery to connected clients, search, webhooks, text messages, pushes, payments.

pub mod live;
pub mod payment;
pub mod push;
pub mod search;
pub mod sms;
pub mod webhook;
pub mod worker;
