//! Sights: how much of a person somebody sees. A view of a person is made with one, and prints what the table in [`mask`] lets through it.
//!
//! Who may see more than a stranger is [`privacy`](crate::domain::relations::privacy)'s to say, and only that room makes such a sight.

use jiff::civil::Date;

use crate::base::mask::{self, Field, Shown, Viewer, shown};

/// Somebody's sight of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    viewer: Viewer,
    /// Whether the audit log says so.
    looked: bool,
}

impl Sight {
    /// What everybody sees, signed in or not.
    pub const STRANGER: Sight = Sight { viewer: Viewer::Stranger, looked: false };

    /// Only for [`privacy`](crate::domain::relations::privacy).
    pub(in crate::domain) const fn seen_by(viewer: Viewer, looked: bool) -> Sight {
        Sight { viewer, looked }
    }

    /// Whether there is any relation at all: what is told of the person beside a masked name.
    pub fn is_stranger(self) -> bool {
        matches!(self.viewer, Viewer::Stranger | Viewer::Followed)
    }

    pub fn is_owner(self) -> bool {
        self.viewer == Viewer::Owner
    }

    pub fn name(self, text: &str) -> String {
        self.text(Field::Name, text, mask::name)
    }

    pub fn phone(self, text: &str) -> String {
        self.text(Field::Phone, text, mask::phone)
    }

    pub fn id_number(self, text: &str) -> String {
        self.text(Field::IdNumber, text, mask::id_number)
    }

    /// A street address; `district` is what is left of it where it is masked.
    pub fn address(self, district: &str, text: &str) -> String {
        self.text(Field::Address, text, |text| mask::address(district, text))
    }

    pub fn email(self, text: &str) -> String {
        self.text(Field::Address, text, |text| mask::address("", text))
    }

    /// `1988-08-23`, where there is one and it is shown.
    pub fn birthday(self, text: &str) -> Option<String> {
        (self.shown(Field::Birthday) == Shown::Full && !text.is_empty()).then(|| text.to_owned())
    }

    /// Whole years, where a birthday is known.
    pub fn age(self, birthday: &str, today: Date) -> Option<i64> {
        let known = self.shown(Field::Birthday) != Shown::Nothing && !birthday.is_empty();
        known.then(|| crate::base::time::age_on(birthday, today)).flatten()
    }

    /// Sex, marriage, region, picture, counts.
    pub fn person<T>(self, value: T) -> Option<T> {
        self.whole(Field::Person, value)
    }

    /// Height, weight, habits.
    pub fn body<T>(self, value: T) -> Option<T> {
        self.whole(Field::Body, value)
    }

    /// What was said, found and photographed.
    pub fn record<T>(self, value: T) -> Option<T> {
        self.whole(Field::Record, value)
    }

    /// 女性健康史.
    pub fn female_history<T>(self, value: T) -> Option<T> {
        self.whole(Field::FemaleHistory, value)
    }

    /// A doctor's or an assistant's.
    pub fn staff_phone(self, text: &str) -> String {
        self.text(Field::StaffPhone, text, mask::phone)
    }

    pub fn staff_id_number(self, text: &str) -> String {
        self.text(Field::StaffIdNumber, text, mask::id_number)
    }

    pub fn staff_address(self, district: &str, text: &str) -> String {
        self.text(Field::StaffAddress, text, |text| mask::address(district, text))
    }

    pub fn staff_email(self, text: &str) -> String {
        self.text(Field::StaffAddress, text, |text| mask::address("", text))
    }

    fn text(self, field: Field, text: &str, masked: impl Fn(&str) -> String) -> String {
        match self.shown(field) {
            Shown::Full => text.to_owned(),
            Shown::Masked | Shown::Looked => masked(text),
            Shown::Nothing => String::new(),
        }
    }

    fn whole<T>(self, field: Field, value: T) -> Option<T> {
        (self.shown(field) == Shown::Full).then_some(value)
    }

    fn shown(self, field: Field) -> Shown {
        match shown(field, self.viewer) {
            Shown::Looked if self.looked => Shown::Full,
            shown => shown,
        }
    }
}
