//! Keys: parts laid end to end so that bytes sort as the values do.

use crate::base::{
    id::{AnyId, Id},
    time::Time,
};

/// Where a change stands among those of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    pub time: Time,
    pub commit: u64,
    pub id: AnyId,
}

/// A part of a key, or a whole one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(pub(super) Vec<u8>);

/// A key of these parts: `key(&[&doctor_id, &created_at])`.
pub fn key(parts: &[&dyn Part]) -> Key {
    let mut bytes = Vec::with_capacity(parts.len() * 8);
    for part in parts {
        part.lay(&mut bytes);
    }
    Key(bytes)
}

impl Key {
    pub const NONE: Key = Key(Vec::new());
}

/// What a key can be made of.
pub trait Part {
    fn lay(&self, bytes: &mut Vec<u8>);
}

impl<K> Part for Id<K> {
    fn lay(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.number().to_be_bytes());
    }
}

impl Part for u64 {
    fn lay(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_be_bytes());
    }
}

impl Part for Time {
    fn lay(&self, bytes: &mut Vec<u8>) {
        // Flipping the sign bit makes signed numbers sort as unsigned ones.
        bytes.extend((self.0 ^ i64::MIN).to_be_bytes());
    }
}

impl Part for u32 {
    fn lay(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_be_bytes());
    }
}

impl Part for u8 {
    fn lay(&self, bytes: &mut Vec<u8>) {
        bytes.push(*self);
    }
}

/// Texts end with a zero byte, so that no text is the beginning of another one's key. sled wants keys under 200 bytes: what is
/// longer is cut, so a look-up by a long text compares the row that it finds.
impl Part for &str {
    fn lay(&self, bytes: &mut Vec<u8>) {
        const MOST: usize = 120;
        bytes.extend(self.bytes().filter(|b| *b != 0).take(MOST));
        bytes.push(0);
    }
}

impl Part for String {
    fn lay(&self, bytes: &mut Vec<u8>) {
        self.as_str().lay(bytes);
    }
}

/// The spaces of the one tree, by first byte.
pub(super) mod space {
    pub const ROW: u8 = b'r';
    pub const MORE: u8 = b'~';
    pub const INDEX: u8 = b'i';
    pub const COUNT: u8 = b'n';
    pub const EVENT: u8 = b'e';
    pub const META: u8 = b'm';
    pub const TOUCHED: u8 = b't';
    pub const BY_TIME: u8 = b'T';
}

pub(super) fn row(table: u8, id: u64) -> [u8; 10] {
    let mut key = [0; 10];
    key[0] = space::ROW;
    key[1] = table;
    key[2..].copy_from_slice(&id.to_be_bytes());
    key
}

/// Where the `part`th continuation (from 0) of a long row lies.
pub(super) fn more(table: u8, id: u64, set: u64, part: u8) -> [u8; 19] {
    let mut key = [0; 19];
    key[..10].copy_from_slice(&row(table, id));
    key[0] = space::MORE;
    key[10..18].copy_from_slice(&set.to_be_bytes());
    key[18] = part;
    key
}

/// Where it lies when a row changed last.
pub(super) fn touched(table: u8, id: u64) -> [u8; 10] {
    let mut key = row(table, id);
    key[0] = space::TOUCHED;
    key
}

/// Where that stands in the order of time.
pub(super) fn touched_by_time(table: u8, moment: Moment) -> Vec<u8> {
    let mut key = vec![space::BY_TIME, table];
    moment.time.lay(&mut key);
    moment.commit.lay(&mut key);
    moment.id.lay(&mut key);
    key
}

/// The moment of such a key.
pub(super) fn moment_of(key: &[u8]) -> Option<Moment> {
    let number = |at: usize| Some(u64::from_be_bytes(key.get(at..at + 8)?.try_into().ok()?));
    Some(Moment { time: Time(number(2)?.cast_signed() ^ i64::MIN), commit: number(10)?, id: Id::from_number(number(18)?) })
}

pub(super) fn event(stream: u8, seq: u64) -> [u8; 10] {
    let mut key = [space::EVENT; 10];
    key[1] = stream;
    key[2..].copy_from_slice(&seq.to_be_bytes());
    key
}

/// Where the store's own number lies.
pub(super) const MARK: &[u8] = b"mmark";

/// Where the era of the store lies.
pub(super) const ERA: &[u8] = b"mera";

/// Where the clinic's name lies, the same in all its copies.
pub(super) const INSTANCE: &[u8] = b"minstance";

/// Stands there in a copy for looking, beside what `MARK` says.
pub(super) const COPY: &[u8] = b"mcopy";

/// Where it stands of which copy of the clinic this one was made, and how far that had come: `<era> <commit>`.
pub(super) const PARENT: &[u8] = b"mparent";

/// Where the number of the newest commit lies.
pub(super) const COMMIT: &[u8] = b"mcommit";

/// Where the number of a stream's newest event lies.
pub(super) fn next_event(stream: u8) -> [u8; 3] {
    [space::META, b'e', stream]
}

/// Where the last number of a named sequence lies.
pub(super) fn sequence(name: &str) -> Vec<u8> {
    [&[space::META, b'#'], name.as_bytes()].concat()
}

/// The table and the id of the row that a key belongs to; `None` of other keys.
pub(super) fn row_of(key: &[u8]) -> Option<(u8, u64)> {
    match key {
        [space::ROW | space::MORE, table, rest @ ..] => Some((*table, u64::from_be_bytes(rest.get(..8)?.try_into().ok()?))),
        _ => None,
    }
}

/// Whether a key goes into a copy. What names a store, or this copy of the clinic, is each store's own.
pub(super) fn is_copied(key: &[u8]) -> bool {
    match key.first() {
        Some(&(space::ROW | space::MORE | space::EVENT | space::TOUCHED)) => true,
        Some(&space::META) => ![MARK, ERA, COPY, PARENT, COMMIT].contains(&key),
        _ => false,
    }
}

/// The table whose number of rows this counter keeps.
pub(super) fn counted_table(key: &[u8]) -> Option<u8> {
    match key {
        [space::COUNT, table, 0] => Some(*table),
        _ => None,
    }
}

/// The least key that is greater than every key beginning with `prefix`; `None` where there is none.
pub(super) fn after(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < 0xff {
            end.push(last + 1);
            return Some(end);
        }
    }
    None
}

/// The number at the end of a key: the id, of an index or row key.
pub(super) fn number_of(key: &[u8]) -> u64 {
    let tail = key.len().saturating_sub(8);
    key[tail..].try_into().map_or(0, u64::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_sort_as_their_values(a: (u64, i64, String), b: (u64, i64, String)) {
            let lay = |v: &(u64, i64, String)| key(&[&v.0, &Time(v.1)]);
            prop_assert_eq!((a.0, a.1).cmp(&(b.0, b.1)), lay(&a).cmp(&lay(&b)));
        }

        #[test]
        fn no_text_key_begins_another(a in "[a-z]{0,8}", b in "[a-z]{0,8}") {
            let (ka, kb) = (key(&[&a]), key(&[&b]));
            prop_assert_eq!(a == b, kb.0.starts_with(&ka.0));
        }

        #[test]
        fn after_bounds_the_prefix(prefix in proptest::collection::vec(any::<u8>(), 0..4), tail in proptest::collection::vec(any::<u8>(), 0..4)) {
            let whole = [prefix.clone(), tail].concat();
            if let Some(end) = after(&prefix) { prop_assert!(whole < end); }
        }
    }
}
