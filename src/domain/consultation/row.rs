//! A consultation as it is stored, and what can be told of it without changing it.

use super::state::{By, ConsultationEvent, ConsultationStatus};
use crate::{
    base::{
        error::{Kind, NOT_YOURS, Reason, Result},
        id::{AccountId, ConsultationId, ConversationId, DoctorId, Id, PatientAccountId, PatientId, PaymentId, kind},
        money::Fen,
        time::Time,
    },
    domain::{
        care::{
            first_visit::{Earlier, Judged},
            stop::Stopped,
        },
        directory::{patient::Patient, recorded_person},
        identity::account::Role,
        messaging::contact,
        money::refund,
    },
    store::{About, Class, Entries, Index, Key, References, Row, Table, Tx, View, decode, key, unknown_version},
};
use serde::{Deserialize, Serialize};

pub use v2::Consultation;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Consultation {
        pub id: ConsultationId,
        /// `H0-` and 16 of 0-9A-Z.
        pub number: String,
        /// The account that asks.
        pub user_id: PatientAccountId,
        pub patient_id: PatientId,
        pub doctor_id: DoctorId,
        pub content: String,
        pub reason: String,
        pub images: Vec<String>,
        pub fee: Fen,
        pub status: ConsultationStatus,
        /// The conversation of this patient and this doctor, from the payment on.
        pub conversation_id: ConversationId,
        pub payment_id: Option<PaymentId>,
        /// What the doctor has said, retracted messages counted.
        pub replies: u32,
        pub evaluated: bool,
        /// When it ends by itself, in the states that do.
        pub due: Option<Time>,
        pub paid_at: Option<Time>,
        pub created_at: Time,
        pub updated_at: Time,
    }
}

pub mod v2 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Consultation {
        pub id: ConsultationId,
        /// `H0-` and 16 of 0-9A-Z.
        pub number: String,
        /// The account that asks.
        pub user_id: PatientAccountId,
        pub patient_id: PatientId,
        pub doctor_id: DoctorId,
        pub content: String,
        pub reason: String,
        pub images: Vec<String>,
        pub fee: Fen,
        pub status: ConsultationStatus,
        /// The conversation of this patient and this doctor, from the payment on.
        pub conversation_id: ConversationId,
        pub payment_id: Option<PaymentId>,
        /// What the doctor has said, retracted messages counted.
        pub replies: u32,
        pub evaluated: bool,
        /// When it ends by itself, in the states that do.
        pub due: Option<Time>,
        pub paid_at: Option<Time>,
        pub created_at: Time,
        pub updated_at: Time,
        /// What the patient brought of an earlier diagnosis.
        pub earlier: Option<Earlier>,
        /// What the doctor made of it.
        pub judged: Option<Judged>,
        /// Why and how a doctor stopped it.
        pub stopped: Option<Stopped>,
    }

    impl From<v1::Consultation> for Consultation {
        fn from(old: v1::Consultation) -> Consultation {
            let v1::Consultation {
                id,
                number,
                user_id,
                patient_id,
                doctor_id,
                content,
                reason,
                images,
                fee,
                status,
                conversation_id,
                payment_id,
                replies,
                evaluated,
                due,
                paid_at,
                created_at,
                updated_at,
            } = old;
            let (earlier, judged, stopped) = (None, None, None);
            Consultation {
                id,
                number,
                user_id,
                patient_id,
                doctor_id,
                content,
                reason,
                images,
                fee,
                status,
                conversation_id,
                payment_id,
                replies,
                evaluated,
                due,
                paid_at,
                created_at,
                updated_at,
                earlier,
                judged,
                stopped,
            }
        }
    }
}

pub const BY_USER: Index<Consultation> = Index::counted(1);

pub const BY_DOCTOR: Index<Consultation> = Index::counted(2);

pub const BY_DOCTOR_STATUS: Index<Consultation> = Index::counted(3);

pub(super) const DUE: Index<Consultation> = Index::new(4);

pub(super) const BY_NUMBER: Index<Consultation> = Index::new(5);

/// By conversation partners, newest last: whether they may talk.
pub(super) const BY_PAIR: Index<Consultation> = Index::new(6);

impl Row for Consultation {
    type Kind = kind::Consultation;

    const TABLE: Table = Table { code: 40, name: "consultation", version: 2 };

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
        let doctors = self.judged.iter().map(|judged| judged.by).chain(self.stopped.iter().map(|stopped| stopped.by));
        to.recalls(doctors)
            .needs(self.user_id)
            .needs(self.patient_id)
            .needs(self.doctor_id)
            .needs(self.conversation_id)
            .needs(self.payment_id);
    }

    fn index(&self, entries: &mut Entries) {
        let created = key(&[&self.created_at]);
        entries.add(&BY_USER, key(&[&self.user_id]), created.clone());
        entries.add(&BY_DOCTOR, key(&[&self.doctor_id]), created.clone());
        entries.add(&BY_DOCTOR_STATUS, key(&[&self.doctor_id, &(self.status as u8)]), created.clone());
        entries.add(&BY_NUMBER, key(&[&self.number]), Key::NONE);
        entries.add(&BY_PAIR, key(&[&self.patient_id, &self.doctor_id]), created);
        if let Some(due) = self.due {
            entries.add(&DUE, Key::NONE, key(&[&due]));
        }
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Consultation> {
        match version {
            1 => decode::<v1::Consultation>(body).map(Consultation::from),
            _ => Err(unknown_version(Self::TABLE, version)),
        }
    }
}

impl Consultation {
    /// The patient as the record has it.
    pub fn patient(&self, db: &View) -> Result<Patient> {
        recorded_person::of(db, self.id.encounter(), self.patient_id)
    }
}

pub const NOT_TALKING: Reason = Reason::new(Kind::Rule, "not_talking", "该咨询当前不能发送消息");

/// Refuses messages outside the time in which the two may talk, and while one has banned the other. Errors: `not_talking`, `contact_banned`.
pub fn may_write(db: &View, consultation: &Consultation) -> Result<()> {
    match due_status(consultation, db.now).is_talking() {
        true => contact::need_no_ban(db, consultation.user_id.account(), consultation.doctor_id.account()),
        false => Err(NOT_TALKING.err()),
    }
}

/// The consultation, which must be the caller's, as patient or as doctor. Errors: `not_found`, `not_yours`.
pub fn need_of(db: &View, caller: AccountId, role: Role, id: ConsultationId) -> Result<Consultation> {
    let consultation: Consultation = db.need(id)?;
    let mine = match role {
        Role::Doctor => consultation.doctor_id == caller.doctor(),
        _ => consultation.user_id == caller.patient_account(),
    };
    match mine {
        true => Ok(consultation),
        false => Err(NOT_YOURS.err()),
    }
}

pub fn need_of_user(db: &View, user: PatientAccountId, id: ConsultationId) -> Result<Consultation> {
    need_of(db, user.account(), Role::Patient, id)
}

/// The state that the clock asks for, where the scheduler has not come by yet.
pub fn due_status(consultation: &Consultation, now: Time) -> ConsultationStatus {
    match (overdue(consultation, now), consultation.status) {
        (true, ConsultationStatus::Unpaid) => ConsultationStatus::Cancelled,
        (true, status) => status.after(ConsultationEvent::ReplyWindowOver, By::System).unwrap_or(status),
        (false, status) => status,
    }
}

pub(super) fn overdue(consultation: &Consultation, now: Time) -> bool {
    consultation.due.is_some_and(|due| due <= now)
}

/// Until when the doctor's time lasts. What passed while a refund was asked for, and was refused in the end, does not count.
pub(super) fn reply_by(consultation: &Consultation, db: &View) -> Result<Option<Time>> {
    let Some(paid_at) = consultation.paid_at else { return Ok(None) };
    let waited = consultation.payment_id.map_or(Ok(0), |payment| refund::refused_after(db, payment))?;
    Ok(Some(paid_at.plus(db.settings.consultation.reply_window.ms()).plus(waited)))
}

pub(super) fn save(db: &mut Tx, mut consultation: Consultation) -> Result<Consultation> {
    consultation.updated_at = db.now;
    db.put(&consultation)?;
    Ok(consultation)
}
