//! Names that sound like a keyword. Up to four letters are a term of the index; for more, candidates are listened to one by one.

use std::{fmt, sync::Arc};

use tantivy::{
    DocId, SegmentReader, TantivyError, Term,
    columnar::Column,
    query::{
        BooleanQuery, EnableScoring, Occur, Query as Tantivy, TermQuery,
        doc_predicate_query::{ConstOrVariableSegmentPredicate, DocPredicate, DocPredicateQuery, SegmentDocPredicate},
    },
    schema::{Field, IndexRecordOption},
};

use super::{
    shape::{Fields, READINGS},
    text::{AT_ONCE, PIECE, read_back},
};
use crate::base::sound::Keyword;

/// The entries of which a name sounds like the keyword.
pub(super) fn query(fields: &Fields, keyword: Keyword) -> Box<dyn Tantivy> {
    let letters = keyword.letters();
    if letters.len() <= AT_ONCE {
        return any([term(fields.sound, letters), term(fields.initial, letters)]);
    }
    let parts = places(letters.len(), PIECE).map(|at| term(fields.letters, &letters[at..at + PIECE]));
    let spoken = all([term(fields.sound, &letters[..AT_ONCE])].into_iter().chain(parts));
    let initials = all(places(letters.len(), AT_ONCE).map(|at| term(fields.initial, &letters[at..at + AT_ONCE])));
    let heard = Heard { keyword: Arc::new(keyword), candidates: any([spoken, initials]) };
    Box::new(DocPredicateQuery::from(heard))
}

/// Where parts of that length begin that cover the whole, the last one aligned to the end.
fn places(whole: usize, part: usize) -> impl Iterator<Item = usize> {
    (0..whole - part).step_by(part).chain([whole - part])
}

fn term(field: Field, text: &str) -> Box<dyn Tantivy> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

fn any(queries: impl IntoIterator<Item = Box<dyn Tantivy>>) -> Box<dyn Tantivy> {
    Box::new(BooleanQuery::new(queries.into_iter().map(|query| (Occur::Should, query)).collect()))
}

fn all(queries: impl IntoIterator<Item = Box<dyn Tantivy>>) -> Box<dyn Tantivy> {
    Box::new(BooleanQuery::new(queries.into_iter().map(|query| (Occur::Must, query)).collect()))
}

/// Listens to candidates.
struct Heard {
    keyword: Arc<Keyword>,
    /// Every entry that sounds like the keyword is among them.
    candidates: Box<dyn Tantivy>,
}

impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Heard({})", self.keyword.letters())
    }
}

impl DocPredicate for Heard {
    type SegmentDocPredicate = Ear;

    fn doc_predicate(&self, segment: &SegmentReader) -> tantivy::Result<ConstOrVariableSegmentPredicate<Ear>> {
        let weight = self.candidates.weight(EnableScoring::disabled_from_schema(segment.schema()))?;
        let readings = segment.fast_fields().u64(READINGS).map_err(|e| TantivyError::InternalError(e.to_string()))?;
        Ok(ConstOrVariableSegmentPredicate::Variable {
            predicate: Ear { keyword: self.keyword.clone(), readings },
            necessary_condition: Box::new(weight.scorer(segment, 1.0)?),
        })
    }
}

struct Ear {
    keyword: Arc<Keyword>,
    readings: Column<u64>,
}

impl SegmentDocPredicate for Ear {
    fn eval(&mut self, entry: DocId) -> bool {
        let mut listening = self.keyword.listen();
        self.readings.values_for_doc(entry).any(|number| {
            let (reading, place, name) = read_back(number);
            if name {
                listening.next_text();
            } else if place {
                listening.next_place();
            }
            listening.hears(reading)
        })
    }
}
