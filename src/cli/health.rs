//! `xuanhu health`: how the running server is, for containers and scripts without a client of their own.

use std::time::Duration;

use super::{
    client::Client,
    common::{Common, say},
};
use crate::base::error::Result;

/// A supervisor asks every few seconds and wants an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Prints `ready` and what an operator has to see to. Errors: what keeps the server from being ready, or from answering.
pub fn run(common: &Common) -> Result<()> {
    let settings = common.settings(&[])?;
    let answer = Client::nobody(&common.data_dir, &settings)?.patient_for(PATIENCE).ask("GET", "/readyz", None)?;
    let warnings = answer["warnings"].as_array().into_iter().flatten().filter_map(|warning| warning.as_str());
    say(answer["status"].as_str().unwrap_or("ready"));
    warnings.for_each(|warning| say(&format!("warning: {warning}")));
    Ok(())
}
