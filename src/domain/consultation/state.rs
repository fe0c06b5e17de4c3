//! The life of a consultation as one table: state × event → state, and who may (互联网医院 10.2).
//!
//! ```text
//! 01 待支付 ──pay──▶ 03 待执行 ──first reply──▶ 04 执行中 ──finish, 48 h──▶ 07 已完成
//!    │                 │  └─48 h unanswered──▶ 05 已过期未退款 ──refund──▶ 08 过期已退款   (04 too, where no reply stands)
//!    └─cancel, 30 min─▶ 02 已取消
//!                      └─patient asks──▶ 06 待执行退款申请 ──refund──▶ 09 已退款   (refused: back to 03)
//!
//! The doctor is shut out: 01 ──▶ 02, 03 and 04 ──▶ 06
//! The doctor stops: 03 ──▶ 09, 04 ──▶ 07
//! ```

use serde::{Deserialize, Serialize};

use crate::base::error::{Error, Kind, Reason, Result};

pub const ILLEGAL_TRANSITION: Reason = Reason::new(Kind::Rule, "illegal_transition", "订单当前状态不允许此操作");

/// Variants are in the order of the document's numbers; what is stored is the position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub enum ConsultationStatus {
    Unpaid,
    Cancelled,
    Waiting,
    InProgress,
    Expired,
    RefundAsked,
    Finished,
    ExpiredRefunded,
    Refunded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsultationEvent {
    Pay,
    Cancel,
    PayWindowOver,
    FirstReply,
    AskRefund,
    ReplyWindowOver,
    /// The same, and the doctor has taken back every reply.
    NoReplyStands,
    Finish,
    MoneyBack,
    RefundRefused,
    /// The doctor was shut out.
    DoctorClosed,
    /// The doctor sends the patient to a physical clinic.
    Stop,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Patient,
    Doctor,
    System,
}

/// Everything that can happen. What is not here cannot.
#[rustfmt::skip]
pub const TRANSITIONS: &[(ConsultationStatus, ConsultationEvent, By, ConsultationStatus)] = &[
    (ConsultationStatus::Unpaid,      ConsultationEvent::Pay,             By::System,  ConsultationStatus::Waiting),
    (ConsultationStatus::Unpaid,      ConsultationEvent::Cancel,          By::Patient, ConsultationStatus::Cancelled),
    (ConsultationStatus::Unpaid,      ConsultationEvent::PayWindowOver,   By::System,  ConsultationStatus::Cancelled),
    (ConsultationStatus::Waiting,     ConsultationEvent::FirstReply,      By::Doctor,  ConsultationStatus::InProgress),
    (ConsultationStatus::Waiting,     ConsultationEvent::AskRefund,       By::Patient, ConsultationStatus::RefundAsked),
    (ConsultationStatus::Waiting,     ConsultationEvent::ReplyWindowOver, By::System,  ConsultationStatus::Expired),
    (ConsultationStatus::InProgress,  ConsultationEvent::Finish,          By::Doctor,  ConsultationStatus::Finished),
    (ConsultationStatus::InProgress,  ConsultationEvent::ReplyWindowOver, By::System,  ConsultationStatus::Finished),
    (ConsultationStatus::InProgress,  ConsultationEvent::NoReplyStands,   By::System,  ConsultationStatus::Expired),
    (ConsultationStatus::Expired,     ConsultationEvent::MoneyBack,       By::System,  ConsultationStatus::ExpiredRefunded),
    (ConsultationStatus::RefundAsked, ConsultationEvent::MoneyBack,       By::System,  ConsultationStatus::Refunded),
    (ConsultationStatus::RefundAsked, ConsultationEvent::RefundRefused,   By::System,  ConsultationStatus::Waiting),
    (ConsultationStatus::Waiting,     ConsultationEvent::Stop,            By::Doctor,  ConsultationStatus::Refunded),
    (ConsultationStatus::InProgress,  ConsultationEvent::Stop,            By::Doctor,  ConsultationStatus::Finished),
    (ConsultationStatus::Unpaid,      ConsultationEvent::DoctorClosed,    By::System,  ConsultationStatus::Cancelled),
    (ConsultationStatus::Waiting,     ConsultationEvent::DoctorClosed,    By::System,  ConsultationStatus::RefundAsked),
    (ConsultationStatus::InProgress,  ConsultationEvent::DoctorClosed,    By::System,  ConsultationStatus::RefundAsked),
];

/// What a client asks for by naming the state it wants (10.2): the patient 02 and 06, the doctor 07.
pub fn wish(by: By, wanted: ConsultationStatus) -> Option<ConsultationEvent> {
    match (by, wanted) {
        (By::Patient, ConsultationStatus::Cancelled) => Some(ConsultationEvent::Cancel),
        (By::Patient, ConsultationStatus::RefundAsked) => Some(ConsultationEvent::AskRefund),
        (By::Doctor, ConsultationStatus::Finished) => Some(ConsultationEvent::Finish),
        _ => None,
    }
}

impl ConsultationStatus {
    const ALL: [ConsultationStatus; 9] = [
        ConsultationStatus::Unpaid,
        ConsultationStatus::Cancelled,
        ConsultationStatus::Waiting,
        ConsultationStatus::InProgress,
        ConsultationStatus::Expired,
        ConsultationStatus::RefundAsked,
        ConsultationStatus::Finished,
        ConsultationStatus::ExpiredRefunded,
        ConsultationStatus::Refunded,
    ];

    /// `01` to `09`.
    pub fn code(self) -> String {
        format!("{:02}", self as u8 + 1)
    }

    /// Reads `01`, also written `1`.
    pub fn from_code(code: &str) -> Option<ConsultationStatus> {
        let number: usize = code.parse().ok()?;
        ConsultationStatus::ALL.get(number.checked_sub(1)?).copied()
    }

    pub const fn label(self) -> &'static str {
        match self {
            ConsultationStatus::Unpaid => "待支付",
            ConsultationStatus::Cancelled => "已取消",
            ConsultationStatus::Waiting => "待执行",
            ConsultationStatus::InProgress => "执行中",
            ConsultationStatus::Expired => "已过期未退款",
            ConsultationStatus::RefundAsked => "待执行退款申请",
            ConsultationStatus::Finished => "已完成",
            ConsultationStatus::ExpiredRefunded => "过期已退款",
            ConsultationStatus::Refunded => "待执行订单已退款",
        }
    }

    /// Whether patient and doctor may talk.
    pub fn is_talking(self) -> bool {
        matches!(self, ConsultationStatus::Waiting | ConsultationStatus::InProgress)
    }

    /// Whether something can still become of it but money going back.
    pub fn goes_on(self) -> bool {
        matches!(
            self,
            ConsultationStatus::Unpaid | ConsultationStatus::Waiting | ConsultationStatus::InProgress | ConsultationStatus::RefundAsked
        )
    }

    /// Where `event`, caused by `by`, leads. `None`: nowhere.
    pub fn after(self, event: ConsultationEvent, by: By) -> Option<ConsultationStatus> {
        TRANSITIONS.iter().find(|(from, what, who, _)| (*from, *what, *who) == (self, event, by)).map(|(_, _, _, to)| *to)
    }

    /// The refusal that names both states.
    pub fn refuse(self, wanted: ConsultationStatus) -> Error {
        ILLEGAL_TRANSITION.with(format!("{}{} 不能变为 {}{}", self.code(), self.label(), wanted.code(), wanted.label()))
    }

    /// Where a client's wish leads. Errors: `illegal_transition`, naming both states.
    pub fn wished(self, by: By, wanted: ConsultationStatus) -> Result<(ConsultationEvent, ConsultationStatus)> {
        wish(by, wanted)
            .and_then(|event| Some((event, self.after(event, by)?)))
            .filter(|(_, to)| *to == wanted)
            .ok_or_else(|| self.refuse(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for status in ConsultationStatus::ALL {
            assert_eq!(ConsultationStatus::from_code(&status.code()), Some(status));
        }
        for bad in ["", "0", "00", "10", "-1", "x", "99999999999999999999"] {
            assert_eq!(ConsultationStatus::from_code(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_three_wishes_are_heard() {
        let mut heard = Vec::new();
        for by in [By::Patient, By::Doctor, By::System] {
            for from in ConsultationStatus::ALL {
                for to in ConsultationStatus::ALL {
                    match from.wished(by, to) {
                        Ok(_) => heard.push((by, from.code(), to.code())),
                        Err(error) => assert!(error.message().contains(&from.code()) && error.message().contains(&to.code())),
                    }
                }
            }
        }
        let expected = [(By::Patient, "01", "02"), (By::Patient, "03", "06"), (By::Doctor, "04", "07")];
        assert_eq!(heard, expected.map(|(by, from, to)| (by, from.to_owned(), to.to_owned())));
    }

    #[test]
    fn a_state_has_one_way_out_for_each_event() {
        for (i, a) in TRANSITIONS.iter().enumerate() {
            assert!(!TRANSITIONS[..i].iter().any(|b| (a.0, a.1) == (b.0, b.1)), "{:?} {:?}", a.0, a.1);
        }
    }
}
