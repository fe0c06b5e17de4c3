//! What the commands share: the data directory and its settings, and what is said on a terminal.

use std::{
    error::Error as _,
    fs::OpenOptions,
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use clap::{
    Args,
    builder::{OsStringValueParser, StringValueParser, TypedValueParser},
};

use super::english;
use crate::{
    app::FirstAdmin,
    backup::contents::cannot_write,
    base::{
        error::{Error, Kind, Result},
        id::Id,
        settings::Settings,
    },
    domain::identity::{account::Role, audit::Actor},
};

#[derive(Args)]
pub struct Common {
    /// Where everything is kept: the store, uploads, settings (xuanhu.toml) and secrets
    #[arg(long, value_name = "DIR", env = "XUANHU_DATA_DIR", default_value = DATA_DIR, value_parser = directory(), global = true)]
    pub data_dir: PathBuf,
}

pub const DATA_DIR: &str = "./xuanhu-data";

/// An empty name is none given: templates pass variables that nobody filled in.
pub fn directory() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(|name| if name.is_empty() { PathBuf::from(DATA_DIR) } else { PathBuf::from(name) })
}

/// `true`, `yes`, `on`, `1` and their opposites; an empty text is none given.
pub fn switch() -> impl TypedValueParser<Value = bool> {
    StringValueParser::new().try_map(|text| match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "t" | "yes" | "y" | "on" => Ok(true),
        "" | "0" | "false" | "f" | "no" | "n" | "off" => Ok(false),
        _ => Err("should be true or false"),
    })
}

impl Common {
    pub fn settings(&self, flags: &[(&'static str, String)]) -> Result<Settings> {
        Settings::load(&self.data_dir, flags, environment())
    }
}

/// Not `vars`: that panics when anybody's variable is not UTF-8. Our settings are text; what is not cannot be one.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// What an operator reads of an error: one line, with what caused it.
pub fn line(error: &Error) -> String {
    let mut text = english::message(error);
    let mut cause = error.source().filter(|_| matches!(error.kind(), Kind::Internal | Kind::Busy));
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text.lines().map(str::trim).collect::<Vec<_>>().join("; ")
}

/// A line for scripts. One who does not read it is no reason to fail.
pub fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// A line for the operator, beside the log.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Said beside the log and never in it, because logs are kept and passed on.
pub fn introduce(admin: &FirstAdmin) {
    note("A new clinic. Its first administrator, shown only this once:");
    note(&format!("  username  {}", admin.username));
    note(&format!("  password  {}", admin.password));
}

/// A file that holds what people's data says, for its owner alone; `-` is standard output. Errors: `cannot_write`.
pub fn private(file: &Path) -> Result<Box<dyn Write>> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdout().lock()));
    }
    let opened = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file);
    Ok(Box::new(BufWriter::new(opened.map_err(|e| cannot_write(file, e))?)))
}

/// Who the audit log says did it: whoever may open the data directory.
pub fn operator() -> Actor {
    Actor { account_id: Id::NONE, role: Role::Admin, address: "command line".to_owned() }
}
