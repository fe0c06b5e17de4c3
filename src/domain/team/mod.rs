//! Teams of doctors who take consults together (任务列表: 团队). Who pays a fee to consult one is a [`member`]; other doctors come in by
//! [`invitation`].

pub mod invitation;
pub mod member;

use serde::{Deserialize, Serialize};

use super::{
    directory::clinic::Clinic,
    identity::account::{self, Account, Role, Verify},
};
use crate::{
    base::{
        error::{Kind, NOT_YOURS, Reason, Result},
        id::{AccountId, ClinicId, DoctorId, Id, TeamId, kind, of_kind},
        money::Fen,
        needle::{Needle, Straw},
        page::{Page, Slice},
        secret::{self},
        time::Time,
    },
    search,
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, decode, key, unknown_version},
};

pub const TEAM_LIMIT: Reason = Reason::new(Kind::Rule, "team_limit", "创建和加入的团队数已达上限");
pub const NOT_IN_TEAM: Reason = Reason::new(Kind::Forbidden, "not_in_team", "您不是该团队的医生");
pub const ALREADY_IN_TEAM: Reason = Reason::new(Kind::Conflict, "already_in_team", "您已在该团队中");
pub const FOUNDER_STAYS: Reason = Reason::new(Kind::Rule, "founder_stays", "团队创始人不能退出自己的团队");
pub const NO_TEAM_DOCTOR: Reason = Reason::new(Kind::Rule, "no_team_doctor", "该医生不在团队中");
pub const TEAM_CLOSED: Reason = Reason::new(Kind::Rule, "team_closed", "该团队暂时不能接受会员和咨询，请稍后再试或联系诊所");

pub use v1::Team;
pub use v2::TeamDoctor;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Team {
        pub id: TeamId,
        pub name: String,
        pub introduction: String,
        /// What a member accepts when joining (会员加入协议).
        pub agreement: String,
        /// What a consult costs.
        pub consult_fee: Fen,
        /// The founder's clinic, 0 for none.
        pub clinic_id: ClinicId,
        pub founder: DoctorId,
        /// The group assistant (群助手), a doctor of the team: the founder unless another is named.
        pub assistant: DoctorId,
        pub created_at: Time,
    }

    /// A doctor's place in a team, the founder's too.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct TeamDoctor {
        pub id: Id<super::TeamDoctor>,
        pub team_id: TeamId,
        pub doctor_id: DoctorId,
        /// Who invited the doctor; 0 for the founder.
        pub invited_by: DoctorId,
        pub joined_at: Time,
    }
}

pub mod v2 {
    use super::*;

    /// A doctor's place in a team, the founder's too.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct TeamDoctor {
        pub id: Id<TeamDoctor>,
        pub team_id: TeamId,
        pub doctor_id: DoctorId,
        /// Who invited the doctor; 0 for the founder.
        pub invited_by: DoctorId,
        pub joined_at: Time,
        /// 128 random bits that go into the seal of every invitation of this doctor into this team: the ids alone are given again, to others,
        /// by an older copy of the store that is put back. `None` of a place that an earlier version wrote.
        pub seed: Option<[u8; 16]>,
    }

    impl From<v1::TeamDoctor> for TeamDoctor {
        fn from(old: v1::TeamDoctor) -> TeamDoctor {
            let v1::TeamDoctor { id, team_id, doctor_id, invited_by, joined_at } = old;
            TeamDoctor { id, team_id, doctor_id, invited_by, joined_at, seed: None }
        }
    }
}

/// A clinic's teams.
pub const BY_CLINIC: Index<Team> = Index::counted(1);
/// The doctors of a team, the founder first.
pub const BY_TEAM: Index<TeamDoctor> = Index::counted(1);
/// A doctor's teams.
pub const BY_DOCTOR: Index<TeamDoctor> = Index::counted(2);
const PLACE: Index<TeamDoctor> = Index::new(3);

impl Row for Team {
    type Kind = kind::Team;

    const TABLE: Table = Table { code: 46, name: "team", version: 1 };

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
        Some(self.founder.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.needs(self.clinic_id).needs([self.founder, self.assistant]);
    }

    fn index(&self, entries: &mut Entries) {
        if !self.clinic_id.is_none() {
            entries.add(&BY_CLINIC, key(&[&self.clinic_id]), Key::NONE);
        }
    }

    fn searched(&self) -> Option<impl PartialEq> {
        Some(&self.name)
    }
}

impl Row for TeamDoctor {
    type Kind = Self;

    const TABLE: Table = Table { code: 47, name: "team_doctor", version: 2 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.doctor_id.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.team_id).needs(self.doctor_id).recalls(self.invited_by);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_TEAM, key(&[&self.team_id]), Key::NONE);
        entries.add(&BY_DOCTOR, key(&[&self.doctor_id]), Key::NONE);
        entries.add(&PLACE, key(&[&self.team_id, &self.doctor_id]), Key::NONE);
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<TeamDoctor> {
        match version {
            1 => decode::<v1::TeamDoctor>(body).map(TeamDoctor::from),
            _ => Err(unknown_version(Self::TABLE, version)),
        }
    }
}

/// A doctor's place in a team, if there is one.
pub fn place(db: &View, team: TeamId, doctor: DoctorId) -> Result<Option<TeamDoctor>> {
    db.first(&PLACE, key(&[&team, &doctor]))
}

/// What a doctor says of a new team.
#[derive(Clone, Debug)]
pub struct NewTeam {
    pub name: String,
    pub introduction: String,
    pub agreement: String,
    pub consult_fee: Fen,
    /// A clinic that the founder is in; 0 for none.
    pub clinic_id: ClinicId,
}

/// A doctor founds a team. Errors: `not_verified`, `team_limit`, `not_found` and `not_yours` for the clinic.
pub fn found(db: &mut Tx, founder: DoctorId, form: NewTeam) -> Result<Team> {
    may_enter(db, founder)?;
    own_clinic(db, founder, form.clinic_id)?;
    let team = Team {
        id: db.next_id()?,
        name: form.name,
        introduction: form.introduction,
        agreement: form.agreement,
        consult_fee: form.consult_fee,
        clinic_id: form.clinic_id,
        founder,
        assistant: founder,
        created_at: db.now,
    };
    db.put(&team)?;
    enter(db, team.id, founder, Id::NONE)?;
    Ok(team)
}

/// A doctor leaves. Was it the group assistant, then the founder is again. What follows for its consults is the caller's to do.
///
/// Errors: `not_found`, `not_in_team`, `founder_stays`.
pub fn leave(db: &mut Tx, doctor: DoctorId, team: TeamId) -> Result<()> {
    let mut team: Team = db.need(team)?;
    let place = need_place(db, team.id, doctor)?;
    if team.founder == doctor {
        return Err(FOUNDER_STAYS.err());
    }
    if team.assistant == doctor {
        team.assistant = team.founder;
        db.put(&team)?;
    }
    db.delete::<TeamDoctor>(place.id)
}

/// The founder names the group assistant. Errors: `not_found`, `not_yours`, `not_verified`, `no_team_doctor`.
pub fn name_assistant(db: &mut Tx, caller: DoctorId, team: TeamId, doctor: DoctorId) -> Result<Team> {
    account::need_verified(db, caller.account())?;
    let team: Team = db.need(team)?;
    if team.founder != caller {
        return Err(NOT_YOURS.with("只有团队创始人可以指定群助手"));
    }
    change(db, team, TeamChange { assistant: Some(doctor), ..TeamChange::default() })
}

/// What an administrator changes; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct TeamChange {
    pub name: Option<String>,
    pub introduction: Option<String>,
    pub agreement: Option<String>,
    pub consult_fee: Option<Fen>,
    pub clinic_id: Option<ClinicId>,
    pub assistant: Option<DoctorId>,
}

/// Errors: `no_team_doctor`, `not_found` and `not_yours` for a clinic that the founder is not in.
pub fn change(db: &mut Tx, mut team: Team, form: TeamChange) -> Result<Team> {
    if let Some(assistant) = form.assistant {
        need_active(db, team.id, assistant)?;
        team.assistant = assistant;
    }
    if let Some(clinic) = form.clinic_id {
        own_clinic(db, team.founder, clinic)?;
        team.clinic_id = clinic;
    }
    team.name = form.name.unwrap_or(team.name);
    team.introduction = form.introduction.unwrap_or(team.introduction);
    team.agreement = form.agreement.unwrap_or(team.agreement);
    team.consult_fee = form.consult_fee.unwrap_or(team.consult_fee);
    db.put(&team)?;
    Ok(team)
}

/// Refuses whom nobody can give work to: a stranger to the team, or a doctor who has been shut out. Errors: `no_team_doctor`.
pub fn need_active(db: &View, team: TeamId, doctor: DoctorId) -> Result<()> {
    if is_active(db, team, doctor)? { Ok(()) } else { Err(NO_TEAM_DOCTOR.err()) }
}

fn is_active(db: &View, team: TeamId, doctor: DoctorId) -> Result<bool> {
    Ok(place(db, team, doctor)?.is_some() && db.get::<Account>(doctor.account())?.is_some_and(|account| account.verify == Verify::Enabled))
}

/// Whether the team takes members and consults: its group assistant, who has to take them up, is there and let in.
pub fn is_open(db: &View, team: &Team) -> Result<bool> {
    is_active(db, team.id, team.assistant)
}

/// Errors: `team_closed`.
pub fn need_open(db: &View, team: &Team) -> Result<()> {
    match is_open(db, team)? {
        true => Ok(()),
        false => Err(TEAM_CLOSED.err()),
    }
}

/// Teams whose name holds the needle, newest first.
pub fn find(db: &View, needle: &Needle, page: Page) -> Result<Slice<Team>> {
    match needle.is_empty() {
        true => db.page_all(page),
        false => page.pick(db.all(Order::Newest), |team: &Team| Ok(needle.is_among(&[Straw::Name(&team.name)]))),
    }
}

/// How a team is searched: by its name.
pub fn entry(db: &View, id: TeamId) -> Result<Option<search::IndexEntry>> {
    let entry = |team: Team| search::IndexEntry {
        kind: search::EntryKind::Team,
        id: id.any(),
        names: vec![team.name],
        texts: Vec::new(),
        marks: Vec::new(),
    };
    Ok(db.get::<Team>(id)?.map(entry))
}

/// The teams that a patient can join and consult, whose name holds the keyword or sounds like it: the best match first, without one the
/// newest.
pub fn find_open(db: &View, index: &search::SearchIndex, keyword: &str, page: Page) -> Result<Slice<Team>> {
    let found: Vec<Team> = match keyword.trim().is_empty() {
        true => db.all::<Team>(Order::Newest).collect::<Result<_>>()?,
        false => {
            let order = search::HitOrder::Relevance;
            let query = search::Query { kind: search::EntryKind::Team, keyword, marks: Vec::new(), order, page: Page::ALL };
            db.some(&of_kind(&index.search(&query)?.items))?
        }
    };
    let mut open = Vec::with_capacity(found.len());
    for team in found {
        if is_open(db, &team)? {
            open.push(team);
        }
    }
    Ok(page.of(open))
}

/// Takes a team's doctors out of it: the team is going.
pub fn forget(db: &mut Tx, team: TeamId) -> Result<()> {
    let ids: Vec<_> = db.ids(&BY_TEAM, key(&[&team]), Order::Oldest).collect::<Result<_>>()?;
    ids.into_iter().try_for_each(|id| db.delete::<TeamDoctor>(id))
}

/// The caller's place in a team; `not_in_team` where there is none.
pub fn need_place(db: &View, team: TeamId, doctor: DoctorId) -> Result<TeamDoctor> {
    place(db, team, doctor)?.ok_or_else(|| NOT_IN_TEAM.err())
}

/// The team, for its doctors. Errors: `not_found`, `not_in_team`.
pub fn need_of(db: &View, doctor: DoctorId, team: TeamId) -> Result<Team> {
    let team: Team = db.need(team)?;
    need_place(db, team.id, doctor)?;
    Ok(team)
}

/// A verified doctor who is in fewer than `team.max_per_doctor` teams, founded and joined together.
pub(super) fn may_enter(db: &View, doctor: DoctorId) -> Result<()> {
    account::need(db, doctor.account(), Role::Doctor)?;
    account::need_verified(db, doctor.account())?;
    let most = db.settings.team.max_per_doctor;
    match db.count(&BY_DOCTOR, key(&[&doctor]))? < u64::from(most) {
        true => Ok(()),
        false => Err(TEAM_LIMIT.with(format!("最多 {most} 个"))),
    }
}

pub(super) fn enter(db: &mut Tx, team_id: TeamId, doctor_id: DoctorId, invited_by: DoctorId) -> Result<()> {
    let place = TeamDoctor { id: db.next_id()?, team_id, doctor_id, invited_by, joined_at: db.now, seed: Some(secret::random()) };
    db.put(&place)
}

/// The founder is in that clinic, or the team is in none.
fn own_clinic(db: &View, founder: DoctorId, clinic: ClinicId) -> Result<()> {
    if clinic.is_none() || db.need::<Clinic>(clinic)?.has(founder) {
        return Ok(());
    }
    Err(NOT_YOURS.with("团队创始人不在该诊所"))
}

/// The doctors of a team, the founder first.
pub fn doctors(db: &View, team: TeamId) -> Result<Vec<DoctorId>> {
    db.rows(&BY_TEAM, key(&[&team]), Order::Oldest).map(|place| place.map(|place: TeamDoctor| place.doctor_id)).collect()
}

/// The same, without those who are shut out or wait to be let in.
pub fn active_doctors(db: &View, team: TeamId) -> Result<Vec<DoctorId>> {
    let mut active = Vec::new();
    for doctor in doctors(db, team)? {
        if is_active(db, team, doctor)? {
            active.push(doctor);
        }
    }
    Ok(active)
}

/// Whether the two are doctors of one team.
pub fn colleagues(db: &View, one: DoctorId, other: DoctorId) -> Result<bool> {
    for mine in db.rows(&BY_DOCTOR, key(&[&one]), Order::Oldest) {
        let mine: TeamDoctor = mine?;
        if place(db, mine.team_id, other)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
