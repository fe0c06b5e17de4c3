//! Cells of tables that go out: no cell is a formula.

use std::borrow::Cow;

/// A cell that no spreadsheet calculates: an apostrophe stands before what it would.
pub fn defused(cell: &str) -> Cow<'_, str> {
    if is_formula(cell.trim_start_matches('\'')) { format!("'{cell}").into() } else { cell.into() }
}

/// The cell as it was before [`defused`].
pub fn fused(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest.trim_start_matches('\''))).unwrap_or(cell)
}

/// What spreadsheets calculate begins so; those of East Asia take the full-width signs too.
pub fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}
