//! Orgs (组织): volunteer organisations, and the doctors who belong to them (志愿医生 2.2.11, 3.2.18 to 3.2.21).
//!
//! A doctor applies, an administrator decides. Leaving takes the membership away; whoever was refused may apply again.

use serde::{Deserialize, Serialize};

use super::doctor;
use crate::{
    base::{
        error::{Kind, NOT_YOURS, Reason, Result},
        id::{AccountId, DoctorId, Id, OrgId, kind, of_kind},
        needle::{Needle, Straw},
        page::{Page, Slice},
        time::Time,
    },
    domain::{
        identity::account::{self, Role},
        notice::notification::{self, Facts, Movement, People},
    },
    search,
    store::{Class, Entries, Index, Order, References, Row, Table, Tx, View, key},
};

pub const UNKNOWN_ORG: Reason = Reason::new(Kind::Rule, "unknown_org", "组织不存在，请从组织列表中选择");
pub const ALREADY_APPLIED: Reason = Reason::new(Kind::Conflict, "already_applied", "您已申请加入该组织，请等待审核");
pub const ALREADY_MEMBER: Reason = Reason::new(Kind::Conflict, "already_member", "您已是该组织的成员");

pub use v1::{Org, OrgMembership, Standing};

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Org {
        pub id: OrgId,
        pub name: String,
        pub logo: String,
        pub introduction: String,
        pub created_at: Time,
    }

    /// `verify_status` of a membership: 0 待审核, 1 已通过, 2 未通过.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum Standing {
        Waiting,
        Approved,
        Refused,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct OrgMembership {
        pub id: Id<OrgMembership>,
        pub org_id: OrgId,
        pub doctor_id: DoctorId,
        pub standing: Standing,
        pub created_at: Time,
    }
}

const PAIR: Index<OrgMembership> = Index::new(1);
/// What a doctor has applied for, whatever came of it.
pub const BY_DOCTOR: Index<OrgMembership> = Index::counted(2);
/// An org's memberships by their standing.
pub const BY_ORG_STANDING: Index<OrgMembership> = Index::counted(3);
pub const BY_ORG: Index<OrgMembership> = Index::counted(4);

impl Row for Org {
    type Kind = kind::Org;

    const TABLE: Table = Table { code: 25, name: "org", version: 1 };

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

    fn refers_to(&self, _: &mut References) {}

    fn index(&self, _: &mut Entries) {}

    fn searched(&self) -> Option<impl PartialEq> {
        Some((&self.name, &self.introduction))
    }
}

impl Row for OrgMembership {
    type Kind = Self;

    const TABLE: Table = Table { code: 26, name: "membership", version: 1 };

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
        to.goes_with(self.doctor_id);
        match self.standing {
            Standing::Approved => to.needs(self.org_id),
            _ => to.goes_with(self.org_id),
        };
    }

    fn index(&self, entries: &mut Entries) {
        let created = key(&[&self.created_at]);
        entries.add(&PAIR, key(&[&self.org_id, &self.doctor_id]), created.clone());
        entries.add(&BY_DOCTOR, key(&[&self.doctor_id]), created.clone());
        entries.add(&BY_ORG_STANDING, key(&[&self.org_id, &(self.standing as u8)]), created.clone());
        entries.add(&BY_ORG, key(&[&self.org_id]), created);
    }
}

/// Writes an org; an id of 0 makes a new one.
pub fn save(db: &mut Tx, mut org: Org) -> Result<Org> {
    if org.id.is_none() {
        org.id = db.next_id()?;
        org.created_at = db.now;
    }
    db.put(&org)?;
    Ok(org)
}

/// The org that somebody names in a form; `unknown_org` where there is none.
pub fn chosen(db: &View, id: OrgId) -> Result<Org> {
    db.get(id)?.ok_or_else(|| UNKNOWN_ORG.err().field("org_id", "不存在"))
}

/// How an org is searched.
pub fn entry(db: &View, id: OrgId) -> Result<Option<search::IndexEntry>> {
    let entry = |org: Org| search::IndexEntry {
        kind: search::EntryKind::Org,
        id: id.any(),
        names: vec![org.name],
        texts: vec![org.introduction],
        marks: Vec::new(),
    };
    Ok(db.get(id)?.map(entry))
}

/// Orgs whose name or introduction holds `keyword`, the best match first; all of them for an empty one, newest first.
pub fn find(db: &View, index: &search::SearchIndex, keyword: &str, page: Page) -> Result<Slice<Org>> {
    if keyword.trim().is_empty() {
        return db.page_all(page);
    }
    let found = index.search(&search::Query {
        kind: search::EntryKind::Org,
        keyword,
        marks: Vec::new(),
        order: search::HitOrder::Relevance,
        page,
    })?;
    Ok(Slice { items: db.some(&of_kind(&found.items))?, total: found.total })
}

/// A verified doctor asks to be taken in.
///
/// Errors: `not_verified`, `not_found`, `already_applied`, `already_member`.
pub fn apply(db: &mut Tx, doctor: DoctorId, org: OrgId) -> Result<OrgMembership> {
    account::need_verified(db, doctor.account())?;
    let org: Org = db.need(org)?;
    match membership(db, org.id, doctor)? {
        Some(OrgMembership { standing: Standing::Waiting, .. }) => return Err(ALREADY_APPLIED.err()),
        Some(OrgMembership { standing: Standing::Approved, .. }) => return Err(ALREADY_MEMBER.err()),
        // A refusal is not for ever: the new application takes its place.
        Some(refused) => db.delete::<OrgMembership>(refused.id)?,
        None => {}
    }
    let new = OrgMembership { id: db.next_id()?, org_id: org.id, doctor_id: doctor, standing: Standing::Waiting, created_at: db.now };
    db.put(&new)?;
    Ok(new)
}

/// Takes a doctor in, or notes an application, as an administrator says.
///
/// Errors: `unknown_org`, `not_found` for what is no doctor, `already_applied`, `already_member`.
pub fn enrol(db: &mut Tx, doctor: DoctorId, org: OrgId, standing: Standing) -> Result<OrgMembership> {
    let (org, doctor) = (chosen(db, org)?, account::need(db, doctor.account(), Role::Doctor)?);
    match membership(db, org.id, doctor.id.doctor())? {
        Some(OrgMembership { standing: Standing::Approved, .. }) => return Err(ALREADY_MEMBER.err()),
        Some(_) => return Err(ALREADY_APPLIED.err()),
        None => {}
    }
    let new = OrgMembership { id: db.next_id()?, org_id: org.id, doctor_id: doctor.id.doctor(), standing, created_at: db.now };
    db.put(&new)?;
    Ok(new)
}

/// The doctor withdraws the application or leaves the org. Errors: `not_found`, `not_yours`.
pub fn leave(db: &mut Tx, doctor: DoctorId, id: Id<OrgMembership>) -> Result<()> {
    let membership: OrgMembership = db.need(id)?;
    match membership.doctor_id == doctor {
        true => db.delete::<OrgMembership>(id),
        false => Err(NOT_YOURS.err()),
    }
}

/// An administrator decides on an application, or thinks better of it; the doctor is told what is new. Errors: `not_found`.
pub fn decide(db: &mut Tx, id: Id<OrgMembership>, standing: Standing) -> Result<OrgMembership> {
    let mut membership: OrgMembership = db.need(id)?;
    if membership.standing == standing {
        return Ok(membership);
    }
    membership.standing = standing;
    db.put(&membership)?;
    let name = db.get::<Org>(membership.org_id)?.map(|org| org.name).unwrap_or_default();
    let movement = match standing {
        Standing::Approved => Movement::OrgApproved,
        Standing::Refused => Movement::OrgRefused,
        Standing::Waiting => Movement::OrgWaiting,
    };
    let people = People { doctors: vec![membership.doctor_id], ..People::default() };
    notification::tell(db, movement, &people, &Facts { org: name, ..Facts::default() })?;
    Ok(membership)
}

/// Whether the org has taken the doctor in.
pub fn is_member(db: &View, org: OrgId, doctor: DoctorId) -> Result<bool> {
    Ok(membership(db, org, doctor)?.is_some_and(|membership| membership.standing == Standing::Approved))
}

/// The orgs that have taken the doctor in, newest membership first.
/// A doctor's memberships, also those that wait, newest first (志愿医生 3.2.21).
pub fn memberships(db: &View, doctor: DoctorId, page: Page) -> Result<Slice<OrgMembership>> {
    db.page(&BY_DOCTOR, key(&[&doctor]), page)
}

/// How many doctors an organisation has taken in.
pub fn count_members(db: &View, org: OrgId) -> Result<u64> {
    db.count(&BY_ORG_STANDING, key(&[&org, &(Standing::Approved as u8)]))
}

/// Takes a membership away, whatever its standing.
pub fn remove_membership(db: &mut Tx, id: Id<OrgMembership>) -> Result<()> {
    db.delete::<OrgMembership>(id)
}

pub fn of_doctor(db: &View, doctor: DoctorId) -> Result<Vec<Org>> {
    let mut orgs = Vec::new();
    for membership in db.rows(&BY_DOCTOR, key(&[&doctor]), Order::Newest) {
        let membership: OrgMembership = membership?;
        if membership.standing == Standing::Approved {
            orgs.extend(db.get::<Org>(membership.org_id)?);
        }
    }
    Ok(orgs)
}

fn membership(db: &View, org: OrgId, doctor: DoctorId) -> Result<Option<OrgMembership>> {
    db.first(&PAIR, key(&[&org, &doctor]))
}

/// Which memberships an administrator looks for; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct WantedMemberships {
    pub org: Option<OrgId>,
    pub doctor: Option<DoctorId>,
    pub standing: Option<Standing>,
    /// In the doctor's or the org's name.
    pub needle: Needle,
}

/// The memberships that are wanted, newest first.
pub fn find_memberships(db: &View, wanted: &WantedMemberships, page: Page) -> Result<Slice<OrgMembership>> {
    let names = |row: &OrgMembership| -> Result<[Straw<String>; 2]> {
        let org = db.get::<Org>(row.org_id)?.map(|org| org.name).unwrap_or_default();
        Ok([Straw::Name(doctor::profile(db, row.doctor_id)?.name), Straw::Name(org)])
    };
    let fits = |row: &OrgMembership| {
        Ok(wanted.org.is_none_or(|org| org == row.org_id)
            && wanted.doctor.is_none_or(|doctor| doctor == row.doctor_id)
            && wanted.standing.is_none_or(|standing| standing == row.standing)
            && (wanted.needle.is_empty() || wanted.needle.is_among(&names(row)?)))
    };
    match (wanted.doctor, wanted.org) {
        (Some(doctor), _) => page.pick(db.rows(&BY_DOCTOR, key(&[&doctor]), Order::Newest), fits),
        (None, Some(org)) => page.pick(db.rows(&BY_ORG, key(&[&org]), Order::Newest), fits),
        (None, None) if wanted.standing.is_none() && wanted.needle.is_empty() => db.page_all(page),
        (None, None) => page.pick(db.all(Order::Newest), fits),
    }
}

/// Takes away a doctor's memberships: the doctor is going.
pub fn forget(db: &mut Tx, doctor: DoctorId) -> Result<()> {
    let ids: Vec<_> = db.ids(&BY_DOCTOR, key(&[&doctor]), Order::Oldest).collect::<Result<_>>()?;
    ids.into_iter().try_for_each(|id| db.delete::<OrgMembership>(id))
}

/// Takes away everybody's memberships of an org: the org is going.
pub fn forget_memberships(db: &mut Tx, org: OrgId) -> Result<()> {
    let ids: Vec<_> = db.ids(&BY_ORG, key(&[&org]), Order::Oldest).collect::<Result<_>>()?;
    ids.into_iter().try_for_each(|id| db.delete::<OrgMembership>(id))
}
