//! Looking into a resource: what stands at a path, and whom it is about.

use serde_json::Value;

use crate::base::id::PatientId;

/// What stands at a path such as `participant.actor`; of lists each item.
pub fn at<'a>(resource: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = vec![resource];
    for step in path.split('.') {
        found = found.into_iter().filter_map(|value| value.get(step)).flat_map(items).collect();
    }
    found
}

fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

/// The type and the id of a reference: `Patient/1665`.
pub fn reference(value: &Value) -> Option<(&str, &str)> {
    value["reference"].as_str()?.split_once('/')
}

pub fn id(resource: &Value) -> &str {
    resource["id"].as_str().unwrap_or_default()
}

pub fn kind(resource: &Value) -> &str {
    resource["resourceType"].as_str().unwrap_or_default()
}

/// The patient whom a resource is about, where it is about one.
pub fn patient(resource: &Value) -> Option<PatientId> {
    if kind(resource) == "Patient" {
        return id(resource).parse().ok();
    }
    let all = ["subject", "patient", "participant.actor"].into_iter().flat_map(|path| at(resource, path));
    all.filter_map(reference).find(|(kind, _)| *kind == "Patient").and_then(|(_, id)| id.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_walked() {
        let resource = json!({ "resourceType": "Appointment", "participant": [{ "actor": { "reference": "Practitioner/2" } }, { "actor": { "reference": "Patient/1665" } }] });
        let found: Vec<_> = at(&resource, "participant.actor").into_iter().filter_map(reference).collect();
        assert_eq!(found, [("Practitioner", "2"), ("Patient", "1665")]);
        assert_eq!(patient(&resource).map(|id| id.number()), Some(1665));
        assert_eq!(patient(&json!({ "resourceType": "Patient", "id": "7" })).map(|id| id.number()), Some(7));
        assert_eq!(patient(&json!({ "resourceType": "Slot", "id": "7-0" })), None);
    }
}
