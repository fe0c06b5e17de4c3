//! A team consult as it is stored, and what can be told of it without changing it.

use crate::{
    base::{
        error::{Kind, NOT_FOUND, Reason, Result},
        id::{AccountId, AnyId, ConversationId, DoctorId, Id, PatientAccountId, TeamConsultId, TeamId, kind},
        money::Fen,
        month::Month,
        time::Time,
    },
    domain::{
        care::{
            first_visit::{Earlier, Judged},
            stop::Stopped,
        },
        directory::{
            patient::{self, Patient},
            recorded_person,
        },
        identity::account::Role,
        team::{self},
    },
    store::{About, Class, Entries, Index, Key, References, Row, Table, View, decode, key, unknown_version},
};
use serde::{Deserialize, Serialize};

pub use v1::TeamConsultStatus;
pub use v2::TeamConsult;

pub mod v1 {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum TeamConsultStatus {
        /// 0: no doctor has been brought in yet.
        Waiting,
        /// 1
        InProcess,
        /// 2
        Finished,
        /// 3
        Cancelled,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct TeamConsult {
        pub id: TeamConsultId,
        pub team_id: TeamId,
        /// The patient account that asked.
        pub creator: PatientAccountId,
        /// For whom: the creator's own account id, or the id of one of its family members (a patient).
        pub target: AnyId,
        /// The text, or the address of the recording or picture.
        pub symptom_content: String,
        /// One of the IM MIME types.
        pub symptom_type: String,
        pub images: Vec<String>,
        pub status: TeamConsultStatus,
        /// The doctors in the group, the group assistant first.
        pub doctors: Vec<DoctorId>,
        /// The group assistant when it was created.
        pub assistant: DoctorId,
        pub conversation_id: ConversationId,
        /// What was paid, from the fee balance and from the wallet together.
        pub fee: Fen,
        /// Who has deleted it from their history.
        pub hidden_from: Vec<AccountId>,
        pub created_at: Time,
        /// When the first doctor was brought in.
        pub started_at: Option<Time>,
        /// When it was finished or cancelled.
        pub ended_at: Option<Time>,
        /// The month in which the team earned the fee.
        pub earned_in: Option<Month>,
    }
}

pub mod v2 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct TeamConsult {
        pub id: TeamConsultId,
        pub team_id: TeamId,
        /// The patient account that asked.
        pub creator: PatientAccountId,
        /// For whom: the creator's own account id, or the id of one of its family members (a patient).
        pub target: AnyId,
        /// The text, or the address of the recording or picture.
        pub symptom_content: String,
        /// One of the IM MIME types.
        pub symptom_type: String,
        pub images: Vec<String>,
        pub status: TeamConsultStatus,
        /// The doctors in the group, the group assistant first.
        pub doctors: Vec<DoctorId>,
        /// The group assistant when it was created.
        pub assistant: DoctorId,
        pub conversation_id: ConversationId,
        /// What was paid, from the fee balance and from the wallet together.
        pub fee: Fen,
        /// Who has deleted it from their history.
        pub hidden_from: Vec<AccountId>,
        pub created_at: Time,
        /// When the first doctor was brought in.
        pub started_at: Option<Time>,
        /// When it was finished or cancelled.
        pub ended_at: Option<Time>,
        /// The month in which the team earned the fee.
        pub earned_in: Option<Month>,
        /// What the patient brought of an earlier diagnosis.
        pub earlier: Option<Earlier>,
        /// What a doctor made of it.
        pub judged: Option<Judged>,
        /// Why and how a doctor stopped it.
        pub stopped: Option<Stopped>,
    }

    impl From<v1::TeamConsult> for TeamConsult {
        fn from(old: v1::TeamConsult) -> TeamConsult {
            let v1::TeamConsult {
                id,
                team_id,
                creator,
                target,
                symptom_content,
                symptom_type,
                images,
                status,
                doctors,
                assistant,
                conversation_id,
                fee,
                hidden_from,
                created_at,
                started_at,
                ended_at,
                earned_in,
            } = old;
            let (earlier, judged, stopped) = (None, None, None);
            TeamConsult {
                id,
                team_id,
                creator,
                target,
                symptom_content,
                symptom_type,
                images,
                status,
                doctors,
                assistant,
                conversation_id,
                fee,
                hidden_from,
                created_at,
                started_at,
                ended_at,
                earned_in,
                earlier,
                judged,
                stopped,
            }
        }
    }
}

pub const BY_CREATOR: Index<TeamConsult> = Index::counted(1);

pub const BY_DOCTOR: Index<TeamConsult> = Index::counted(2);

pub const BY_TEAM: Index<TeamConsult> = Index::counted(3);

/// What somebody who takes part is shown: open ones, and those that are over and not deleted.
pub(super) const SHOWN: Index<TeamConsult> = Index::counted(4);

/// What a team has taken up, unless the clinic ended it.
pub(super) const HANDLED: Index<TeamConsult> = Index::counted(5);

/// What one doctor has, or had, a part in.
pub(super) const HANDLED_BY: Index<TeamConsult> = Index::counted(6);

/// What nobody in a team has taken up yet.
pub(super) const WAITING: Index<TeamConsult> = Index::new(8);

/// What a team earned a fee for, by month.
pub(super) const EARNED: Index<TeamConsult> = Index::new(7);

impl Row for TeamConsult {
    type Kind = kind::TeamConsult;

    const TABLE: Table = Table { code: 49, name: "team_consult", version: 2 };

    const TOUCHED: bool = true;

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Record(About::Encounter(self.id.encounter()))
    }

    fn changed_at(&self) -> Time {
        self.ended_at.or(self.started_at).unwrap_or(self.created_at)
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.creator.account())
    }

    fn refers_to(&self, to: &mut References) {
        let doctors = self.judged.iter().map(|judged| judged.by).chain(self.stopped.iter().map(|stopped| stopped.by));
        to.recalls(doctors).needs(self.team_id).needs(self.creator).needs(self.target).needs(self.conversation_id);
        to.needs(self.doctors.iter().copied()).needs(self.assistant).recalls(self.hidden_from.iter().map(|person| person.any()));
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_CREATOR, key(&[&self.creator]), Key::NONE);
        entries.add(&BY_TEAM, key(&[&self.team_id]), Key::NONE);
        for doctor in &self.doctors {
            entries.add(&BY_DOCTOR, key(&[doctor]), Key::NONE);
        }
        let people = self.doctors.iter().map(|doctor| doctor.account()).chain([self.creator.account()]);
        for person in people.filter(|person| !self.hidden_from.contains(person)) {
            entries.add(&SHOWN, key(&[&person, &u8::from(self.status.is_over())]), Key::NONE);
        }
        if self.status == TeamConsultStatus::Waiting {
            entries.add(&WAITING, key(&[&self.team_id]), Key::NONE);
        }
        if self.started_at.is_some() && self.status != TeamConsultStatus::Cancelled {
            entries.add(&HANDLED, key(&[&self.team_id]), Key::NONE);
            for doctor in &self.doctors {
                entries.add(&HANDLED_BY, key(&[&self.team_id, doctor]), Key::NONE);
            }
        }
        if let Some(month) = self.earned_in {
            entries.add(&EARNED, key(&[&self.team_id, &month.0]), Key::NONE);
        }
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<TeamConsult> {
        match version {
            1 => decode::<v1::TeamConsult>(body).map(TeamConsult::from),
            _ => Err(unknown_version(Self::TABLE, version)),
        }
    }
}

impl TeamConsult {
    /// Whom it is about, as that patient is now. Who asked for oneself is the account's own patient (本人) of then, also where that has been
    /// deleted or replaced since; `None` while the account has none.
    pub fn target_patient(&self, db: &View) -> Result<Option<Patient>> {
        if self.target != self.creator.any() {
            return db.get(self.target.of());
        }
        let own = patient::list_ever(db, self.creator)?.into_iter().filter(|patient| patient.relation == patient::ONESELF);
        // Ids grow: the last one that was there when the consult was made.
        match own.filter(|patient| patient.id.any() < self.id.any()).max_by_key(|patient| patient.id) {
            Some(then) => Ok(Some(then)),
            None => patient::oneself_ever(db, self.creator),
        }
    }

    /// Whom it is about, as the record has it.
    pub fn patient(&self, db: &View) -> Result<Option<Patient>> {
        self.target_patient(db)?.map(|patient| recorded_person::recorded(db, self.id.encounter(), patient)).transpose()
    }
}

pub const CONSULT_OVER: Reason = Reason::new(Kind::Rule, "consult_over", "该咨询已结束或已取消，不能再操作");

/// A consult as its patient, a doctor of its group or, once somebody has taken it up, another doctor of the team may read it.
///
/// Errors: `not_found`, also for everybody else: that somebody is ill is theirs alone.
pub fn need_of(db: &View, caller: AccountId, role: Role, id: TeamConsultId) -> Result<TeamConsult> {
    let consult: TeamConsult = db.need(id)?;
    let reads = match role {
        Role::Doctor if consult.doctors.contains(&caller.doctor()) => true,
        Role::Doctor => consult.status.is_the_teams() && team::place(db, consult.team_id, caller.doctor())?.is_some(),
        _ => consult.creator == caller.patient_account(),
    };
    if reads { Ok(consult) } else { Err(NOT_FOUND.err()) }
}

/// The patient's own. Errors: `not_found`.
pub fn need_of_creator(db: &View, creator: PatientAccountId, id: TeamConsultId) -> Result<TeamConsult> {
    need_of(db, creator.account(), Role::Patient, id)
}

/// Whom it is about, as the record has it; empty where the profile has no name yet.
pub fn target_name(db: &View, consult: &TeamConsult) -> Result<String> {
    Ok(consult.patient(db)?.unwrap_or_default().name)
}
