//! `xuanhu config`: what the settings are and where each of them came from.

use super::common::{Common, say};
use crate::{
    base::error::Result,
    store::{Mark, short_instance},
};

/// One line a setting: its name, where the value came from, the value. Values come last because their width is anybody's guess.
pub fn run(common: &Common) -> Result<()> {
    let shown = common.settings(&[])?.shown();
    let width = |of: fn(&crate::base::settings::Shown) -> &str| shown.iter().map(|one| of(one).len()).max().unwrap_or(0);
    let (key, origin) = (width(|one| one.key), width(|one| one.origin));
    for one in &shown {
        let value = if one.value.is_empty() { "-" } else { &one.value };
        say(&format!("{:<key$}  {:<origin$}  {value}", one.key, one.origin));
    }
    // No setting: made with the store, and the same in all its copies.
    if let Ok(Some(mark)) = Mark::read(&common.data_dir.join("store")) {
        say(&format!("{:<key$}  {:<origin$}  {}", "fhir.instance", "store", short_instance(&mark.instance)));
    }
    Ok(())
}
