//! What was found where the clinic was looked at.

use crate::base::error::{Kind, Reason};

pub const ROWS_UNREADABLE: Reason = Reason::new(
    Kind::Rule,
    "rows_unreadable",
    "a repair makes anew what follows from rows, and some rows cannot be read: restore the newest backup into a new directory",
);

/// One area that was looked at.
#[derive(Clone, Debug)]
pub struct Finding {
    pub area: &'static str,
    /// How many of it were looked at.
    pub count: u64,
    pub seconds: f64,
    pub remark: Option<String>,
    /// One line each, in English.
    pub problems: Vec<String>,
}
