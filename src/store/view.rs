//! Reading the store ([`View`]) and changing it within a job ([`Tx`]).

use std::{
    collections::BTreeMap,
    mem,
    ops::{Bound, Deref},
    sync::Arc,
};

use sled::{IVec, Tree};

use super::{
    codec,
    event::{CHANGED, Event, Stream},
    keeping::{self, Class},
    key::{self, Key, space},
    scan::{Order, Overlay, Scan},
    table::{self, Entries, Entry, Index, Row},
    touched::{Changed, Touched},
    witness::Witness,
};
use crate::base::{
    error::{INTERNAL, NOT_FOUND, Result},
    id::{AccountId, Id},
    page::{Page, Slice},
    settings::Settings,
    time::Time,
};

/// The first id that an entity gets.
pub(super) const FIRST_ID: u64 = 1_000;
pub(super) const NEXT_ID: &[u8] = b"mnext_id";

/// The store as it is now, with the clock's reading and the settings by which rules are judged.
pub struct View<'a> {
    pub now: Time,
    pub settings: &'a Settings,
    tree: &'a Tree,
    /// What earlier jobs of the same commit wrote.
    base: Option<&'a Overlay>,
    /// What this job wrote.
    mine: Overlay,
    /// Of a view that answers one request; jobs and views that walk whole tables have none.
    witness: Option<Witness>,
}

impl<'a> View<'a> {
    pub(super) fn new(tree: &'a Tree, settings: &'a Settings, now: Time) -> View<'a> {
        View { now, settings, tree, base: None, mine: Overlay::new(), witness: None }
    }

    /// The same for one request. Not to be kept longer.
    pub(super) fn witnessed(self, fresh: Option<Arc<Overlay>>) -> View<'a> {
        View { witness: Some(Witness::of(fresh)), ..self }
    }

    pub(super) fn saw_fresh(&self) -> bool {
        self.witness.as_ref().is_some_and(Witness::saw_fresh)
    }

    /// What the store will be when these writes are in it.
    pub(super) fn over(tree: &'a Tree, settings: &'a Settings, writes: &'a Overlay) -> View<'a> {
        View { base: Some(writes), ..View::new(tree, settings, Time(0)) }
    }

    pub fn get<R: Row>(&self, id: Id<R::Kind>) -> Result<Option<R>> {
        let Some(first) = self.first_piece(R::TABLE.code, id.number())? else { return Ok(None) };
        self.assemble::<R>(id.number(), first)
    }

    fn first_piece(&self, table: u8, id: u64) -> Result<Option<IVec>> {
        let Some(witness) = &self.witness else { return self.raw(&key::row(table, id)) };
        if let Some(known) = witness.known(table, id) {
            return Ok(known);
        }
        let piece = self.raw(&key::row(table, id))?;
        witness.note(table, id, piece.clone());
        Ok(piece)
    }

    /// The row, or `not_found`.
    pub fn need<R: Row>(&self, id: Id<R::Kind>) -> Result<R> {
        self.get(id)?.ok_or_else(|| NOT_FOUND.err())
    }

    pub fn has<R: Row>(&self, id: Id<R::Kind>) -> Result<bool> {
        Ok(self.first_piece(R::TABLE.code, id.number())?.is_some())
    }

    /// The rows with these ids, in their order. What is gone is left out.
    pub fn some<R: Row>(&self, ids: &[Id<R::Kind>]) -> Result<Vec<R>> {
        ids.iter().filter_map(|id| self.get(*id).transpose()).collect()
    }

    /// The rows of a group.
    pub fn rows<R: Row>(&self, index: &Index<R>, group: Key, order: Order) -> impl Iterator<Item = Result<R>> {
        // A row that is deleted between the two reads is left out.
        self.ids(index, group, order).filter_map(|id| id.and_then(|id| self.get(id)).transpose())
    }

    /// The ids of a group's rows, without reading the rows.
    pub fn ids<R: Row>(&self, index: &Index<R>, group: Key, order: Order) -> impl Iterator<Item = Result<Id<R::Kind>>> + use<'_, 'a, R> {
        let prefix = index.prefix(&group);
        let end = key::after(&prefix);
        self.scan(prefix, end, order).map(|entry| entry.map(|(key, _)| Id::from_number(key::number_of(&key))))
    }

    /// The ids of a group's rows whose order is at least `from` and less than `to`.
    pub fn ids_between<R: Row>(
        &self,
        index: &Index<R>,
        group: Key,
        from: Key,
        to: Key,
        order: Order,
    ) -> impl Iterator<Item = Result<Id<R::Kind>>> + use<'_, 'a, R> {
        let prefix = index.prefix(&group);
        let (start, end) = ([prefix.as_slice(), &from.0].concat(), [prefix.as_slice(), &to.0].concat());
        self.scan(start, Some(end), order).map(|entry| entry.map(|(key, _)| Id::from_number(key::number_of(&key))))
    }

    /// The first row of a group: the one, where the index is unique.
    pub fn first<R: Row>(&self, index: &Index<R>, group: Key) -> Result<Option<R>> {
        self.rows(index, group, Order::Oldest).next().transpose()
    }

    /// How many rows a group has.
    pub fn count<R: Row>(&self, index: &Index<R>, group: Key) -> Result<u64> {
        match index.counted {
            true => self.counter(&index.count_key(&group)),
            false => self.ids(index, group, Order::Oldest).try_fold(0, |n, id| id.map(|_| n + 1)),
        }
    }

    /// A page of a group, newest first, with the exact total.
    pub fn page<R: Row>(&self, index: &Index<R>, group: Key, page: Page) -> Result<Slice<R>> {
        let total = self.count(index, group.clone())?;
        if page.skip as u64 >= total {
            return Ok(Slice { items: Vec::new(), total }); // or any page number would walk the whole list
        }
        let ids = self.ids(index, group, Order::Newest).skip(page.skip).take(page.limit);
        let items = ids.filter_map(|id| id.and_then(|id| self.get(id)).transpose()).collect::<Result<_>>()?;
        Ok(Slice { items, total })
    }

    /// All rows of a table, by id.
    pub fn all<R: Row>(&self, order: Order) -> impl Iterator<Item = Result<R>> + use<'_, 'a, R> {
        let prefix = vec![space::ROW, R::TABLE.code];
        let end = key::after(&prefix);
        self.scan(prefix, end, order)
            .filter_map(|entry| entry.and_then(|(key, value)| self.assemble(key::number_of(&key), value)).transpose())
    }

    /// The rows of a table with a greater id, oldest first.
    pub fn all_after<R: Row>(&self, id: Id<R::Kind>) -> impl Iterator<Item = Result<R>> + use<'_, 'a, R> {
        let (start, end) = (key::row(R::TABLE.code, id.number().saturating_add(1)), key::after(&[space::ROW, R::TABLE.code]));
        self.scan(start.to_vec(), end, Order::Oldest)
            .filter_map(|entry| entry.and_then(|(key, value)| self.assemble(key::number_of(&key), value)).transpose())
    }

    /// A page of a whole table, newest first, with the exact total.
    pub fn page_all<R: Row>(&self, page: Page) -> Result<Slice<R>> {
        let total = self.total::<R>()?;
        if page.skip as u64 >= total {
            return Ok(Slice { items: Vec::new(), total });
        }
        // By id first: rows that are left out are not decoded.
        let prefix = vec![space::ROW, R::TABLE.code];
        let end = key::after(&prefix);
        let shown = self.scan(prefix, end, Order::Newest).skip(page.skip).take(page.limit);
        let rows = shown.filter_map(|entry| entry.and_then(|(key, value)| self.assemble(key::number_of(&key), value)).transpose());
        Ok(Slice { items: rows.collect::<Result<_>>()?, total })
    }

    /// How many rows a table has.
    pub fn total<R: Row>(&self) -> Result<u64> {
        self.counter(&table::count_key(R::TABLE.code, 0, &Key::NONE))
    }

    /// The events of a stream after `seq`, oldest first.
    pub fn events_after(&self, stream: Stream, seq: u64) -> impl Iterator<Item = Result<Event>> + use<'_, 'a> {
        let end = key::after(&[space::EVENT, stream.0]);
        self.scan(key::event(stream.0, seq.saturating_add(1)).to_vec(), end, Order::Oldest)
            .map(|entry| entry.map(|(key, value)| Event { seq: key::number_of(&key), bytes: value.to_vec() }))
    }

    /// The number of a stream's newest event, 0 before the first.
    pub fn last_event(&self, stream: Stream) -> Result<u64> {
        self.counter(&key::next_event(stream.0))
    }

    /// The last number that a named sequence gave, 0 before the first.
    pub fn last_in(&self, sequence: &str) -> Result<u64> {
        self.counter(&key::sequence(sequence))
    }

    pub(super) fn counter(&self, key: &[u8]) -> Result<u64> {
        Ok(self.raw(key)?.and_then(|v| v.as_ref().try_into().ok()).map_or(0, u64::from_be_bytes))
    }

    pub(super) fn raw(&self, key: &[u8]) -> Result<Option<IVec>> {
        if let Some(base) = self.base
            && let Some(pending) = self.mine.get(key).or_else(|| base.get(key))
        {
            return Ok(pending.clone());
        }
        if let Some(witness) = &self.witness {
            witness.look(key);
        }
        self.tree.get(key).map_err(|e| INTERNAL.caused_by(e))
    }

    /// All pairs with `start <= key < end`.
    pub(super) fn scan(&self, start: Vec<u8>, end: Option<Vec<u8>>, order: Order) -> Scan {
        let bounds = (Bound::Included(start), end.map_or(Bound::Unbounded, Bound::Excluded));
        if let Some(witness) = &self.witness
            && !is_empty(&bounds)
        {
            witness.look_within(&bounds);
        }
        let mut pending = BTreeMap::new();
        for overlay in self.base.into_iter().chain([&self.mine]).filter(|o| !o.is_empty()) {
            if is_empty(&bounds) {
                break;
            }
            pending.extend(overlay.range(bounds.clone()).map(|(k, v)| (k.clone(), v.clone())));
        }
        let mut pending: Vec<_> = pending.into_iter().collect();
        if order == Order::Newest {
            pending.reverse();
        }
        Scan::new(self.tree.range(bounds), pending, order)
    }

    /// The row that begins with `first`. Between its pieces the writer may put another in its place; that one is read then, or
    /// nothing where it was deleted.
    fn assemble<R: Row>(&self, id: u64, mut first: IVec) -> Result<Option<R>> {
        while let Some((count, set)) = codec::continuations(&first) {
            if let Some(bytes) = self.whole(R::TABLE.code, id, &first, count, set)? {
                return codec::decode_row(&bytes).map(Some);
            }
            match self.raw(&key::row(R::TABLE.code, id))? {
                None => return Ok(None),
                Some(again) if codec::continuations(&again) == Some((count, set)) => {
                    return Err(table::unreadable("a continuation is missing"));
                }
                Some(again) => first = again,
            }
        }
        codec::decode_row(&first).map(Some)
    }

    /// The bytes of a long row; `None` where one of its continuations is gone.
    fn whole(&self, table: u8, id: u64, first: &[u8], count: u8, set: u64) -> Result<Option<Vec<u8>>> {
        let mut bytes = Vec::with_capacity((usize::from(count) + 1) * codec::PIECE);
        bytes.extend_from_slice(&first[..codec::HEAD]);
        bytes.extend_from_slice(first.get(codec::HEAD + 8..).unwrap_or_default());
        for part in 0..count {
            let Some(piece) = self.raw(&key::more(table, id, set, part))? else { return Ok(None) };
            bytes.extend_from_slice(&piece);
        }
        Ok(Some(bytes))
    }
}

/// A reversed range panics in the standard library; an empty one simply has nothing.
fn is_empty(bounds: &(Bound<Vec<u8>>, Bound<Vec<u8>>)) -> bool {
    matches!(bounds, (Bound::Included(a), Bound::Excluded(b)) if a >= b)
}

/// When a row of a class may be deleted; `None` for at once. Given by the domain, which knows the encounters.
pub type KeptUntil = fn(&View, Class) -> Result<Option<Time>>;

/// Rows that count as changed with another: by table and id. Given by the domain, which knows what is shown together.
pub type Touching = fn(&View, Changed, &mut Touched) -> Result<()>;

/// What the domain decides of rows that are written.
#[derive(Clone, Copy)]
pub struct Rules {
    pub kept_until: KeptUntil,
    pub touching: Touching,
}

/// What a job on the writer thread works with: reads see everything earlier jobs wrote, writes become part of the next commit, or
/// of nothing where the job fails.
pub struct Tx<'a> {
    view: View<'a>,
    acts_for: AccountId,
    rules: Rules,
    touched: Touched,
}

impl<'a> Deref for Tx<'a> {
    type Target = View<'a>;

    fn deref(&self) -> &View<'a> {
        &self.view
    }
}

impl<'a> Tx<'a> {
    pub(super) fn new(tree: &'a Tree, settings: &'a Settings, now: Time, base: &'a Overlay, rules: Rules) -> Tx<'a> {
        let view = View { base: Some(base), ..View::new(tree, settings, now) };
        Tx { view, acts_for: AccountId::NONE, rules, touched: Touched::default() }
    }

    /// Says for whom this job is done, so that histories can name who changed something.
    pub fn act_for(&mut self, account: AccountId) {
        self.acts_for = account;
    }

    /// For whom this job is done; 0 where the program does it by itself, or nobody has said.
    pub fn acts_for(&self) -> AccountId {
        self.acts_for
    }

    pub(super) fn into_writes(self) -> (Overlay, Touched) {
        (self.view.mine, self.touched)
    }

    /// Has the rest of this job happen at another time: for history that is played again by the verbs that made it.
    pub fn set_now(&mut self, now: Time) {
        self.view.now = now;
    }

    /// Runs a part of this job by other rules than the operator's.
    pub fn by_rules<T>(&mut self, settings: &Settings, part: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let View { now, tree, base, .. } = self.view;
        let view = View { base, mine: mem::take(&mut self.view.mine), ..View::new(tree, settings, now) };
        let mut tx = Tx { view, acts_for: self.acts_for, rules: self.rules, touched: mem::take(&mut self.touched) };
        let done = part(&mut tx);
        (self.view.mine, self.touched) = tx.into_writes();
        done
    }

    /// An id that nothing had before and nothing will have again.
    pub fn next_id<K>(&mut self) -> Result<Id<K>> {
        let id = self.counter(NEXT_ID)?.max(FIRST_ID);
        self.set(NEXT_ID.to_vec(), (id + 1).to_be_bytes());
        Ok(Id::from_number(id))
    }

    /// The next number of a named sequence, from 1.
    pub fn next_in(&mut self, sequence: &str) -> Result<u64> {
        let name = key::sequence(sequence);
        let number = self.counter(&name)? + 1;
        self.set(name, number.to_be_bytes());
        Ok(number)
    }

    /// Writes a row, new or changed, with its index entries.
    pub fn put<R: Row>(&mut self, row: &R) -> Result<()> {
        let id = row.id();
        let entries = Entries::of(row);
        let old = self.get::<R>(id)?;
        self.touch_with(id, Changed::new(old.as_ref(), Some(row)), R::TOUCHED.then_some(R::TABLE.code))?;
        let id = id.number();
        if old.as_ref().map_or(row.searched().is_some(), |old| old.searched() != row.searched()) {
            self.tell_change::<R>(id)?;
        }
        match old {
            None => {
                self.count(table::count_key(R::TABLE.code, 0, &Key::NONE), 1)?;
                for entry in &entries {
                    self.add_entry::<R>(entry, id)?;
                }
            }
            Some(old) => {
                let old = keyed::<R>(Entries::of(&old), id);
                let new = keyed::<R>(entries, id);
                for (key, entry) in &old {
                    if !new.contains_key(key) {
                        self.drop_entry::<R>(entry, id)?;
                    }
                }
                for (key, entry) in &new {
                    if !old.contains_key(key) {
                        self.add_entry::<R>(entry, id)?;
                    }
                }
            }
        }
        self.put_bytes(R::TABLE.code, id, codec::encode_row(row)?)
    }

    /// Deletes a row and its index entries. Deleting what does not exist changes nothing.
    ///
    /// Errors: `kept_by_law` before the row's time is over ([`Row::class`]).
    pub fn delete<R: Row>(&mut self, id: Id<R::Kind>) -> Result<()> {
        let Some(old) = self.get::<R>(id)? else { return Ok(()) };
        if let Some(until) = (self.rules.kept_until)(self, old.class())?.filter(|until| *until > self.now) {
            return Err(keeping::refusal(self.settings.clinic.zone.date(until)));
        }
        self.touch_with(id, Changed::new(Some(&old), None), R::TOUCHED.then_some(R::TABLE.code))?;
        let id = id.number();
        if old.searched().is_some() {
            self.tell_change::<R>(id)?;
        }
        for entry in Entries::of(&old) {
            self.drop_entry::<R>(&entry, id)?;
        }
        self.count(table::count_key(R::TABLE.code, 0, &Key::NONE), -1)?;
        self.drop_continuations(R::TABLE.code, id)?;
        self.view.mine.insert(key::row(R::TABLE.code, id).to_vec(), None);
        Ok(())
    }

    /// Tells the reader of `stream`, who works after the commit.
    pub fn emit(&mut self, stream: Stream, bytes: Vec<u8>) -> Result<()> {
        let seq = self.last_event(stream)? + 1;
        self.set(key::next_event(stream.0).to_vec(), seq.to_be_bytes());
        self.view.mine.insert(key::event(stream.0, seq).to_vec(), Some(bytes.into()));
        Ok(())
    }

    /// Forgets the events of a stream up to and including `seq`.
    pub fn forget_events(&mut self, stream: Stream, seq: u64) -> Result<()> {
        let (from, to) = (key::event(stream.0, 0).to_vec(), key::event(stream.0, seq.saturating_add(1)).to_vec());
        let done: Vec<_> = self.scan(from, Some(to), Order::Oldest).collect::<Result<_>>()?;
        for (key, _) in done {
            self.view.mine.insert(key.to_vec(), None);
        }
        Ok(())
    }

    /// Forgets one event of a stream whose events are independent of each other.
    pub fn forget_event(&mut self, stream: Stream, seq: u64) {
        self.view.mine.insert(key::event(stream.0, seq).to_vec(), None);
    }

    /// Counts a row as changed without writing it: what is shown of it has.
    pub fn touch<R: Row>(&mut self, id: Id<R::Kind>) {
        self.touched.add::<R>(id);
    }

    /// Notes that a row changes, and others with it.
    fn touch_with<K>(&mut self, id: Id<K>, changed: Changed, table: Option<u8>) -> Result<()> {
        self.touched.0.extend(table.map(|table| (table, id.number())));
        let mut touched = mem::take(&mut self.touched);
        let done = (self.rules.touching)(self, changed, &mut touched);
        self.touched = touched;
        done
    }

    fn tell_change<R: Row>(&mut self, id: u64) -> Result<()> {
        self.emit(CHANGED, [&[R::TABLE.code][..], &id.to_be_bytes()].concat())
    }

    fn put_bytes(&mut self, table: u8, id: u64, bytes: Vec<u8>) -> Result<()> {
        self.drop_continuations(table, id)?;
        let set = if bytes[0] == 0 { 0 } else { self.next_in("continuations")? };
        let (first, rest) = codec::cut(&bytes, set);
        self.view.mine.insert(key::row(table, id).to_vec(), Some(first.into()));
        for (part, piece) in (0..bytes[0]).zip(rest) {
            self.view.mine.insert(key::more(table, id, set, part).to_vec(), Some(piece.into()));
        }
        Ok(())
    }

    /// Removes the continuations of the row that is there, if it has any.
    fn drop_continuations(&mut self, table: u8, id: u64) -> Result<()> {
        let stored = self.raw(&key::row(table, id))?;
        let (count, set) = stored.as_deref().and_then(codec::continuations).unwrap_or_default();
        for part in 0..count {
            self.view.mine.insert(key::more(table, id, set, part).to_vec(), None);
        }
        Ok(())
    }

    fn add_entry<R: Row>(&mut self, entry: &Entry, id: u64) -> Result<()> {
        self.view.mine.insert(entry.key(R::TABLE.code, id), Some(IVec::default()));
        self.count_entry::<R>(entry, 1)
    }

    fn drop_entry<R: Row>(&mut self, entry: &Entry, id: u64) -> Result<()> {
        self.view.mine.insert(entry.key(R::TABLE.code, id), None);
        self.count_entry::<R>(entry, -1)
    }

    fn count_entry<R: Row>(&mut self, entry: &Entry, change: i64) -> Result<()> {
        match entry.counted {
            true => self.count(table::count_key(R::TABLE.code, entry.index, &entry.group), change),
            false => Ok(()),
        }
    }

    fn count(&mut self, key: Vec<u8>, change: i64) -> Result<()> {
        let number = self.counter(&key)?.saturating_add_signed(change);
        match number {
            0 => drop(self.view.mine.insert(key, None)),
            _ => self.set(key, number.to_be_bytes()),
        }
        Ok(())
    }

    fn set(&mut self, key: Vec<u8>, value: [u8; 8]) {
        self.view.mine.insert(key, Some(IVec::from(&value)));
    }
}

fn keyed<R: Row>(entries: Vec<Entry>, id: u64) -> BTreeMap<Vec<u8>, Entry> {
    entries.into_iter().map(|entry| (entry.key(R::TABLE.code, id), entry)).collect()
}
