//! What a client may ask for, one command a file.

mod call_create;
mod call_signal;
mod call_step;
mod ping;
mod read;
mod retract;
mod send;
mod session;
mod sync;
mod watch;

use super::frame::Frame;
use crate::{
    base::{error::Result, id::AccountId},
    store::{Tx, View},
};
pub use session::{CommandAnswer, Done, GatewaySession};

pub struct Command {
    pub name: &'static str,
    pub run: CommandRun,
}

/// Where a command runs.
pub enum CommandRun {
    /// At once, beside the writer.
    Now(fn(&GatewaySession, &Frame) -> Result<CommandAnswer>),
    /// Beside the writer: what it answers is one moment's state, and on disk.
    Read(fn(AccountId, &View, &Frame) -> Result<CommandAnswer>),
    /// As a job of the writer, for a member: it is answered when its changes are on disk.
    Write(fn(AccountId, &mut Tx, &Frame) -> Result<Done>),
}

pub const SEND: &str = "send";
pub const SIGNAL: &str = "call_signal";

#[rustfmt::skip]
pub const COMMANDS: &[Command] = &[
    Command { name: SEND,           run: CommandRun::Write(send::run) },
    Command { name: "retract",      run: CommandRun::Write(retract::run) },
    Command { name: "sync",         run: CommandRun::Read(sync::run) },
    Command { name: "read",         run: CommandRun::Write(read::run) },
    Command { name: "watch",        run: CommandRun::Now(watch::run) },
    Command { name: "ping",         run: CommandRun::Now(ping::run) },
    Command { name: "call_create",  run: CommandRun::Write(call_create::run) },
    Command { name: "call_join",    run: CommandRun::Now(call_step::join) },
    Command { name: "call_decline", run: CommandRun::Now(call_step::decline) },
    Command { name: "call_leave",   run: CommandRun::Now(call_step::leave) },
    Command { name: SIGNAL,         run: CommandRun::Now(call_signal::run) },
];
