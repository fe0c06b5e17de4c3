//! What is shown of whom to whom: the one table, and how what is not shown whole is written.
//!
//! Whatever prints something of a person asks here, through a sight that says who looks (`domain::sight`). An identity number is shown whole or
//! not at all, because few of its digits are not told by a birthday and a region; every masked text holds a `*`.

use super::error::{Kind, Reason, Result};

pub const MASKED_VALUE: Reason =
    Reason::new(Kind::Rule, "masked_value", "带星号的是遮盖后的内容，不能保存，请填写完整内容，或保持原样不改");

/// Whether what somebody sends for a field is how it prints now, masked or empty or whole, and so is to stay. Any other text with a star was
/// never a whole one.
///
/// Errors: `masked_value`.
pub fn is_as_printed(name: &str, sent: &str, printed: &str) -> Result<bool> {
    match sent.contains('*') {
        _ if sent == printed => Ok(true),
        true => Err(MASKED_VALUE.with(name).field(name, "含有星号")),
        false => Ok(false),
    }
}

/// Who looks at a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// The person, or the account whose family member it is.
    Owner,
    /// The doctor who treats, or treated, the patient.
    TreatingDoctor,
    /// The doctor of another patient of the same account, who knows whom to call.
    FamilyDoctor,
    /// Another doctor of a team whose member the patient is.
    TeamDoctor,
    /// The assistant who is bound to the patient.
    Assistant,
    Administrator,
    /// The doctor whom the patient follows.
    Followed,
    /// Anybody else, and whoever has not signed in.
    Stranger,
}

/// What is shown, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    IdNumber,
    Phone,
    Name,
    /// Address and e-mail.
    Address,
    Birthday,
    /// Sex, marriage, region, picture, and what the clinic counts of a patient.
    Person,
    /// Height, weight, habits.
    Body,
    /// What was said, found and photographed.
    Record,
    /// Pregnancies, births, cycle: for the doctor who treats, as she was promised where she wrote it.
    FemaleHistory,
    /// Of doctors and assistants, as are the next two.
    StaffPhone,
    StaffIdNumber,
    StaffAddress,
}

/// How much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Full,
    /// Full where the audit log says that the viewer looked, else masked.
    Looked,
    /// `199****0001`, `张**`, `***`; of an address its district and `***`, of a birthday the age, of a record how much there is.
    Masked,
    Nothing,
}

use Shown::{Full, Looked, Masked, Nothing};

/// A row for each field, a column for each viewer, in the order of the two enums above.
#[rustfmt::skip]
pub const POLICY: [(Field, [Shown; 8]); 12] = [
    //                     Owner  Treating Family   Team     Assistant Admin    Followed Stranger
    (Field::IdNumber,      [Full, Looked,  Nothing, Masked,  Masked,   Masked,  Nothing, Nothing]),
    (Field::Phone,         [Full, Looked,  Looked,  Masked,  Full,     Full,    Masked,  Nothing]),
    (Field::Name,          [Full, Full,    Full,    Full,    Full,     Full,    Masked,  Masked]),
    (Field::Address,       [Full, Full,    Nothing, Masked,  Masked,   Masked,  Nothing, Nothing]),
    (Field::Birthday,      [Full, Full,    Nothing, Masked,  Masked,   Full,    Nothing, Nothing]),
    (Field::Person,        [Full, Full,    Nothing, Full,    Full,     Full,    Nothing, Nothing]),
    (Field::Body,          [Full, Full,    Nothing, Full,    Full,     Full,    Nothing, Nothing]),
    (Field::Record,        [Full, Full,    Nothing, Full,    Nothing,  Masked,  Nothing, Nothing]),
    (Field::FemaleHistory, [Full, Full,    Nothing, Nothing, Nothing,  Nothing,  Nothing, Nothing]),
    (Field::StaffPhone,    [Full, Masked,  Masked,  Masked,  Masked,   Full,    Masked,  Masked]),
    (Field::StaffIdNumber, [Full, Nothing, Nothing, Nothing, Nothing,  Masked,  Nothing, Nothing]),
    (Field::StaffAddress,  [Full, Nothing, Nothing, Nothing, Nothing,  Masked,  Nothing, Nothing]),
];

/// How much of `field` the viewer may see.
pub const fn shown(field: Field, viewer: Viewer) -> Shown {
    POLICY[field as usize].1[viewer as usize]
}

/// `13800000001` → `138****0001`. Input that has not the usual shape (a landline, half a number) keeps still less.
pub fn phone(text: &str) -> String {
    middle(text, 3, 4, 4)
}

/// What stands where an identity number is not shown: eighteen stars, whatever its length; nothing where there is none.
pub fn id_number(text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { stars(18).collect() }
}

/// `张三丰` → `张**`; a name of one character is hidden.
pub fn name(text: &str) -> String {
    let text = text.trim();
    let length = text.chars().count();
    let shown = usize::from(length > 1);
    text.chars().take(shown).chain(stars(length - shown)).collect()
}

/// The district (empty for an e-mail) and `***`; nothing where there is no address.
pub fn address(district: &str, text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { format!("{district}***") }
}

/// Keeps `head` and `tail` characters when at least `hidden` remain between them, else a quarter at each end.
/// Counts characters, not bytes: a byte index could fall inside one and panic.
fn middle(text: &str, head: usize, tail: usize, hidden: usize) -> String {
    let text = text.trim();
    let length = text.chars().count();
    let (head, tail) = if length >= head + tail + hidden { (head, tail) } else { (length / 4, length / 4) };
    let ending = text.chars().skip(length - tail);
    text.chars().take(head).chain(stars(length - head - tail)).chain(ending).collect()
}

fn stars(count: usize) -> impl Iterator<Item = char> {
    std::iter::repeat_n('*', count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A row stands at its field's number, or `shown` answers for another field.
    #[test]
    fn rows_stand_in_order() {
        for (at, (field, _)) in POLICY.iter().enumerate() {
            assert_eq!(*field as usize, at, "{field:?}");
        }
        assert_eq!(Viewer::Stranger as usize, POLICY[0].1.len() - 1);
    }

    #[test]
    fn a_stranger_sees_a_masked_name_and_nothing_else_of_a_patient() {
        for (field, _) in POLICY.iter().filter(|(field, _)| (*field as usize) < Field::StaffPhone as usize) {
            let expected = if *field == Field::Name { Masked } else { Nothing };
            assert_eq!(shown(*field, Viewer::Stranger), expected, "{field:?}");
            assert_eq!(shown(*field, Viewer::Owner), Full);
        }
    }

    #[test]
    fn usual_shapes() {
        assert_eq!(phone("13800000001"), "138****0001");
        assert_eq!(id_number("11000000000000123X"), "*".repeat(18));
        assert_eq!(name("张三丰"), "张**");
        assert_eq!(name("张三"), "张*");
        assert_eq!((address("东城区", "一号路1号"), address("", "a@example.com")), ("东城区***".into(), "***".into()));
    }

    #[test]
    fn odd_shapes_show_less() {
        assert_eq!(phone(""), "");
        assert_eq!(phone("1"), "*");
        assert_eq!(phone("110"), "***");
        assert_eq!(phone("1234567"), "1*****7");
        assert_eq!(phone("010-6552999"), "010****2999");
        assert_eq!(id_number("E12345678"), "*".repeat(18));
        assert_eq!((id_number(" "), address("东城区", " ")), (String::new(), String::new()));
        assert_eq!(name("张"), "*");
        assert_eq!(name(""), "");
        assert_eq!(name(" 李 "), "*");
    }

    proptest! {
        #[test]
        fn never_whole(text in "[^*\\p{Cc}]*") {
            let whole = text.trim();
            for masked in [phone(&text), name(&text)] {
                prop_assert_eq!(masked.chars().count(), whole.chars().count());
                prop_assert!(whole.chars().all(|c| c == '*') || masked != whole);
            }
            for masked in [phone(&text), name(&text), id_number(&text), address("", &text)] {
                prop_assert_eq!(masked.is_empty(), whole.is_empty());
                prop_assert!(masked.is_empty() || masked.contains('*'));
            }
        }
    }
}
