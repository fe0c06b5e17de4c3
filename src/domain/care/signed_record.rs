//! Signed records (病历签署): a record as it was when its doctor signed it, frozen, with a hash. What is amended is signed anew beside it.
//!
//! It is an account's signature with a hash, no 可靠电子签名 of the 电子签名法. Source: 电子病历应用管理规范(试行) Art. 14 to 16.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{DoctorId, EncounterId, Id, PatientId, kind},
        time::{DAY, Time},
    },
    domain::notice::notification::{self, Facts, Movement, People},
    store::{About, Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const RECORD_SIGNED: Reason = Reason::new(Kind::Rule, "record_signed", "病历已签署，不能直接修改，请用修订并注明原因");
pub const NOT_SIGNED: Reason = Reason::new(Kind::Rule, "not_signed", "病历尚未签署，不能修订");
pub const NOTHING_TO_SIGN: Reason = Reason::new(Kind::Rule, "nothing_to_sign", "还没有可以签署的病历");

pub use v1::{AwaitedSignature, SignedRecord, SignedState};

pub mod v1 {
    use super::*;

    /// Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum SignedState {
        /// The first version.
        Signed,
        /// One that came in the place of another.
        Amended,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct SignedRecord {
        pub id: Id<SignedRecord>,
        /// What the record is of.
        pub encounter: EncounterId,
        /// Whom it is about.
        pub patient_id: PatientId,
        /// The treating doctor.
        pub doctor_id: DoctorId,
        /// 1, 2, 3 … of its encounter.
        pub n: u32,
        /// JSON with its keys in order and no spaces.
        pub body: String,
        /// Of the body.
        pub sha256: [u8; 32],
        /// That of the version before.
        pub before: Option<[u8; 32]>,
        pub state: SignedState,
        /// Who signed.
        pub signed_by: DoctorId,
        /// When.
        pub signed_at: Time,
        /// Why it was amended.
        pub why: String,
    }

    /// An encounter that is over and whose record nobody has signed yet. The row's id is the encounter's.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct AwaitedSignature {
        /// What the record is of.
        pub encounter: EncounterId,
        pub doctor_id: DoctorId,
        pub ended_at: Time,
        /// When the doctor is reminded next.
        pub remind_at: Time,
    }
}

const BY_ENCOUNTER: Index<SignedRecord> = Index::new(1);
const BY_PATIENT: Index<SignedRecord> = Index::new(2);
const REMIND: Index<AwaitedSignature> = Index::new(1);

impl Row for SignedRecord {
    type Kind = Self;

    const TABLE: Table = Table { code: 97, name: "signed_record", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Record(About::Encounter(self.encounter))
    }

    fn refers_to(&self, to: &mut References) {
        // The encounter bars whom it names.
        to.needs(self.encounter).recalls(self.patient_id).recalls([self.doctor_id, self.signed_by]);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_ENCOUNTER, key(&[&self.encounter]), key(&[&self.n]));
        entries.add(&BY_PATIENT, key(&[&self.patient_id]), Key::NONE);
    }
}

impl Row for AwaitedSignature {
    type Kind = kind::Encounter;

    const TABLE: Table = Table { code: 98, name: "awaited_signature", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.encounter
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, to: &mut References) {
        to.recalls(self.doctor_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&REMIND, Key::NONE, key(&[&self.remind_at]));
    }
}

impl SignedState {
    pub const fn name(self) -> &'static str {
        match self {
            SignedState::Signed => "signed",
            SignedState::Amended => "amended",
        }
    }
}

/// What stands for a body.
pub fn hash(body: &str) -> [u8; 32] {
    Sha256::digest(body.as_bytes()).into()
}

/// Whose record is signed.
#[derive(Clone, Copy, Debug)]
pub struct Signing {
    pub encounter: EncounterId,
    pub patient: PatientId,
    pub doctor: DoctorId,
    /// Who signs.
    pub by: DoctorId,
}

/// Freezes a body as the next version; `why` of an amendment.
pub fn freeze(db: &mut Tx, signing: Signing, body: String, why: String) -> Result<SignedRecord> {
    let last = latest(db, signing.encounter)?;
    let record = SignedRecord {
        id: db.next_id()?,
        encounter: signing.encounter,
        patient_id: signing.patient,
        doctor_id: signing.doctor,
        n: last.as_ref().map_or(1, |last| last.n + 1),
        sha256: hash(&body),
        body,
        before: last.as_ref().map(|last| last.sha256),
        state: if last.is_some() { SignedState::Amended } else { SignedState::Signed },
        signed_by: signing.by,
        signed_at: db.now,
        why,
    };
    db.put(&record)?;
    db.delete::<AwaitedSignature>(signing.encounter)?;
    Ok(record)
}

/// All versions, the oldest first.
pub fn versions(db: &View, encounter: EncounterId) -> Result<Vec<SignedRecord>> {
    db.rows(&BY_ENCOUNTER, key(&[&encounter]), Order::Oldest).collect()
}

pub fn latest(db: &View, encounter: EncounterId) -> Result<Option<SignedRecord>> {
    db.rows(&BY_ENCOUNTER, key(&[&encounter]), Order::Newest).next().transpose()
}

/// Refuses to change what was signed. Errors: `record_signed`.
pub fn need_unsigned(db: &View, encounter: EncounterId) -> Result<()> {
    if latest(db, encounter)?.is_some() { Err(RECORD_SIGNED.err()) } else { Ok(()) }
}

/// Whether the patient has a signed record here: proof of an earlier diagnosis.
pub fn has_any(db: &View, patient: PatientId) -> Result<bool> {
    Ok(db.ids(&BY_PATIENT, key(&[&patient]), Order::Oldest).next().transpose()?.is_some())
}

/// What was signed of one patient was signed of the other, who is the same person. What was signed stays as it is.
pub fn follow(db: &mut Tx, double: PatientId, same: PatientId) -> Result<()> {
    let records: Vec<SignedRecord> = db.rows(&BY_PATIENT, key(&[&double]), Order::Oldest).collect::<Result<_>>()?;
    records.into_iter().try_for_each(|record| db.put(&SignedRecord { patient_id: same, ..record }))
}

/// An encounter is over: its doctor is to sign within `care.sign_window`, where that is set.
pub fn await_signature(db: &mut Tx, encounter: EncounterId, doctor: DoctorId) -> Result<()> {
    let Some(window) = db.settings.care.sign_window else { return Ok(()) };
    if latest(db, encounter)?.is_some() {
        return Ok(());
    }
    db.put(&AwaitedSignature { encounter, doctor_id: doctor, ended_at: db.now, remind_at: db.now.plus(window.ms()) })
}

/// Reminds doctors of what they have not signed in time, each of all of it and once a day. Answers of how much.
pub fn remind_due(db: &mut Tx) -> Result<usize> {
    const SOME: usize = 200;
    let due = key(&[&db.now.plus(1)]);
    let ids: Vec<EncounterId> = db.ids_between(&REMIND, Key::NONE, Key::NONE, due, Order::Oldest).take(SOME).collect::<Result<_>>()?;
    let mut late: Vec<AwaitedSignature> = db.some(&ids)?;
    late.iter().try_for_each(|one| db.put(&AwaitedSignature { remind_at: db.now.plus(DAY), ..one.clone() }))?;
    late.sort_by_key(|one| one.doctor_id);
    for of_doctor in late.chunk_by(|a, b| a.doctor_id == b.doctor_id) {
        let doctor = of_doctor.iter().map(|one| one.doctor_id).take(1).collect();
        let people = People { doctors: doctor, ..People::default() };
        let list = of_doctor.iter().map(|one| one.encounter.to_string()).collect::<Vec<_>>().join("、");
        let facts = Facts { number: of_doctor.len().to_string(), reason: list, ..Facts::default() };
        notification::tell(db, Movement::RecordUnsigned, &people, &facts)?;
    }
    Ok(late.len())
}

/// What is not signed though its time is over, the oldest first.
pub fn overdue(db: &View, now: Time) -> Result<Vec<AwaitedSignature>> {
    let Some(window) = db.settings.care.sign_window else { return Ok(Vec::new()) };
    let mut late = Vec::new();
    for row in db.all::<AwaitedSignature>(Order::Oldest) {
        let row: AwaitedSignature = row?;
        if row.ended_at.plus(window.ms()) <= now {
            late.push(row);
        }
    }
    Ok(late)
}
