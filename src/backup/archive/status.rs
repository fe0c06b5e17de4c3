//! What the rest of the server may ask of its archive, and what it tells it.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
};

use super::{clinic::Names, cover::Cover, place::Place};
use crate::base::{time::Clock, trouble::Trouble};

/// What the rest of the server may ask.
pub struct Archive {
    pub place: Place,
    pub(super) names: Names,
    pub(super) clock: Arc<Clock>,
    /// The newest commit that is archived, and when it was last known that there was no other, in milliseconds of the clock's ticks.
    pub(super) archived: AtomicU64,
    pub(super) current_at: AtomicI64,
    needs_base: AtomicBool,
    has_base: AtomicBool,
    /// How often the chain broke: a base that was begun before does not lead on.
    breaks: AtomicU64,
    /// Somebody else is the clinic.
    pub taken_over: Arc<AtomicBool>,
    pub trouble: Trouble,
    pub(super) cover: Mutex<Option<Arc<Cover>>>,
}

impl Archive {
    /// An archive that has come to that commit; `is_whole` where nothing is missing since its newest base.
    pub(super) fn new(
        place: PathBuf,
        names: Names,
        clock: Arc<Clock>,
        (archived, is_whole): (u64, bool),
        taken_over: Arc<AtomicBool>,
    ) -> Archive {
        Archive {
            place: Place(place),
            archived: AtomicU64::new(archived),
            current_at: AtomicI64::new(clock.tick().0),
            needs_base: AtomicBool::new(!is_whole),
            has_base: AtomicBool::new(false),
            breaks: AtomicU64::new(0),
            taken_over,
            trouble: Trouble::new("the archive cannot be written", "the archive is written again"),
            cover: Mutex::new(None),
            names,
            clock,
        }
    }

    /// For how long something that is on disk has not been archived, in milliseconds.
    pub fn lag(&self, commit: u64) -> i64 {
        if self.archived.load(Ordering::SeqCst) >= commit {
            return 0;
        }
        (self.clock.tick().0 - self.current_at.load(Ordering::SeqCst)).max(0)
    }

    pub fn needs_base(&self) -> bool {
        self.needs_base.load(Ordering::SeqCst)
    }

    /// Whether there is a base from which the segments lead to now.
    pub fn is_whole(&self) -> bool {
        self.has_base.load(Ordering::SeqCst)
    }

    /// What a base is encrypted with; `None` before the place was reached.
    pub fn cover(&self) -> Option<Arc<Cover>> {
        self.cover.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often the chain broke so far.
    pub fn breaks(&self) -> u64 {
        self.breaks.load(Ordering::SeqCst)
    }

    /// A base was made that was begun after so many breaks.
    pub fn has_new_base(&self, breaks: u64) {
        if breaks == self.breaks() {
            self.needs_base.store(false, Ordering::SeqCst);
            self.has_base.store(true, Ordering::SeqCst);
        }
    }

    /// The base of an earlier run is good, since nothing is missing after it.
    pub fn keeps_base(&self) {
        self.has_base.store(true, Ordering::SeqCst);
    }

    pub fn era(&self) -> &str {
        &self.names.era
    }

    /// Something is missing from now on: only a new base leads on.
    pub(super) fn break_chain(&self) {
        self.breaks.fetch_add(1, Ordering::SeqCst);
        self.has_base.store(false, Ordering::SeqCst);
        self.needs_base.store(true, Ordering::SeqCst);
    }
}
