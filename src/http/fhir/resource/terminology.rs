//! Our one extension and our code systems, as constants that anybody may read, so that validators can load them.

use serde_json::{Value, json};

use super::{
    code::{self, Code},
    status,
};
use crate::{
    domain::{consultation::state::ConsultationStatus, free_clinic::registration::Stage, team_consult::TeamConsultStatus},
    http::core::openapi::slugs::SLUGS,
};

/// How many seats a slot has, and how many are taken.
pub const SLOT_SEATS: &str = "urn:xuanhu:ext:slot-seats";

/// The definition of [`SLOT_SEATS`]; its id is `slot-seats`.
pub fn slot_seats() -> Value {
    let mut elements = vec![json!({ "id": "Extension", "path": "Extension", "max": "1" })];
    for name in ["seats", "taken"] {
        let id = format!("Extension.extension:{name}");
        elements.push(json!({ "id": id, "path": "Extension.extension", "sliceName": name, "min": 1, "max": "1" }));
        elements.push(json!({ "id": format!("{id}.url"), "path": "Extension.extension.url", "fixedUri": name }));
        let value = format!("{id}.value[x]");
        elements.push(json!({ "id": value, "path": "Extension.extension.value[x]", "min": 1, "type": [{ "code": "unsignedInt" }] }));
    }
    elements.push(json!({ "id": "Extension.url", "path": "Extension.url", "fixedUri": SLOT_SEATS }));
    elements.push(json!({ "id": "Extension.value[x]", "path": "Extension.value[x]", "max": "0" }));
    json!({
        "resourceType": "StructureDefinition",
        "id": "slot-seats",
        "url": SLOT_SEATS,
        "version": "1",
        "name": "SlotSeats",
        "title": "号源数",
        "status": "active",
        "description": "How many seats a slot has and how many are taken, unpaid holds counted.",
        "fhirVersion": "4.0.1",
        "kind": "complex-type",
        "abstract": false,
        "context": [{ "type": "element", "expression": "Slot" }],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "differential": { "element": elements },
    })
}

/// One of our code systems by its id; `None` for any other. Departments are rows of the clinic and no constants.
pub fn code_system(id: &str) -> Option<Value> {
    let (name, title, codes) = match id {
        "registration-stage" => ("RegistrationStage", "义诊预约状态", Some(STAGES.map(status::stage).to_vec())),
        "consultation-status" => ("ConsultationStatus", "图文咨询状态", Some(consultations())),
        "team-consult-status" => ("TeamConsultStatus", "团队咨询状态", Some(TEAM_CONSULTS.map(status::team_consult).to_vec())),
        "service" => ("Service", "服务类型", Some(vec![code::VOLUNTEER, code::IMAGE_AND_TEXT, code::TEAM, code::VALUE_ADDED])),
        "conversation" => ("Conversation", "会话类型", Some(vec![code::CHAT, code::CONSULT, code::DIALOG, code::DIRECT])),
        "document" => ("Document", "资料类型", Some(vec![code::RECORD, code::VISIT, code::CASEBOOK, code::RESULT, code::ORDER])),
        "error" => ("Error", "错误代码", Some(errors())),
        // The standard's own list is not ours to give.
        "gbt2260" => ("GBT2260", "GB/T 2260 行政区划代码", None),
        _ => return None,
    };
    let mut system = json!({
        "resourceType": "CodeSystem",
        "id": id,
        "url": format!("urn:xuanhu:cs:{id}"),
        "version": "1",
        "name": name,
        "title": title,
        "status": "active",
        "caseSensitive": true,
        "content": if codes.is_some() { "complete" } else { "not-present" },
    });
    if let Some(codes) = codes {
        system["count"] = codes.len().into();
        system["concept"] = codes.into_iter().map(concept).collect();
    }
    Some(system)
}

const STAGES: [Stage; 6] = [Stage::Held, Stage::Booked, Stage::Rejected, Stage::Cancelled, Stage::Missed, Stage::Done];

const TEAM_CONSULTS: [TeamConsultStatus; 4] =
    [TeamConsultStatus::Waiting, TeamConsultStatus::InProcess, TeamConsultStatus::Finished, TeamConsultStatus::Cancelled];

fn consultations() -> Vec<Code> {
    (1..).map_while(|number: u8| ConsultationStatus::from_code(&number.to_string())).map(status::consultation).collect()
}

fn errors() -> Vec<Code> {
    SLUGS.iter().flat_map(|(_, slugs)| slugs.iter()).map(|slug| code::of(code::ERROR, slug, "")).collect()
}

fn concept(code: Code) -> Value {
    match code.display {
        "" => json!({ "code": code.code }),
        display => json!({ "code": code.code, "display": display }),
    }
}
