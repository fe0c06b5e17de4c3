//! The archive: what commits wrote, carried to another place every few seconds, so that the loss of the machine costs seconds and not a day.
//!
//! | file | |
//! | --- | --- |
//! | [`place`] | what lies there: eras, segments, bases, uploads |
//! | [`segment`] | the commits of some seconds in one file |
//! | [`cover`] | encryption, by the keys of backups or by one of the era's own |
//! | [`clinic`] | which server is the clinic |
//! | [`status`] | how far the archive is |
//! | [`writing`] | the thread that writes |
//! | [`reading`] | from an archive to a data directory, as of any moment |

pub mod clinic;
pub mod cover;
pub mod place;
pub mod reading;
pub mod segment;
pub mod status;
pub mod writing;
