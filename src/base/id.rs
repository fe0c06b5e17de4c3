//! Ids: one `u64` for every entity and every family. The families print it as an integer, internet_hospital as 24 hex digits.

use crate::base::time::Time;

/// The id of an entity. One sequence for all of them, so that an id names one thing at every door.
pub type Id = u64;

/// 24 hex digits: 8 of the creation time in seconds, 16 of the id.
pub fn to_hex(created: Time, id: Id) -> String {
    format!("{:08x}{:016x}", created.seconds().clamp(0, i64::from(u32::MAX)), id)
}

/// Reads the id back from the last 16 of 24 hex digits; `None` for anything else.
pub fn from_hex(text: &str) -> Option<Id> {
    if text.len() != 24 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u64::from_str_radix(&text[8..], 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hex_ids_round_trip(ms in 0i64..4_000_000_000_000, id: u64) {
            let text = to_hex(Time(ms), id);
            prop_assert_eq!(text.len(), 24);
            prop_assert_eq!(from_hex(&text), Some(id));
        }

        #[test]
        fn other_texts_are_no_ids(text in "\\PC{0,30}") {
            if text.len() != 24 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
                prop_assert_eq!(from_hex(&text), None);
            }
        }
    }
}
