//! What this family writes in its own way: notes that may be emptied, times by appointment, yes and no as words.

use std::collections::BTreeMap;

use crate::{
    base::{
        error::{Result, invalid, missing},
        id::EncounterId,
    },
    http::core::request::Request,
};

/// A nickname must be sent; an empty one takes it away.
pub fn nickname(request: &Request) -> Result<String> {
    match request.names("nickname") {
        true => request.text_or_empty("nickname", 30),
        false => Err(missing("nickname")),
    }
}

/// `{"1":"1200000000"}`: numbers by appointment, each as a number or as a text.
pub fn times(request: &Request) -> Result<BTreeMap<EncounterId, u64>> {
    const MOST: usize = 1_000;
    /// Milliseconds, too, and then some.
    const LATEST: u64 = 99_999_999_999_999;
    let bad = || invalid("times", "应为以预约 id 为键、时间戳为值的 JSON 对象");
    let times = request.json("times")?.ok_or_else(|| missing("times"))?;
    let times = times.as_object().filter(|times| times.len() <= MOST).ok_or_else(bad)?;
    let read = |(id, time): (&String, &serde_json::Value)| {
        let time = time.as_u64().or_else(|| time.as_str()?.trim().parse().ok())?;
        Some((id.trim().parse().ok()?, time)).filter(|(_, time)| *time <= LATEST)
    };
    times.iter().map(|pair| read(pair).ok_or_else(bad)).collect()
}

/// The document's yes and no.
pub const fn word(yes: bool) -> &'static str {
    if yes { "true" } else { "false" }
}
