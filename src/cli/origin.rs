//! What a server says at its start of where its data come from: a copy for looking, settings without secrets.

use std::{fs, path::Path};

use super::common::note;
use crate::{app::App, backup::without_secrets::LEFT_OUT};

/// Whether what a server is about to work on is a copy, said at its start.
pub fn say_if_copy(app: &App) {
    if app.is_copy() {
        note(
            "This is a copy for looking: payment, SMS, push and WeChat are off whatever the settings say, and no backups are made by themselves.",
        );
        note("`xuanhu promote` makes it the clinic.");
    }
}

/// What a backup without secrets left out of the settings, said at each start until it is set again.
pub fn say_what_was_left_out(dir: &Path) {
    let text = fs::read_to_string(dir.join("xuanhu.toml")).unwrap_or_default();
    let missing: Vec<_> = text.lines().filter_map(|line| line.strip_prefix(LEFT_OUT)).collect();
    if !missing.is_empty() {
        tracing::warn!("xuanhu.toml comes from a backup without secrets; to be set again: {}", missing.join(", "));
    }
}
