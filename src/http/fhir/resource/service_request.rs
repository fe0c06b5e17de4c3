//! ServiceRequest: what was ordered of doctors: consultations, team consults, and the services that are offered on top of these.

use serde_json::{Value, json};

use super::{
    super::print::Print,
    code::{self, Code},
    document_reference, identifier, reference, status,
    tidy::tidy,
};
use crate::{
    base::{error::Result, id::AccountId, time::Time},
    domain::{
        consultation::Consultation,
        directory::patient::Patient,
        shared::mimetype::{MimeKind, kind_of},
        team_consult::{TeamConsult, vas::Vas},
    },
};

/// The order of a consultation with pictures and text.
pub fn consultation(print: &Print, row: &Consultation) -> Result<Value> {
    let patient = row.patient(print.view)?;
    let order =
        Order { service: code::IMAGE_AND_TEXT, status: status::consultation_request(row.status), intent: "order", at: row.created_at };
    let mut request = order.of(print, row.id, Some(&patient), row.user_id.account())?;
    request["meta"] = status::consultation(row.status).tag();
    request["identifier"] = json!([identifier::own(print, "consultation", &row.number)]);
    request["performer"] = json!([reference::doctor(print, row.doctor_id)?]);
    request["reasonCode"] = json!([{ "text": row.reason }]);
    request["supportingInfo"] = document_reference::of_consultation(print, row)?.into();
    request["note"] = json!([{ "text": row.content }]);
    Ok(tidy(request))
}

/// The order of a consult of a team.
pub fn team_consult(print: &Print, row: &TeamConsult) -> Result<Value> {
    let patient = row.patient(print.view)?;
    let order = Order { service: code::TEAM, status: status::team_consult_request(row.status), intent: "order", at: row.created_at };
    let mut request = order.of(print, row.id, patient.as_ref(), row.creator.account())?;
    request["meta"] = status::team_consult(row.status).tag();
    request["identifier"] = json!([identifier::own(print, "team-consult", row.id)]);
    request["performer"] = row.doctors.iter().map(|doctor| reference::doctor(print, *doctor)).collect::<Result<_>>()?;
    request["supportingInfo"] = document_reference::of_team_consult(print, row)?.into();
    if kind_of(&row.symptom_type) == Some(MimeKind::Text) {
        request["note"] = json!([{ "text": row.symptom_content }]);
    }
    Ok(tidy(request))
}

/// A service that a doctor offers in a team consult: a proposal until the patient confirms it. Of one that was deleted there is no resource any
/// more; that is the caller's to say.
pub fn vas(print: &Print, row: &Vas) -> Result<Value> {
    let consult = print.view.need::<TeamConsult>(row.consult_id)?;
    let patient = consult.patient(print.view)?;
    let [status, intent] = status::vas(row.status);
    let order = Order { service: code::VALUE_ADDED, status, intent, at: row.created_at };
    let mut request = order.of(print, row.id, patient.as_ref(), consult.creator.account())?;
    request["code"] = code::VALUE_ADDED.with_text(&row.name);
    request["basedOn"] = json!([reference::to("ServiceRequest", row.consult_id, "")]);
    request["encounter"] = reference::to("Encounter", row.consult_id, "");
    request["performer"] = json!([reference::doctor(print, row.doctor_id)?]);
    request["note"] = json!([{ "text": row.description }]);
    Ok(tidy(request))
}

struct Order {
    service: Code,
    status: &'static str,
    intent: &'static str,
    at: Time,
}

impl Order {
    /// What every order says.
    fn of(self, print: &Print, id: impl ToString, patient: Option<&Patient>, account: AccountId) -> Result<Value> {
        Ok(json!({
            "resourceType": "ServiceRequest",
            "id": id.to_string(),
            "status": self.status,
            "intent": self.intent,
            "category": [self.service.said()],
            "code": self.service.said(),
            "subject": reference::patient_or_account(print, patient, account),
            "authoredOn": print.date_time(self.at),
            "requester": reference::holder_for(print, patient, account)?,
        }))
    }
}
