//! What is looked for, as tantivy understands it. A keyword never meets a query parser: quotes and operators are plain characters.

use tantivy::{
    Order as Direction, Score, Searcher, Term,
    collector::{
        Collector, Count, TopDocs,
        sort_key::{SortBySimilarityScore, SortByStaticFastValue, SortByString},
    },
    query::{BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, PhraseQuery, Query as Tantivy, TermQuery},
    schema::{Field, IndexRecordOption},
};

use super::{
    entry::{EntryKind, Mark},
    heard,
    shape::{self, Fields},
    text::{self, BEGIN, END},
};
use crate::base::{
    fold::fold,
    id::AnyId,
    page::{Page, Slice},
    sound::Keyword,
};

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Query<'a> {
    pub kind: EntryKind,
    /// Any text. Of a very long one the beginning counts. Every entry fits an empty one.
    pub keyword: &'a str,
    /// All of them.
    pub marks: Vec<Mark>,
    pub order: HitOrder,
    pub page: Page,
}

/// How what is found is listed. The better match stands first where it says so: a text that is the keyword, then one that begins with it,
/// then one that has it in it, then a name that sounds like it. Of several words each must match; what matches them as they stand comes
/// first, then what matches the words better, one with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitOrder {
    /// The better match first, then the newer row.
    Relevance,
    /// The newer row first, however well it matches.
    Newest,
    /// The better match first, then by name.
    Name,
}

/// Characters of a keyword that count. A phrase has a term for every two of them.
const LONGEST: usize = 100;

/// The ids on the page, and how many there are in all.
pub(super) fn run(searcher: &Searcher, fields: &Fields, query: &Query) -> tantivy::Result<Slice<AnyId>> {
    let wanted = compose(fields, query);
    let most = usize::try_from(searcher.num_docs()).unwrap_or(usize::MAX);
    let (skip, limit) = (query.page.skip.min(most), query.page.limit.min(most));
    if limit == 0 {
        return Ok(Slice { items: Vec::new(), total: searcher.search(&wanted, &Count)? as u64 });
    }
    let top = TopDocs::with_limit(limit).and_offset(skip);
    let newest = || SortByStaticFastValue::<u64>::for_field("id");
    match query.order {
        HitOrder::Relevance => collect(searcher, &wanted, top.order_by((SortBySimilarityScore, newest())), |key| key.1),
        HitOrder::Newest => collect(searcher, &wanted, top.order_by(newest()), |key| key),
        HitOrder::Name => {
            let name = (SortByString::for_field("name"), Direction::Asc);
            collect(searcher, &wanted, top.order_by((SortBySimilarityScore, name, newest())), |key| key.2)
        }
    }
}

fn collect<K: 'static>(
    searcher: &Searcher,
    wanted: &dyn Tantivy,
    top: impl Collector<Fruit = Vec<(K, tantivy::DocAddress)>>,
    id: impl Fn(K) -> Option<u64>,
) -> tantivy::Result<Slice<AnyId>> {
    let (found, total) = searcher.search(wanted, &(top, Count))?;
    Ok(Slice { items: found.into_iter().filter_map(|(key, _)| id(key)).map(AnyId::from_number).collect(), total: total as u64 })
}

fn compose(fields: &Fields, query: &Query) -> BooleanQuery {
    let marks = std::iter::once(shape::kind_mark(query.kind)).chain(query.marks.iter().map(|mark| mark.0.clone()));
    let mut parts: Vec<(Occur, Box<dyn Tantivy>)> = marks.map(|mark| (Occur::Must, scored(term(fields.mark, &mark), 0.0))).collect();
    let keyword: String = fold(query.keyword).chars().take(LONGEST).collect();
    let words: Vec<&str> = keyword.split_whitespace().collect();
    parts.extend(words.iter().map(|word| (Occur::Must, matches(fields, word, 1.0))));
    if words.len() > 1 {
        parts.push((Occur::Should, matches(fields, keyword.trim_end(), AS_IT_STANDS)));
    }
    BooleanQuery::new(parts)
}

/// More than all words together can score.
const AS_IT_STANDS: Score = 1_000.0;

/// The ways to match, the best of which counts, each with a constant score: how often a text holds the keyword says nothing about names.
fn matches(fields: &Fields, keyword: &str, weight: Score) -> Box<dyn Tantivy> {
    let chars: &[char] = &keyword.chars().collect::<Vec<_>>();
    let (begin, whole) = ([&[BEGIN], chars].concat(), [&[BEGIN], chars, &[END]].concat());
    let inside = match chars {
        [one] => term(fields.single, &one.to_string()),
        _ => phrase(fields.pair, chars),
    };
    let mut ways = vec![(phrase(fields.pair, &whole), 4.0), (phrase(fields.pair, &begin), 3.0), (inside, 2.0)];
    ways.extend(Keyword::of(keyword).map(|keyword| (heard::query(fields, keyword), 1.0)));
    let ways = ways.into_iter().map(|(way, score)| scored(way, score * weight));
    Box::new(DisjunctionMaxQuery::new(ways.collect()))
}

fn scored(query: Box<dyn Tantivy>, score: Score) -> Box<dyn Tantivy> {
    Box::new(ConstScoreQuery::new(query, score))
}

fn term(field: Field, text: &str) -> Box<dyn Tantivy> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

/// The text's pairs, one behind the other. Every second one says it all; the last is aligned to the end.
fn phrase(field: Field, chars: &[char]) -> Box<dyn Tantivy> {
    let pairs: Vec<String> = text::pairs(chars).collect();
    let last = match pairs.len() {
        0 => return term(field, &String::from_iter(chars)),
        1 => return term(field, &pairs[0]),
        n => n - 1,
    };
    let places = (0..last).step_by(2).chain([last]);
    Box::new(PhraseQuery::new_with_offset(places.map(|at| (at, Term::from_field_text(field, &pairs[at]))).collect()))
}
