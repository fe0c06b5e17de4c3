//! What strangers see of a person's phone, identity number and name.
//!
//! Who is a stranger is the views' business. Input that has not the usual shape (a passport, a landline, half a number) keeps still less,
//! and nothing is ever printed whole.

/// `13800000001` → `138****0001`.
pub fn phone(text: &str) -> String {
    middle(text, 3, 4, 4)
}

/// `11010119780713123X` → `110***********123X`.
pub fn idno(text: &str) -> String {
    middle(text, 3, 4, 8)
}

/// `张三丰` → `张**`; a name of one character is hidden.
pub fn name(text: &str) -> String {
    let text = text.trim();
    let length = text.chars().count();
    let shown = usize::from(length > 1);
    text.chars().take(shown).chain(stars(length - shown)).collect()
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

    #[test]
    fn usual_shapes() {
        assert_eq!(phone("13800000001"), "138****0001");
        assert_eq!(idno("11000000000000123X"), "110***********123X");
        assert_eq!(name("张三丰"), "张**");
        assert_eq!(name("张三"), "张*");
    }

    #[test]
    fn odd_shapes_show_less() {
        assert_eq!(phone(""), "");
        assert_eq!(phone("1"), "*");
        assert_eq!(phone("110"), "***");
        assert_eq!(phone("1234567"), "1*****7");
        assert_eq!(phone("010-6552999"), "010****2999");
        assert_eq!(idno("E12345678"), "E1*****78");
        assert_eq!(idno("身份证号"), "身**号");
        assert_eq!(name("张"), "*");
        assert_eq!(name(""), "");
        assert_eq!(name(" 李 "), "*");
    }

    proptest! {
        #[test]
        fn never_whole(text in "[^*\\p{Cc}]*") {
            let whole = text.trim();
            for masked in [phone(&text), idno(&text), name(&text)] {
                prop_assert_eq!(masked.chars().count(), whole.chars().count());
                prop_assert!(whole.chars().all(|c| c == '*') || masked != whole);
            }
        }
    }
}
