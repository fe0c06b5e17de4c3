//! A row of a table that is brought in: its cells by column name, read with the rules of the kind.

use std::{ops::RangeInclusive, str::FromStr, sync::Arc};

use csv::StringRecord;

use crate::base::cell::fused;
use crate::base::{
    address, clean,
    error::{Result, invalid, missing},
    mask,
};

/// Of an address, in characters.
const MOST_ADDRESS: usize = 500;

#[derive(Debug)]
pub(super) struct Record {
    pub line: u64,
    pub names: Arc<[String]>,
    pub row: StringRecord,
}

impl Record {
    /// The cell, `None` where the column or the text is missing.
    pub fn cell(&self, column: &str) -> Option<&str> {
        let at = self.names.iter().position(|name| name == column)?;
        self.row.get(at).map(fused).filter(|text| !clean::is_blank(text))
    }

    /// A text of 1 to `most` characters.
    pub fn text(&self, column: &str, most: usize) -> Result<String> {
        self.text_or_none(column, most)?.ok_or_else(|| missing(column))
    }

    pub fn text_or_none(&self, column: &str, most: usize) -> Result<Option<String>> {
        self.cleaned(column, most, clean::line)
    }

    /// A long text.
    pub fn prose_or_none(&self, column: &str, most: usize) -> Result<Option<String>> {
        self.cleaned(column, most, clean::prose)
    }

    /// A code, or another text whose signs may come at full width.
    pub fn word_or_none(&self, column: &str, most: usize) -> Result<Option<String>> {
        self.cleaned(column, most, clean::plain)
    }

    fn cleaned(&self, column: &str, most: usize, clean: fn(&str) -> String) -> Result<Option<String>> {
        let Some(text) = self.cell(column).map(clean) else { return Ok(None) };
        match text.chars().count() <= most {
            true => Ok(Some(text)),
            false => Err(invalid(column, format!("最多 {most} 个字符"))),
        }
    }

    /// A cell of a masked field; `None` where it is as `printed`, how the field prints now. Errors: `masked_value`.
    pub fn masked(&self, column: &str, printed: &str) -> Result<Option<&str>> {
        let Some(cell) = self.cell(column) else { return Ok(None) };
        Ok((!mask::is_as_printed(column, &clean::line(cell), printed)?).then_some(cell))
    }

    pub fn number<N: FromStr + PartialOrd + Copy>(&self, column: &str, range: RangeInclusive<N>) -> Result<Option<N>> {
        let Some(text) = self.cell(column).map(clean::plain) else { return Ok(None) };
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| invalid(column, "应为整数，且在允许的范围内"))
    }

    pub fn flag(&self, column: &str) -> Result<Option<bool>> {
        match self.cell(column).map(|text| clean::plain(text).to_lowercase()).as_deref() {
            None => Ok(None),
            Some("1" | "true") => Ok(Some(true)),
            Some("0" | "false") => Ok(Some(false)),
            Some(_) => Err(invalid(column, "应为 0 或 1")),
        }
    }

    pub fn email(&self, column: &str) -> Result<Option<String>> {
        let Some(text) = self.word_or_none(column, 100)? else { return Ok(None) };
        address::email(&text).map(Some).ok_or_else(|| invalid(column, address::EMAIL))
    }

    /// The address of a picture.
    pub fn picture(&self, column: &str) -> Result<Option<String>> {
        let Some(text) = self.text_or_none(column, MOST_ADDRESS)? else { return Ok(None) };
        address::picture(&text).map(Some).ok_or_else(|| invalid(column, address::PICTURE))
    }

    /// Up to `most` addresses of pictures with `|` between them.
    pub fn pictures(&self, column: &str, most: usize) -> Result<Option<Vec<String>>> {
        let Some(text) = self.text_or_none(column, most * (MOST_ADDRESS + 1))? else { return Ok(None) };
        let mut pictures = Vec::new();
        for one in text.split('|').filter(|one| !clean::is_blank(one)) {
            let picture = address::picture(one).filter(|picture| picture.chars().count() <= MOST_ADDRESS);
            pictures.push(picture.ok_or_else(|| invalid(column, address::PICTURE))?);
        }
        match pictures.len() <= most {
            true => Ok(Some(pictures)),
            false => Err(invalid(column, format!("最多 {most} 个地址"))),
        }
    }
}
