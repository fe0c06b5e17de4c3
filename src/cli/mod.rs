//! The command line. One file a command; what is common to all stands in `common`.
//!
//! Exit codes: 0 done, 1 failed (one line on standard error says why and what to do), 2 wrong usage, which clap finds by itself.
//! Settings are not clap's: a flag that is a setting goes to `Settings::load` as text, so that `xuanhu config` can tell flag from environment.

mod admin;
mod archive;
mod audit;
mod backup;
mod check;
mod client;
mod common;
mod config;
mod data_dir;
mod dump;
mod english;
mod health;
mod key_files;
mod log;
mod openapi;
mod origin;
mod patient;
mod pin;
mod serve;
mod supervisor;
mod tables;
mod unit;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use common::{Common, line, note};

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
    ///
    /// ID numbers and e-mail addresses stand in it masked, and an import leaves them as they are.
    Export(tables::ExportArgs),
    Dump(dump::Dump),
    Backup(backup::Make),
    Verify(backup::Verify),
    Restore(backup::Restore),
    Follow(archive::Follow),
    /// Make the copy for looking in the data directory the clinic; no server may run on it
    Promote,
    BackupKey(backup::MakeKey),
    Check(check::Check),
    Audit(audit::Audit),
    Patient(patient::PatientArgs),
    /// Build the search index anew from the store
    Reindex,
    /// Say whether the running server is ready, and what has to be seen to; exit code 0 or 1
    Health,
    /// Print a unit for systemd that runs this program on this data directory
    Service,
    /// Print every setting, where its value came from (flag, environment, xuanhu.toml, default) and the value
    Config,
    /// Print the reference of the HTTP APIs (OpenAPI 3.1), as `/openapi.json` answers it
    Openapi,
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    private_files();
    give_memory_back();
    let Cli { command, common } = Cli::parse();
    let done = match command {
        Command::Serve(serve) => serve::run(&common, &serve),
        Command::Admin(admin) => admin::run(&common, &admin),
        Command::Import(table) => tables::import(&common, &table),
        Command::Export(table) => tables::export(&common, &table),
        Command::Dump(dump) => dump::run(&common, &dump),
        Command::Backup(make) => backup::make(&common, &make),
        Command::Verify(verify) => backup::verify(&verify),
        Command::Restore(restore) => backup::restore(&common, &restore),
        Command::Follow(follow) => archive::follow(&common, &follow),
        Command::Promote => archive::promote(&common),
        Command::BackupKey(key) => backup::make_key(&key),
        Command::Check(check) => check::run(&common, &check),
        Command::Audit(audit) => audit::run(&common, &audit),
        Command::Patient(patient) => patient::run(&common, &patient),
        Command::Reindex => tables::reindex(&common),
        Command::Health => health::run(&common),
        Command::Service => unit::run(&common),
        Command::Config => config::run(&common),
        Command::Openapi => openapi::run(),
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

/// Large blocks go back to the system as soon as they are free. By itself the GNU library keeps them after the first few: each password that
/// is checked takes 19 MB for a moment, and a morning's sign-ins would stay in memory for good.
#[allow(unsafe_code, reason = "only one kind of system has it")]
fn give_memory_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const LARGE: libc::c_int = 1 << 20;
        // SAFETY: takes two numbers; no other thread of ours runs yet.
        unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) };
    }
}
