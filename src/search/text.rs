//! Texts as they are indexed: folded ones cut into pairs of characters, and names into what can be typed of their sound.

use std::{iter, vec};

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::base::sound::{Reading, Sound};

/// Stand for the beginning and the end of a text in its pairs. Folded texts have no control characters.
pub(super) const BEGIN: char = '\u{2}';
pub(super) const END: char = '\u{3}';

/// Letters of a keyword of which the index knows at once where they are heard. What is longer is looked for by its parts and then listened to.
pub(super) const AT_ONCE: usize = 4;
/// Letters of a part.
pub(super) const PIECE: usize = 3;

/// A reading as a number of its entry's row of readings: it may be the first of its place, and its place the first of its name.
const FIRST_OF_PLACE: u64 = 1 << 36;
const FIRST_OF_NAME: u64 = 1 << 37;

/// The readings of a name, one after another.
pub(super) fn row_of(sound: &Sound) -> impl Iterator<Item = u64> {
    sound.places().iter().enumerate().flat_map(|(place, readings)| {
        readings.iter().enumerate().map(move |(at, reading)| {
            let first_of_name = if place == 0 && at == 0 { FIRST_OF_NAME } else { 0 };
            let first_of_place = if at == 0 { FIRST_OF_PLACE } else { 0 };
            reading.packed() | first_of_place | first_of_name
        })
    })
}

/// One number of such a row: the reading, whether its place begins with it, and its name.
pub(super) fn read_back(number: u64) -> (Reading, bool, bool) {
    (Reading::from_packed(number), number & FIRST_OF_PLACE != 0, number & FIRST_OF_NAME != 0)
}

/// How a field's text is cut into terms.
#[derive(Clone, Copy)]
pub(super) enum Cut {
    /// Overlapping pairs between a beginning and an end: `头痛` → `^头` `头痛` `痛$`. tantivy's own n-grams all have position 0, which
    /// makes phrases of them meaningless.
    Pairs,
    /// Each character, for keywords of one.
    Singles,
    /// A name's sound from the beginning of each character on, up to [`AT_ONCE`] letters: `头痛` → `t` `to` `tou` `tout` `to` …, in every reading.
    Beginnings,
    /// All [`PIECE`] letters of it that follow each other.
    Letters,
    /// The first letters of up to [`AT_ONCE`] characters in a row: `t` `tt`.
    Initials,
}

impl Tokenizer for Cut {
    type TokenStream<'a> = Pieces;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Pieces {
        let pieces = match self {
            Cut::Singles => text.chars().map(String::from).collect(),
            Cut::Pairs => pairs(&[&[BEGIN], text.chars().collect::<Vec<_>>().as_slice(), &[END]].concat()).collect(),
            Cut::Beginnings => Sound::of(text).beginnings(AT_ONCE).into_iter().collect(),
            Cut::Letters => Sound::of(text).pieces(PIECE).into_iter().collect(),
            Cut::Initials => Sound::of(text).initials(AT_ONCE).into_iter().collect(),
        };
        Pieces { pieces: Vec::into_iter(pieces).enumerate(), token: Token::default() }
    }
}

pub(super) fn pairs(chars: &[char]) -> impl Iterator<Item = String> {
    chars.windows(2).map(String::from_iter)
}

pub(super) struct Pieces {
    pieces: iter::Enumerate<vec::IntoIter<String>>,
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
        assert_eq!(cut(Cut::Singles, "头痛"), own(&[(0, "头"), (1, "痛")]));
        assert_eq!(cut(Cut::Initials, "头痛"), own(&[(0, "t"), (1, "tt")]));
    }

    #[test]
    fn rows_of_readings_are_read_back() {
        let sound = Sound::of("曾a");
        let row: Vec<_> = row_of(&sound).map(read_back).collect();
        let begins: Vec<_> = row.iter().map(|(_, place, name)| (*place, *name)).collect();
        assert_eq!(begins, [(true, true), (false, false), (true, false)]);
        assert_eq!(row.iter().map(|(reading, ..)| *reading).collect::<Vec<_>>(), sound.places().concat());
    }
}
