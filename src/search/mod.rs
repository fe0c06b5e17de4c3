//! The search index: finding rows by keyword. The only room that names tantivy.
//!
//! * An [`IndexEntry`] is what is known here of a row: its names, its other texts, and marks by which lists are filtered.
//! * A [`Query`] finds the entries of which, for every word of the keyword, one text holds it anywhere or one name sounds like it. The
//!   answer is ids with an exact total; rows come from the store.
//! * An [`SearchIndex`] lies in a directory and can be lost: it is derived. Its [`Bookmark`] says up to which event of which store it has
//!   come; who feeds it goes on from there, or builds it anew.
//!
//! Substrings are exact: texts are indexed as overlapping pairs of characters with their positions, so that a phrase of pairs matches
//! where the text holds the keyword and nowhere else. Chinese needs no word segmentation that way, and misses nothing.
//!
//! Sounds are exact too, in every reading of every character. Writing out all combinations of readings would multiply; so the index knows
//! what can be typed in up to four letters, and finds for more letters the names that have all their parts, to which a search then listens.

mod entry;
mod heard;
mod index;
mod query;
mod shape;
#[cfg(test)]
mod tests;
mod text;

pub use entry::{EntryKind, IndexEntry, Mark};
pub use index::{Bookmark, INDEX_BUILDING, SearchIndex, Writer};
pub use query::{HitOrder, Query};
