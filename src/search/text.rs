//! Texts as they are indexed: folded, cut into pairs of characters, and their sound in pinyin.

use std::vec;

use pinyin::ToPinyin;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Stand for the beginning and the end of a text in its pairs. Folded texts have no control characters.
pub(super) const BEGIN: char = '\u{2}';
pub(super) const END: char = '\u{3}';

/// What compares as equal becomes equal: small letters, half-width forms, plain spaces, none of them at the ends.
pub fn fold(text: &str) -> String {
    let plain = text.chars().map(|c| match c {
        // The full-width forms of ASCII, in its order.
        '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c if c.is_whitespace() || c.is_control() => ' ',
        c => c,
    });
    // Letter by letter: the rule for a whole word (a final sigma) would make a part differ from the same part of a longer text.
    let lower: String = plain.flat_map(char::to_lowercase).collect();
    lower.trim().to_owned()
}

/// How a folded text sounds: the pinyin of each character, its first letter large: `头痛2型` → `TouTong2Xing`. Letters and digits sound as
/// themselves; the rest is silent. Of several readings the most frequent one counts. Empty where there is no Chinese in it.
pub fn sound(folded: &str) -> String {
    let mut sound = String::new();
    let mut chinese = false;
    for c in folded.chars() {
        if let Some(reading) = c.to_pinyin() {
            chinese = true;
            // Keyboards write lǜ as lv.
            let letters = reading.plain().chars().map(|c| if c == 'ü' { 'v' } else { c });
            sound.extend(letters.enumerate().map(|(i, c)| if i == 0 { c.to_ascii_uppercase() } else { c }));
        } else if c.is_ascii_alphanumeric() {
            sound.push(c.to_ascii_uppercase());
        }
    }
    if chinese { sound } else { String::new() }
}

/// The first letters of the syllables: `tt2x`.
pub(super) fn initials(sound: &str) -> String {
    sound.chars().filter(|c| begins_syllable(*c)).map(|c| c.to_ascii_lowercase()).collect()
}

/// A folded keyword as letters, where it may be pinyin: `tou'tong`, `lü`.
pub(super) fn letters(folded: &str) -> Option<String> {
    let letters: String = folded.chars().filter(|c| !matches!(c, ' ' | '\'' | '’')).map(|c| if c == 'ü' { 'v' } else { c }).collect();
    let pinyin = letters.chars().all(|c| c.is_ascii_alphanumeric()) && letters.chars().any(|c| c.is_ascii_alphabetic());
    pinyin.then_some(letters)
}

fn begins_syllable(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit()
}

/// How a field's text is cut into terms.
#[derive(Clone, Copy)]
pub(super) enum Cut {
    /// Overlapping pairs between a beginning and an end: `头痛` → `^头` `头痛` `痛$`. tantivy's own n-grams all have position 0, which
    /// makes phrases of them meaningless.
    Pairs,
    /// Each character, for keywords of one.
    Singles,
    /// Pairs of small letters, and at a syllable's beginning the same pair with a large one, so that a keyword starts there:
    /// `TouTong` → `To` `to` `ou` `ut` `To` `to` `on` `ng` `g$`. The beginnings also stand alone, for keywords of one letter.
    Sound,
}

impl Tokenizer for Cut {
    type TokenStream<'a> = Pieces;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Pieces {
        let chars: Vec<char> = text.chars().collect();
        let pieces = match self {
            Cut::Singles => chars.iter().enumerate().map(|(i, c)| (i, c.to_string())).collect(),
            Cut::Pairs => pairs(&[&[BEGIN], chars.as_slice(), &[END]].concat()).enumerate().collect(),
            Cut::Sound => sounds(&chars),
        };
        Pieces { pieces: Vec::into_iter(pieces), token: Token::default() }
    }
}

pub(super) fn pairs(chars: &[char]) -> impl Iterator<Item = String> {
    chars.windows(2).map(String::from_iter)
}

fn sounds(chars: &[char]) -> Vec<(usize, String)> {
    let mut pieces = Vec::with_capacity(chars.len() * 2);
    for (i, &c) in chars.iter().enumerate() {
        // The end keeps the last letters of one name and the first of the next further apart than a phrase can bridge.
        let next = chars.get(i + 1).map_or(END, char::to_ascii_lowercase);
        if begins_syllable(c) {
            pieces.push((i, c.to_string()));
        }
        if c.is_ascii_uppercase() {
            pieces.push((i, String::from_iter([c, next])));
        }
        pieces.push((i, String::from_iter([c.to_ascii_lowercase(), next])));
    }
    pieces
}

pub(super) struct Pieces {
    pieces: vec::IntoIter<(usize, String)>,
    token: Token,
}

impl TokenStream for Pieces {
    fn advance(&mut self) -> bool {
        let Some((position, text)) = self.pieces.next() else { return false };
        self.token.position = position;
        self.token.text = text;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_the_same_text_fold_to_one() {
        for text in ["ＨＰ感染　Ⅱ型", "hp感染 Ⅱ型", " Hp感染\u{a0}ⅱ型\n"] {
            assert_eq!(fold(text), "hp感染 ⅱ型");
        }
        assert!(!fold("a\u{2}b\u{3}").contains([BEGIN, END]));
    }

    #[test]
    fn texts_sound() {
        for (text, heard, initial) in
            [("头痛2型", "TouTong2Xing", "tt2x"), ("hp感染", "HPGanRan", "hpgr"), ("法律（所）", "FaLvSuo", "fls"), ("aspirin", "", "")]
        {
            assert_eq!((sound(text), initials(&sound(text))), (heard.to_owned(), initial.to_owned()));
        }
    }

    #[test]
    fn only_letters_can_be_pinyin() {
        for (keyword, found) in [
            ("tou'tong", Some("toutong")),
            ("tou tong", Some("toutong")),
            ("lü", Some("lv")),
            ("2", None),
            ("头tong", None),
            ("", None),
            ("😀", None),
        ] {
            assert_eq!(letters(keyword).as_deref(), found);
        }
    }

    #[test]
    fn pieces_have_true_positions() {
        let cut = |mut cut: Cut, text: &str| {
            let mut pieces = cut.token_stream(text);
            let mut all = Vec::new();
            while pieces.advance() {
                all.push((pieces.token().position, pieces.token().text.clone()));
            }
            all
        };
        let own = |list: &[(usize, &str)]| list.iter().map(|(at, text)| (*at, (*text).to_owned())).collect::<Vec<_>>();
        assert_eq!(cut(Cut::Pairs, "头痛"), own(&[(0, "\u{2}头"), (1, "头痛"), (2, "痛\u{3}")]));
        assert_eq!(cut(Cut::Sound, "TuE"), own(&[(0, "T"), (0, "Tu"), (0, "tu"), (1, "ue"), (2, "E"), (2, "E\u{3}"), (2, "e\u{3}")]));
    }
}
