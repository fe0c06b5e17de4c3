//! What the index knows of a row.

use crate::base::id::AnyId;

/// What is searched for. The names stand in the index: a new one is added, an old one keeps its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    Hospital,
    Doctor,
    Project,
    Term,
    Org,
    Team,
}

impl EntryKind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            EntryKind::Hospital => "hospital",
            EntryKind::Doctor => "doctor",
            EntryKind::Project => "project",
            EntryKind::Term => "term",
            EntryKind::Org => "org",
            EntryKind::Team => "team",
        }
    }
}

/// A row as it is searched.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexEntry {
    pub kind: EntryKind,
    pub id: AnyId,
    /// Short texts that are also found by their sound (`toutong`, `tt`). Lists by name go by the first.
    pub names: Vec<String>,
    /// Other texts, of any length.
    pub texts: Vec<String>,
    pub marks: Vec<Mark>,
}

/// Something that a row has or has not: a list may ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark(pub(super) String);

impl Mark {
    /// Either there or not.
    pub fn flag(name: &'static str) -> Mark {
        Mark(name.to_owned())
    }

    /// A value, compared as a whole.
    pub fn of(name: &'static str, value: impl std::fmt::Display) -> Mark {
        Mark(format!("{name}={value}"))
    }
}
