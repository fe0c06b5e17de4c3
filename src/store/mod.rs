//! The store: typed rows with secondary indexes in sled. The only room that names sled and bincode.
//!
//! * [`Row`] says how an entity is stored: its table, its version, its index entries; whose it is, what it names, and how long it is kept.
//! * [`View`] reads. [`Tx`] reads and writes: what a job on the writer thread sees.
//! * [`Store`] opens the directory and runs jobs, one after another on one thread. Many jobs share one atomic commit and one
//!   sync; a job's answer goes out after that sync. There is no other way to write, so whatever is acknowledged is on disk.
//!
//! Reads run beside the writer without locks. A decision that a write depends on belongs into the job.

mod ballast;
mod check;
mod codec;
mod copy;
mod event;
mod handle;
mod keeping;
mod key;
mod mark;
mod marking;
mod moment;
mod open;
mod reference;
mod scan;
mod space;
mod table;
mod table_info;
mod touched;
mod touches;
mod view;
mod witness;
mod writer;

pub use ballast::lay as lay_ballast;
pub use check::Report;
pub use codec::{decode, decode_row, encode_row};
pub use copy::{COPY_TOO_SLOW, Commit, Copied, CopyDamage, Loaded, Loader, Origin, Tee};
pub use event::{CHANGED, Event, Stream};
pub use handle::Store;
pub use keeping::{About, Class, KEPT_BY_LAW};
pub use key::{Key, Moment, key};
pub use mark::{FORMAT, FORMAT_UNREADABLE, MARK_MISSING, MARK_UNREADABLE, Mark, STORE_BEHIND, short_instance};
pub use open::{ALREADY_RUNNING, STORE_MISSING, STORE_UNREADABLE};
pub use reference::{Fate, Reference, References};
pub use scan::Order;
pub use space::{DISK_FULL, RESERVE, free_space, need_room};
pub use table::{Entries, Index, Row, Table, unknown_version};
pub use table_info::{Facts, TableInfo, Tables, Visit};
pub use touched::{Changed, Touch, Touched};
pub use view::{KeptUntil, Rules, Touching, Tx, View};
pub use writer::{STORE_FAILED, TAKEN_OVER};
