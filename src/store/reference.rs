//! What a row says of other rows: whom it names, and what becomes of it when that one is taken out.

use crate::base::id::{AnyId, Id, kind::Named};

/// What becomes of a row when what it names is to be taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It bars that: while the row is there, what it names stays too.
    Bars,
    /// It goes along, or loses the name.
    Goes,
    /// It stays as it is and names somebody who was.
    Stays,
}

/// One id that a row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What the id names, as [`kind`](crate::base::id::kind) calls it: codes of regions are no ids of the sequence.
    pub noun: &'static str,
    pub id: AnyId,
    pub fate: Fate,
}

/// Collects the references of one row. Ids that name nothing are passed over.
#[derive(Debug, Default)]
pub struct References(Vec<Reference>);

impl References {
    /// The row needs these: they cannot be taken out while it is there.
    pub fn needs<K: Named>(&mut self, ids: impl IntoIterator<Item = Id<K>>) -> &mut References {
        self.add(ids, Fate::Bars)
    }

    /// The row goes when one of these goes.
    pub fn goes_with<K: Named>(&mut self, ids: impl IntoIterator<Item = Id<K>>) -> &mut References {
        self.add(ids, Fate::Goes)
    }

    /// The row names these and does without them.
    pub fn recalls<K: Named>(&mut self, ids: impl IntoIterator<Item = Id<K>>) -> &mut References {
        self.add(ids, Fate::Stays)
    }

    /// As a list, in the order in which they were declared.
    pub fn list(self) -> Vec<Reference> {
        self.0
    }

    fn add<K: Named>(&mut self, ids: impl IntoIterator<Item = Id<K>>, fate: Fate) -> &mut References {
        let known = ids.into_iter().filter(|id| !id.is_none());
        self.0.extend(known.map(|id| Reference { noun: K::NOUN, id: id.any(), fate }));
        self
    }
}
