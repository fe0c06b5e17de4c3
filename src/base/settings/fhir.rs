//! Settings of the FHIR face.

use super::{reader::Reader, value::Value};
use crate::base::span::Span;

#[derive(Clone, Debug)]
pub struct FhirSettings {
    pub enabled: bool,
    pub page_size: u32,
    pub max_page_size: u32,
    /// Rows that one request reads.
    pub scan_limit: u32,
    /// Of one caller.
    pub requests_per_second: u32,
    pub export_ttl: Span,
    /// Of a token, from when it is made.
    pub token_ttl: Span,
    pub handling: Handling,
}

/// What becomes of search parameters that are not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    Strict,
    Lenient,
}

impl FhirSettings {
    pub(super) fn read(from: &mut Reader) -> FhirSettings {
        FhirSettings {
            enabled: from.value("fhir.enabled"),
            page_size: from.count("fhir.page_size"),
            max_page_size: from.count("fhir.max_page_size"),
            scan_limit: from.count("fhir.scan_limit"),
            requests_per_second: from.count("fhir.requests_per_second"),
            export_ttl: from.period("fhir.export_ttl"),
            token_ttl: from.period("fhir.token_ttl"),
            handling: from.value("fhir.handling"),
        }
    }
}

impl Value for Handling {
    const SHOULD: &'static str = "strict or lenient";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "strict" => Some(Handling::Strict),
            "lenient" => Some(Handling::Lenient),
            _ => None,
        }
    }
}
