//! How registrations lie in the store: the versions of their rows, and their indexes.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::Result,
        id::{
            AccountId, AssistantId, ClinicSessionId, DoctorId, HospitalId, Id, PatientAccountId, PatientId, PaymentId, RegistrationId, kind,
        },
        money::Fen,
        time::Time,
    },
    store::{About, Class, Entries, Index, Key, References, Row, Table, decode, key, unknown_version},
};

pub use v1::{Casebook, Stage};
pub use v2::Registration;

pub mod v1 {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum Stage {
        Held,
        Booked,
        Rejected,
        Cancelled,
        Missed,
        Done,
    }

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Casebook {
        pub id: RegistrationId,
        pub content: String,
        pub photo: Vec<String>,
        pub created_at: Time,
        pub updated_at: Time,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Registration {
        pub id: RegistrationId,
        pub project_id: ClinicSessionId,
        pub doctor_id: DoctorId,
        pub hospital_id: HospitalId,
        /// The patient account.
        pub user_id: PatientAccountId,
        pub patient_id: PatientId,
        /// The assistant who did it for the patient; 0 for none.
        pub assistant_id: AssistantId,
        pub slot: u32,
        pub visit_time: Time,
        pub stage: Stage,
        pub reject_msg: String,
        pub casebook: Casebook,
        pub diag_result: String,
        pub diag_photo: Vec<String>,
        /// The doctor's ratings of the patient, 0 before they are given.
        pub credit_score: u8,
        pub punctuality_score: u8,
        pub doctor_comment_time: Option<Time>,
        /// The patient's rating of the doctor, 0 before it is given.
        pub doctor_score: u8,
        pub doctor_comment: String,
        pub patient_comment_time: Option<Time>,
        pub amount: Fen,
        /// The deposit's payment and its number (`sn`), where there is a deposit.
        pub payment_id: Option<PaymentId>,
        pub sn: Option<String>,
        /// Until when the seat is kept for the deposit; `None` once it is booked.
        pub hold_until: Option<Time>,
        /// 1 on its way, 3 done.
        pub refund_status: Option<u8>,
        pub refund_time: Option<Time>,
        pub refund_sn: Option<String>,
        pub created_at: Time,
        pub updated_at: Time,
    }
}

pub mod v2 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Registration {
        pub id: RegistrationId,
        pub project_id: ClinicSessionId,
        pub doctor_id: DoctorId,
        pub hospital_id: HospitalId,
        /// The patient account.
        pub user_id: PatientAccountId,
        pub patient_id: PatientId,
        /// The assistant who did it for the patient; 0 for none.
        pub assistant_id: AssistantId,
        pub slot: u32,
        pub visit_time: Time,
        pub stage: Stage,
        pub reject_msg: String,
        pub casebook: Casebook,
        pub diag_result: String,
        pub diag_photo: Vec<String>,
        /// The doctor's ratings of the patient, 0 before they are given.
        pub credit_score: u8,
        pub punctuality_score: u8,
        pub doctor_comment_time: Option<Time>,
        /// The patient's rating of the doctor, 0 before it is given.
        pub doctor_score: u8,
        pub doctor_comment: String,
        pub patient_comment_time: Option<Time>,
        pub amount: Fen,
        /// The deposit's payment and its number (`sn`), where there is a deposit.
        pub payment_id: Option<PaymentId>,
        pub sn: Option<String>,
        /// Until when the seat is kept for the deposit; `None` once it is booked.
        pub hold_until: Option<Time>,
        /// When the seat that it has, or had, was booked; `None` where it was only ever held. What was booked is the doctor's business, whatever
        /// came of it.
        pub booked_at: Option<Time>,
        /// When the doctor first wrote a result down.
        pub begun_at: Option<Time>,
        /// When it was rejected, cancelled, missed or done; `None` of what an earlier version ended.
        pub ended_at: Option<Time>,
        /// How the deposit goes back: 1 on its way, 3 done; `None` where nothing is on its way. Says nothing of the registration itself.
        pub refund_status: Option<u8>,
        pub refund_time: Option<Time>,
        pub refund_sn: Option<String>,
        pub created_at: Time,
        pub updated_at: Time,
    }
    impl From<v1::Registration> for Registration {
        fn from(old: v1::Registration) -> Registration {
            let v1::Registration {
                id,
                project_id,
                doctor_id,
                hospital_id,
                user_id,
                patient_id,
                assistant_id,
                slot,
                visit_time,
                stage,
                reject_msg,
                casebook,
                diag_result,
                diag_photo,
                credit_score,
                punctuality_score,
                doctor_comment_time,
                doctor_score,
                doctor_comment,
                patient_comment_time,
                amount,
                payment_id,
                sn,
                hold_until,
                refund_status,
                refund_time,
                refund_sn,
                created_at,
                updated_at,
            } = old;
            // As the index has it: version 1 told by the refund whether a cancelled one had been booked.
            let booked = match stage {
                Stage::Held => false,
                Stage::Cancelled => hold_until.is_none() && (payment_id.is_none() || refund_status.is_some()),
                _ => true,
            };
            let (booked_at, begun_at, ended_at) = (booked.then_some(created_at), None, None);
            Registration {
                id,
                project_id,
                doctor_id,
                hospital_id,
                user_id,
                patient_id,
                assistant_id,
                slot,
                visit_time,
                stage,
                reject_msg,
                casebook,
                diag_result,
                diag_photo,
                credit_score,
                punctuality_score,
                doctor_comment_time,
                doctor_score,
                doctor_comment,
                patient_comment_time,
                amount,
                payment_id,
                sn,
                hold_until,
                booked_at,
                begun_at,
                ended_at,
                refund_status,
                refund_time,
                refund_sn,
                created_at,
                updated_at,
            }
        }
    }
}

pub const BY_PROJECT: Index<Registration> = Index::counted(1);
pub const BY_USER: Index<Registration> = Index::counted(2);
/// A patient's registrations by `Outcome`.
pub const BY_USER_OUTCOME: Index<Registration> = Index::counted(3);
/// A doctor's registrations by `Outcome`.
pub const BY_DOCTOR_OUTCOME: Index<Registration> = Index::counted(4);
pub(super) const BY_USER_PROJECT: Index<Registration> = Index::new(5);
pub(super) const BY_SN: Index<Registration> = Index::new(6);
pub(super) const HELD: Index<Registration> = Index::new(7);
/// What an assistant took seats for, held ones too, unless it came to nothing.
pub(super) const BY_ASSISTANT: Index<Registration> = Index::counted(8);
/// Rated visits of a doctor, by the time of the rating.
pub const RATED: Index<Registration> = Index::counted(9);
/// A patient's visits that wait for a rating.
pub const TO_RATE: Index<Registration> = Index::counted(10);
/// A patient's registrations with a refund.
pub const REFUNDED: Index<Registration> = Index::counted(11);
/// A doctor's registrations that are the doctor's business, newest first.
pub const BY_DOCTOR: Index<Registration> = Index::counted(12);
pub const BY_DOCTOR_USER: Index<Registration> = Index::new(13);
/// A project's booked seats: `join_people_count`.
pub const JOINED: Index<Registration> = Index::counted(14);
/// What an assistant did for patients in a project, whatever came of it.
pub const BY_ASSISTANT_PROJECT: Index<Registration> = Index::counted(15);
/// The same, unless it came to nothing, held ones too.
pub(super) const JOINED_BY_ASSISTANT: Index<Registration> = Index::counted(16);
/// All that an assistant did for patients.
pub const OF_ASSISTANT: Index<Registration> = Index::counted(17);

impl Row for Registration {
    type Kind = kind::Registration;

    const TABLE: Table = Table { code: 20, name: "registration", version: 2 };

    const TOUCHED: bool = true;

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Record(About::Encounter(self.id.encounter()))
    }

    fn changed_at(&self) -> Time {
        self.updated_at
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.user_id.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.needs(self.project_id).needs(self.doctor_id).needs(self.hospital_id).needs(self.user_id).needs(self.patient_id);
        to.needs(self.assistant_id).needs(self.payment_id);
    }

    fn index(&self, entries: &mut Entries) {
        let outcome = self.outcome() as u8;
        let created = key(&[&self.created_at]);
        entries.add(&BY_PROJECT, key(&[&self.project_id]), created.clone());
        entries.add(&BY_USER, key(&[&self.user_id]), created.clone());
        entries.add(&BY_USER_OUTCOME, key(&[&self.user_id, &outcome]), created.clone());
        entries.add(&BY_DOCTOR_OUTCOME, key(&[&self.doctor_id, &outcome]), created.clone());
        entries.add(&BY_USER_PROJECT, key(&[&self.user_id, &self.project_id]), created.clone());
        if let Some(sn) = &self.sn {
            entries.add(&BY_SN, key(&[sn]), Key::NONE);
        }
        if let (Stage::Held, Some(until)) = (self.stage, self.hold_until) {
            entries.add(&HELD, Key::NONE, key(&[&until]));
        }
        if self.has_joined() {
            entries.add(&JOINED, key(&[&self.project_id]), created.clone());
        }
        if !self.assistant_id.is_none() {
            entries.add(&OF_ASSISTANT, key(&[&self.assistant_id]), created.clone());
            entries.add(&BY_ASSISTANT_PROJECT, key(&[&self.assistant_id, &self.project_id]), created.clone());
            if self.is_live() {
                entries.add(&BY_ASSISTANT, key(&[&self.assistant_id]), created.clone());
                entries.add(&JOINED_BY_ASSISTANT, key(&[&self.assistant_id, &self.project_id]), created.clone());
            }
        }
        if let Some(at) = self.patient_comment_time {
            entries.add(&RATED, key(&[&self.doctor_id]), key(&[&at]));
        } else if self.stage == Stage::Done {
            entries.add(&TO_RATE, key(&[&self.user_id]), created.clone());
        }
        if self.refund_status.is_some() {
            entries.add(&REFUNDED, key(&[&self.user_id]), created.clone());
        }
        if self.was_booked() {
            entries.add(&BY_DOCTOR, key(&[&self.doctor_id]), created.clone());
            entries.add(&BY_DOCTOR_USER, key(&[&self.doctor_id, &self.user_id]), created);
        }
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Registration> {
        match version {
            1 => decode::<v1::Registration>(body).map(Registration::from),
            _ => Err(unknown_version(Self::TABLE, version)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Old rows keep the index entries that they were written with.
    #[test]
    fn what_was_booked_before_stays_the_doctors_business() {
        let row = |stage, hold_until: Option<i64>, paid: bool, refund_status| v1::Registration {
            id: Id::from_number(5),
            project_id: Id::from_number(1),
            doctor_id: Id::from_number(2),
            hospital_id: Id::from_number(3),
            user_id: Id::from_number(4),
            patient_id: Id::from_number(6),
            assistant_id: Id::NONE,
            slot: 0,
            visit_time: Time(9),
            stage,
            reject_msg: String::new(),
            casebook: Casebook::default(),
            diag_result: String::new(),
            diag_photo: Vec::new(),
            credit_score: 0,
            punctuality_score: 0,
            doctor_comment_time: None,
            doctor_score: 0,
            doctor_comment: String::new(),
            patient_comment_time: None,
            amount: Fen::ZERO,
            payment_id: paid.then_some(Id::from_number(7)),
            sn: None,
            hold_until: hold_until.map(Time),
            refund_status,
            refund_time: None,
            refund_sn: None,
            created_at: Time(8),
            updated_at: Time(8),
        };
        for (old, booked) in [
            (row(Stage::Held, Some(20), true, None), false),
            (row(Stage::Booked, None, true, None), true),
            (row(Stage::Done, None, false, None), true),
            (row(Stage::Cancelled, None, false, None), true),
            (row(Stage::Cancelled, None, true, Some(3)), true),
            (row(Stage::Cancelled, Some(20), true, None), false),
            (row(Stage::Cancelled, Some(20), true, Some(3)), false),
        ] {
            let new = Registration::from(old.clone());
            assert_eq!(new.booked_at, booked.then_some(Time(8)), "{old:?}");
            assert_eq!(
                (new.id, new.stage, new.payment_id, new.hold_until),
                (Id::from_number(5), old.stage, old.payment_id, old.hold_until)
            );
        }
    }
}
