//! Floor 1, the cellar's index: finding rows by keyword. The only room that names tantivy.
//!
//! * An [`IndexEntry`] is what is known here of a row: its names, its other texts, and marks by which lists are filtered.
//! * A [`Query`] finds the entries of which one text holds the keyword anywhere, or one name sounds like it. The answer is ids with an
//!   exact total; rows come from the store.
//! * An [`SearchIndex`] lies in a directory and can be lost: it is derived. Its [`Bookmark`] says up to which event of which store it has
//!   come; who feeds it goes on from there, or builds it anew.
//!
//! Substrings are exact: texts are indexed as overlapping pairs of characters with their positions, so that a phrase of pairs matches
//! where the text holds the keyword and nowhere else. Chinese needs no word segmentation that way, and misses nothing.

mod entry;
mod index;
mod query;
mod shape;
#[cfg(test)]
mod tests;
mod text;

pub use entry::{EntryKind, IndexEntry, Mark};
pub use index::{Bookmark, INDEX_BUILDING, SearchIndex, Writer};
pub use query::{HitOrder, Query};
pub use text::{fold, sound};
