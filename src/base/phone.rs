//! Mainland mobile numbers: people type them with spaces, dashes and +86; the store knows eleven digits.
//!
//! Whether the number answers is proved by an SMS code, not here.

use super::error::{Kind, Reason, Result};

pub const INVALID_PHONE: Reason = Reason::new(Kind::Rule, "invalid_phone", "手机号码有误，请填写11位大陆手机号");

/// The eleven digits of what somebody typed.
pub fn parse(text: &str) -> Result<String> {
    let typed: String = text.chars().filter(|c| !is_separator(*c)).collect();
    let number =
        ["+86", "0086", "86"].iter().find_map(|prefix| typed.strip_prefix(prefix).filter(|rest| rest.len() == 11)).unwrap_or(&typed);
    if is_mobile(number) { Ok(number.to_owned()) } else { Err(INVALID_PHONE.err()) }
}

/// Carriers hold 13 to 19 (Ministry of Industry's numbering plan); single blocks inside change too often to be listed.
fn is_mobile(number: &str) -> bool {
    let bytes = number.as_bytes();
    bytes.len() == 11 && bytes.iter().all(u8::is_ascii_digit) && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1])
}

/// Spaces of any kind (U+3000 from Chinese keyboards, U+00A0 from address books) and the dashes that telephones put in by themselves.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_type() {
        let typed = [
            "19900001234",
            " 199 0000 1234 ",
            "199-0000-1234",
            "+8619900001234",
            "+86 199-0000-1234",
            "008619900001234",
            "8619900001234",
            "199　0000　1234",
        ];
        for text in typed {
            assert_eq!(parse(text).unwrap(), "19900001234", "{text}");
        }
        assert_eq!(parse("13800000001").unwrap(), "13800000001");
    }

    #[test]
    fn what_is_no_mobile_number() {
        let typed = [
            "",
            "+86",
            "1990000123",
            "199000012345",
            "12900001234",
            "29900001234",
            "010-65529999",
            "+85219900001234",
            "86861990000123",
            "1990000123x",
            "１９９00001234",
            "+19900001234",
        ];
        for text in typed {
            let error = parse(text).expect_err(text);
            assert!(error.is(&INVALID_PHONE));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[+0-9 -]{0,20}|.*") {
            if let Ok(number) = parse(&text) {
                prop_assert_eq!(parse(&number).unwrap(), number);
            }
        }
    }
}
