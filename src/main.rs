//! The binary: hands the command line to [`xuanhu::cli`] and its answer to the system.

use std::process::ExitCode;

fn main() -> ExitCode {
    xuanhu::cli::run()
}
