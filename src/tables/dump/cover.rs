//! What covers a text in a dump. A text that is not named here is covered whole: a new field is safe until somebody has thought of it.
//!
//! Follows `base::mask::POLICY` as strangers see it, with a name's first sign and a birthday's year left, which reports need. Care rules, section 10.

use serde_json::Value;

use crate::base::mask;

/// How a value is told where a dump is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// As it is.
    Plain,
    /// A picture that everybody may see: as it is, and the file belongs to the dump.
    Public,
    Name,
    Phone,
    IdNumber,
    /// The year alone.
    Birthday,
    /// Stars, where there is something.
    Whole,
    /// Nothing, not even in a dump that masks nothing.
    Secret,
}

use Cover::{Birthday, IdNumber, Name, Phone, Plain, Public, Secret, Whole};

/// By entity and field; one without an entity is of every entity. The first that fits holds.
#[rustfmt::skip]
const COVERS: &[(&str, &str, Cover)] = &[
    // People.
    ("account", "open_id", Secret), ("account", "official_open_id", Secret), ("account", "password", Secret), ("account", "username", Plain),
    ("clinic_face", "phone", Plain), ("sms", "code", Secret), ("sms", "text", Whole), ("sms", "asked_by", Whole), ("sms", "problem", Plain),
    ("", "phone", Phone), ("", "idno", IdNumber), ("", "birthday", Birthday), ("", "email", Whole), ("", "card_no", Whole),
    ("patient", "name", Name), ("patient", "avatar", Whole), ("patient", "addr", Whole), ("patient", "relation", Plain),
    ("patient", "height", Whole), ("patient", "weight", Whole), ("recorded_person", "name", Name),
    ("member_profile", "menstrual_cycle", Whole), ("contact", "nickname", Name),
    ("doctor", "name", Plain), ("doctor", "avatar", Public), ("doctor", "addr", Whole), ("doctor", "work_photo", Whole),
    ("doctor", "departments", Plain), ("doctor", "doctor_sn", Plain), ("doctor", "good_at", Plain), ("doctor", "honours", Plain),
    ("doctor", "job_position", Plain), ("assistant", "name", Plain), ("assistant", "avatar", Public), ("assistant", "addr", Whole),
    ("assistant", "team_name", Plain),
    // What was said, found and photographed.
    ("audit", "address", Whole), ("audit", "reason", Whole), ("audit", "detail", Whole), ("audit", "hash", Plain), ("audit", "prev", Plain), ("team_doctor", "seed", Secret),
    ("consultation", "content", Whole), ("consultation", "images", Whole), ("consultation", "number", Plain), ("consultation", "reason", Plain),
    ("diagnosis", "chief_complaint", Whole), ("diagnosis", "main", Whole), ("diagnosis", "codes", Whole), ("diagnosis", "past_illness", Whole), ("diagnosis", "second", Whole),
    ("evaluation", "question", Plain), ("evaluation", "text", Whole),
    ("message", "client_id", Whole), ("message", "content", Whole), ("message", "images", Whole), ("message", "text", Whole),
    ("message", "title", Whole), ("message", "mimetype", Plain),
    ("registration", "content", Whole), ("registration", "photo", Whole), ("registration", "diag_photo", Whole),
    ("registration", "diag_result", Whole), ("registration", "doctor_comment", Whole), ("registration", "reject_msg", Whole),
    ("registration", "sn", Plain), ("registration", "refund_sn", Plain),
    ("team_consult", "images", Whole), ("team_consult", "symptom_content", Whole), ("team_consult", "symptom_type", Plain),
    ("", "hospital", Plain), ("", "diagnosis", Whole), ("", "on", Plain), ("", "note", Whole), ("", "advice", Whole),
    ("complaint", "text", Whole), ("complaint", "answer", Whole), ("complaint", "images", Whole),
    ("consent", "guardian_name", Name), ("consent", "address", Whole), ("consent", "client", Whole), ("consent", "paper", Whole),
    ("consent", "why", Whole), ("consent_text", "title", Plain), ("consent_text", "body", Plain),
    ("signed_record", "before", Plain), ("signed_record", "body", Whole), ("signed_record", "why", Whole),
    ("value_added_service", "name", Whole), ("value_added_service", "description", Whole),
    ("quick_reply", "title", Whole), ("quick_reply", "content", Whole), ("notice", "title", Whole), ("notice", "content", Whole),
    ("upload", "name", Whole), ("upload", "mime", Plain),
    ("complaint", "text", Whole), ("complaint", "images", Whole), ("complaint", "answer", Whole),
    ("privacy_request", "text", Whole), ("privacy_request", "answer", Whole),
    ("consent", "guardian_name", Name), ("consent", "address", Whole), ("consent", "client", Whole), ("consent", "paper", Whole), ("consent", "why", Whole),
    ("consent_text", "body", Plain), ("", "sha256", Plain),
    // Money.
    ("payout", "reason", Whole),
    ("payment", "description", Whole), ("refund", "reason", Whole), ("refund", "stuck", Plain),
    ("", "out_trade_no", Plain), ("", "out_refund_no", Plain),
    // What everybody may read.
    ("hospital", "banner", Public), ("", "logo", Public), ("banner", "photo", Public), ("news", "photo", Public), ("special_project", "photo", Public),
    ("", "name", Plain), ("", "title", Plain), ("news", "content", Plain), ("banner", "href", Plain), ("", "introduction", Plain),
    ("hospital", "level", Plain), ("hospital", "tag", Plain), ("", "addr", Plain), ("", "lng", Plain), ("", "lat", Plain),
    ("", "service_target", Plain), ("team", "agreement", Plain), ("consultation_reason", "reason", Plain),
    ("evaluation_question", "question", Plain), ("diagnosis_term", "code", Plain), ("region", "pinyin", Plain), ("region", "short_name", Plain),
];

/// Numbers and choices about a body or habits: of no dump that is masked.
const BODY: &[&str] = &["height", "weight", "drinks", "smokes", "marriage"];

/// What covers a field's texts.
pub fn of_text(entity: &str, field: &str) -> Cover {
    named(entity, field).unwrap_or(Whole)
}

fn named(entity: &str, field: &str) -> Option<Cover> {
    let fits = |(of, name, _): &&(&str, &str, Cover)| (of.is_empty() || *of == entity) && *name == field;
    COVERS.iter().find(fits).map(|(_, _, cover)| *cover)
}

/// Whether somebody has said what covers it.
#[cfg(test)]
pub fn is_named(entity: &str, field: &str) -> bool {
    named(entity, field).is_some()
}

/// What covers a field's numbers, choices and the like.
pub fn of_other(entity: &str, field: &str) -> Cover {
    match entity {
        "patient" | "member_profile" | "recorded_person" if BODY.contains(&field) || entity == "member_profile" => Whole,
        _ => Plain,
    }
}

/// The text as it is told.
pub fn text(cover: Cover, text: String) -> Value {
    match cover {
        _ if text.is_empty() => text.into(),
        Plain | Public => text.into(),
        Name => mask::name(&text).into(),
        Phone => mask::phone(&text).into(),
        IdNumber => mask::id_number(&text).into(),
        Birthday => text.get(..4).map_or_else(|| "****".into(), |year| format!("{year}-**-**").into()),
        Whole => "***".into(),
        Secret => Value::Null,
    }
}
