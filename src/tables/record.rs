//! A row of a table that is brought in: its cells by column name, read with the rules of the kind.

use std::{ops::RangeInclusive, str::FromStr, sync::Arc};

use csv::StringRecord;

use crate::base::error::{Result, invalid, missing};

pub(super) struct Record {
    pub line: u64,
    pub names: Arc<[String]>,
    pub row: StringRecord,
}

impl Record {
    /// The cell, `None` where the column or the text is missing.
    pub fn cell(&self, column: &str) -> Option<&str> {
        let at = self.names.iter().position(|name| name == column)?;
        self.row.get(at).filter(|text| !text.is_empty())
    }

    /// A text of 1 to `most` characters.
    pub fn text(&self, column: &str, most: usize) -> Result<String> {
        self.text_or_none(column, most)?.ok_or_else(|| missing(column))
    }

    pub fn text_or_none(&self, column: &str, most: usize) -> Result<Option<String>> {
        let Some(text) = self.cell(column) else { return Ok(None) };
        match text.chars().count() <= most && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            true => Ok(Some(text.to_owned())),
            false => Err(invalid(column, format!("最多 {most} 个字符，不含控制字符"))),
        }
    }

    pub fn number<N: FromStr + PartialOrd + Copy>(&self, column: &str, range: RangeInclusive<N>) -> Result<Option<N>> {
        let Some(text) = self.cell(column) else { return Ok(None) };
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| invalid(column, "应为整数，且在允许的范围内"))
    }

    pub fn flag(&self, column: &str) -> Result<Option<bool>> {
        match self.cell(column) {
            None => Ok(None),
            Some("1" | "true") => Ok(Some(true)),
            Some("0" | "false") => Ok(Some(false)),
            Some(_) => Err(invalid(column, "应为 0 或 1")),
        }
    }

    /// Texts with `|` between them.
    pub fn list(&self, column: &str) -> Result<Option<Vec<String>>> {
        let text = self.text_or_none(column, 10_000)?;
        Ok(text.map(|text| text.split('|').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()))
    }
}
