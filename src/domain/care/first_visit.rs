//! First visits (首诊): care over the internet is for whoever was diagnosed before. The patient brings proof of it, and the doctor keeps and judges it.
//!
//! Sources: 互联网诊疗管理办法(试行) Art. 16, 互联网诊疗监管细则(试行).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{Kind, Reason, Result, invalid},
        id::DoctorId,
        settings::FirstVisitRule,
        time::Time,
    },
    store::View,
};

pub const EARLIER_NEEDED: Reason = Reason::new(Kind::Rule, "earlier_needed", "互联网诊疗仅限复诊，请先提交此前在医疗机构的诊断");
pub const UNJUDGED: Reason = Reason::new(Kind::Rule, "unjudged", "请先判断患者是否为复诊、是否适合线上诊疗");
pub const NOT_TREATING: Reason = Reason::new(Kind::Forbidden, "not_treating", "只有接诊医生可以操作");
pub const ALREADY_JUDGED: Reason = Reason::new(Kind::Conflict, "already_judged", "医生已作出判断，不能再修改既往诊断");

pub use v1::{Earlier, Judged};

pub mod v1 {
    use super::*;

    /// What was found before, where and when.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Earlier {
        /// Where it was found.
        pub hospital: String,
        /// What was found.
        pub diagnosis: String,
        /// The day, `2026-01-31`.
        pub on: String,
        /// Pictures of the record.
        pub images: Vec<String>,
        /// The patient says that it is true.
        pub attested: bool,
        /// When the patient told of it.
        pub given_at: Time,
    }

    /// What the doctor makes of it.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Judged {
        /// Whether the patient may be cared for over the internet.
        pub fits: bool,
        /// In the words of the doctor.
        pub note: String,
        /// Who judged.
        pub by: DoctorId,
        /// When.
        pub at: Time,
    }
}

/// What a patient brings.
#[derive(Clone, Debug)]
pub struct GiveEarlier {
    pub hospital: String,
    pub diagnosis: String,
    pub on: Date,
    pub images: Vec<String>,
    pub attested: bool,
}

impl GiveEarlier {
    /// As it is kept. Errors: `invalid_field` for a day to come, and for what neither a picture nor the patient's word stands behind.
    pub fn kept(self, db: &View) -> Result<Earlier> {
        if self.on > db.settings.clinic.zone.today(db.now) {
            return Err(invalid("on", "不能晚于今天"));
        }
        if self.images.is_empty() && !self.attested {
            return Err(invalid("attested", "请上传诊断资料，或确认所填属实"));
        }
        let GiveEarlier { hospital, diagnosis, on, images, attested } = self;
        Ok(Earlier { hospital, diagnosis, on: on.to_string(), images, attested, given_at: db.now })
    }
}

/// Whether the clinic refuses first visits.
pub fn is_refused(db: &View) -> bool {
    db.settings.care.first_visit == FirstVisitRule::Refuse
}
