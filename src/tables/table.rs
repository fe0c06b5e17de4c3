//! The file of a table: which letters it is written in, its lines, its cells; and the same way out.
//!
//! Spreadsheets write what the country is used to: UTF-8 with or without a mark in front, UTF-16, GB18030; commas, semicolons or tabs; lines
//! that end in one character or in two. And they calculate what begins with `=`, so that a cell somebody else filled in could do something
//! on the machine of whoever opens the file.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use csv::{ReaderBuilder, StringRecord, Trim};
use encoding_rs::{Encoding, GB18030};

use super::{
    kind::{BAD_TABLE, CsvTable},
    record::Record,
};
use crate::base::{
    clean,
    error::{Error, Kind, Reason, Result, invalid},
};

pub const TWICE: Reason = Reason::new(Kind::Rule, "twice_in_table", "同一张表里重复出现");

/// Rows that can be read, and the lines of those that cannot with what is wrong.
#[derive(Debug)]
pub(super) struct Table {
    pub rows: Vec<Record>,
    pub bad: Vec<(u64, Error)>,
}

/// Errors: `bad_table`.
pub(super) fn read(kind: &CsvTable, bytes: &[u8]) -> Result<Table> {
    let text = lines(&decode(bytes)?);
    let first = text.trim_start_matches('\n').lines().next().unwrap_or_default();
    // In the first line stand names, which hold none of these.
    let comma = [b',', b'\t', b';'].into_iter().find(|comma| first.contains(char::from(*comma))).unwrap_or(b',');
    if let Some(line) = open_quote(&text, char::from(comma)) {
        return Err(BAD_TABLE
            .with(format!("第 {line} 行的引号没有闭合，其后的内容都被当作一格"))
            .field(format!("line {line}"), "引号没有闭合"));
    }
    let mut reader = ReaderBuilder::new().delimiter(comma).flexible(true).has_headers(false).trim(Trim::All).from_reader(text.as_bytes());
    let mut counter = Lines { text: &text, at: 0, line: 1 };
    let mut names: Option<Arc<[String]>> = None;
    let mut table = Table { rows: Vec::new(), bad: Vec::new() };
    let mut seen: HashMap<String, u64> = HashMap::new();
    for row in reader.records() {
        let row = row.map_err(|e| BAD_TABLE.caused_by(e))?;
        let line = counter.line_of(row.position().map_or(0, csv::Position::byte));
        if row.iter().all(clean::is_blank) {
            continue;
        }
        let Some(names) = &names else {
            names = Some(header(kind, &row)?);
            continue;
        };
        let cells = row.iter().enumerate().filter(|(_, cell)| !clean::is_blank(cell)).last().map_or(0, |(at, _)| at + 1);
        if cells > names.len() {
            let problem = format!("有 {cells} 格，表头只有 {} 列；格子里有逗号时，整格要用双引号括起来", names.len());
            table.bad.push((line, invalid("cells", problem)));
            continue;
        }
        let record = Record { line, names: names.clone(), row };
        let key = (kind.key)(&record);
        match key.as_ref().and_then(|key| seen.get(key)) {
            Some(before) => table.bad.push((line, TWICE.with(format!("与第 {before} 行的 {} 相同", kind.columns[0])))),
            None => {
                seen.extend(key.map(|key| (key, line)));
                table.rows.push(record);
            }
        }
    }
    match names {
        Some(_) => Ok(table),
        None => Err(BAD_TABLE.with("没有列名")),
    }
}

/// The names of the columns. Those of empty cells at the end are none.
fn header(kind: &CsvTable, row: &StringRecord) -> Result<Arc<[String]>> {
    let mut names: Vec<String> = row.iter().map(|name| clean::plain(name).to_lowercase()).collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    if let Some(unknown) = names.iter().find(|name| !kind.columns.contains(&name.as_str())) {
        return Err(BAD_TABLE.with(format!("不认识的列 {unknown}，可用的列有 {}", kind.columns.join("、"))));
    }
    if let Some(twice) = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
        return Err(BAD_TABLE.with(format!("列 {} 出现两次", twice.1)));
    }
    match kind.columns[..kind.required].iter().find(|column| !names.iter().any(|name| name == *column)) {
        Some(missing) => Err(BAD_TABLE.with(format!("缺少列 {missing}"))),
        None => Ok(names.into()),
    }
}

/// The file's text. What is no UTF-8 is read as GB18030, which holds GBK and GB 2312.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(BAD_TABLE.with("这是 Excel 工作簿，请另存为 CSV 再导入"));
    }
    let unreadable = || BAD_TABLE.with("既不是 UTF-8，也不是 GB18030 编码");
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]).ok_or_else(unreadable);
    }
    match str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) => GB18030.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(unreadable),
    }
}

/// Lines end in one character.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The line of a cell whose quote is never closed: it would take in every row below it without a word.
fn open_quote(text: &str, comma: char) -> Option<usize> {
    let (mut line, mut opened, mut begins) = (1, None, true);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        line += usize::from(c == '\n');
        match (c, opened) {
            // Two of them are one that belongs to the cell.
            ('"', Some(_)) if chars.peek() == Some(&'"') => drop(chars.next()),
            ('"', Some(_)) => opened = None,
            ('"', None) if begins => opened = Some(line),
            _ => {}
        }
        begins = opened.is_none() && (c == comma || c == '\n');
    }
    opened
}

/// Counts lines up to where a row begins. The reader's own count does not know of empty lines before it.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn line_of(&mut self, byte: u64) -> u64 {
        let bytes = self.text.as_bytes();
        let mut begins = usize::try_from(byte).unwrap_or(bytes.len()).min(bytes.len());
        while bytes.get(begins) == Some(&b'\n') {
            begins += 1;
        }
        self.line += bytes[self.at..begins].iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at = begins;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::cell::{defused, fused, is_formula},
        tables::rows::MARK,
    };
    use proptest::prelude::*;

    #[test]
    fn tables_are_read_in_any_letters() {
        let text = "name\n张三\n";
        let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let marked = [MARK, text.as_bytes()].concat();
        for bytes in [text.as_bytes(), &marked, &utf16, b"name\n\xd5\xc5\xc8\xfd\n"] {
            assert_eq!(decode(bytes).unwrap(), text);
        }
        for bytes in [&b"name\n\xff\xff\n"[..], b"PK\x03\x04", b"\xff\xfea"] {
            assert!(decode(bytes).unwrap_err().is(&BAD_TABLE), "{bytes:?}");
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_is_found() {
        for (text, line) in [
            ("name,addr\n\"甲院,b\n乙院,c\n", Some(2)),
            ("name\n甲\n\"乙", Some(3)),
            ("name\n\"甲\n\"\"乙", Some(2)),
            ("name\n\"甲\n乙\",x\n", None),
            ("name\n甲\"14\"院,14\"\n", None),
            ("name\n\"甲\"\"院\"\n", None),
            ("name,addr\n甲; \"乙,\"\"\n", None),
        ] {
            assert_eq!(open_quote(text, ','), line, "{text:?}");
        }
    }

    #[test]
    fn formulas_are_defused() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+852 9123", "'+852 9123"),
            ("-5", "'-5"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("＝1", "'＝1"),
            ("'=1", "''=1"),
        ] {
            assert_eq!(defused(cell), written);
        }
        for cell in ["", "'", "甲=乙", "'甲'", "1-2", "a@b.cn", " =1"] {
            assert_eq!(defused(cell), cell);
        }
    }

    proptest! {
        #[test]
        fn what_was_defused_comes_back(cell in "'{0,3}[=+@\\t-]?.{0,8}") {
            let written = defused(&cell);
            prop_assert_eq!(fused(&written), cell.as_str());
            prop_assert!(!is_formula(&written));
        }
    }
}
