//! Parts of resources: `_summary=true` and `_elements`. What is mandatory stays, and the tag SUBSETTED says that something is missing.

use serde_json::{Map, Value, json};

use super::query::{Query, Summary};
use crate::http::fhir::served::Served;

/// The resource as far as it is asked for.
pub fn shaped(query: &Query, resource: Value) -> Value {
    match (query.summary, query.elements.is_empty()) {
        (Summary::Elements, _) => subset(query.served, resource, |name| query.served.summary.contains(&name)),
        (_, false) => subset(query.served, resource, |name| query.elements.iter().any(|element| element == name)),
        _ => resource,
    }
}

fn subset(served: &Served, resource: Value, wants: impl Fn(&str) -> bool) -> Value {
    let Value::Object(members) = resource else { return resource };
    let mandatory = &served.summary[..served.mandatory];
    let stays = |name: &str| {
        let bare = name.trim_start_matches('_');
        ["resourceType", "id", "meta"].contains(&name) || mandatory.contains(&bare) || wants(bare)
    };
    let mut kept: Map<String, Value> = members.into_iter().filter(|(name, _)| stays(name)).collect();
    let tag = json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED", "display": "subsetted" });
    if let Some(meta) = kept.get_mut("meta") {
        match meta.get_mut("tag").and_then(Value::as_array_mut) {
            Some(tags) => tags.push(tag),
            None => meta["tag"] = json!([tag]),
        }
    }
    Value::Object(kept)
}
