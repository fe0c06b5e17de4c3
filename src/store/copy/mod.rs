//! A consistent copy while writes go on. sled has no snapshots, so a copy is a scan and a log: every commit from its beginning on is handed to the
//! copier as well, which reads all rows at its own pace and puts the commits between and behind them. Both applied in their order give exactly
//! the state of the last commit, since a row that changed after it was read stands in a commit that comes later.
//!
//! * [`Tee`] is where commits are handed on; `scan` reads and makes chunks of both; [`Loader`] makes a store of chunks.
//!
//! A copy holds rows, their continuations, events and sequences. Index entries and counters follow from the rows and are made anew.

mod chunk;
mod load;
mod scan;
mod tee;

pub use chunk::CopyDamage;
pub(super) use load::promote;
pub use load::{Loaded, Loader, Origin};
pub use scan::Copied;
pub(super) use scan::Copying;
pub(super) use tee::Tees;
pub use tee::{COPY_TOO_SLOW, Commit, Tee};
