//! What people type, as it is kept: the one place for every door, for tables and for the command line.
//!
//! Copied texts bring what nobody sees: marks that turn the direction of writing around, zero-width spaces, form feeds of a PDF. Keyboards for
//! Chinese write digits and letters at full width. Each kind of field has its function here; all of them are idempotent, and none makes
//! a text longer than Unicode's composition (NFC) does. What is empty afterwards counts as missing; that is the reader's to say.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A name or another field of one line: NFC, without format characters, line breaks and control characters, and without white space at its ends.
pub fn line(text: &str) -> String {
    finish(visible(text).filter(|c| !c.is_control() && !is_line_break(*c)))
}

/// A long text: as `line`, but line breaks and tabs stay. Form feeds and their kind become line breaks, other control characters nothing.
pub fn prose(text: &str) -> String {
    trimmed(speech(text))
}

/// What is said live: as [`prose`], with the white space at its ends.
pub fn speech(text: &str) -> String {
    composed(visible(text).filter_map(|c| match c {
        '\n' | '\r' | '\t' => Some(c),
        '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        c if c.is_control() => None,
        c => Some(c),
    }))
}

/// A number, a date, an e-mail address or a word of a list: as `line`, with the full-width forms of ASCII at half width.
pub fn plain(text: &str) -> String {
    finish(visible(text).filter(|c| !c.is_control() && !is_line_break(*c)).map(half_width))
}

/// A phone number, a code, the number of a certificate: as [`plain`], without any white space and dashes.
pub fn code(text: &str) -> String {
    let kept = visible(text).filter(|c| !c.is_control() && !c.is_whitespace()).map(half_width).filter(|c| !is_dash(*c));
    finish(kept)
}

/// A code that was sent by SMS: six digits. One that was sent on as a number has lost its leading zeros and gets them back.
pub fn sms_code(text: &str) -> String {
    let code = code(text);
    match code.len() < SMS_DIGITS && !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit()) {
        true => format!("{code:0>SMS_DIGITS$}"),
        false => code,
    }
}

/// How many digits a code of an SMS has.
const SMS_DIGITS: usize = 6;

/// A text without anything to see, as `line` and [`prose`] read it.
pub fn is_blank(text: &str) -> bool {
    !text.chars().any(|c| !c.is_whitespace() && !c.is_control() && !is_format(c))
}

/// The full-width form of an ASCII character, and the space of Chinese keyboards, at half width; anything else as it is.
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// What shows at all, in its order. Of the joiners those stay that make one picture of several emoji.
fn visible(text: &str) -> impl Iterator<Item = char> {
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    std::iter::from_fn(move || {
        loop {
            let c = chars.next()?;
            let joins = c == JOINER && is_pictograph(before) && chars.peek().is_some_and(|next| is_pictograph(*next));
            if joins || !is_format(c) {
                before = c;
                return Some(c);
            }
        }
    })
}

fn finish(chars: impl Iterator<Item = char>) -> String {
    trimmed(composed(chars))
}

fn composed(chars: impl Iterator<Item = char>) -> String {
    let text: String = chars.collect();
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text,
        _ => text.nfc().collect(),
    }
}

fn trimmed(text: String) -> String {
    match text.trim() {
        trimmed if trimmed.len() == text.len() => text,
        trimmed => trimmed.to_owned(),
    }
}

const JOINER: char = '\u{200d}';

/// Emoji and the marks that follow one, as far as they are joined: people, hearts, signs of sex and profession, skin tones, the emoji style.
fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2190}'..='\u{21ff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{fe0f}')
}

/// Unicode's format characters (Cf) that show nothing, and the letters and signs that are drawn as nothing: a name made of them is none.
/// The Arabic signs that embrace a number are Cf too, but are seen.
pub(super) fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e00ff}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
}

/// Line breaks that are no control characters: Unicode's separators of lines and paragraphs.
fn is_line_break(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// Dashes and hyphens of any length, the minus sign, and those that telephones and spreadsheets put in by themselves.
fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'
            ..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{30fc}' | '\u{fe31}' | '\u{fe32}' | '\u{fe58}' | '\u{fe63}' | '\u{ff70}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_lose_what_nobody_sees() {
        for (typed, kept) in [
            (" 张三\u{3000}", "张三"),
            ("\u{202a}张三\u{202c}", "张三"),
            ("张\u{200b}三\u{feff}", "张三"),
            ("张\r\n三\t\u{0}\u{2028}", "张三"),
            ("e\u{301}", "é"),
            ("\u{f90a}", "金"),
            ("阿依古丽·买买提", "阿依古丽·买买提"),
            ("Ａｎｎａ　Ｌｉ", "Ａｎｎａ　Ｌｉ"),
            ("\u{3164}\u{2800}", ""),
            ("小红👩\u{200d}⚕\u{fe0f}\u{200d}", "小红👩\u{200d}⚕\u{fe0f}"),
        ] {
            assert_eq!(line(typed), kept, "{typed:?}");
            assert_eq!(is_blank(typed), kept.is_empty(), "{typed:?}");
        }
    }

    #[test]
    fn long_texts_keep_their_lines() {
        for (typed, kept) in [
            ("头痛\u{b}三天\u{c}发热\u{0}\u{7f}", "头痛\n三天\n发热"),
            ("一\r\n二\t三\u{85}四\u{2029}五\n", "一\r\n二\t三\n四\n五"),
            ("\u{2067}右\u{2069}👨\u{200d}👩\u{200d}👧", "右👨\u{200d}👩\u{200d}👧"),
            ("\u{0}\u{200b} \u{c}", ""),
        ] {
            assert_eq!(prose(typed), kept, "{typed:?}");
        }
    }

    #[test]
    fn codes_are_read_at_any_width() {
        for (typed, kept) in [
            ("００２２６０", "002260"),
            (" 990101-1978 0713 852Ｘ ", "99010119780713852X"),
            ("\u{202a}199\u{2010}0000\u{2014}1234\u{202c}", "19900001234"),
            ("ＡＢ－１２", "AB12"),
            ("－", ""),
        ] {
            assert_eq!(code(typed), kept, "{typed:?}");
        }
        assert_eq!(plain("２０２６－０６－０１　１０：３０\u{200e}"), "2026-06-01 10:30");
        assert_eq!(plain("ａ＠ｂ．ｃｎ\n"), "a@b.cn");
    }

    #[test]
    fn codes_of_an_sms_get_their_zeros_back() {
        for (typed, kept) in
            [("2260", "002260"), ("0", "000000"), (" 12 34 56 ", "123456"), ("1234567", "1234567"), ("12a", "12a"), ("", "")]
        {
            assert_eq!(sms_code(typed), kept, "{typed:?}");
        }
    }

    /// Texts with what is handled here in them, and any others.
    fn typed() -> impl Strategy<Value = String> {
        let odd = "[ \\t\\r\\n\u{0}\u{b}\u{c}\u{85}\u{a0}\u{200b}-\u{200f}\u{2028}\u{202a}\u{202c}\u{2060}\u{feff}\u{3000}\u{3164}\u{301}e\u{fe0f}👩👧⚕张·０９ＡＺ－\u{2014}-]{0,12}";
        prop_oneof![odd, ".{0,20}", "(?s).{0,20}"]
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing_more(text in typed()) {
            for clean in [line, prose, speech, plain, code, sms_code] {
                let once = clean(&text);
                prop_assert_eq!(clean(&once), once);
            }
        }

        /// NFC writes a few characters as two or three; it alone may.
        #[test]
        fn cleaning_makes_nothing_longer(text in typed()) {
            let most = text.chars().count().max(text.nfc().count());
            for clean in [line, prose, speech, plain, code] {
                prop_assert!(clean(&text).chars().count() <= most);
            }
        }

        #[test]
        fn one_line_is_one_line(text in typed()) {
            for clean in [line, plain, code] {
                prop_assert!(!clean(&text).contains(|c: char| c.is_control() || is_line_break(c)));
            }
            prop_assert!(!code(&text).contains(char::is_whitespace));
            prop_assert!(!prose(&text).contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t')));
        }

        #[test]
        fn blank_is_what_nothing_is_left_of(text in typed()) {
            prop_assert_eq!(is_blank(&text), line(&text).is_empty());
            prop_assert_eq!(is_blank(&text), prose(&text).is_empty());
        }
    }
}
