//! What this API takes: whom a request is about, notes that may be emptied, times by appointment; and yes and no as words.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    base::{
        error::{Result, invalid},
        id::{DoctorId, EncounterId, PatientAccountId, PatientId},
    },
    http::core::typed::{Flag, Kind, Phone, Sent, Source, Text, Whole, form},
};

form! {
    /// A doctor.
    pub struct OfDoctor {
        /// 医生 id
        doctor_id = "doctorId": DoctorId,
    }
}

form! {
    /// A patient's account.
    pub struct OfPatient {
        /// 用户 id
        patient_id = "patientId": PatientAccountId,
    }
}

form! {
    /// A patient's account, and one of its records.
    pub struct OfRecord {
        /// 用户 id
        patient_id = "patientId": PatientAccountId,
        /// 病历 id
        record_id = "recordId": PatientId,
    }
}

form! {
    /// Records to chat about: a patient names the doctor, a doctor the patient. Who names both must be one of them.
    pub struct OfTwo {
        /// 医生 id
        doctor_id = "doctorId": Option<DoctorId>,
        /// 用户 id
        patient_id = "patientId": Option<PatientAccountId>,
    }
}

form! {
    pub struct OfAppointment {
        /// 预约 id
        appointment_id = "appointmentId": EncounterId,
    }
}

form! {
    /// Somebody's voip account or telephone.
    pub struct OfNumber {
        /// voip 账号
        voip = "voipAccount": Option<Whole<0, { i64::MAX }>>,
        /// 手机号
        phone: Option<Phone>,
    }
}

form! {
    pub struct Nickname {
        /// 备注, which must be sent; an empty one takes it away
        nickname: Sent<Text<30>>,
    }
}

form! {
    pub struct Status {
        /// 1 是, 0 否
        status: Flag,
    }
}

form! {
    pub struct ChatTimes {
        /// 各预约的聊天时间: numbers by appointment, each as a number or as a text
        times: Times,
    }
}

/// `{"1":"1200000000"}`: timestamps by appointment.
pub struct Times;

impl Kind for Times {
    type Value = BTreeMap<EncounterId, u64>;

    fn read(source: &Source, name: &'static str) -> Result<Option<BTreeMap<EncounterId, u64>>> {
        const MOST: usize = 1_000;
        /// Milliseconds, too, and then some.
        const LATEST: u64 = 99_999_999_999_999;
        let bad = || invalid(name, "应为以预约 id 为键、时间戳为值的 JSON 对象");
        let Some(times) = source.request.json(name)? else { return Ok(None) };
        let times = times.as_object().filter(|times| times.len() <= MOST).ok_or_else(bad)?;
        let read = |(id, time): (&String, &Value)| {
            let time = time.as_u64().or_else(|| time.as_str()?.trim().parse().ok())?;
            Some((id.trim().parse().ok()?, time)).filter(|(_, time)| *time <= LATEST)
        };
        times.iter().map(|pair| read(pair).ok_or_else(bad)).collect::<Result<_>>().map(Some)
    }

    fn schema() -> Value {
        json!({ "type": "object", "maxProperties": 1_000, "additionalProperties": { "type": ["integer", "string"] } })
    }
}

/// The document's yes and no.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    True,
    False,
}

impl From<bool> for Word {
    fn from(yes: bool) -> Word {
        if yes { Word::True } else { Word::False }
    }
}
