//! Resident identity numbers (公民身份号码, GB 11643-1999): what makes one valid, and the sex and birthday that it states.
//!
//! Whether a patient must have one is the patient's room; how one prints to strangers is `mask`. The six-digit region is not looked up:
//! codes are retired over the decades and old numbers keep them. The 15-digit numbers issued before 1999 are no longer legal and are refused.

use super::{
    clean,
    error::{Kind, Reason, Result},
    mask,
};
use jiff::civil::Date;
use std::fmt;

pub const INVALID_IDNO: Reason = Reason::new(Kind::Rule, "invalid_idno", "身份证号码有误，请核对后重新填写");

/// A valid number, 18 characters, the last a digit or a capital `X`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdNumber {
    text: String,
    birthday: Date,
}

impl IdNumber {
    /// `today` is the clinic's date: nobody is born after it.
    pub fn parse(text: &str, today: Date) -> Result<IdNumber> {
        let text = typed(text);
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 18 && bytes[..17].iter().all(u8::is_ascii_digit) && (bytes[17].is_ascii_digit() || bytes[17] == b'X');
        if !shaped {
            return Err(INVALID_IDNO.with("应为18位，最后一位可以是X"));
        }
        if bytes[17] != check_character(bytes) {
            return Err(INVALID_IDNO.with("校验码不符"));
        }
        match birthday(bytes) {
            Some(birthday) if birthday.year() >= EARLIEST_YEAR && birthday <= today => Ok(IdNumber { text, birthday }),
            _ => Err(INVALID_IDNO.with("出生日期不符")),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// 1 male, 2 female: the parity of the sequence number (GB 11643, 4.2.3), as GB/T 2261.1 numbers the sexes.
    pub fn sex(&self) -> u8 {
        if (self.text.as_bytes()[16] - b'0') % 2 == 1 { 1 } else { 2 }
    }

    pub fn birthday(&self) -> Date {
        self.birthday
    }

    /// Full years on that date (周岁), 0 before the birth. Someone born on 29 February turns a year older on 1 March of a common year.
    pub fn age_on(&self, date: Date) -> u32 {
        let born = self.birthday;
        let early = (date.month(), date.day()) < (born.month(), born.day());
        let years = i32::from(date.year()) - i32::from(born.year()) - i32::from(early);
        years.max(0).unsigned_abs()
    }
}

impl fmt::Display for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Masked: logs and panics print with `Debug`.
impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdNumber({})", mask::id_number(&self.text))
    }
}

/// A number as it is compared: at half width, in capitals, without spaces and dashes. Some write the sign of multiplication for the X.
pub fn typed(text: &str) -> String {
    clean::code(text).trim_start_matches('\'').to_ascii_uppercase().replace('×', "X")
}

/// The oldest person alive was born after this; an earlier year is a slip of the pen.
const EARLIEST_YEAR: i16 = 1900;

/// ISO 7064 MOD 11-2 over the first 17 digits. The caller has checked that they are digits.
fn check_character(digits: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHARACTERS: &[u8; 11] = b"10X98765432";
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    CHARACTERS[(sum % 11) as usize]
}

fn birthday(digits: &[u8]) -> Option<Date> {
    let number = |from: usize, to: usize| digits[from..to].iter().fold(0i16, |n, digit| n * 10 + i16::from(digit - b'0'));
    Date::new(number(6, 10), number(10, 12) as i8, number(12, 14) as i8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 6, 1);

    /// A made-up number of region 990101, which no place has.
    fn made_up(birthday: &str, sequence: &str) -> String {
        let mut text = format!("990101{birthday}{sequence}");
        text.push(check_character(text.as_bytes()) as char);
        text
    }

    #[test]
    fn a_valid_number_tells_sex_and_birthday() {
        let id = IdNumber::parse(" 990101197807138522 ", TODAY).unwrap();
        assert_eq!(id.as_str(), "990101197807138522");
        assert_eq!((id.sex(), id.birthday()), (2, date(1978, 7, 13)));
        assert_eq!(id.age_on(date(2026, 7, 12)), 47);
        assert_eq!(id.age_on(date(2026, 7, 13)), 48);
        assert_eq!(id.age_on(date(1970, 1, 1)), 0);
        assert_eq!(IdNumber::parse(&made_up("19780713", "853"), TODAY).unwrap().sex(), 1);
    }

    #[test]
    fn a_small_x_becomes_a_capital() {
        let with_x = (100..1000).map(|n| made_up("19991231", &n.to_string())).find(|text| text.ends_with('X')).unwrap();
        let (front, back) = with_x.split_at(6);
        for typed in
            [with_x.to_lowercase(), with_x.replace('X', "×"), with_x.replace('X', "ｘ"), format!("\u{202d} {front}-{back}\u{202c}")]
        {
            assert_eq!(IdNumber::parse(&typed, TODAY).unwrap().as_str(), with_x, "{typed}");
        }
    }

    #[test]
    fn the_reason_is_named() {
        let cases = [
            ("", "18位"),
            ("9901011978071385", "18位"),
            ("990101780713852", "18位"),
            ("99010119780713852Y", "18位"),
            ("X90101197807138522", "18位"),
            ("９９0101197807", "18位"),
            ("990101197807138523", "校验码"),
            (&made_up("19780230", "852"), "出生日期"),
            (&made_up("20230229", "852"), "出生日期"),
            (&made_up("19781301", "852"), "出生日期"),
            (&made_up("18991231", "852"), "出生日期"),
            (&made_up("20260602", "852"), "出生日期"),
        ];
        for (text, reason) in cases {
            let error = IdNumber::parse(text, TODAY).expect_err(text);
            assert!(error.is(&INVALID_IDNO) && error.message().contains(reason), "{text}: {error}");
            assert!(text.is_empty() || !error.message().contains(text), "an answer or a log must not repeat the number");
        }
        for edge in ["20240229", "19000101", "20260601"] {
            assert!(IdNumber::parse(&made_up(edge, "852"), TODAY).is_ok(), "{edge}");
        }
    }

    #[test]
    fn leap_day_birthdays_come_on_the_first_of_march() {
        let id = IdNumber::parse(&made_up("20000229", "852"), TODAY).unwrap();
        assert_eq!((id.age_on(date(2018, 2, 28)), id.age_on(date(2018, 3, 1)), id.age_on(date(2020, 2, 29))), (17, 18, 20));
    }

    #[test]
    fn debug_is_masked() {
        let id = IdNumber::parse("990101197807138522", TODAY).unwrap();
        assert_eq!(format!("{id:?}"), "IdNumber(******************)");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = IdNumber::parse(&text, TODAY);
        }

        /// MOD 11-2 exists to catch one wrong digit.
        #[test]
        fn one_wrong_digit_is_noticed(place in 0usize..17, digit in 0u8..10) {
            let mut bytes = b"990101197807138522".to_vec();
            prop_assume!(bytes[place] != b'0' + digit);
            bytes[place] = b'0' + digit;
            prop_assert!(IdNumber::parse(std::str::from_utf8(&bytes).unwrap(), TODAY).is_err());
        }
    }
}
