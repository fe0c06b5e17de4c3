//! The index in its directory: opened, read, fed.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use serde::{Deserialize, Serialize};
use tantivy::{
    IndexReader, IndexWriter, ReloadPolicy, TantivyError, directory::error::OpenReadError, indexer::IndexWriterOptions,
    tokenizer::TextAnalyzer,
};
use tokio::sync::watch;

use super::{
    entry::{EntryKind, IndexEntry},
    query::{self, Query},
    shape::{self, Fields},
    text::Cut,
};
use crate::base::{
    error::{Error, INTERNAL, Kind as ErrorKind, Reason, Result},
    id::AnyId,
    page::Slice,
};

pub const INDEX_BUILDING: Reason = Reason::new(ErrorKind::Busy, "index_building", "搜索索引正在建立，请稍后再试");
pub const INDEX_UNUSABLE: Reason = Reason::new(ErrorKind::Internal, "index_unusable", "the search index's directory cannot be used");

/// Changes whenever a field, the cutting of texts or what is searched does: an index of another version is built anew.
const VERSION: u32 = 2;
/// Memory for changes, at most, before they go to disk; a few changes take little of it. The whole build of a clinic fits.
const MEMORY: usize = 50_000_000;

/// How far an index has come: it holds what the events of that store up to `event` told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    pub store: u64,
    pub event: u64,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    version: u32,
    bookmark: Bookmark,
}

/// An open index.
pub struct SearchIndex {
    dir: PathBuf,
    opened: RwLock<Arc<Opened>>,
    writer: Mutex<Option<IndexWriter>>,
    bookmark: watch::Sender<Option<Bookmark>>,
    /// Its files are not what they should be: the next build begins with an empty directory.
    broken: AtomicBool,
}

struct Opened {
    index: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
}

impl SearchIndex {
    /// Opens the index in `dir`. One that is missing, unreadable or of another version becomes an empty one without a bookmark.
    pub fn open(dir: &Path) -> Result<SearchIndex> {
        let (opened, bookmark) = match Opened::existing(dir) {
            Ok(Some((opened, bookmark))) => (opened, Some(bookmark)),
            Ok(None) => (Opened::empty(dir)?, None),
            Err(error) => {
                tracing::warn!(%error, "the search index cannot be read; it is built anew");
                (Opened::empty(dir)?, None)
            }
        };
        Ok(SearchIndex {
            dir: dir.to_owned(),
            opened: RwLock::new(Arc::new(opened)),
            writer: Mutex::new(None),
            bookmark: watch::Sender::new(bookmark),
            broken: AtomicBool::new(false),
        })
    }

    /// The ids of what is found.
    ///
    /// Errors: `index_building` as long as there is no bookmark: an answer would miss what has not been read yet.
    pub fn search(&self, query: &Query) -> Result<Slice<AnyId>> {
        if self.bookmark().is_none() {
            return Err(INDEX_BUILDING.err().retry_in(1));
        }
        let opened = self.opened();
        query::run(&opened.reader.searcher(), &opened.fields, query).map_err(|e| self.failed(e))
    }

    /// How many entries it has.
    pub fn len(&self) -> u64 {
        self.opened().reader.searcher().num_docs()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it has an entry of that row.
    pub fn holds(&self, kind: EntryKind, id: AnyId) -> Result<bool> {
        let opened = self.opened();
        let found = opened.reader.searcher().doc_freq(&shape::key(&opened.fields, kind, id));
        found.map(|number| number > 0).map_err(|e| self.failed(e))
    }

    /// Forgets how far it has come, so that it is built anew.
    pub fn distrust(&self) {
        self.bookmark.send_replace(None);
    }

    pub fn bookmark(&self) -> Option<Bookmark> {
        *self.bookmark.borrow()
    }

    /// Changes with every commit, once searches see it.
    pub fn bookmarks(&self) -> watch::Receiver<Option<Bookmark>> {
        self.bookmark.subscribe()
    }

    /// The pen, which only one can hold. Whoever feeds the index reads the rows while holding it: an older reading never comes last.
    pub fn writer(&self) -> Writer<'_> {
        // A panic while feeding leaves changes that are not committed; dropping the pen forgets them.
        Writer { index: self, pen: self.writer.lock().unwrap_or_else(PoisonError::into_inner), pending: false }
    }

    fn opened(&self) -> Arc<Opened> {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes where an error means that the files are damaged or gone.
    fn failed(&self, error: TantivyError) -> Error {
        let damaged = match &error {
            TantivyError::DataCorruption(_) | TantivyError::IncompatibleIndex(_) | TantivyError::OpenDirectoryError(_) => true,
            TantivyError::OpenReadError(e) => !matches!(e, OpenReadError::IoError { .. }),
            TantivyError::IoError(_) | TantivyError::OpenWriteError(_) | TantivyError::LockFailure(..) => {
                !self.dir.join("meta.json").exists()
            }
            _ => false,
        };
        if damaged {
            self.broken.store(true, Ordering::Relaxed);
            self.bookmark.send_replace(None);
        }
        INTERNAL.caused_by(error)
    }
}

impl Opened {
    /// `None` where there is no index, or one of another version.
    fn existing(dir: &Path) -> tantivy::Result<Option<(Opened, Bookmark)>> {
        if !dir.join("meta.json").exists() {
            return Ok(None);
        }
        let index = tantivy::Index::open_in_dir(dir)?;
        let payload = index.load_metas()?.payload.and_then(|text| serde_json::from_str::<Payload>(&text).ok());
        let (schema, _) = shape::schema();
        match payload {
            Some(payload) if payload.version == VERSION && index.schema() == schema => Ok(Some((Opened::of(index)?, payload.bookmark))),
            _ => Ok(None),
        }
    }

    /// An empty index in an emptied directory.
    fn empty(dir: &Path) -> Result<Opened> {
        let unusable = |e: std::io::Error| INDEX_UNUSABLE.with(format!("{}: {e}", dir.display()));
        fs::create_dir_all(dir).map_err(unusable)?;
        // What is in it, not the directory itself: that may be a mount or a link.
        for entry in fs::read_dir(dir).map_err(unusable)? {
            let entry = entry.map_err(unusable)?;
            match entry.file_type().map_err(unusable)?.is_dir() {
                true => fs::remove_dir_all(entry.path()).map_err(unusable)?,
                false => fs::remove_file(entry.path()).map_err(unusable)?,
            }
        }
        let made = tantivy::Index::create_in_dir(dir, shape::schema().0).and_then(Opened::of);
        made.map_err(|e| INDEX_UNUSABLE.with(format!("{}: {e}", dir.display())))
    }

    fn of(index: tantivy::Index) -> tantivy::Result<Opened> {
        let cuts = [
            ("pairs", Cut::Pairs),
            ("singles", Cut::Singles),
            ("beginnings", Cut::Beginnings),
            ("letters", Cut::Letters),
            ("initials", Cut::Initials),
        ];
        for (name, cut) in cuts {
            index.tokenizers().register(name, TextAnalyzer::builder(cut).build());
        }
        // Reloaded by the writer: tantivy's own watcher on the directory takes half a second.
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Opened { index, reader, fields: shape::schema().1 })
    }
}

/// Changes an index. What is not committed when it is dropped never happened.
pub struct Writer<'a> {
    index: &'a SearchIndex,
    pen: MutexGuard<'a, Option<IndexWriter>>,
    pending: bool,
}

impl Writer<'_> {
    /// Puts an entry in the place of the one of the same row.
    pub fn put(&mut self, entry: &IndexEntry) -> Result<()> {
        let fields = self.index.opened().fields;
        let document = shape::document(&fields, entry);
        let pen = self.pen()?;
        pen.delete_term(shape::key(&fields, entry.kind, entry.id));
        let added = pen.add_document(document);
        added.map(drop).map_err(|e| self.index.failed(e))
    }

    pub fn remove(&mut self, kind: EntryKind, id: AnyId) -> Result<()> {
        let key = shape::key(&self.index.opened().fields, kind, id);
        self.pen()?.delete_term(key);
        Ok(())
    }

    /// Begins anew. Searches see the old entries until the commit, unless their files are damaged.
    pub fn clear(&mut self) -> Result<()> {
        *self.pen = None;
        if self.index.broken.load(Ordering::Relaxed) || self.index.bookmark().is_none() {
            let empty = Opened::empty(&self.index.dir)?;
            *self.index.opened.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(empty);
            self.index.broken.store(false, Ordering::Relaxed);
        }
        let cleared = self.pen()?.delete_all_documents();
        cleared.map(drop).map_err(|e| self.index.failed(e))
    }

    /// Makes the changes durable and visible.
    pub fn commit(mut self, bookmark: Bookmark) -> Result<()> {
        let payload = serde_json::to_string(&Payload { version: VERSION, bookmark }).map_err(|e| INTERNAL.caused_by(e))?;
        let opened = self.index.opened();
        let committed = self.pen()?.prepare_commit().and_then(|mut commit| {
            commit.set_payload(&payload);
            commit.commit()
        });
        committed.and_then(|_| opened.reader.reload()).map_err(|e| self.index.failed(e))?;
        self.pending = false;
        self.index.bookmark.send_replace(Some(bookmark));
        Ok(())
    }

    fn pen(&mut self) -> Result<&mut IndexWriter> {
        self.pending = true;
        if self.pen.is_none() {
            let options = IndexWriterOptions::builder().memory_budget_per_thread(MEMORY).num_worker_threads(1).num_merge_threads(1).build();
            let opened = self.index.opened();
            *self.pen = Some(opened.index.writer_with_options(options).map_err(|e| self.index.failed(e))?);
        }
        Ok(self.pen.as_mut().expect("just made"))
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        if self.pending {
            *self.pen = None;
        }
    }
}
