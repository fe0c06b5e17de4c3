//! Making a store of a copy: rows as they come, then indexes and counters of the rows, then what the store says of itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io,
    ops::Bound,
    path::{Path, PathBuf},
};

use sled::{Batch, Db, IVec};

use super::{
    super::{
        key::{self, Key, space},
        mark::Mark,
        open,
        scan::Overlay,
        table::{self, Entry},
        table_info::TableInfo,
        touched, touches,
        view::{FIRST_ID, NEXT_ID, View},
    },
    chunk,
};
use crate::base::{
    error::{INTERNAL, Result},
    secret,
    settings::Settings,
    time::Time,
};

/// Changes that are applied at once.
const BATCH: usize = 2_000;
/// Ids that are passed over, so that none that was given after the copy was made is given again.
const PASSED_OVER: u64 = 1_000_000;

/// A store that is being made.
pub struct Loader {
    db: Db,
    dir: PathBuf,
    batch: Batch,
    waiting: usize,
    /// Of a store that is whole and goes on.
    live: Option<Live>,
}

struct Live {
    marked: Mark,
    _lock: File,
}

/// What a store is made of.
pub struct Origin {
    pub instance: String,
    /// The commit that the copy holds the state of.
    pub commit: u64,
    /// A copy for looking, not the clinic itself.
    pub is_copy: bool,
    /// The copy of the clinic that it is made of, and how far that had come.
    pub parent: Option<(String, u64)>,
}

/// What was made.
pub struct Loaded {
    pub era: String,
    /// The first commit of the new store.
    pub commit: u64,
    /// Rows by the names of their tables.
    pub rows: BTreeMap<&'static str, u64>,
}

impl Loader {
    /// Begins a store in a directory that is made for it.
    pub fn begin(dir: &Path) -> Result<Loader> {
        fs::create_dir_all(dir).map_err(|e| INTERNAL.caused_by(e))?;
        let db = open::try_open(dir, open::SMALL_CACHE).map_err(|e| INTERNAL.caused_by(e))?;
        Ok(Loader { db, dir: dir.to_owned(), batch: Batch::default(), waiting: 0, live: None })
    }

    /// Applies a chunk of the copy. Errors: `copy_damaged`.
    pub fn apply(&mut self, chunk: &[u8]) -> Result<()> {
        for record in chunk::records(chunk)? {
            let (key, value) = record?;
            if !key::is_copied(key) {
                return Err(chunk::CopyDamage::of("it holds what does not belong into a copy"));
            }
            self.change(key, value)?;
        }
        Ok(())
    }

    /// Opens a whole store, to which commits are added one after another.
    ///
    /// Errors: as [`Store::open`](super::super::Store::open).
    pub fn go_on(dir: &Path) -> Result<Loader> {
        let opened = open::open(dir, open::Unmarked::Refused, open::SMALL_CACHE)?;
        let live = Live { marked: opened.marked, _lock: opened.lock };
        Ok(Loader { db: opened.db, dir: dir.to_owned(), batch: Batch::default(), waiting: 0, live: Some(live) })
    }

    /// Applies a commit to a whole store, with what follows from it, at once: the store is whole after each. `commit` is the number that it gets
    /// here. On disk it is after [`Loader::settle`]. Errors: `copy_damaged`.
    pub fn apply_live(&mut self, chunk: &[u8], commit: u64, tables: &[TableInfo]) -> Result<()> {
        let mut writes = Overlay::new();
        for record in if chunk.is_empty() { None } else { Some(chunk::records(chunk)?) }.into_iter().flatten() {
            let (key, value) = record?;
            writes.insert(key.to_vec(), value.map(IVec::from));
        }
        let rows: BTreeSet<(u8, u64)> = writes.keys().filter_map(|key| key::row_of(key)).collect();
        let (settings, tree): (_, &sled::Tree) = (Settings::default(), &self.db);
        let (before, after) = (View::new(tree, &settings, Time(0)), View::over(tree, &settings, &writes));
        let (mut batch, mut counts) = (Batch::default(), BTreeMap::<Vec<u8>, i64>::new());
        for (table, id) in rows {
            let Some(info) = tables.iter().find(|info| info.table.code == table) else { continue };
            for (view, change) in [(&before, -1), (&after, 1)] {
                let Some(entries) = (info.entries)(view, id)? else { continue };
                *counts.entry(table::count_key(table, 0, &Key::NONE)).or_default() += change;
                for entry in entries {
                    if entry.counted {
                        *counts.entry(table::count_key(table, entry.index, &entry.group)).or_default() += change;
                    }
                    // New ones come last, so that one that stays is not taken away.
                    match change {
                        1 => batch.insert(entry.key(table, id), IVec::default()),
                        _ => batch.remove(entry.key(table, id)),
                    }
                }
            }
        }
        for (key, change) in counts.into_iter().filter(|(_, change)| *change != 0) {
            match before.counter(&key)?.saturating_add_signed(change) {
                0 => batch.remove(key),
                number => batch.insert(key, &number.to_be_bytes()),
            }
        }
        drop(after);
        for (key, value) in writes {
            touched::follow(&key, before.raw(&key)?.as_deref(), value.as_deref(), &mut batch)?;
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        batch.insert(key::COMMIT, &commit.to_be_bytes());
        self.db.apply_batch(batch).map_err(|e| INTERNAL.caused_by(e))?;
        if let Some(live) = &mut self.live {
            live.marked.commit = commit;
        }
        Ok(())
    }

    /// What was applied is on disk, and noted.
    pub fn settle(&mut self) -> Result<()> {
        self.db.flush().map_err(|e| INTERNAL.caused_by(e))?;
        self.live.as_ref().map_or(Ok(()), |live| open::finish(&self.dir, &live.marked))
    }

    /// Makes what follows from the rows, and closes the store.
    pub fn finish(mut self, origin: Origin, tables: &[TableInfo]) -> Result<Loaded> {
        self.flush_batch()?;
        let rows = self.derive(tables)?;
        let era = secret::hex(&secret::random::<8>());
        let commit = origin.commit + 1;
        let instance = match origin.instance.is_empty() {
            true => secret::hex(&secret::random::<8>()),
            false => origin.instance,
        };
        pass_over_ids(&self.db).map_err(|e| INTERNAL.caused_by(e))?;
        self.change(key::INSTANCE, Some(instance.as_bytes()))?;
        self.change(key::ERA, Some(era.as_bytes()))?;
        self.change(key::COPY, origin.is_copy.then_some(&[][..]))?;
        if let Some((era, commit)) = origin.parent {
            self.change(key::PARENT, Some(format!("{era} {commit}").as_bytes()))?;
        }
        self.change(key::COMMIT, Some(&commit.to_be_bytes()))?;
        self.change(key::MARK, Some(&secret::random::<8>()))?;
        self.flush_batch()?;
        self.db.flush().map_err(|e| INTERNAL.caused_by(e))?;
        drop(self.db);
        let named = |e: io::Error| INTERNAL.caused_by(e);
        File::open(self.dir.join("conf")).and_then(|file| file.sync_all()).map_err(named)?;
        open::finish(&self.dir, &Mark { instance, era: era.clone(), commit, copy: origin.is_copy })?;
        File::create(self.dir.join(open::INITIALISED)).and_then(|file| file.sync_all()).map_err(named)?;
        open::sync_dir(&self.dir).map_err(named)?;
        open::mark_clean(&self.dir);
        Ok(Loaded { era, commit, rows })
    }

    fn change(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<()> {
        match value {
            Some(value) => self.batch.insert(key, value),
            None => self.batch.remove(key),
        }
        self.waiting += 1;
        if self.waiting >= BATCH { self.flush_batch() } else { Ok(()) }
    }

    fn flush_batch(&mut self) -> Result<()> {
        self.waiting = 0;
        self.db.apply_batch(std::mem::take(&mut self.batch)).map_err(|e| INTERNAL.caused_by(e))
    }

    /// Makes indexes and counters of a stopped store anew. A kill on the way leaves a store that is refused until this was done.
    ///
    /// Errors: as [`Store::open`](super::super::Store::open); `store_unusable`, where a row cannot be read, and then nothing was changed.
    pub(in super::super) fn rebuild(dir: &Path, tables: &[TableInfo]) -> Result<()> {
        let opened = open::open(dir, open::Unmarked::MadeAnew, open::SMALL_CACHE)?;
        let (marked, commit) = (opened.marked, opened.commit + 1);
        let mut loader = Loader { db: opened.db, dir: dir.to_owned(), batch: Batch::default(), waiting: 0, live: None };
        open::begin_rebuilding(dir)?;
        for space in [space::INDEX, space::COUNT, space::BY_TIME] {
            let db = loader.db.clone();
            for key in db.scan_prefix([space]).keys() {
                loader.change(&key.map_err(|e| INTERNAL.caused_by(e))?, None)?;
            }
        }
        loader.derive(tables)?;
        loader.change(key::COMMIT, Some(&commit.to_be_bytes()))?;
        loader.flush_batch()?;
        loader.db.flush().map_err(|e| INTERNAL.caused_by(e))?;
        drop(loader);
        open::finish(dir, &Mark { commit, ..marked })?;
        open::end_rebuilding(dir)?;
        open::mark_clean(dir);
        Ok(())
    }

    /// Index entries and counters of all rows; counts the rows.
    fn derive(&mut self, tables: &[TableInfo]) -> Result<BTreeMap<&'static str, u64>> {
        let (db, settings) = (self.db.clone(), Settings::default());
        let tree: &sled::Tree = &db;
        let view = View::new(tree, &settings, Time(0));
        let (mut rows, mut counters) = (BTreeMap::new(), BTreeMap::new());
        for info in tables {
            let code = info.table.code;
            let mut number: u64 = 0;
            let mut from = Bound::Included(vec![space::ROW, code]);
            let end = key::after(&[space::ROW, code]).map_or(Bound::Unbounded, Bound::Excluded);
            while let Some(key) = tree.range((from, end.clone())).keys().next().transpose().map_err(|e| INTERNAL.caused_by(e))? {
                let id = key::number_of(&key);
                let entries =
                    (info.entries)(&view, id).map_err(|e| chunk::CopyDamage::of(format!("{} {id}: {}", info.table.name, e.chain())))?;
                for entry in entries.unwrap_or_default() {
                    self.add(code, &entry, id, &mut counters)?;
                }
                number += 1;
                from = Bound::Excluded(key.to_vec());
                if counters.len() >= BATCH {
                    self.add_up(&mut counters)?;
                }
            }
            if number > 0 {
                rows.insert(info.table.name, number);
                *counters.entry(table::count_key(code, 0, &Key::NONE)).or_default() += number;
            }
        }
        self.add_up(&mut counters)?;
        self.flush_batch()?;
        touches::build(tree, tables)?;
        Ok(rows)
    }

    fn add(&mut self, table: u8, entry: &Entry, id: u64, counters: &mut BTreeMap<Vec<u8>, u64>) -> Result<()> {
        if entry.counted {
            *counters.entry(table::count_key(table, entry.index, &entry.group)).or_default() += 1;
        }
        self.change(&entry.key(table, id), Some(&[]))
    }

    /// Adds what was counted to the counters that are stored.
    fn add_up(&mut self, counters: &mut BTreeMap<Vec<u8>, u64>) -> Result<()> {
        self.flush_batch()?;
        for (key, more) in std::mem::take(counters) {
            let stored = self.db.get(&key).map_err(|e| INTERNAL.caused_by(e))?;
            let number = stored.and_then(|bytes| bytes.as_ref().try_into().ok()).map_or(0, u64::from_be_bytes);
            self.change(&key, Some(&(number + more).to_be_bytes()))?;
        }
        self.flush_batch()
    }
}

fn pass_over_ids(db: &Db) -> sled::Result<()> {
    let next = db.get(NEXT_ID)?.and_then(|bytes| bytes.as_ref().try_into().ok()).map_or(FIRST_ID, u64::from_be_bytes);
    db.insert(NEXT_ID, &(next + PASSED_OVER).to_be_bytes()).map(drop)
}

/// Makes the stopped store in a directory the clinic, whatever it was: a new era, new ids. Answers the era.
///
/// Errors: as [`Store::open`](super::super::Store::open).
pub(in super::super) fn promote(dir: &Path) -> Result<String> {
    let opened = open::open(dir, open::Unmarked::Refused, open::SMALL_CACHE)?;
    let (era, commit) = (secret::hex(&secret::random::<8>()), opened.commit + 1);
    let change = || {
        pass_over_ids(&opened.db)?;
        let mut batch = Batch::default();
        // A copy that was never the clinic is no parent: what it was made of is.
        if !opened.marked.copy {
            batch.insert(key::PARENT, format!("{} {}", opened.marked.era, opened.commit).as_bytes());
        }
        batch.insert(key::ERA, era.as_bytes());
        batch.remove(key::COPY);
        batch.insert(key::COMMIT, &commit.to_be_bytes());
        opened.db.apply_batch(batch)?;
        opened.db.flush()
    };
    change().map_err(|e: sled::Error| INTERNAL.caused_by(e))?;
    open::finish(dir, &Mark { era: era.clone(), commit, copy: false, ..opened.marked })?;
    drop(opened.db);
    if opened.clean {
        open::mark_clean(dir);
    }
    Ok(era)
}
