//! What somebody looks for in a list of the clinic's own staff: every word of it must stand somewhere in a row.

use super::{
    clean,
    fold::fold,
    idno, phone,
    sound::{Keyword, Sound},
};

/// The text of a search box. An empty one is found everywhere.
#[derive(Clone, Debug, Default)]
pub struct Needle {
    words: Vec<Word>,
    /// As part of a phone number, where it may be one.
    phone: Option<String>,
    /// As the number of a certificate.
    number: String,
}

#[derive(Clone, Debug)]
struct Word {
    folded: String,
    letters: Option<Keyword>,
    phone: Option<String>,
}

/// Where it may stand.
#[derive(Clone, Copy, Debug)]
pub enum Straw<T> {
    /// Found by any part, whatever its capitals, width, script or dots.
    Text(T),
    /// Found by its sound too.
    Name(T),
    /// Found however it is written.
    Phone(T),
    /// The number of a certificate, found as a whole only: nobody guesses one digit by digit.
    Number(T),
}

impl Needle {
    pub fn new(text: &str) -> Needle {
        let folded = fold(text);
        let word = |word: &str| Word { folded: word.to_owned(), letters: Keyword::of(word), phone: phone::fragment(word) };
        Needle { words: folded.split_whitespace().map(word).collect(), phone: phone::fragment(text), number: idno::typed(text) }
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether every word stands in one of these texts.
    pub fn is_in(&self, texts: &[&str]) -> bool {
        self.is_among(&texts.iter().map(|text| Straw::Text(*text)).collect::<Vec<_>>())
    }

    /// Whether every word is found in one of these, or all of it is a phone or a number among them.
    pub fn is_among<T: AsRef<str>>(&self, straws: &[Straw<T>]) -> bool {
        if self.is_empty() {
            return true;
        }
        let whole = straws.iter().any(|straw| match straw {
            Straw::Phone(phone) => self.phone.as_ref().is_some_and(|part| phone.as_ref().contains(part)),
            Straw::Number(number) => !number.as_ref().is_empty() && idno::typed(number.as_ref()) == self.number,
            Straw::Text(_) | Straw::Name(_) => false,
        });
        whole || self.words.iter().all(|word| word.is_among(straws))
    }
}

impl Word {
    fn is_among<T: AsRef<str>>(&self, straws: &[Straw<T>]) -> bool {
        let heard = |name: &str| self.letters.as_ref().is_some_and(|letters| Sound::of(name).fits(letters));
        straws.iter().any(|straw| match straw {
            Straw::Text(text) => self.is_in(text.as_ref()),
            Straw::Name(name) => self.is_in(name.as_ref()) || heard(name.as_ref()),
            Straw::Phone(phone) => self.phone.as_ref().is_some_and(|part| phone.as_ref().contains(part)),
            Straw::Number(number) => !number.as_ref().is_empty() && idno::typed(&self.folded) == idno::typed(number.as_ref()),
        })
    }

    fn is_in(&self, text: &str) -> bool {
        !clean::is_blank(text) && fold(text).contains(&self.folded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_and_spaces_around_it_do_not_matter() {
        let needle = Needle::new(" iCd ");
        assert!(needle.is_in(&["", "ICD-10"]));
        assert!(!needle.is_in(&["IC", "D-10"]));
        assert!(!needle.is_in(&[]));
        assert!(Needle::new("  ").is_in(&[]) && Needle::new("\u{200b}").is_empty());
    }

    #[test]
    fn a_person_is_found_by_what_one_knows() {
        let straws = [
            Straw::Name("曾国强"),
            Straw::Text("內科"),
            Straw::Phone("19900001234"),
            Straw::Number("990101197807138522"),
            Straw::Name("阿依古丽·买买提"),
        ];
        for needle in [
            "国强",
            "曾國",
            "zengguoqiang",
            "ZGQ",
            "zeng nei", // the department has no sound
            "强 内科",
            "199 0000 1234",
            "+86 199-0000-1234",
            "１９９０",
            "0000 12",
            "990101197807138522",
            "990101-19780713 8522",
            "990101197807138522 曾",
            "zgq +86-199-0000-1234",
            "阿依古丽买买提",
            "阿依古丽.买买提",
        ] {
            assert_eq!(Needle::new(needle).is_among(&straws), needle != "zeng nei", "{needle}");
        }
        for needle in ["9901011978", "138522", "neike", "199 1234 0000x", "强 外科", "19900001235"] {
            assert!(!Needle::new(needle).is_among(&straws), "{needle}");
        }
        assert!(Needle::new("·").is_empty());
    }
}
