//! Collections: which part of a list is asked for (`page`, `page_size`, `q`, `sort`, `from`, `to` and the list's own filters), and
//! `{items, total}`. A key that a list does not know is refused: a filter with a typing mistake would show everything.

use serde::Serialize;

use crate::{
    base::{
        error::{Error, Kind, Reason, Result, invalid},
        fold::fold,
        id::Id,
        money::Fen,
        needle::Needle,
        page::{Page, Slice},
        sound::Sound,
        time::Time,
    },
    http::core::{reply::Reply, request::Request},
    store::View,
};

pub const UNKNOWN_KEY: Reason = Reason::new(Kind::Malformed, "unknown_key", "没有这个查询参数");

/// The largest page; a larger one is cut to it.
const MOST: i64 = 1_000;

/// Rows that are read at a time where a period or an order is asked for; more than these are not put in order: the newest of them are.
const SORTED: usize = 100_000;

/// What every list takes.
const COMMON: &[&str] = &["page", "page_size", "q", "sort"];
const PERIOD: &[&str] = &["from", "to"];

/// How a collection may be looked through.
pub struct Listing<R: 'static> {
    /// The query keys of its own.
    pub filters: &'static [&'static str],
    /// When a row came to be, which `from` and `to` are about; `None` where rows have no time.
    pub time: Option<fn(&R) -> Time>,
    /// The fields that it may be sorted by.
    pub sorts: &'static [Sort<R>],
}

/// The name of a field as it prints, and its value in a row, by which rows are put in order.
pub type Sort<R> = (&'static str, KeyOf<R>);

/// Reads that value.
pub type KeyOf<R> = fn(&View, &R) -> Result<SortKey>;

/// A value that rows are put in order by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    Number(i64),
    /// By its sound, then by its signs: 陈, 丁, 周.
    Text(String, String),
}

impl From<&str> for SortKey {
    fn from(text: &str) -> SortKey {
        let sound = Sound::of(text);
        let letters =
            |place: &Vec<_>| place.first().map_or(Vec::new(), |reading: &crate::base::sound::Reading| reading.letters().collect());
        let sound: Vec<String> = sound.places().iter().map(|place| String::from_utf8_lossy(&letters(place)).into_owned()).collect();
        let folded = fold(text);
        SortKey::Text(if sound.is_empty() { folded.clone() } else { sound.join(" ") }, folded)
    }
}

impl<K> From<Id<K>> for SortKey {
    fn from(id: Id<K>) -> SortKey {
        id.number().into()
    }
}

impl From<u64> for SortKey {
    fn from(number: u64) -> SortKey {
        SortKey::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for SortKey {
    fn from(number: u32) -> SortKey {
        SortKey::Number(number.into())
    }
}

impl From<Fen> for SortKey {
    fn from(amount: Fen) -> SortKey {
        SortKey::Number(amount.0)
    }
}

impl From<Time> for SortKey {
    fn from(time: Time) -> SortKey {
        SortKey::Number(time.0)
    }
}

/// What is not there yet comes first.
impl From<Option<Time>> for SortKey {
    fn from(time: Option<Time>) -> SortKey {
        SortKey::Number(time.map_or(i64::MIN, |time| time.0))
    }
}

/// Which rows are asked for, where the domain is to find them.
pub struct Asked {
    pub page: Page,
    pub needle: Needle,
    /// The words as they were written, for an index of words.
    pub keyword: String,
}

impl<R: 'static> Listing<R> {
    /// The page that is asked for of what `find` finds. Where it is asked for by time or in another order, all of it is found and put in order.
    ///
    /// Errors: `unknown_key`, `invalid_field`.
    pub fn find(&self, db: &View, request: &Request, mut find: impl FnMut(Asked) -> Result<Slice<R>>) -> Result<Slice<R>> {
        self.check_keys(request)?;
        let page = page(request)?;
        let keyword = request.text_or_empty("q", 100)?;
        let (sort, from, to) = (self.sort(request)?, moment(db, request, "from", false)?, moment(db, request, "to", true)?);
        let asked = |page| Asked { page, needle: Needle::new(&keyword), keyword: keyword.clone() };
        if sort.is_none() && from.is_none() && to.is_none() {
            return find(asked(page));
        }
        let in_period = |row: &R| match self.time {
            Some(time) => from.is_none_or(|from| time(row) >= from) && to.is_none_or(|to| time(row) < to),
            None => true,
        };
        let mut rows = Vec::new();
        for skip in (0..).step_by(SORTED) {
            let part = find(asked(Page { skip, limit: SORTED }))?.items;
            let is_last = part.len() < SORTED || (from.is_none() && to.is_none());
            rows.extend(part.into_iter().filter(in_period));
            if is_last {
                break;
            }
        }
        if let Some((key, descending)) = sort {
            rows = sorted(db, rows, key, descending)?;
        }
        Ok(page.of(rows))
    }

    fn check_keys(&self, request: &Request) -> Result<()> {
        let period = if self.time.is_some() { PERIOD } else { &[] };
        let known = || COMMON.iter().chain(period).chain(self.filters).copied();
        match request.fields.0.keys().find(|key| !known().any(|name| name == key.as_str())) {
            Some(key) => Err(unknown(key, known())),
            None => Ok(()),
        }
    }

    /// `sort=real_name`, and `sort=-created_at` the other way round.
    fn sort(&self, request: &Request) -> Result<Option<(KeyOf<R>, bool)>> {
        let Some(text) = request.word_or_none("sort", 60)? else { return Ok(None) };
        let (name, direction) = text.split_once(':').unwrap_or((&text, ""));
        let descending = match (name.strip_prefix('-'), direction) {
            (Some(_), "") | (None, "desc") => true,
            (None, "" | "asc") => false,
            _ => return Err(invalid("sort", "应为字段名，前面加 - 为倒序，如 -created_at")),
        };
        let name = name.strip_prefix('-').unwrap_or(name);
        match self.sorts.iter().find(|(known, _)| *known == name) {
            Some((_, key)) => Ok(Some((*key, descending))),
            None => {
                let known: Vec<&str> = self.sorts.iter().map(|(known, _)| *known).collect();
                Err(invalid("sort", format!("应为 {} 之一", known.join("、"))))
            }
        }
    }
}

/// Refuses whatever is asked of something that is no list. Errors: `unknown_key`.
pub fn takes_only(request: &Request, known: &[&'static str]) -> Result<()> {
    match request.fields.0.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(unknown(key, known.iter().copied())),
        None => Ok(()),
    }
}

fn unknown(key: &str, known: impl Iterator<Item = &'static str>) -> Error {
    let near = known.map(|name| (strsim::normalized_damerau_levenshtein(name, key), name)).max_by(|a, b| a.0.total_cmp(&b.0));
    let near = near.map_or(String::new(), |(_, name)| format!("，是否指 {name}"));
    UNKNOWN_KEY.with(format!("{key}{near}")).field(key, format!("不认识{near}"))
}

fn page(request: &Request) -> Result<Page> {
    let number = request.integer_or_none("page", 1..=i64::MAX)?.unwrap_or(1).unsigned_abs();
    let size = request.integer_or_none("page_size", 1..=i64::MAX)?.unwrap_or(10).min(MOST).unsigned_abs();
    Ok(Page::numbered(number, size))
}

/// A day of the clinic, or a moment: `2026-11-29`, `2026-11-29 08:00:00`, RFC 3339. A day that ends a period belongs to it.
pub fn moment(db: &View, request: &Request, name: &str, ends: bool) -> Result<Option<Time>> {
    let Some(text) = request.word_or_none(name, 40)? else { return Ok(None) };
    db.settings.clinic.zone.day_or_moment(&text, ends).map(Some).ok_or_else(|| not_a_moment(name))
}

pub fn not_a_moment(name: &str) -> Error {
    invalid(name, "应为日期或时间，如 2026-11-29")
}

/// Equal rows stay as they were found, the newest first.
fn sorted<R>(db: &View, rows: Vec<R>, key: KeyOf<R>, descending: bool) -> Result<Vec<R>> {
    let mut keyed: Vec<(SortKey, R)> = rows.into_iter().map(|row| Ok((key(db, &row)?, row))).collect::<Result<_>>()?;
    // Rows are found newest first; of those that are alike the oldest comes first where the order goes up.
    match descending {
        true => keyed.sort_by(|a, b| b.0.cmp(&a.0)),
        false => {
            keyed.reverse();
            keyed.sort_by(|a, b| a.0.cmp(&b.0));
        }
    }
    Ok(keyed.into_iter().map(|(_, row)| row).collect())
}

#[derive(Serialize)]
struct Items<T> {
    items: Vec<T>,
    total: u64,
}

/// A page of a collection, each row made into its view.
pub fn reply<T, V: Serialize>(slice: Slice<T>, view: impl FnMut(T) -> Result<V, Error>) -> Result<Reply> {
    let slice = slice.try_map(view)?;
    Reply::of(&Items { items: slice.items, total: slice.total })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_put_in_order_by_their_sound() {
        let mut names = ["周建国", "Ada", "陈晓", "丁小满"];
        names.sort_by_key(|name| SortKey::from(*name));
        assert_eq!(names, ["Ada", "陈晓", "丁小满", "周建国"]);
    }
}
