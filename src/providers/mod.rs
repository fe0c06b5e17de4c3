//! Services outside, reached over HTTP. What is not configured is not there, so a demonstration needs
//! no network.

pub mod http;
pub mod payment;
pub mod push;
pub mod sms;
pub mod template;
pub mod webhook;
pub mod wechat;
