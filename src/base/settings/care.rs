//! What the law has a clinic do with data: how long it is kept, and who is told of the audit log.

use super::{reader::Reader, value::ConsentRule};
use crate::base::years::Years;

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
            complaint_days: from.count("care.complaint_days"),
        }
    }
}

impl AuditSettings {
    pub(super) fn read(from: &mut Reader) -> AuditSettings {
        AuditSettings { webhook_url: from.url("audit.webhook_url") }
    }
}
