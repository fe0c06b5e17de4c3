//! How Chinese sounds, in every reading: 曾国强 is found by `cengguoqiang` and by `zengguoqiang`, 单 by `dan` and by `shan`.
//!
//! A text becomes a row of places, each with the readings of one character; letters and digits between them sound as themselves. A keyword
//! is heard where it runs through one reading of each place, from the beginning of a place on, the last one perhaps half-typed; or where it
//! is the first letters of neighbouring places (`zgq`). Readings have no tones; `ü` is `v`, as keyboards write it.

use std::collections::BTreeSet;

use pinyin::ToPinyinMulti;
use unicode_normalization::UnicodeNormalization;

use super::fold::{as_written, simplified};

/// Letters of the longest reading, `zhuang`. A few signs for units of measure are read as two syllables; those are left out.
pub const LONGEST_READING: usize = 6;
/// Letters of a keyword that are compared.
pub const LONGEST_KEYWORD: usize = 100;

/// The letters of one reading in six bits each, the first one lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reading(u64);

const BITS: usize = 6;

impl Reading {
    fn of(letters: impl Iterator<Item = u8>) -> Option<Reading> {
        let mut packed = 0;
        for (at, letter) in letters.enumerate() {
            packed |= number(letter).filter(|_| at < LONGEST_READING)? << (at * BITS);
        }
        (packed != 0).then_some(Reading(packed))
    }

    /// The reading as a number below 2³⁶.
    pub fn packed(self) -> u64 {
        self.0
    }

    pub fn from_packed(packed: u64) -> Reading {
        Reading(packed & ((1 << (LONGEST_READING * BITS)) - 1))
    }

    pub fn length(self) -> usize {
        (64 - self.0.leading_zeros() as usize).div_ceil(BITS)
    }

    pub fn letters(self) -> impl Iterator<Item = u8> {
        (0..self.length()).map(move |at| letter(self.0 >> (at * BITS)))
    }

    fn first(self) -> u64 {
        self.0 & ((1 << BITS) - 1)
    }
}

/// 1 to 36; `None` for what is neither a small letter nor a digit.
fn number(letter: u8) -> Option<u64> {
    match letter {
        b'a'..=b'z' => Some(u64::from(letter - b'a') + 1),
        b'0'..=b'9' => Some(u64::from(letter - b'0') + 27),
        _ => None,
    }
}

fn letter(number: u64) -> u8 {
    match (number & ((1 << BITS) - 1)) as u8 {
        digit @ 27.. => digit - 27 + b'0',
        letter => letter - 1 + b'a',
    }
}

/// How a text sounds: the readings of each of its places. Empty where there is no Chinese in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sound(Vec<Vec<Reading>>);

impl Sound {
    pub fn of(text: &str) -> Sound {
        let mut places = Vec::new();
        let mut chinese = false;
        for c in as_written(text).chars() {
            let readings = readings(c);
            if !readings.is_empty() {
                chinese = true;
                places.push(readings);
            } else if let Some(reading) = u8::try_from(c).ok().and_then(|letter| Reading::of([letter].into_iter())) {
                places.push(vec![reading]);
            }
        }
        Sound(if chinese { places } else { Vec::new() })
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn places(&self) -> &[Vec<Reading>] {
        &self.0
    }

    /// What can be typed of it from the beginning of a place on, in up to `most` letters.
    pub fn beginnings(&self, most: usize) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for at in 0..self.0.len() {
            walk(&self.0[at..], most, &mut String::new(), &mut |typed| {
                found.insert(typed.to_owned());
            });
        }
        found
    }

    /// Every `long` letters that follow each other in it, wherever they begin.
    pub fn pieces(&self, long: usize) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (at, place) in self.0.iter().enumerate() {
            for reading in place {
                for skip in 0..reading.length() {
                    let mut typed: String = reading.letters().skip(skip).take(long).map(char::from).collect();
                    let mut keep = |typed: &str| {
                        if typed.len() == long {
                            found.insert(typed.to_owned());
                        }
                    };
                    keep(&typed);
                    walk(&self.0[at + 1..], long, &mut typed, &mut keep);
                }
            }
        }
        found
    }

    /// The first letters of up to `most` neighbouring places, in every reading.
    pub fn initials(&self, most: usize) -> BTreeSet<String> {
        let firsts: Vec<Vec<Reading>> = self.0.iter().map(|place| firsts(place)).collect();
        Sound(firsts).beginnings(most)
    }

    /// Whether it begins as a keyword of letters sounds: heard from its first place on, not from a later one.
    pub fn begins(&self, keyword: &Keyword) -> bool {
        let mut listening = keyword.listen();
        self.0.iter().any(|place| {
            let heard = place.iter().any(|reading| listening.hears(*reading));
            listening.go_on();
            heard
        })
    }

    /// Whether a keyword of letters sounds like it.
    pub fn fits(&self, keyword: &Keyword) -> bool {
        let mut listening = keyword.listen();
        self.0.iter().any(|place| {
            let heard = place.iter().any(|reading| listening.hears(*reading));
            listening.next_place();
            heard
        })
    }
}

fn firsts(place: &[Reading]) -> Vec<Reading> {
    place.iter().map(|reading| Reading(reading.first())).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Goes on from what was typed, through every reading, and tells of each further letter.
fn walk(places: &[Vec<Reading>], most: usize, typed: &mut String, tell: &mut impl FnMut(&str)) {
    let Some((place, rest)) = places.split_first().filter(|_| typed.len() < most) else { return };
    let begun = typed.len();
    for reading in place {
        for letter in reading.letters().take(most - begun) {
            typed.push(char::from(letter));
            tell(typed);
        }
        walk(rest, most, typed, tell);
        typed.truncate(begun);
    }
}

/// Every reading of a character as it is written and as it is simplified: 乾 is qian and gan.
fn readings(c: char) -> Vec<Reading> {
    let mut all = Vec::new();
    let simple = simplified(c);
    for pinyin in [Some(c), Some(simple).filter(|simple| *simple != c)].into_iter().flatten().filter_map(|c| c.to_pinyin_multi()) {
        for reading in pinyin {
            let letters = reading.plain().nfd().filter(|c| !matches!(c, '\u{300}'..='\u{304}' | '\u{30c}'));
            let letters = letters.collect::<String>().replace("u\u{308}", "v");
            if let Some(reading) = Reading::of(letters.bytes()).filter(|reading| !all.contains(reading)) {
                all.push(reading);
            }
        }
    }
    all
}

/// What somebody typed, where it may be pinyin: letters and digits, a letter among them.
#[derive(Clone, Debug)]
pub struct Keyword {
    letters: String,
    /// From each letter on, as many as a reading may have, packed as one.
    ahead: Vec<u64>,
}

impl Keyword {
    /// Of a folded text: `tou'tong`, `lü`. `None` where it cannot be pinyin.
    pub fn of(folded: &str) -> Option<Keyword> {
        let plain = folded.nfd().filter(|c| !matches!(c, '\u{300}'..='\u{304}' | '\u{30c}' | ' ' | '\'' | '’'));
        let letters: String = plain.collect::<String>().replace("u\u{308}", "v").chars().take(LONGEST_KEYWORD).collect();
        let numbers: Vec<u64> = letters.bytes().map(number).collect::<Option<_>>()?;
        letters.bytes().any(|b| b.is_ascii_alphabetic()).then(|| {
            let pack = |at: usize| numbers[at..].iter().take(LONGEST_READING).rev().fold(0, |packed, number| (packed << BITS) | number);
            Keyword { ahead: (0..numbers.len()).map(pack).collect(), letters }
        })
    }

    pub fn letters(&self) -> &str {
        &self.letters
    }

    /// Begins to listen to a text, place by place.
    pub fn listen(&self) -> Listening<'_> {
        Listening { keyword: self, spoken: 1, next: 0, initials: 1, next_initials: 0 }
    }
}

/// How much of a keyword has been heard so far: a bit for each number of letters, once as readings and once as first letters.
pub struct Listening<'a> {
    keyword: &'a Keyword,
    spoken: u128,
    next: u128,
    initials: u128,
    next_initials: u128,
}

impl Listening<'_> {
    /// One reading of the place. True when the whole keyword has been heard.
    pub fn hears(&mut self, reading: Reading) -> bool {
        let all = self.keyword.ahead.len();
        let long = reading.length();
        let mut left = self.spoken;
        while left != 0 {
            let at = left.trailing_zeros() as usize;
            left &= left - 1;
            let common = long.min(all - at);
            let mask = (1 << (common * BITS)) - 1;
            if (self.keyword.ahead[at] ^ reading.0) & mask == 0 {
                if at + common == all {
                    return true;
                }
                self.next |= 1 << (at + long);
            }
        }
        let mut left = self.initials;
        while left != 0 {
            let at = left.trailing_zeros() as usize;
            left &= left - 1;
            if (self.keyword.ahead[at] ^ reading.0) & ((1 << BITS) - 1) == 0 {
                if at + 1 == all {
                    return true;
                }
                self.next_initials |= 1 << (at + 1);
            }
        }
        false
    }

    /// The place is over; a keyword may also begin at the next one.
    pub fn next_place(&mut self) {
        (self.spoken, self.next) = (self.next | 1, 0);
        (self.initials, self.next_initials) = (self.next_initials | 1, 0);
    }

    /// The place is over; a keyword that has begun goes on, none begins.
    fn go_on(&mut self) {
        (self.spoken, self.next) = (self.next, 0);
        (self.initials, self.next_initials) = (self.next_initials, 0);
    }

    /// The text is over.
    pub fn next_text(&mut self) {
        (self.spoken, self.next, self.initials, self.next_initials) = (1, 0, 1, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str, keyword: &str) -> bool {
        Sound::of(text).fits(&Keyword::of(keyword).unwrap())
    }

    #[test]
    fn every_reading_of_a_name_is_heard() {
        for (name, keywords) in [
            ("曾国强", &["zengguoqiang", "cengguoqiang", "zgq", "cgq", "guojiang", "zengg"][..]),
            ("曾國強", &["zengguoqiang", "zgq"]),
            ("单雄", &["shan", "dan", "chan", "sx", "dx"]),
            ("仇小满", &["qiuxiaoman", "chou", "qxm"]),
            ("查青", &["zha", "cha", "zq", "cq"]),
            ("解缪", &["xiemiao", "jiemou", "xm"]),
            ("翟覃", &["zhaiqin", "ditan", "zq"]),
            ("朴区", &["piaoou", "puqu", "po"]),
            ("吕绿", &["lvlv", "ll"]),
            ("乾隆", &["qianlong", "ganlong"]),
            ("头痛2型", &["toutong2xing", "2xing", "tt2x", "touto"]),
            ("HP感染", &["hpganran", "hpgr", "pgan"]),
        ] {
            for keyword in keywords {
                assert!(heard(name, keyword), "{name} {keyword}");
            }
        }
        for (name, keyword) in
            [("曾国强", "engguo"), ("曾国强", "zengcguo"), ("曾国强", "zgg"), ("头痛", "outong"), ("头痛", "toutongx"), ("aspirin", "a")]
        {
            assert!(!heard(name, keyword), "{name} {keyword}");
        }
    }

    #[test]
    fn a_beginning_is_heard_at_the_beginning() {
        let begins = |text, keyword| Sound::of(text).begins(&Keyword::of(keyword).unwrap());
        for keyword in ["q", "qin", "qinb", "qinbailu", "qinbolu", "qbl", "qb"] {
            assert!(begins("秦白露", keyword), "{keyword}");
        }
        for keyword in ["bailu", "bl", "lu", "qinlu", "ql", "qinbailux", "in"] {
            assert!(!begins("秦白露", keyword), "{keyword}");
        }
        assert!(begins("曾小满", "cengxiao") && begins("曾小满", "zxm") && !begins("", "a"));
    }

    #[test]
    fn only_letters_can_be_pinyin() {
        for (keyword, found) in [
            ("tou'tong", Some("toutong")),
            ("tou tong", Some("toutong")),
            ("lü", Some("lv")),
            ("zēngguó", Some("zengguo")),
            ("2", None),
            ("头tong", None),
            ("", None),
            ("😀", None),
        ] {
            assert_eq!(Keyword::of(keyword).map(|keyword| keyword.letters), found.map(str::to_owned), "{keyword}");
        }
        assert_eq!(Keyword::of(&"a".repeat(500)).unwrap().letters.len(), LONGEST_KEYWORD);
    }

    #[test]
    fn what_is_typed_is_enumerated() {
        let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<BTreeSet<_>>();
        let sound = Sound::of("头疼a");
        assert_eq!(sound.beginnings(2), own(&["t", "to", "te", "a"]));
        assert_eq!(sound.pieces(3), own(&["tou", "out", "ute", "ten", "eng", "nga"]));
        assert_eq!(sound.initials(4), own(&["t", "tt", "tta", "ta", "a"]));
        assert!(Sound::of("abc").is_empty() && Sound::of("").is_empty());
    }

    #[test]
    fn readings_are_packed() {
        for letters in ["a", "zhuang", "9", "z0"] {
            let reading = Reading::of(letters.bytes()).unwrap();
            assert_eq!((reading.length(), Reading::from_packed(reading.packed() | 1 << 40)), (letters.len(), reading));
            assert_eq!(reading.letters().map(char::from).collect::<String>(), letters);
        }
        assert!(Reading::of("zhuangx".bytes()).is_none() && Reading::of("".bytes()).is_none() && Reading::of("ü".bytes()).is_none());
    }

    /// No name makes a keyword slow: what was heard is a set, not a list of ways.
    #[test]
    fn many_ways_are_walked_at_once() {
        assert!(!heard(&"嗯".repeat(100), &format!("{}x", "n".repeat(99))));
    }
}
