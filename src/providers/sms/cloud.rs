//! What both clouds ask of the settings, and which template a message goes by.

use crate::{
    base::{
        error::Result,
        settings::{BAD_SETTING, Secret},
    },
    providers::webhook::Undelivered,
};

/// Bytes of an answer that are read.
pub const MOST: usize = 64 << 10;

/// Errors: `bad_setting`.
pub fn need<'a>(provider: &str, name: &str, value: &'a Option<String>) -> Result<&'a str> {
    value.as_deref().ok_or_else(|| BAD_SETTING.with(format!("sms.provider is {provider}, which needs {name}")))
}

/// Errors: `bad_setting`.
pub fn need_secret<'a>(provider: &str, name: &str, value: &'a Option<Secret>) -> Result<&'a Secret> {
    value.as_ref().ok_or_else(|| BAD_SETTING.with(format!("sms.provider is {provider}, which needs {name}")))
}

/// The template for a message, and its one variable.
pub fn template<'a>(
    templates: (&'a str, &'a Option<String>),
    text: &'a str,
    code: &'a str,
) -> Result<(&'a str, &'static str, &'a str), Undelivered> {
    match (code.is_empty(), templates.1) {
        (false, _) => Ok((templates.0, "code", code)),
        (true, Some(reminder)) => Ok((reminder, "text", text)),
        (true, None) => Err(Undelivered::Said("there is no templates.reminder for messages without a code".to_owned())),
    }
}
