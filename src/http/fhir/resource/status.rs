//! States of the clinic in the words of FHIR. Every `match` names each state of the domain, so that a new one has to be given its word here.
//!
//! An Encounter is there once it is the doctor's: a registration that was booked, a consultation that was paid.

use super::code::{Code, of};
use crate::domain::{
    consultation::{Consultation, state::ConsultationStatus},
    free_clinic::{
        clinic_session::SessionState,
        registration::{Registration, Stage},
        slot,
    },
    messaging::conversation::ConversationKind,
    money::payment::PaymentStatus,
    team_consult::{TeamConsultStatus, vas::VasStatus},
};

use super::code;

const STAGE: &str = "urn:xuanhu:cs:registration-stage";
const CONSULTATION: &str = "urn:xuanhu:cs:consultation-status";
const TEAM_CONSULT: &str = "urn:xuanhu:cs:team-consult-status";

/// Our own word for the stage of a registration.
pub const fn stage(stage: Stage) -> Code {
    match stage {
        Stage::Held => of(STAGE, "held", "待付押金"),
        Stage::Booked => of(STAGE, "booked", "已挂号"),
        Stage::Rejected => of(STAGE, "rejected", "已拒绝"),
        Stage::Cancelled => of(STAGE, "cancelled", "已取消"),
        Stage::Missed => of(STAGE, "missed", "未到诊"),
        Stage::Done => of(STAGE, "done", "已就诊"),
    }
}

/// `Appointment.status`.
pub const fn appointment(stage: Stage) -> &'static str {
    match stage {
        Stage::Held => "pending",
        Stage::Booked => "booked",
        Stage::Done => "fulfilled",
        Stage::Missed => "noshow",
        Stage::Rejected | Stage::Cancelled => "cancelled",
    }
}

/// `Encounter.status` of a registration; `None` where there is no encounter, since it was only ever held.
pub fn registration_encounter(row: &Registration) -> Option<&'static str> {
    let status = match row.stage {
        Stage::Held => return None,
        Stage::Booked => "planned",
        Stage::Done => "finished",
        Stage::Missed | Stage::Rejected | Stage::Cancelled => "cancelled",
    };
    row.was_booked().then_some(status)
}

/// Why an appointment was cancelled; `None` where it was not.
pub fn cancellation(row: &Registration) -> Option<Code> {
    match (row.stage, row.reject_msg.as_str()) {
        (Stage::Held | Stage::Booked | Stage::Missed | Stage::Done, _) => None,
        (Stage::Rejected, _) | (Stage::Cancelled, "义诊已取消" | "医生已停诊") => Some(code::BY_PROVIDER),
        (Stage::Cancelled, "超时未支付") => Some(code::OTHERWISE),
        (Stage::Cancelled, _) => Some(code::BY_PATIENT),
    }
}

/// Our own word for the state of a consultation: the number of the document (互联网医院 10).
pub const fn consultation(status: ConsultationStatus) -> Code {
    let code = match status {
        ConsultationStatus::Unpaid => "01",
        ConsultationStatus::Cancelled => "02",
        ConsultationStatus::Waiting => "03",
        ConsultationStatus::InProgress => "04",
        ConsultationStatus::Expired => "05",
        ConsultationStatus::RefundAsked => "06",
        ConsultationStatus::Finished => "07",
        ConsultationStatus::ExpiredRefunded => "08",
        ConsultationStatus::Refunded => "09",
    };
    of(CONSULTATION, code, status.label())
}

/// `ServiceRequest.status` of a consultation.
pub const fn consultation_request(status: ConsultationStatus) -> &'static str {
    match status {
        ConsultationStatus::Unpaid => "draft",
        ConsultationStatus::Waiting | ConsultationStatus::InProgress => "active",
        ConsultationStatus::RefundAsked => "on-hold",
        ConsultationStatus::Finished => "completed",
        ConsultationStatus::Cancelled
        | ConsultationStatus::Expired
        | ConsultationStatus::ExpiredRefunded
        | ConsultationStatus::Refunded => "revoked",
    }
}

/// `Encounter.status` of a consultation; `None` where there is no encounter, since nobody paid.
pub fn consultation_encounter(row: &Consultation) -> Option<&'static str> {
    let status = match row.status {
        ConsultationStatus::Unpaid | ConsultationStatus::Cancelled => return None,
        ConsultationStatus::Waiting | ConsultationStatus::RefundAsked => "planned",
        ConsultationStatus::InProgress => "in-progress",
        ConsultationStatus::Finished => "finished",
        ConsultationStatus::Expired | ConsultationStatus::ExpiredRefunded | ConsultationStatus::Refunded => "cancelled",
    };
    row.paid_at.map(|_| status)
}

/// Our own word for the state of a team consult: its number.
pub const fn team_consult(status: TeamConsultStatus) -> Code {
    match status {
        TeamConsultStatus::Waiting => of(TEAM_CONSULT, "0", "待处理"),
        TeamConsultStatus::InProcess => of(TEAM_CONSULT, "1", "处理中"),
        TeamConsultStatus::Finished => of(TEAM_CONSULT, "2", "已完成"),
        TeamConsultStatus::Cancelled => of(TEAM_CONSULT, "3", "已取消"),
    }
}

/// `ServiceRequest.status` of a team consult.
pub const fn team_consult_request(status: TeamConsultStatus) -> &'static str {
    match status {
        TeamConsultStatus::Waiting | TeamConsultStatus::InProcess => "active",
        TeamConsultStatus::Finished => "completed",
        TeamConsultStatus::Cancelled => "revoked",
    }
}

/// `Encounter.status` of a team consult.
pub const fn team_consult_encounter(status: TeamConsultStatus) -> &'static str {
    match status {
        TeamConsultStatus::Waiting => "planned",
        TeamConsultStatus::InProcess => "in-progress",
        TeamConsultStatus::Finished => "finished",
        TeamConsultStatus::Cancelled => "cancelled",
    }
}

/// `ServiceRequest.status` and `intent` of a value-added service: proposed until the patient confirms it.
pub const fn vas(status: VasStatus) -> [&'static str; 2] {
    match status {
        VasStatus::Waiting => ["draft", "proposal"],
        VasStatus::Confirmed => ["active", "order"],
        VasStatus::Rejected => ["revoked", "proposal"],
    }
}

/// `Slot.status`.
pub const fn slot(state: SessionState, slot: slot::Slot) -> &'static str {
    match state {
        SessionState::Ended | SessionState::Cancelled => "busy-unavailable",
        SessionState::Open if slot.taken < slot.seats => "free",
        SessionState::Open => "busy",
    }
}

/// `Invoice.status`.
pub const fn invoice(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::WaitForPay => "issued",
        PaymentStatus::Paid | PaymentStatus::Refunding => "balanced",
        PaymentStatus::Closed | PaymentStatus::Refunded => "cancelled",
    }
}

/// What a conversation is called; `None` of the clinic's own notices, which are not served.
pub const fn conversation(kind: ConversationKind) -> Option<Code> {
    match kind {
        ConversationKind::Direct => Some(code::DIRECT),
        ConversationKind::Consult => Some(code::CONSULT),
        ConversationKind::Chat => Some(code::CHAT),
        ConversationKind::Dialog => Some(code::DIALOG),
        ConversationKind::System => None,
    }
}
