//! Floor 6, the door: the command line. One file a command; what is common to all stands here.
//!
//! Exit codes: 0 done, 1 failed (one line on standard error says why and what to do), 2 wrong usage, which clap finds by itself.
//! Settings are not clap's: a flag that is a setting goes to [`Settings::load`] as text, so that `xuanhu config` can tell flag from environment.

mod admin;
mod client;
mod config;
mod data_dir;
mod english;
mod health;
mod log;
mod pin;
mod serve;
mod supervisor;
mod tables;
mod unit;

use std::{
    error::Error as _,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{
    Args, Parser, Subcommand,
    builder::{OsStringValueParser, StringValueParser, TypedValueParser},
};

use crate::{
    app::FirstAdmin,
    base::{
        error::{Error, Kind, Result},
        settings::Settings,
    },
};

/// Xuanhu (悬壶): a whole telemedicine server for a small clinic, in one program
///
/// Start it with `xuanhu serve`; to look around in a fictional clinic, `xuanhu serve --demo`.
/// Everything that it keeps lies in one data directory. Stop it with Ctrl-C or SIGTERM.
#[derive(Parser)]
#[command(name = "xuanhu", version, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 done, 1 failed (one line says why and what to do), 2 wrong usage.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
    Admin(admin::Admin),
    Import(tables::TableArgs),
    /// Write a table as CSV, with the columns that `import` takes
    Export(tables::TableArgs),
    /// Build the search index anew from the store
    Reindex,
    /// Say whether the running server is ready, and what has to be seen to; exit code 0 or 1
    Health,
    /// Print a unit for systemd that runs this program on this data directory
    Service,
    /// Print every setting, where its value came from (flag, environment, xuanhu.toml, default) and the value
    Config,
}

#[derive(Args)]
struct Common {
    /// Where everything is kept: the store, uploads, settings (xuanhu.toml) and secrets
    #[arg(long, value_name = "DIR", env = "XUANHU_DATA_DIR", default_value = DATA_DIR, value_parser = directory(), global = true)]
    data_dir: PathBuf,
}

const DATA_DIR: &str = "./xuanhu-data";

/// An empty name is none given: templates pass variables that nobody filled in.
fn directory() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(|name| if name.is_empty() { PathBuf::from(DATA_DIR) } else { PathBuf::from(name) })
}

/// `true`, `yes`, `on`, `1` and their opposites; an empty text is none given.
fn switch() -> impl TypedValueParser<Value = bool> {
    StringValueParser::new().try_map(|text| match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "t" | "yes" | "y" | "on" => Ok(true),
        "" | "0" | "false" | "f" | "no" | "n" | "off" => Ok(false),
        _ => Err("should be true or false"),
    })
}

impl Common {
    fn settings(&self, flags: &[(&'static str, String)]) -> Result<Settings> {
        Settings::load(&self.data_dir, flags, environment())
    }
}

/// Not `vars`: that panics when anybody's variable is not UTF-8. Our settings are text; what is not cannot be one.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    private_files();
    let Cli { command, common } = Cli::parse();
    let done = match command {
        Command::Serve(serve) => serve::run(&common, &serve),
        Command::Admin(admin) => admin::run(&common, &admin),
        Command::Import(table) => tables::import(&common, &table),
        Command::Export(table) => tables::export(&common, &table),
        Command::Reindex => tables::reindex(&common),
        Command::Health => health::run(&common),
        Command::Service => unit::run(&common),
        Command::Config => config::run(&common),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            note(&format!("xuanhu: {}", line(&error)));
            ExitCode::FAILURE
        }
    }
}

/// What this program writes holds patients' data: it is its owner's alone.
#[expect(unsafe_code)]
fn private_files() {
    // SAFETY: takes a number, cannot fail; no other thread runs yet.
    unsafe { libc::umask(0o077) };
}

/// What an operator reads of an error: one line, with what caused it.
fn line(error: &Error) -> String {
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
fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// A line for the operator, beside the log.
fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Said beside the log and never in it, because logs are kept and passed on.
fn introduce(admin: &FirstAdmin) {
    note("A new clinic. Its first administrator, shown only this once:");
    note(&format!("  username  {}", admin.username));
    note(&format!("  password  {}", admin.password));
}
