//! The life of a consultation as one table: state × event → state, and who may (互联网医院 10.2).
//!
//! ```text
//! 01 待支付 ──pay──▶ 03 待执行 ──first reply──▶ 04 执行中 ──finish, 48 h──▶ 07 已完成
//!    │                 │  └─48 h unanswered──▶ 05 已过期未退款 ──refund──▶ 08 过期已退款
//!    └─cancel, 30 min─▶ 02 已取消
//!                      └─patient asks──▶ 06 待执行退款申请 ──refund──▶ 09 已退款   (refused: back to 03)
//! ```

use serde::{Deserialize, Serialize};

use crate::base::error::{Error, Kind, Reason, Result};

pub const ILLEGAL_TRANSITION: Reason = Reason::new(Kind::Rule, "illegal_transition", "订单当前状态不允许此操作");

/// Variants are in the order of the document's numbers; what is stored is the position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Status {
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
pub enum Event {
    Pay,
    Cancel,
    PayWindowOver,
    FirstReply,
    AskRefund,
    ReplyWindowOver,
    Finish,
    MoneyBack,
    RefundRefused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Patient,
    Doctor,
    System,
}

/// Everything that can happen. What is not here cannot.
#[rustfmt::skip]
pub const TRANSITIONS: &[(Status, Event, By, Status)] = &[
    (Status::Unpaid,      Event::Pay,             By::System,  Status::Waiting),
    (Status::Unpaid,      Event::Cancel,          By::Patient, Status::Cancelled),
    (Status::Unpaid,      Event::PayWindowOver,   By::System,  Status::Cancelled),
    (Status::Waiting,     Event::FirstReply,      By::Doctor,  Status::InProgress),
    (Status::Waiting,     Event::AskRefund,       By::Patient, Status::RefundAsked),
    (Status::Waiting,     Event::ReplyWindowOver, By::System,  Status::Expired),
    (Status::InProgress,  Event::Finish,          By::Doctor,  Status::Finished),
    (Status::InProgress,  Event::ReplyWindowOver, By::System,  Status::Finished),
    (Status::Expired,     Event::MoneyBack,       By::System,  Status::ExpiredRefunded),
    (Status::RefundAsked, Event::MoneyBack,       By::System,  Status::Refunded),
    (Status::RefundAsked, Event::RefundRefused,   By::System,  Status::Waiting),
];

/// What a client asks for by naming the state it wants (10.2): the patient 02 and 06, the doctor 07.
pub fn wish(by: By, wanted: Status) -> Option<Event> {
    match (by, wanted) {
        (By::Patient, Status::Cancelled) => Some(Event::Cancel),
        (By::Patient, Status::RefundAsked) => Some(Event::AskRefund),
        (By::Doctor, Status::Finished) => Some(Event::Finish),
        _ => None,
    }
}

impl Status {
    const ALL: [Status; 9] = [
        Status::Unpaid,
        Status::Cancelled,
        Status::Waiting,
        Status::InProgress,
        Status::Expired,
        Status::RefundAsked,
        Status::Finished,
        Status::ExpiredRefunded,
        Status::Refunded,
    ];

    /// `01` to `09`.
    pub fn code(self) -> String {
        format!("{:02}", self as u8 + 1)
    }

    /// Reads `01`, also written `1`.
    pub fn from_code(code: &str) -> Option<Status> {
        let number: usize = code.parse().ok()?;
        Status::ALL.get(number.checked_sub(1)?).copied()
    }

    pub const fn label(self) -> &'static str {
        match self {
            Status::Unpaid => "待支付",
            Status::Cancelled => "已取消",
            Status::Waiting => "待执行",
            Status::InProgress => "执行中",
            Status::Expired => "已过期未退款",
            Status::RefundAsked => "待执行退款申请",
            Status::Finished => "已完成",
            Status::ExpiredRefunded => "过期已退款",
            Status::Refunded => "待执行订单已退款",
        }
    }

    /// Whether patient and doctor may talk.
    pub fn is_talking(self) -> bool {
        matches!(self, Status::Waiting | Status::InProgress)
    }

    /// Where `event`, caused by `by`, leads. `None`: nowhere.
    pub fn after(self, event: Event, by: By) -> Option<Status> {
        TRANSITIONS.iter().find(|(from, what, who, _)| (*from, *what, *who) == (self, event, by)).map(|(_, _, _, to)| *to)
    }

    /// The refusal that names both states.
    pub fn refuse(self, wanted: Status) -> Error {
        ILLEGAL_TRANSITION.with(format!("{}{} 不能变为 {}{}", self.code(), self.label(), wanted.code(), wanted.label()))
    }

    /// Where a client's wish leads. Errors: `illegal_transition`, naming both states.
    pub fn wished(self, by: By, wanted: Status) -> Result<(Event, Status)> {
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
        for status in Status::ALL {
            assert_eq!(Status::from_code(&status.code()), Some(status));
        }
        for bad in ["", "0", "00", "10", "-1", "x", "99999999999999999999"] {
            assert_eq!(Status::from_code(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_three_wishes_are_heard() {
        let mut heard = Vec::new();
        for by in [By::Patient, By::Doctor, By::System] {
            for from in Status::ALL {
                for to in Status::ALL {
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
