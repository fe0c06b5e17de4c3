//! Rows as resources of FHIR R4, without `meta.versionId` and `meta.lastUpdated`.
