//! Texts as they are searched: what people take for the same becomes the same.
//!
//! Capitals, width and ligatures do not matter, nor whether somebody writes traditional or simplified characters, nor which dot stands in a
//! name (`阿依古丽·买买提`), or whether there is one. Every rule looks at a character and its two neighbours at most, so that a part of a text
//! folds to a part of the folded text: substrings stay substrings.

use std::sync::LazyLock;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::clean;

/// Folded: small letters, compatibility forms (NFKC), plain spaces and none at the ends, simplified characters, no middle dots.
pub fn fold(text: &str) -> String {
    let folded: String = as_written(text).chars().map(simplified).collect();
    folded.trim().to_owned()
}

/// As [`fold`], with traditional characters as they are: for what depends on which one was written.
pub(super) fn as_written(text: &str) -> String {
    let composed: Vec<char> = match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => text.chars().collect(),
        _ => text.nfkc().collect(),
    };
    let digit = |at: Option<usize>| at.and_then(|at| composed.get(at)).is_some_and(char::is_ascii_digit);
    let mut written = String::with_capacity(text.len());
    for (at, &c) in composed.iter().enumerate() {
        match c {
            c if is_dot(c) => {}
            // A decimal point, also in codes of diagnoses. At the end of what is typed nobody knows.
            '.' if !(digit(at.checked_sub(1)) && digit(Some(at + 1))) => {}
            c if clean::is_format(c) || is_selector(c) => {}
            c if c.is_whitespace() || c.is_control() => written.push(' '),
            // Letter by letter: the rule for a whole word (a final sigma) would make a part differ from the same part of a longer text.
            c => written.extend(c.to_lowercase()),
        }
    }
    written
}

/// The simplified form that stands for a traditional character or a regional variant; any other character is its own.
pub fn simplified(c: char) -> char {
    if c < '\u{3400}' {
        return c;
    }
    SIMPLIFIED.binary_search_by_key(&c, |(from, _)| *from).map_or(c, |at| SIMPLIFIED[at].1)
}

/// Sorted.
static SIMPLIFIED: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let lines = include_str!("../../data/opencc/simplified.txt").lines().filter(|line| !line.starts_with('#'));
    let chars: Vec<char> = lines.flat_map(str::chars).collect();
    chars.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
});

/// The dots that stand between the parts of a name, whichever keyboard made them. The full stop is looked at by itself.
fn is_dot(c: char) -> bool {
    matches!(c, '\u{b7}' | '\u{387}' | '\u{16eb}' | '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22c5}' | '\u{30fb}' | '\u{a78f}')
}

/// Which of several shapes of a character is drawn.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms_of_the_same_text_fold_to_one() {
        for text in ["ＨＰ感染　Ⅱ型", "hp感染 ii型", " Hp感染\u{a0}ⅱ型\n", "h\u{200b}p感染 II型"] {
            assert_eq!(fold(text), "hp感染 ii型");
        }
        for text in ["曾國強", "曾国强", "曾国強", "\u{66fe}\u{570b}\u{f906}".trim_end_matches('\u{f906}')] {
            assert!(fold("曾国强").starts_with(&fold(text)), "{text}");
        }
        for (written, folded) in
            [("頭痛", "头痛"), ("衞生", "卫生"), ("麻痺", "麻痹"), ("⽤药", "用药"), ("臺灣", "台湾"), ("龍葉單區", "龙叶单区")]
        {
            assert_eq!(fold(written), folded);
        }
        for dot in ["·", "\u{2022}", "\u{30fb}", "\u{ff65}", "．", ".", "‧", ""] {
            assert_eq!(fold(&format!("阿依古丽{dot}买买提")), "阿依古丽买买提", "{dot}");
            assert_eq!(fold(&format!("Ali{dot}Khan")), "alikhan", "{dot}");
        }
        for (written, folded) in [("Z99.123", "z99.123"), ("１．５", "1.5"), ("A.1", "a1"), ("1.", "1"), ("...", ""), ("a. b", "a b")] {
            assert_eq!(fold(written), folded);
        }
    }

    #[test]
    fn the_table_is_sorted_and_leads_to_an_end() {
        assert!(SIMPLIFIED.len() > 4_000 && SIMPLIFIED.is_sorted_by_key(|(from, _)| *from));
        assert!(SIMPLIFIED.iter().all(|(from, to)| from != to && simplified(*to) == *to));
    }

    proptest! {
        /// Of parts that begin and end between characters, not inside one that is composed.
        #[test]
        fn a_part_folds_to_a_part(text in "[aZ９1.·．曾國强頭\u{3000} ]{0,12}", from in 0usize..12, long in 0usize..12) {
            let part: String = text.chars().skip(from).take(long).collect();
            prop_assert!(fold(&text).contains(&fold(&part)), "{:?} in {:?}", part, text);
        }

        #[test]
        fn nothing_odd_is_left(text in "(?s).{0,30}") {
            let folded = fold(&text);
            prop_assert!(!folded.contains(|c: char| c.is_control() || is_dot(c) || clean::is_format(c)));
            prop_assert!(folded.trim() == folded);
        }
    }
}
