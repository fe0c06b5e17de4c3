//! Who somebody is to the server: accounts, sign-ins and sessions, codes and captchas, devices, and the audit log of who did what.

pub mod account;
pub mod audit;
pub mod captcha;
pub mod idempotency;
pub mod im_password;
pub mod integration;
pub mod lockout;
pub mod push_token;
pub mod session;
pub mod sign_in;
pub mod sms;
