//! Codes: those of HL7's own lists that we print, and our own, whose lists [`terminology`](super::terminology) serves.

use serde_json::{Value, json};

/// A code of a system, and what it is called there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    pub system: &'static str,
    pub code: &'static str,
    pub display: &'static str,
}

pub const DEPARTMENT: &str = "urn:xuanhu:cs:department";
pub const GBT2260: &str = "urn:xuanhu:cs:gbt2260";
pub const ERROR: &str = "urn:xuanhu:cs:error";
/// ICD-10 as the national documents of health information sharing have it.
pub const NATIONAL_ICD10: &str = "urn:oid:2.16.156.10011.2.3.3.11";
pub const WHO_ICD10: &str = "http://hl7.org/fhir/sid/icd-10";

const SERVICE: &str = "urn:xuanhu:cs:service";
pub const VOLUNTEER: Code = of(SERVICE, "volunteer", "义诊");
pub const IMAGE_AND_TEXT: Code = of(SERVICE, "image-and-text", "图文咨询");
pub const TEAM: Code = of(SERVICE, "team", "团队咨询");
pub const VALUE_ADDED: Code = of(SERVICE, "value-added", "增值服务");

const CONVERSATION: &str = "urn:xuanhu:cs:conversation";
pub const CHAT: Code = of(CONVERSATION, "chat", "医患会话");
pub const CONSULT: Code = of(CONVERSATION, "consult", "团队咨询会话");
pub const DIALOG: Code = of(CONVERSATION, "dialog", "留言");
pub const DIRECT: Code = of(CONVERSATION, "direct", "私信");

const DOCUMENT: &str = "urn:xuanhu:cs:document";
pub const RECORD: Code = of(DOCUMENT, "record", "病历");
pub const VISIT: Code = of(DOCUMENT, "visit", "就诊记录");
pub const CASEBOOK: Code = of(DOCUMENT, "casebook", "病历本资料");
pub const RESULT: Code = of(DOCUMENT, "result", "诊断资料");
pub const ORDER: Code = of(DOCUMENT, "order", "咨询资料");

const ACT: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
pub const AMBULATORY: Code = of(ACT, "AMB", "ambulatory");
pub const VIRTUAL: Code = of(ACT, "VR", "virtual");

pub const ATTENDER: Code = of("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "ATND", "attender");
pub const ELECTRONIC: Code = of("http://terminology.hl7.org/CodeSystem/v3-ParticipationMode", "ELECTRONIC", "electronic data");
pub const MASKED: Code = of("http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "MASKED", "masked");
pub const DOCTOR: Code = of("http://terminology.hl7.org/CodeSystem/practitioner-role", "doctor", "Doctor");

const ORGANIZATION: &str = "http://terminology.hl7.org/CodeSystem/organization-type";
pub const PROVIDER: Code = of(ORGANIZATION, "prov", "Healthcare Provider");
pub const DEPARTMENT_TYPE: Code = of(ORGANIZATION, "dept", "Hospital Department");
pub const TEAM_TYPE: Code = of(ORGANIZATION, "team", "Organizational team");
pub const COMMUNITY: Code = of(ORGANIZATION, "cg", "Community Group");

const CANCELLATION: &str = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason";
pub const BY_PATIENT: Code = of(CANCELLATION, "pat", "Patient");
pub const BY_PROVIDER: Code = of(CANCELLATION, "prov", "Provider");
pub const OTHERWISE: Code = of(CANCELLATION, "other", "Other");

const IDENTIFIER: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";
pub const NATIONAL_NUMBER: Code = of(IDENTIFIER, "NI", "National unique individual identifier");
pub const MILITARY_NUMBER: Code = of(IDENTIFIER, "MI", "Military ID number");
pub const PASSPORT_NUMBER: Code = of(IDENTIFIER, "PPN", "Passport number");
pub const RECORD_NUMBER: Code = of(IDENTIFIER, "MR", "Medical record number");

const ROLE: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
pub const CHILD: Code = of(ROLE, "CHILD", "child");
pub const PARENT: Code = of(ROLE, "PRN", "parent");
pub const FATHER: Code = of(ROLE, "FTH", "father");
pub const MOTHER: Code = of(ROLE, "MTH", "mother");
pub const SPOUSE: Code = of(ROLE, "SPS", "spouse");
pub const SIBLING: Code = of(ROLE, "SIB", "sibling");
pub const GRANDCHILD: Code = of(ROLE, "GRNDCHILD", "grandchild");
pub const GRANDPARENT: Code = of(ROLE, "GRPRN", "grandparent");

const MARRIAGE: &str = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus";
/// By `marital_status`, each with our word for it.
pub const MARITAL: [(Code, &str); 4] = [
    (of(MARRIAGE, "S", "Never Married"), "未婚"),
    (of(MARRIAGE, "M", "Married"), "已婚"),
    (of(MARRIAGE, "D", "Divorced"), "离异"),
    (of(MARRIAGE, "W", "Widowed"), "丧偶"),
];

pub const ACTIVE: Code = of("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active");
const VERIFICATION: &str = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
pub const PROVISIONAL: Code = of(VERIFICATION, "provisional", "Provisional");
pub const CONFIRMED: Code = of(VERIFICATION, "confirmed", "Confirmed");
pub const ENCOUNTER_DIAGNOSIS: Code =
    of("http://terminology.hl7.org/CodeSystem/condition-category", "encounter-diagnosis", "Encounter Diagnosis");

/// A code of a system, and what it is called there.
pub const fn of(system: &'static str, code: &'static str, display: &'static str) -> Code {
    Code { system, code, display }
}

impl Code {
    /// As a `Coding`.
    pub fn coding(self) -> Value {
        json!({ "system": self.system, "code": self.code, "display": self.display })
    }

    /// As a `CodeableConcept` that needs no words of ours.
    pub fn concept(self) -> Value {
        json!({ "coding": [self.coding()] })
    }

    /// As a `CodeableConcept` with a text of ours.
    pub fn with_text(self, text: &str) -> Value {
        json!({ "coding": [self.coding()], "text": text })
    }

    /// As a `CodeableConcept`: a code of our own, whose display is the text.
    pub fn said(self) -> Value {
        self.with_text(self.display)
    }

    /// As the `meta` of a resource whose state has this word in the clinic.
    pub fn tag(self) -> Value {
        json!({ "tag": [self.coding()] })
    }
}
