//! Phone numbers: people type them with spaces, dashes, brackets and country codes; the store knows eleven digits for a mainland number, and
//! `+852`, `+853` or `+886` with the digits after it for one of Hong Kong, Macau or Taiwan.
//!
//! Whether the number answers is proved by an SMS code, not here.

use super::{
    clean,
    error::{Kind, Reason, Result},
};

pub const INVALID_PHONE: Reason = Reason::new(Kind::Rule, "invalid_phone", "手机号码有误，请填写11位大陆手机号");
pub const INVALID_ANY_PHONE: Reason =
    Reason::new(Kind::Rule, "invalid_phone", "手机号码有误，请填写11位大陆手机号，或带区号的港澳台号码，如 +852 91234567");

/// The eleven digits of the mainland mobile number that somebody typed.
pub fn parse(text: &str) -> Result<String> {
    mainland(&dial(text)).ok_or_else(|| INVALID_PHONE.err())
}

/// The same, or a number of Hong Kong, Macau or Taiwan with its code, as people with a 港澳通行证 or a passport have.
pub fn parse_any(text: &str) -> Result<String> {
    let dialled = dial(text);
    mainland(&dialled).or_else(|| beyond(&dialled)).ok_or_else(|| INVALID_ANY_PHONE.err())
}

/// What is looked for among phones: the digits of a number or of a part of it, however written, without a country code before a whole number.
/// `None` where it is no part of a number.
pub fn fragment(text: &str) -> Option<String> {
    let dialled = dial(text);
    if let Some(whole) = mainland(&dialled).or_else(|| beyond(&dialled)) {
        return Some(whole);
    }
    let part = dialled.strip_prefix("+86").unwrap_or(&dialled);
    let digits = part.strip_prefix('+').unwrap_or(part);
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then(|| part.to_owned())
}

/// What somebody would dial: digits, and a plus where there is one. Anything else that was typed stays, so that it is refused.
fn dial(text: &str) -> String {
    let typed = clean::code(text);
    let typed = match typed.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => &typed[4..],
        _ => &typed,
    };
    // A spreadsheet takes the number for an amount.
    let typed = typed.strip_suffix(".0").filter(|rest| rest.bytes().all(|b| b.is_ascii_digit())).unwrap_or(typed);
    typed.chars().filter(|c| !is_ornament(*c)).collect()
}

/// What stands between groups of digits, and before a number so that a spreadsheet takes it for a text.
fn is_ornament(c: char) -> bool {
    matches!(c, '(' | ')' | '.' | '/' | '\'' | '\u{2018}' | '\u{2019}' | '\u{b7}')
}

/// Carriers hold 13 to 19 (Ministry of Industry's numbering plan); single blocks inside change too often to be listed. A zero before the
/// number is dialled from other cities' landlines.
fn mainland(dialled: &str) -> Option<String> {
    let forms = ["+86", "0086", "86", ""].iter().filter_map(|code| dialled.strip_prefix(code));
    let mut numbers = forms.map(|rest| rest.strip_prefix('0').filter(|rest| rest.len() == 11).unwrap_or(rest));
    numbers.find(|number| is_mobile(number)).map(str::to_owned)
}

fn is_mobile(number: &str) -> bool {
    let bytes = number.as_bytes();
    bytes.len() == 11 && bytes.iter().all(u8::is_ascii_digit) && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1])
}

/// Code, digits after it, and with which of them a subscriber's number may begin (numbering plans of OFCA, CTT and NCC). The plus or the
/// two zeros may be missing. Taiwan's trunk zero may stand between.
const BEYOND: [(&str, usize, &[u8]); 3] = [("852", 8, b"2356789"), ("853", 8, b"268"), ("886", 9, b"9")];

fn beyond(dialled: &str) -> Option<String> {
    let rest = dialled.strip_prefix('+').or_else(|| dialled.strip_prefix("00")).unwrap_or(dialled);
    BEYOND.iter().find_map(|(code, length, first)| {
        let number = rest.strip_prefix(code)?;
        let number = number.strip_prefix('0').filter(|_| *code == "886").unwrap_or(number);
        let fits = number.len() == *length && number.bytes().all(|b| b.is_ascii_digit()) && first.contains(&number.as_bytes()[0]);
        fits.then(|| format!("+{code}{number}"))
    })
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
            "\u{202a}19900001234\u{202c}",
            "１９９００００１２３４",
            "＋８６ １９９－００００－１２３４",
            "(+86) 199 0000 1234",
            "（86）19900001234",
            "+86 (0)199 0000 1234",
            "019900001234",
            "199.0000.1234",
            "199\u{200b}0000\u{2011}1234\u{feff}",
            "tel:+86-199-0000-1234",
            "'19900001234",
            "19900001234.0",
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
            "+19900001234",
            "１２９００００１２３４",
            "1.99E+10",
            "19900001234.5",
            "00019900001234",
            "+852 9123 4567",
            "19900001234,19900001235",
        ];
        for text in typed {
            let error = parse(text).expect_err(text);
            assert!(error.is(&INVALID_PHONE));
        }
    }

    #[test]
    fn numbers_beyond_the_mainland() {
        for (text, number) in [
            ("+852 9123 4567", "+85291234567"),
            ("00852-9123-4567", "+85291234567"),
            ("852 9123 4567", "+85291234567"),
            ("（＋８５２）９１２３４５６７", "+85291234567"),
            ("+853 6612 3456", "+85366123456"),
            ("+886 912 345 678", "+886912345678"),
            ("+886 0912-345-678", "+886912345678"),
            ("+86 199 0000 1234", "19900001234"),
        ] {
            assert_eq!(parse_any(text).unwrap(), number, "{text}");
            assert_eq!(parse_any(number).unwrap(), number, "{text}");
        }
        for text in
            ["91234567", "+852 912345678", "+852 1123 4567", "+853 9123 4567", "+886 2345 6789", "+1 212 555 0100", "852", "+852", ""]
        {
            assert!(parse_any(text).expect_err(text).is(&INVALID_ANY_PHONE), "{text}");
        }
    }

    #[test]
    fn parts_are_looked_for() {
        for (text, part) in [
            ("199 0000 1234", Some("19900001234")),
            ("+86 199-0000-1234", Some("19900001234")),
            ("+86 199", Some("199")),
            ("0000 12", Some("000012")),
            ("+852 9123 4567", Some("+85291234567")),
            ("+852", Some("+852")),
            ("苏", None),
            ("A12", None),
            ("", None),
            ("+", None),
        ] {
            assert_eq!(fragment(text).as_deref(), part, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[+0-9 ().０-９－-]{0,20}|(00|[+])?(86|852|853|886)[ 0-9]{7,13}|.*") {
            if let Ok(number) = parse(&text) {
                prop_assert_eq!(parse(&number).unwrap(), number.clone());
                prop_assert_eq!(parse_any(&text).unwrap(), number);
            }
            if let Ok(number) = parse_any(&text) {
                prop_assert_eq!(parse_any(&number).unwrap(), number);
            }
            let _ = fragment(&text);
        }
    }
}
