//! What the law asks before, during and after care: texts and consents, proof of an earlier diagnosis, stopping, signed records.
//!
//! Sources: 个人信息保护法 Art. 14, 15, 17, 28, 29, 31.

pub mod consent;
pub mod consent_text;
pub mod first_visit;
mod sample;
pub mod signed_record;
pub mod stop;
