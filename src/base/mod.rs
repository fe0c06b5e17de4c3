//! Floor 0, the ground: words that every room uses. Imports nothing from above.

pub mod address;
pub mod captcha;
pub mod clean;
pub mod error;
pub mod fold;
pub mod geo;
pub mod id;
pub mod idno;
pub mod mask;
pub mod measure;
pub mod media;
pub mod money;
pub mod month;
pub mod needle;
pub mod page;
pub mod phone;
pub mod qr;
pub mod secret;
pub mod settings;
pub mod sound;
pub mod span;
pub mod time;
pub mod usersig;
