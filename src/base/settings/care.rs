//! What the law asks of the clinic, as far as the operator chooses, and who is told of the audit log.

use super::{
    reader::Reader,
    value::{Period, Value},
};
use crate::base::{span::Span, years::Years};

/// How long things are kept: 互联网诊疗监管细则(试行) for records and what was said, 会计档案管理办法 for the books; and the rules of care.
#[derive(Clone, Debug)]
pub struct CareSettings {
    pub keep_records: Years,
    pub keep_process: Years,
    pub keep_money: Years,
    pub keep_trail: Years,
    /// In which the clinic answers what people ask about their own data.
    pub request_days: u32,
    /// Whether an order needs consent.
    pub consent: ConsentRule,
    pub first_visit: FirstVisitRule,
    pub judge: JudgeRule,
    /// Of what was stopped after a reply.
    pub stop_refund: StopRefund,
    /// After which a doctor is reminded to sign; `None` where nobody is.
    pub sign_window: Option<Span>,
    /// For how long a password that was given signs.
    pub sign_reauth: Span,
    /// In which a complaint is to be answered.
    pub complaint_days: u32,
}

#[derive(Clone, Debug)]
pub struct AuditSettings {
    /// Where the head of the chain goes daily.
    pub webhook_url: Option<String>,
}

impl CareSettings {
    pub(super) fn read(from: &mut Reader) -> CareSettings {
        CareSettings {
            keep_records: from.years("care.keep_records", Years(15)),
            keep_process: from.years("care.keep_process", Years(3)),
            keep_money: from.years("care.keep_money", Years(30)),
            keep_trail: from.years("care.keep_trail", Years(15)),
            request_days: from.count("care.request_days"),
            consent: from.value("care.consent"),
            first_visit: from.value("care.first_visit"),
            judge: from.value("care.judge"),
            stop_refund: from.value("care.stop_refund"),
            sign_window: from.optional::<Period>("care.sign_window").map(|window| window.0),
            sign_reauth: from.window("care.sign_reauth"),
            complaint_days: from.count("care.complaint_days"),
        }
    }

    /// Whether a doctor's reply says that the patient fits.
    pub fn judge_by_reply(&self) -> bool {
        self.judge == JudgeRule::ByReply
    }
}

impl AuditSettings {
    pub(super) fn read(from: &mut Reader) -> AuditSettings {
        AuditSettings { webhook_url: from.url("audit.webhook_url") }
    }
}

/// An enum that a setting names by words.
macro_rules! words {
    ($( $(#[doc = $doc:literal])* $name:ident, $should:literal { $( $(#[doc = $about:literal])* $variant:ident = $word:literal ),* $(,)? } )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $( $(#[doc = $about])* $variant ),* }

        impl Value for $name {
            const SHOULD: &'static str = $should;

            fn parse(text: &str) -> Option<$name> {
                match text {
                    $( $word => Some($name::$variant), )*
                    _ => None,
                }
            }
        }
    )*};
}

words! {
    /// Whether an order needs the patient's consent.
    ConsentRule, "off, ask or require" {
        Off = "off",
        /// Whoever orders is asked, and nothing is refused.
        Ask = "ask",
        Require = "require",
    }
    /// Whether somebody may come who was not diagnosed before.
    FirstVisitRule, "refuse or allow" {
        Refuse = "refuse",
        Allow = "allow",
    }
    /// How a doctor judges.
    JudgeRule, "explicit or by_reply" {
        Explicit = "explicit",
        /// For clients that know no judging.
        ByReply = "by_reply",
    }
    /// Whether the fee goes back when a doctor stops after a reply.
    StopRefund, "always or none" {
        Always = "always",
        None = "none",
    }
}
