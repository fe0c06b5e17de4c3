//! Stopping (终止): what cannot be cared for over the internet is stopped at once, and the patient sent to a physical clinic.
//!
//! Source: 互联网诊疗监管细则(试行).

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::Result,
        id::DoctorId,
        time::{HOUR, Time},
    },
    domain::identity::sms,
    store::Tx,
};

pub use v1::{StopReason, Stopped};

/// What somebody reads whose life may be in danger.
pub const EMERGENCY: &str = "请立即拨打120或前往急诊。";

pub mod v1 {
    use super::*;

    /// Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum StopReason {
        /// The condition has changed.
        Changed,
        /// Nobody has diagnosed it before.
        FirstVisit,
        /// Not fit for care over the internet.
        Unfit,
        Emergency,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Stopped {
        pub reason: StopReason,
        /// Where to go and what to do.
        pub advice: String,
        /// Who stopped.
        pub by: DoctorId,
        /// When.
        pub at: Time,
    }
}

impl StopReason {
    pub const ALL: [StopReason; 4] = [StopReason::Changed, StopReason::FirstVisit, StopReason::Unfit, StopReason::Emergency];

    pub const fn name(self) -> &'static str {
        match self {
            StopReason::Changed => "changed",
            StopReason::FirstVisit => "first_visit",
            StopReason::Unfit => "unfit",
            StopReason::Emergency => "emergency",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            StopReason::Changed => "病情变化",
            StopReason::FirstVisit => "首诊",
            StopReason::Unfit => "不适合线上诊疗",
            StopReason::Emergency => "病情紧急",
        }
    }

    pub fn from_name(name: &str) -> Option<StopReason> {
        StopReason::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

impl Stopped {
    /// What the patient reads: the reason, where to go, and the doctor's advice.
    pub fn told(&self) -> String {
        let danger = if self.reason == StopReason::Emergency { EMERGENCY } else { "请到实体医疗机构就诊。" };
        format!("医生因{}终止了本次线上服务。{danger}医生建议：{}", self.reason.label(), self.advice)
    }
}

/// A word to the telephone of whoever may be in danger, without what it is about.
pub fn warn(db: &mut Tx, phone: &str) -> Result<()> {
    let text = format!("【{}】{EMERGENCY}", db.settings.clinic.name);
    sms::tell(db, phone, text, db.now.plus(HOUR)).map(drop)
}
