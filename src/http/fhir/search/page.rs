//! Where the next page begins: the place of the last entry and the whole search, sealed into one parameter, so that nothing of what was searched for
//! stands in an address, and the server keeps nothing.

use serde_json::{Map, Value, json};

use super::walk::Position;
use crate::{
    base::{error::Result, secret::Sealer},
    http::fhir::{ask::MANNERS, outcome::BAD_PAGE},
};

pub const PARAMETER: &str = "_page";

/// Seals a place in a search of `caller` in `what` (a type, an operation).
pub fn seal(sealer: &Sealer, (caller, what): (&str, &str), search: &Map<String, Value>, place: Position) -> String {
    sealer.seal(&json!({ "c": caller, "w": what, "q": search, "p": place.told() }).to_string())
}

/// The search and the place that a page was sealed with; `None` where the request begins a search.
///
/// Errors: `bad_page` for another caller's, another search's, a forged one, and one with other parameters beside it.
pub fn open(sealer: &Sealer, (caller, what): (&str, &str), fields: &Map<String, Value>) -> Result<Option<(Map<String, Value>, Position)>> {
    let Some(sealed) = fields.get(PARAMETER) else { return Ok(None) };
    let refused = || BAD_PAGE.err().field(PARAMETER, "Follow the next link as it is, with the token that got it.");
    if fields.keys().any(|name| name != PARAMETER && !MANNERS.contains(&name.as_str())) {
        return Err(refused());
    }
    let text = sealed.as_str().and_then(|sealed| sealer.open(sealed)).ok_or_else(refused)?;
    let mut told: Value = serde_json::from_str(&text).map_err(|_| refused())?;
    if told["c"] != caller || told["w"] != what {
        return Err(refused());
    }
    let place = Position::read(&told["p"]).ok_or_else(refused)?;
    match told["q"].take() {
        Value::Object(search) => Ok(Some((search, place))),
        _ => Err(refused()),
    }
}
