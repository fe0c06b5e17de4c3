//! FHIR R4 (4.0.1) in JSON, for reading: a face of the clinic for regional platforms, insurers and the next system.

pub mod print;
pub mod resource;
