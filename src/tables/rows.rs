//! The rows of an export on their way out, and the one rule that both ways share: no cell is a formula.

use std::borrow::Cow;

use csv::Writer;

use crate::{
    base::error::{INTERNAL, Result},
    domain::shared::sight::Sight,
};

/// UTF-8's mark: without it spreadsheets take the file for the country's old encoding.
pub(super) const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Takes the rows of an export, one after another.
pub(super) struct Rows {
    writer: Writer<Vec<u8>>,
    /// How much of somebody in them whoever asked for the export sees.
    pub sight: Sight,
}

impl Rows {
    pub fn new(columns: &[&str], sight: Sight) -> Result<Rows> {
        let mut rows = Rows { writer: Writer::from_writer(MARK.to_vec()), sight };
        rows.push(columns)?;
        Ok(rows)
    }

    pub fn push(&mut self, row: &[&str]) -> Result<()> {
        self.writer.write_record(row.iter().map(|cell| defused(cell).into_owned())).map_err(|e| INTERNAL.caused_by(e))
    }

    pub fn finish(self) -> Result<Vec<u8>> {
        self.writer.into_inner().map_err(|e| INTERNAL.caused_by(e.to_string()))
    }
}

/// A cell that no spreadsheet calculates: an apostrophe stands before what it would.
pub(super) fn defused(cell: &str) -> Cow<'_, str> {
    if is_formula(cell.trim_start_matches('\'')) { format!("'{cell}").into() } else { cell.into() }
}

/// The cell as it was before [`defused`].
pub(super) fn fused(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest.trim_start_matches('\''))).unwrap_or(cell)
}

/// What spreadsheets calculate begins so; those of East Asia take the full-width signs too.
pub(super) fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}
