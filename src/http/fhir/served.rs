//! What is served: one table from which routing, searches, includes, `$everything`, `$export`, `/fhir/metadata` and the tests are read. What is not
//! in it does not exist.

use super::source::{self, Source};

/// A type of resource.
pub struct Served {
    pub kind: &'static str,
    pub sources: &'static [Source],
    pub open_to: OpenTo,
    /// Beside `_id`, `_lastUpdated` and `_tag`, which every type has.
    pub params: &'static [Param],
    pub includes: &'static [Include],
    /// The parameter by which `_sort=date` goes.
    pub date: Option<&'static str>,
    /// Elements of a summary; the first ones are those without which the resource is none.
    pub summary: &'static [&'static str],
    /// How many of them are mandatory.
    pub mandatory: usize,
}

/// Who may read a type, beside integrations with its scope and `admin.token`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenTo {
    /// Every doctor and every patient, all of it.
    All,
    /// Doctors what came to them, of those whom they treat; patients what is their family's.
    Parties,
    /// Patients what is their family's.
    Patients,
}

/// A search parameter.
#[derive(Debug)]
pub struct Param {
    pub name: &'static str,
    pub kind: ParamKind,
    /// Where its values stand in the resource.
    pub paths: &'static [&'static str],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// `system|code` of a code, a coding, an identifier.
    Token,
    /// A telephone number among the ways to reach somebody.
    Phone,
    Text,
    Date,
    /// References to these types.
    Reference(&'static [&'static str]),
    /// The resource's own id.
    Id,
    /// When it changed last.
    Updated,
}

/// `Encounter:patient`: references of a parameter that are brought along.
pub struct Include {
    pub name: &'static str,
    pub paths: &'static [&'static str],
    pub kinds: &'static [&'static str],
}

impl ParamKind {
    /// As the CapabilityStatement calls it.
    pub const fn name(self) -> &'static str {
        match self {
            ParamKind::Token | ParamKind::Phone | ParamKind::Id => "token",
            ParamKind::Text => "string",
            ParamKind::Date | ParamKind::Updated => "date",
            ParamKind::Reference(_) => "reference",
        }
    }
}

const fn param(name: &'static str, kind: ParamKind, paths: &'static [&'static str]) -> Param {
    Param { name, kind, paths }
}

const fn token(name: &'static str, paths: &'static [&'static str]) -> Param {
    param(name, ParamKind::Token, paths)
}

const fn text(name: &'static str, paths: &'static [&'static str]) -> Param {
    param(name, ParamKind::Text, paths)
}

const fn date(name: &'static str, paths: &'static [&'static str]) -> Param {
    param(name, ParamKind::Date, paths)
}

const fn reference(name: &'static str, kinds: &'static [&'static str], paths: &'static [&'static str]) -> Param {
    param(name, ParamKind::Reference(kinds), paths)
}

const fn include(name: &'static str, kinds: &'static [&'static str], paths: &'static [&'static str]) -> Include {
    Include { name, paths, kinds }
}

/// Parameters that every type has.
pub const COMMON: &[Param] =
    &[param("_id", ParamKind::Id, &["id"]), param("_lastUpdated", ParamKind::Updated, &[]), token("_tag", &["meta.tag"])];

const PATIENT: &[&str] = &["Patient"];
const PRACTITIONER: &[&str] = &["Practitioner"];
const PERSON: &[&str] = &["Patient", "RelatedPerson", "Practitioner"];
const SUBJECT: &[&str] = &["subject"];
const NAME: &[&str] = &["name.text", "name.family", "name.given"];

const IDENTIFIER: Param = token("identifier", &["identifier"]);
const STATUS: Param = token("status", &["status"]);
const ACTIVE: Param = token("active", &["active"]);
const OF_SUBJECT: Param = reference("patient", PATIENT, SUBJECT);

#[rustfmt::skip]
pub const SERVED: &[Served] = &[
    Served {
        kind: "Patient", sources: source::PATIENTS, open_to: OpenTo::Parties, date: None,
        params: &[
            IDENTIFIER, text("name", NAME), text("family", &["name.family"]), text("given", &["name.given"]),
            param("phone", ParamKind::Phone, &["telecom"]), date("birthdate", &["birthDate"]), token("gender", &["gender"]), ACTIVE,
        ],
        includes: &[],
        summary: &["identifier", "active", "name", "telecom", "gender", "birthDate", "address", "managingOrganization"], mandatory: 0,
    },
    Served {
        kind: "RelatedPerson", sources: source::RELATED, open_to: OpenTo::Parties, date: None,
        params: &[reference("patient", PATIENT, &["patient"]), IDENTIFIER, text("name", NAME)],
        includes: &[include("patient", PATIENT, &["patient"])],
        summary: &["patient", "identifier", "active", "relationship", "name", "telecom", "gender"], mandatory: 1,
    },
    Served {
        kind: "Practitioner", sources: source::PRACTITIONERS, open_to: OpenTo::All, date: None,
        params: &[IDENTIFIER, text("name", NAME), ACTIVE],
        includes: &[],
        summary: &["identifier", "active", "name", "gender"], mandatory: 0,
    },
    Served {
        kind: "PractitionerRole", sources: source::ROLES, open_to: OpenTo::All, date: None,
        params: &[
            reference("practitioner", PRACTITIONER, &["practitioner"]), reference("organization", &["Organization"], &["organization"]),
            token("specialty", &["specialty"]), ACTIVE,
        ],
        includes: &[include("practitioner", PRACTITIONER, &["practitioner"]), include("organization", &["Organization"], &["organization"])],
        summary: &["active", "practitioner", "organization", "code", "specialty"], mandatory: 0,
    },
    Served {
        kind: "Organization", sources: source::ORGANIZATIONS, open_to: OpenTo::All, date: None,
        params: &[IDENTIFIER, text("name", &["name"]), token("type", &["type"]), reference("partof", &["Organization"], &["partOf"])],
        includes: &[],
        summary: &["identifier", "active", "type", "name", "partOf"], mandatory: 0,
    },
    Served {
        kind: "Location", sources: source::LOCATIONS, open_to: OpenTo::All, date: None,
        params: &[text("name", &["name"]), reference("organization", &["Organization"], &["managingOrganization"])],
        includes: &[],
        summary: &["status", "name", "mode", "managingOrganization"], mandatory: 0,
    },
    Served {
        kind: "Schedule", sources: source::SCHEDULES, open_to: OpenTo::All, date: Some("date"),
        params: &[reference("actor", &["Practitioner", "Location"], &["actor"]), date("date", &["planningHorizon"]), ACTIVE],
        includes: &[include("actor", &["Practitioner", "Location"], &["actor"])],
        summary: &["actor", "identifier", "active", "serviceType", "planningHorizon"], mandatory: 1,
    },
    Served {
        kind: "Slot", sources: source::SLOTS, open_to: OpenTo::All, date: Some("start"),
        params: &[reference("schedule", &["Schedule"], &["schedule"]), date("start", &["start"]), STATUS],
        includes: &[include("schedule", &["Schedule"], &["schedule"])],
        summary: &["schedule", "status", "start", "end", "serviceType"], mandatory: 4,
    },
    Served {
        kind: "Appointment", sources: source::APPOINTMENTS, open_to: OpenTo::Parties, date: Some("date"),
        params: &[
            reference("patient", PATIENT, &["participant.actor"]), reference("practitioner", PRACTITIONER, &["participant.actor"]),
            reference("actor", &["Patient", "Practitioner", "Location"], &["participant.actor"]), date("date", &["start"]), STATUS,
            reference("slot", &["Slot"], &["slot"]), IDENTIFIER,
        ],
        includes: &[
            include("patient", PATIENT, &["participant.actor"]), include("practitioner", PRACTITIONER, &["participant.actor"]),
            include("slot", &["Slot"], &["slot"]),
        ],
        summary: &["status", "participant", "identifier", "cancelationReason", "serviceType", "start", "end"], mandatory: 2,
    },
    Served {
        kind: "Encounter", sources: source::ENCOUNTERS, open_to: OpenTo::Parties, date: Some("date"),
        params: &[
            OF_SUBJECT, reference("subject", PATIENT, SUBJECT), reference("practitioner", PRACTITIONER, &["participant.individual"]),
            reference("participant", PRACTITIONER, &["participant.individual"]), date("date", &["period"]), STATUS,
            token("class", &["class"]), IDENTIFIER, reference("appointment", &["Appointment"], &["appointment"]),
            reference("based-on", &["ServiceRequest"], &["basedOn"]),
        ],
        includes: &[
            include("patient", PATIENT, SUBJECT), include("practitioner", PRACTITIONER, &["participant.individual"]),
            include("diagnosis", &["Condition"], &["diagnosis.condition"]),
        ],
        summary: &["status", "class", "identifier", "type", "serviceType", "subject", "participant", "appointment", "reasonCode", "diagnosis"],
        mandatory: 2,
    },
    Served {
        kind: "ServiceRequest", sources: source::REQUESTS, open_to: OpenTo::Parties, date: Some("authored"),
        params: &[
            OF_SUBJECT, reference("performer", PRACTITIONER, &["performer"]), reference("requester", PERSON, &["requester"]),
            date("authored", &["authoredOn"]), STATUS, IDENTIFIER, reference("based-on", &["ServiceRequest"], &["basedOn"]),
        ],
        includes: &[include("patient", PATIENT, SUBJECT), include("performer", PRACTITIONER, &["performer"])],
        summary: &["status", "intent", "subject", "identifier", "basedOn", "category", "code", "authoredOn", "requester", "performer", "reasonCode"],
        mandatory: 3,
    },
    Served {
        kind: "Condition", sources: source::CONDITIONS, open_to: OpenTo::Parties, date: Some("recorded-date"),
        params: &[
            OF_SUBJECT, reference("encounter", &["Encounter"], &["encounter"]), token("code", &["code"]),
            date("recorded-date", &["recordedDate"]), token("category", &["category"]),
        ],
        includes: &[include("patient", PATIENT, SUBJECT), include("encounter", &["Encounter"], &["encounter"])],
        summary: &["subject", "clinicalStatus", "verificationStatus", "code", "encounter", "recordedDate", "recorder", "asserter"],
        mandatory: 2,
    },
    Served {
        kind: "Communication", sources: source::COMMUNICATIONS, open_to: OpenTo::Parties, date: Some("sent"),
        params: &[
            OF_SUBJECT, reference("encounter", &["Encounter"], &["encounter"]), date("sent", &["sent"]), reference("sender", PERSON, &["sender"]),
            STATUS,
        ],
        includes: &[include("encounter", &["Encounter"], &["encounter"])],
        summary: &["status", "basedOn", "subject", "encounter"], mandatory: 1,
    },
    Served {
        kind: "DocumentReference", sources: source::DOCUMENTS, open_to: OpenTo::Parties, date: Some("date"),
        params: &[
            OF_SUBJECT, reference("encounter", &["Encounter"], &["context.encounter"]), date("date", &["date"]), token("type", &["type"]), STATUS,
        ],
        includes: &[],
        summary: &["status", "content", "identifier", "docStatus", "type", "category", "subject", "date", "author", "context"], mandatory: 2,
    },
    Served {
        kind: "Invoice", sources: source::INVOICES, open_to: OpenTo::Patients, date: Some("date"),
        params: &[OF_SUBJECT, date("date", &["date"]), STATUS, IDENTIFIER],
        includes: &[],
        summary: &["status", "identifier", "type", "subject", "date", "issuer", "totalNet", "totalGross"], mandatory: 1,
    },
];

/// The type of that name.
pub fn find(kind: &str) -> Option<&'static Served> {
    SERVED.iter().find(|served| served.kind == kind)
}

impl Served {
    /// Every parameter of the type, the common ones first.
    pub fn all_params(&self) -> impl Iterator<Item = &'static Param> {
        COMMON.iter().chain(self.params.iter())
    }
}
