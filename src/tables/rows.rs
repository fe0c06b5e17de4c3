//! The rows of an export on their way out, and the one rule that both ways share: no cell is a formula.

use std::collections::BTreeSet;

use csv::Writer;

use crate::{
    base::{
        cell::defused,
        error::{INTERNAL, Result},
        id::PatientId,
    },
    domain::shared::sight::Sight,
};

/// UTF-8's mark: without it spreadsheets take the file for the country's old encoding.
pub(super) const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Takes the rows of an export, one after another.
pub(super) struct Rows {
    writer: Writer<Vec<u8>>,
    /// How much of somebody in them whoever asked for the export sees.
    pub sight: Sight,
    /// Whose names stand in them.
    pub patients: BTreeSet<PatientId>,
}

impl Rows {
    pub fn new(columns: &[&str], sight: Sight) -> Result<Rows> {
        let mut rows = Rows { writer: Writer::from_writer(MARK.to_vec()), sight, patients: BTreeSet::new() };
        rows.push(columns)?;
        Ok(rows)
    }

    pub fn push(&mut self, row: &[&str]) -> Result<()> {
        self.writer.write_record(row.iter().map(|cell| defused(cell).into_owned())).map_err(|e| INTERNAL.caused_by(e))
    }

    pub fn finish(self) -> Result<Exported> {
        let patients = self.patients.into_iter().collect();
        let bytes = self.writer.into_inner().map_err(|e| INTERNAL.caused_by(e.to_string()))?;
        Ok(Exported { bytes, patients })
    }
}

/// A table that goes out.
pub struct Exported {
    pub bytes: Vec<u8>,
    /// Whose names stand in it: whoever takes it looks at them.
    pub patients: Vec<PatientId>,
}
