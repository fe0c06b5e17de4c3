//! What every request to this face says beside what it asks for: the form of the answer, how strict to be, where it came from.

use serde_json::Value;

use super::{
    outcome::{FHIR_JSON, FHIR_OFF, NOT_ACCEPTABLE},
    print::ClinicFacts,
};
use crate::{
    base::{
        error::{INTERNAL, Result},
        settings::Handling,
    },
    http::core::{context::Cx, reply::Reply, request::Request},
    store::short_instance,
};

/// Media types that are one thing here. The last is what older servers called it.
const NAMES: &[&str] = &["json", "application/json", "application/fhir+json", "text/json", "application/json+fhir"];

/// The parameters that say how the answer is written; they go with every request.
pub const MANNERS: &[&str] = &["_format", "_pretty"];

/// How an answer is written.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    pretty: bool,
}

/// The values of a parameter, in the order in which they came; empty ones are left out.
pub fn values(request: &Request, name: &str) -> Vec<String> {
    request.fields.0.get(name).map(texts).unwrap_or_default()
}

/// A parameter's values as texts.
pub fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let all: Vec<String> = match value {
        Value::Array(values) => values.iter().map(text).collect(),
        one => vec![text(one)],
    };
    all.into_iter().filter(|text| !text.is_empty()).collect()
}

/// Whether this face is there at all. Errors: `fhir_off`.
pub fn need_on(cx: &Cx) -> Result<()> {
    match cx.app.settings.fhir.enabled {
        true => Ok(()),
        false => Err(FHIR_OFF.err()),
    }
}

impl Manner {
    /// Errors: `not_acceptable`.
    pub fn of(request: &Request) -> Result<Manner> {
        let pretty = values(request, "_pretty").first().is_some_and(|text| text == "true");
        let is_json = |name: &str| NAMES.iter().any(|known| name.trim().eq_ignore_ascii_case(known));
        // A plus sign of a query that nobody escaped is a space.
        let format = values(request, "_format").first().map(|text| text.replace(' ', "+"));
        let taken = match format {
            Some(format) => is_json(format.split(';').next().unwrap_or_default()),
            None => request.header("accept").is_none_or(|accept| {
                let offers = accept.split(',').map(|offer| offer.split(';').next().unwrap_or_default().trim());
                offers.into_iter().any(|offer| is_json(offer) || ["*/*", "application/*", "text/*", ""].contains(&offer))
            }),
        };
        match taken {
            true => Ok(Manner { pretty }),
            false => Err(NOT_ACCEPTABLE.err()),
        }
    }

    /// Whether the client asks for a FHIR resource by name, not just for anything.
    pub fn asks_for_fhir(request: &Request) -> bool {
        let named = |text: &str| text.contains("fhir") || text.contains("application/json");
        !values(request, "_format").is_empty() || request.header("accept").is_some_and(named)
    }

    /// A resource as an answer.
    pub fn reply(self, resource: &Value) -> Result<Reply> {
        let bytes = if self.pretty { serde_json::to_vec_pretty(resource) } else { serde_json::to_vec(resource) };
        let reply = Reply::bytes(FHIR_JSON, bytes.map_err(|e| INTERNAL.caused_by(e))?);
        Ok(reply.header("cache-control", "private, no-cache").header("vary", "Authorization, Accept"))
    }
}

/// `Prefer: handling=lenient`, else as the settings have it.
pub fn handling(cx: &Cx, request: &Request) -> Handling {
    let asked = request.headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split([',', ';']));
    let told = asked.filter_map(|part| part.trim().strip_prefix("handling=")).find_map(|text| match text.trim_matches('"') {
        "lenient" => Some(Handling::Lenient),
        "strict" => Some(Handling::Strict),
        _ => None,
    });
    told.unwrap_or(cx.app.settings.fhir.handling)
}

/// Whether the client asks for `Prefer: respond-async`.
pub fn wants_async(request: &Request) -> bool {
    let asked = request.headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split([',', ';']));
    asked.map(str::trim).any(|part| part == "respond-async")
}

/// What resources say of the clinic, for a client that came this way. The one place that makes addresses: below `http.public_url` where that is
/// set, else below the host by which the client reached us.
pub fn clinic(cx: &Cx, request: &Request) -> ClinicFacts {
    let settings = &cx.app.settings;
    ClinicFacts {
        name: settings.clinic.name.clone(),
        phone: settings.clinic.phone.clone(),
        zone: settings.clinic.zone.clone(),
        instance: short_instance(cx.app.store.instance()).to_owned(),
        site: request.absolute(cx, ""),
    }
}
