//! What the law asks before, during and after care: texts and consents.
//!
//! Sources: 个人信息保护法 Art. 14, 15, 17, 28, 29, 31.

pub mod consent;
pub mod consent_text;
mod sample;
