//! Projects (义诊): a doctor's free-clinic session, its seats in slots (志愿医生 2.2.8, 3.2.3 to 3.2.7, 3.3.2).

use serde::{Deserialize, Serialize};

use super::{phase::Phase, slot::Slot, special_event};
use crate::{
    base::{
        error::{Kind, NOT_YOURS, Reason, Result},
        geo::Point,
        id::{AccountId, ClinicSessionId, DoctorId, HospitalId, Id, SpecialEventId, kind},
        money::Fen,
        time::{LONGEST_DAY, MINUTE, Time},
    },
    domain::{
        directory::{
            doctor::{self},
            hospital,
        },
        free_clinic::slot,
        identity::account,
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const BAD_PERIOD: Reason = Reason::new(Kind::Rule, "bad_period", "结束时间必须晚于开始时间");
pub const IN_THE_PAST: Reason = Reason::new(Kind::Rule, "in_the_past", "义诊时间已过，请选择将来的时间");
pub const DOCTOR_BUSY: Reason = Reason::new(Kind::Conflict, "doctor_busy", "该时段您已有其他义诊");
pub const PROJECT_STARTED: Reason = Reason::new(Kind::Rule, "project_started", "义诊已开始，不能取消");
pub const PROJECT_CANCELLED: Reason = Reason::new(Kind::Rule, "project_cancelled", "义诊已取消");
pub const PROJECT_ENDED: Reason = Reason::new(Kind::Rule, "project_ended", "义诊已结束");

pub use v1::{ClinicSession, SessionState};

pub mod v1 {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum SessionState {
        Open,
        /// Its end has passed and missed visits are marked.
        Ended,
        Cancelled,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct ClinicSession {
        pub id: ClinicSessionId,
        pub doctor_id: DoctorId,
        pub hospital_id: HospitalId,
        pub begin: Time,
        pub end: Time,
        pub slots: Vec<Slot>,
        pub addr: String,
        /// Degrees as the doctor sent them.
        pub lng: String,
        pub lat: String,
        pub introduction: String,
        pub service_target: Vec<String>,
        /// The deposit (押金) in whole yuan; 0 for none.
        pub price: u32,
        pub special_project_id: SpecialEventId,
        pub state: SessionState,
        pub created_at: Time,
    }
}

pub const BY_DOCTOR: Index<ClinicSession> = Index::counted(1);
/// By doctor and state: the number of ended ones is the doctor's `visits_count`.
pub const BY_DOCTOR_STATE: Index<ClinicSession> = Index::counted(2);
/// Open projects, for the lists of patients.
pub const OPEN: Index<ClinicSession> = Index::counted(3);
/// Open projects by their end, for the scheduler.
pub(super) const BY_END: Index<ClinicSession> = Index::new(4);
pub const BY_SPECIAL: Index<ClinicSession> = Index::counted(5);

impl Row for ClinicSession {
    type Kind = kind::ClinicSession;

    const TABLE: Table = Table { code: 19, name: "project", version: 1 };

    const TOUCHED: bool = true;

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn changed_at(&self) -> Time {
        self.created_at
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.doctor_id.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.needs(self.doctor_id).needs(self.hospital_id).needs(self.special_project_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_DOCTOR, key(&[&self.doctor_id]), key(&[&self.created_at]));
        entries.add(&BY_DOCTOR_STATE, key(&[&self.doctor_id, &(self.state as u8)]), key(&[&self.begin]));
        if !self.special_project_id.is_none() {
            entries.add(&BY_SPECIAL, key(&[&self.special_project_id]), key(&[&self.created_at]));
        }
        if self.state == SessionState::Open {
            entries.add(&OPEN, Key::NONE, key(&[&self.created_at]));
            entries.add(&BY_END, Key::NONE, key(&[&self.end]));
        }
    }

    fn searched(&self) -> Option<impl PartialEq> {
        let texts = (&self.introduction, &self.addr, &self.service_target);
        (self.state == SessionState::Open).then_some((texts, self.doctor_id, self.hospital_id))
    }
}

/// The form of 3.2.3.
#[derive(Clone, Debug)]
pub struct PublishProject {
    pub begin: Time,
    pub end: Time,
    pub people_count: u32,
    pub lng: String,
    pub lat: String,
    pub addr: String,
    pub service_target: Vec<String>,
    pub introduction: String,
    pub price: u32,
    pub special_project_id: SpecialEventId,
}

impl ClinicSession {
    pub fn people_count(&self) -> u32 {
        self.slots.iter().map(|slot| slot.seats).sum()
    }

    pub fn deposit(&self) -> Fen {
        Fen::from_yuan(self.price)
    }

    pub fn minutes(&self) -> u64 {
        u64::try_from(self.end.since(self.begin) / MINUTE).unwrap_or(0)
    }

    /// Where it stands at a moment. A cancelled session is over.
    pub fn phase(&self, now: Time) -> Phase {
        match self.state {
            SessionState::Cancelled | SessionState::Ended => Phase::Over,
            SessionState::Open => Phase::of(self.begin, self.end, now),
        }
    }

    /// `op_cancel`: until it begins the doctor may cancel it and patients may withdraw.
    pub fn can_cancel(&self, now: Time) -> bool {
        self.state == SessionState::Open && now < self.begin
    }

    /// Whether it is neither cancelled nor over: what it still offers is `offer`'s to say.
    pub fn is_listed(&self, now: Time) -> bool {
        self.state == SessionState::Open && now < self.end
    }

    pub fn location(&self) -> Option<Point> {
        Point::new(self.lng.parse().ok()?, self.lat.parse().ok()?).ok()
    }
}

/// A verified doctor announces a session.
///
/// Errors: `not_verified`, `profile_incomplete`, `bad_period`, `in_the_past`, `unknown_special_project`, `doctor_busy`.
pub fn publish(db: &mut Tx, doctor: DoctorId, form: PublishProject) -> Result<ClinicSession> {
    account::need_verified(db, doctor.account())?;
    let profile = doctor::profile(db, doctor)?;
    let hospital =
        db.get::<hospital::Hospital>(profile.hospital_id)?.ok_or_else(|| crate::domain::directory::patient::PROFILE_INCOMPLETE.err())?;
    if form.end <= form.begin || form.end.since(form.begin) > LONGEST_DAY {
        return Err(BAD_PERIOD.err().field("end", "必须晚于开始时间"));
    }
    if form.begin <= db.now {
        return Err(IN_THE_PAST.err().field("date", "已过"));
    }
    if !form.special_project_id.is_none() {
        special_event::chosen(db, form.special_project_id)?;
    }
    if overlapping(db, doctor, form.begin, form.end)? {
        return Err(DOCTOR_BUSY.err());
    }
    let project = ClinicSession {
        id: db.next_id()?,
        doctor_id: doctor,
        hospital_id: hospital.id,
        begin: form.begin,
        end: form.end,
        slots: slot::cut(form.begin, form.end, form.people_count),
        addr: form.addr,
        lng: form.lng,
        lat: form.lat,
        introduction: form.introduction,
        service_target: form.service_target,
        price: form.price,
        special_project_id: form.special_project_id,
        state: SessionState::Open,
        created_at: db.now,
    };
    db.put(&project)?;
    Ok(project)
}

/// The project, which must be the doctor's own: `not_found`, `not_yours`.
pub fn need_of(db: &View, doctor: DoctorId, id: ClinicSessionId) -> Result<ClinicSession> {
    let project: ClinicSession = db.need(id)?;
    match project.doctor_id == doctor {
        true => Ok(project),
        false => Err(NOT_YOURS.err()),
    }
}

/// The doctor's sessions that are neither cancelled nor over, by their beginning.
/// All that a doctor published, newest first.
pub fn of_doctor(db: &View, doctor: DoctorId) -> Result<Vec<ClinicSession>> {
    db.rows(&BY_DOCTOR, key(&[&doctor]), Order::Newest).collect()
}

/// The newest that are not over, for a front page.
pub fn newest_listed(db: &View, doctor: DoctorId, most: usize) -> Result<Vec<ClinicSession>> {
    // A row that cannot be read is reported, not left out.
    let listed = |session: &Result<ClinicSession>| session.as_ref().map_or(true, |session| session.is_listed(db.now));
    db.rows(&BY_DOCTOR, key(&[&doctor]), Order::Newest).filter(listed).take(most).collect()
}

/// How many of a doctor's sessions are over: `visits_count`.
pub fn count_ended(db: &View, doctor: DoctorId) -> Result<u64> {
    db.count(&BY_DOCTOR_STATE, key(&[&doctor, &(SessionState::Ended as u8)]))
}

pub fn open_of(db: &View, doctor: DoctorId) -> Result<Vec<ClinicSession>> {
    let open = db.rows(&BY_DOCTOR_STATE, key(&[&doctor, &(SessionState::Open as u8)]), Order::Oldest);
    open.filter(|project| project.as_ref().map_or(true, |project: &ClinicSession| project.is_listed(db.now))).collect()
}

/// Whether the doctor has an open session that touches [begin, end).
fn overlapping(db: &View, doctor: DoctorId, begin: Time, end: Time) -> Result<bool> {
    // A session lasts a day at most, so whatever overlaps begins within the longest day before.
    let group = key(&[&doctor, &(SessionState::Open as u8)]);
    let ids = db.ids_between(&BY_DOCTOR_STATE, group, key(&[&begin.plus(-LONGEST_DAY)]), key(&[&end]), Order::Oldest);
    for id in ids {
        if db.need::<ClinicSession>(id?)?.end > begin {
            return Ok(true);
        }
    }
    Ok(false)
}
