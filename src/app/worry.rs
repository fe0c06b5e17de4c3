//! What there is to know of backups and the archive, and what may be wrong with them.

use crate::base::{span::Span, time::Time};

/// What is wrong, in order of what it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worry {
    /// Nothing is backed up by itself, and nothing archived.
    NotSetUp,
    /// The newest backup is older than two rounds, or there is none.
    Old,
    /// The last one failed, or was not carried on.
    Failed,
    /// The newest one was looked at and is not whole.
    Damaged,
    /// The directory of the backups cannot be looked into.
    Unreadable,
    /// Segments cannot be written.
    ArchiveFails,
    /// No base leads to the segments yet: nothing can be restored from them.
    ArchiveIncomplete,
    ArchiveBehind,
}

/// Something that an operator has to see to.
#[derive(Clone, Debug)]
pub struct Warning {
    pub worry: Worry,
    /// One sentence in English, as `/readyz` says it.
    pub text: String,
    /// What the machine said, where it said something.
    pub why: Option<String>,
}

impl Warning {
    pub(super) fn new(worry: Worry, text: impl Into<String>, why: Option<String>) -> Warning {
        Warning { worry, text: text.into(), why }
    }
}

pub struct BackupHealth {
    /// How often one is made by itself; `None` without `backup.dir`.
    pub every: Option<Span>,
    pub newest: Option<Time>,
    pub archive: Option<ArchiveHealth>,
    pub warnings: Vec<Warning>,
}

/// Ages and lags are milliseconds; `None` where there is none, or where the place is not reached.
pub struct ArchiveHealth {
    pub every: Span,
    pub lag: i64,
    pub segment_age: Option<i64>,
    pub base_age: Option<i64>,
    /// Whether a base leads to the newest segment: else nothing can be restored yet.
    pub is_whole: bool,
}
