//! How an entry lies in tantivy: the fields, and an entry as a document of them.

use tantivy::{
    TantivyDocument, Term,
    schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
};

use super::{
    entry::{EntryKind, IndexEntry},
    text,
};
use crate::base::{fold::fold, id::AnyId, sound::Sound};

/// The fields of an entry.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    /// Kind and id: what a new entry replaces.
    key: Field,
    id: Field,
    name: Field,
    readings: Field,
    pub mark: Field,
    pub pair: Field,
    pub single: Field,
    /// What can be typed of a name's sound.
    pub sound: Field,
    /// Its parts.
    pub letters: Field,
    pub initial: Field,
}

/// The fast field that holds the readings of an entry's names, for listening.
pub(super) const READINGS: &str = "readings";

/// Nothing is stored and nothing is weighed by length: rows come from the store, scores are constants.
pub(super) fn schema() -> (Schema, Fields) {
    let indexed = |tokenizer: &str, option| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option).set_fieldnorms(false);
        TextOptions::default().set_indexing_options(indexing)
    };
    let (plain, placed) = (IndexRecordOption::Basic, IndexRecordOption::WithFreqsAndPositions);
    let mut schema = Schema::builder();
    let fields = Fields {
        key: schema.add_text_field("key", indexed("raw", plain)),
        id: schema.add_u64_field("id", FAST),
        name: schema.add_text_field("name", TextOptions::default().set_fast("raw")),
        mark: schema.add_text_field("mark", indexed("raw", plain)),
        pair: schema.add_text_field("pair", indexed("pairs", placed)),
        single: schema.add_text_field("single", indexed("singles", plain)),
        sound: schema.add_text_field("sound", indexed("beginnings", plain)),
        letters: schema.add_text_field("letters", indexed("letters", plain)),
        initial: schema.add_text_field("initial", indexed("initials", plain)),
        readings: schema.add_u64_field(READINGS, FAST),
    };
    (schema.build(), fields)
}

pub(super) fn document(fields: &Fields, entry: &IndexEntry) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(fields.key, key_text(entry.kind, entry.id));
    document.add_u64(fields.id, entry.id.number());
    document.add_text(fields.mark, kind_mark(entry.kind));
    for mark in &entry.marks {
        document.add_text(fields.mark, &mark.0);
    }
    document.add_text(fields.name, entry.names.first().map_or("", String::as_str));
    for (text, named) in entry.names.iter().map(|name| (name, true)).chain(entry.texts.iter().map(|text| (text, false))) {
        let folded = fold(text);
        if folded.is_empty() {
            continue;
        }
        document.add_text(fields.single, &folded);
        let sound = if named { Sound::of(text) } else { Sound::default() };
        if !sound.is_empty() {
            for field in [fields.sound, fields.letters, fields.initial] {
                document.add_text(field, text);
            }
            for reading in text::row_of(&sound) {
                document.add_u64(fields.readings, reading);
            }
        }
        document.add_text(fields.pair, folded);
    }
    document
}

pub(super) fn kind_mark(kind: EntryKind) -> String {
    format!("kind={}", kind.name())
}

fn key_text(kind: EntryKind, id: AnyId) -> String {
    format!("{} {id}", kind.name())
}

pub(super) fn key(fields: &Fields, kind: EntryKind, id: AnyId) -> Term {
    Term::from_field_text(fields.key, &key_text(kind, id))
}
