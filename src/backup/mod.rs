//! Backups: one file that holds a whole clinic, made while it works, looked at without a server, and made a clinic again.
//!
//! | file | |
//! | --- | --- |
//! | [`contents`] | what stands in one: the first and the last member |
//! | [`seal`] | encryption, as the tool `age` does it |
//! | [`pack`], [`unpack`] | the container: tar and zstd, with a checksum for every member |
//! | [`make`] | from a clinic to a file |
//! | [`restore`], [`verify`] | from a file to a directory, or to a judgement |
//! | [`without_secrets`] | settings that can be handed on |
//! | [`archive`] | what commits wrote, carried to another place every few seconds |
//! | [`site`] | a directory that is there whole or not at all |
//! | [`shelf`] | a directory of backups: names, age, which of them stay |
//!
//! How rows are copied beside the writer is the store's business ([`Store::copy`](crate::store::Store::copy)); when backups are made is that of `app` and
//! `jobs`.

pub mod archive;
pub mod contents;
pub mod make;
pub mod pack;
pub mod restore;
pub mod seal;
pub mod shelf;
pub mod site;
pub mod unpack;
pub mod verify;
pub mod without_secrets;

pub use contents::{Manifest, Summary};
pub use make::{Made, Source};
pub use restore::Restored;
pub use seal::{Keys, Seal};
