//! Signing the record of an encounter of whichever kind: what goes into it, who may, and what an amendment changes.
//!
//! Source: 电子病历应用管理规范(试行) Art. 14 to 16.

use serde_json::{Value, json};

use crate::{
    base::{
        error::{INTERNAL, Result},
        id::{DoctorId, EncounterId},
        time::Time,
    },
    domain::{
        care::{
            first_visit::NOT_TREATING,
            signed_record::{self, NOT_SIGNED, NOTHING_TO_SIGN, SignedRecord, Signing},
        },
        consultation::{self, Consultation, diagnosis, state::ConsultationStatus},
        directory::{doctor, patient::Patient},
        free_clinic::{
            registration::{self, Registration, Stage},
            visit,
        },
        identity::account::Role,
        messaging::{conversation::Side, message, system::NOTICE},
        team_consult::{self, TeamConsult, TeamConsultStatus},
    },
    store::{Tx, View},
};

/// What a doctor says in the record beyond what stands there; `None` leaves it.
#[derive(Clone, Debug, Default)]
pub struct Said {
    pub chief_complaint: Option<String>,
    pub history: Option<String>,
    pub diagnoses: Option<Vec<String>>,
    pub advice: Option<String>,
}

/// What there is to sign.
struct Draft {
    kind: &'static str,
    patient: Patient,
    doctor: DoctorId,
    content: Said,
    ordered_at: Time,
    began_at: Option<Time>,
    ended_at: Option<Time>,
}

/// The treating doctor signs the record as it is now.
///
/// Errors: `not_found`, `not_yours`, `not_treating`, `record_signed`, `nothing_to_sign` while it has not taken place, or nothing was found.
pub fn sign(db: &mut Tx, caller: DoctorId, id: EncounterId, said: Said) -> Result<SignedRecord> {
    let draft = draft(db, caller, id)?;
    signed_record::need_unsigned(db, id)?;
    let content = said.over(draft.content.clone());
    if content.diagnoses.as_ref().is_none_or(Vec::is_empty) {
        return Err(NOTHING_TO_SIGN.with("请先填写诊断"));
    }
    let signing = Signing { encounter: id, patient: draft.patient.id, doctor: draft.doctor, by: caller };
    let body = draft.body(db, id, content)?;
    signed_record::freeze(db, signing, body, String::new())
}

/// The treating doctor signs another version beside what was signed; what it says of a diagnosis is the diagnosis from then on.
///
/// Errors: `not_found`, `not_yours`, `not_treating`, `not_signed`.
pub fn amend(db: &mut Tx, caller: DoctorId, id: EncounterId, said: Said, why: String) -> Result<SignedRecord> {
    let draft = draft(db, caller, id)?;
    let last = signed_record::latest(db, id)?.ok_or_else(|| NOT_SIGNED.err())?;
    let mut body: Value = serde_json::from_str(&last.body).map_err(|e| INTERNAL.caused_by(e))?;
    carry_over(db, id, caller, &said)?;
    for (key, value) in said.members() {
        body[key] = value;
    }
    let signing = Signing { encounter: id, patient: draft.patient.id, doctor: draft.doctor, by: caller };
    signed_record::freeze(db, signing, body.to_string(), why)
}

impl Said {
    /// This, and where it says nothing the other.
    fn over(self, other: Said) -> Said {
        Said {
            chief_complaint: self.chief_complaint.or(other.chief_complaint),
            history: self.history.or(other.history),
            diagnoses: self.diagnoses.or(other.diagnoses),
            advice: self.advice.or(other.advice),
        }
    }

    fn members(&self) -> impl Iterator<Item = (&'static str, Value)> {
        let text = |key, text: &Option<String>| text.as_ref().map(|text| (key, json!(text)));
        [
            text("chief_complaint", &self.chief_complaint),
            text("history", &self.history),
            self.diagnoses.as_ref().map(|diagnoses| ("diagnoses", json!(diagnoses))),
            text("advice", &self.advice),
        ]
        .into_iter()
        .flatten()
    }
}

impl Draft {
    /// JSON with its keys in order and no spaces: the map of the library sorts them.
    fn body(&self, db: &View, id: EncounterId, content: Said) -> Result<String> {
        let doctor = doctor::profile(db, self.doctor)?;
        let moment = |at: Option<Time>| at.map(Time::rfc3339);
        let body = json!({
            "v": 1,
            "encounter": id,
            "kind": self.kind,
            "patient": { "id": self.patient.id, "name": self.patient.name, "sex": self.patient.sex, "birthday": self.patient.birthday },
            "doctor": { "id": doctor.id, "name": doctor.name, "title": doctor.job_position, "department": doctor.departments },
            "chief_complaint": content.chief_complaint.unwrap_or_default(),
            "history": content.history.unwrap_or_default(),
            "diagnoses": content.diagnoses.unwrap_or_default(),
            "advice": content.advice.unwrap_or_default(),
            "ordered_at": self.ordered_at.rfc3339(),
            "began_at": moment(self.began_at),
            "ended_at": moment(self.ended_at),
        });
        Ok(body.to_string())
    }
}

fn draft(db: &View, caller: DoctorId, id: EncounterId) -> Result<Draft> {
    if db.has::<Consultation>(id.consultation())? {
        return of_consultation(db, consultation::need_of(db, caller.account(), Role::Doctor, id.consultation())?);
    }
    if db.has::<Registration>(id.registration())? {
        return of_registration(db, registration::need_of_doctor(db, caller, id.registration())?);
    }
    of_team_consult(db, caller, team_consult::group::need_part(db, caller.account(), Role::Doctor, id.team_consult())?)
}

fn of_consultation(db: &View, row: Consultation) -> Result<Draft> {
    let status = consultation::due_status(&row, db.now);
    if !matches!(status, ConsultationStatus::InProgress | ConsultationStatus::Finished) {
        return Err(NOTHING_TO_SIGN.err());
    }
    let found = diagnosis::find(db, row.id)?;
    let content = Said {
        chief_complaint: Some(found.as_ref().map_or_else(|| row.content.clone(), |found| found.chief_complaint.clone())),
        history: found.as_ref().map(|found| found.past_illness.clone()),
        diagnoses: found.map(|found| std::iter::once(found.main).chain(found.second).collect()),
        advice: Some(written(db, row.id.encounter(), &[row.doctor_id])?),
    };
    let ended = matches!(row.status, ConsultationStatus::Finished).then_some(row.updated_at);
    Ok(Draft {
        kind: "consultation",
        patient: row.patient(db)?,
        doctor: row.doctor_id,
        content,
        ordered_at: row.created_at,
        began_at: row.paid_at,
        ended_at: ended,
    })
}

fn of_registration(db: &View, row: Registration) -> Result<Draft> {
    if row.stage != Stage::Done {
        return Err(NOTHING_TO_SIGN.err());
    }
    let content = Said {
        chief_complaint: Some(row.casebook.content.clone()),
        diagnoses: Some(row.diag_result.clone()).filter(|text| !text.is_empty()).map(|text| vec![text]),
        ..Said::default()
    };
    Ok(Draft {
        kind: "registration",
        patient: row.patient(db)?,
        doctor: row.doctor_id,
        content,
        ordered_at: row.created_at,
        began_at: row.begun_at,
        ended_at: row.ended_at,
    })
}

/// A group has no diagnosis of its own: its doctor says it when signing.
fn of_team_consult(db: &View, caller: DoctorId, row: TeamConsult) -> Result<Draft> {
    if !team_consult::first_visit::is_treating(&row, caller) {
        return Err(NOT_TREATING.err());
    }
    if !matches!(row.status, TeamConsultStatus::InProcess | TeamConsultStatus::Finished) {
        return Err(NOTHING_TO_SIGN.err());
    }
    let patient = row.patient(db)?.ok_or_else(|| NOTHING_TO_SIGN.with("患者尚未填写资料"))?;
    let content = Said {
        chief_complaint: Some(row.symptom_content.clone()),
        advice: Some(written(db, row.id.encounter(), &row.doctors)?),
        ..Said::default()
    };
    Ok(Draft {
        kind: "team_consult",
        patient,
        doctor: caller,
        content,
        ordered_at: row.created_at,
        began_at: row.started_at,
        ended_at: row.ended_at,
    })
}

/// What the doctors wrote and did not take back, in order.
fn written(db: &View, id: EncounterId, doctors: &[DoctorId]) -> Result<String> {
    let said = message::list_of_consultation(db, id, Side::Staff)?.into_iter().filter(|one| {
        one.retracted_at.is_none() && one.mimetype.starts_with("text/") && one.mimetype != NOTICE && doctors.contains(&one.from.doctor())
    });
    Ok(said.map(|one| one.content).collect::<Vec<_>>().join("\n"))
}

/// What the old clients print of a diagnosis follows the amendment.
fn carry_over(db: &mut Tx, id: EncounterId, caller: DoctorId, said: &Said) -> Result<()> {
    if db.has::<Consultation>(id.consultation())? {
        return diagnosis::amend(db, id.consultation(), said.chief_complaint.clone(), said.history.clone(), said.diagnoses.clone());
    }
    match (db.has::<Registration>(id.registration())?, &said.diagnoses) {
        (true, Some(diagnoses)) => visit::amend_result(db, caller, id.registration(), diagnoses.join("；")),
        _ => Ok(()),
    }
}
