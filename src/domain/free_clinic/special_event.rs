//! Special events (专题活动): an org's day that groups doctors' projects (志愿医生 2.2.12, 3.5). How many come is
//! `project::turnout`'s to say.

use serde::{Deserialize, Serialize};

use super::phase::Phase;
use crate::{
    base::{
        error::{Kind, Reason, Result, invalid},
        id::{HospitalId, Id, OrgId, SpecialEventId, kind},
        needle::Needle,
        page::{Page, Slice},
        time::{LONGEST_DAY, Time},
    },
    domain::directory::{hospital, org},
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const UNKNOWN_SPECIAL_PROJECT: Reason = Reason::new(Kind::Rule, "unknown_special_project", "专题活动不存在，请从专题活动列表中选择");

pub use v1::SpecialEvent;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct SpecialEvent {
        pub id: SpecialEventId,
        /// 0 where it is nobody's in particular.
        pub org_id: OrgId,
        pub hospital_id: HospitalId,
        pub begin: Time,
        pub end: Time,
        /// How many people are expected, printed until there are projects whose seats can be counted.
        pub expected: u32,
        pub addr: String,
        pub lng: String,
        pub lat: String,
        pub introduction: String,
        pub photo: String,
        /// In whole yuan, as announced; each project asks for its own.
        pub price: u32,
        pub service_target: Vec<String>,
        pub created_at: Time,
    }
}

pub const BY_ORG: Index<SpecialEvent> = Index::counted(1);
pub const BY_HOSPITAL: Index<SpecialEvent> = Index::counted(2);
/// By the end, for front pages that show only what is not over.
const BY_END: Index<SpecialEvent> = Index::new(3);

impl Row for SpecialEvent {
    type Kind = kind::SpecialEvent;

    const TABLE: Table = Table { code: 27, name: "special_project", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, to: &mut References) {
        to.needs(self.org_id).needs(self.hospital_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_ORG, key(&[&self.org_id]), key(&[&self.created_at]));
        entries.add(&BY_HOSPITAL, key(&[&self.hospital_id]), key(&[&self.created_at]));
        entries.add(&BY_END, Key::NONE, key(&[&self.end]));
    }
}

impl SpecialEvent {
    /// Where it stands at a moment.
    pub fn phase(&self, now: Time) -> Phase {
        Phase::of(self.begin, self.end, now)
    }
}

/// Writes an event; an id of 0 makes a new one. Errors: `invalid_field`, `unknown_org`, `unknown_hospital`.
pub fn save(db: &mut Tx, mut special: SpecialEvent) -> Result<SpecialEvent> {
    if special.end <= special.begin || special.end.since(special.begin) > LONGEST_DAY {
        return Err(invalid("end", "应晚于开始时间，且不超过一天"));
    }
    if !special.org_id.is_none() {
        org::chosen(db, special.org_id)?;
    }
    if !special.hospital_id.is_none() {
        hospital::chosen(db, special.hospital_id)?;
    }
    if special.id.is_none() {
        special.id = db.next_id()?;
        special.created_at = db.now;
    }
    db.put(&special)?;
    Ok(special)
}

/// The event that somebody names in a form; `unknown_special_project` where there is none.
pub fn chosen(db: &View, id: SpecialEventId) -> Result<SpecialEvent> {
    db.get(id)?.ok_or_else(|| UNKNOWN_SPECIAL_PROJECT.err().field("special_project_id", "不存在"))
}

/// Events of an org or a hospital where one is named, whose address or introduction holds the needle, newest first.
pub fn find(db: &View, org: Option<OrgId>, hospital: Option<HospitalId>, needle: &Needle, page: Page) -> Result<Slice<SpecialEvent>> {
    let fits = |special: &SpecialEvent| {
        Ok(org.is_none_or(|org| org == special.org_id)
            && hospital.is_none_or(|hospital| hospital == special.hospital_id)
            && needle.is_in(&[&special.addr, &special.introduction]))
    };
    match (org, hospital) {
        (None, None) if needle.is_empty() => db.page_all(page),
        (Some(org), _) if !org.is_none() => page.pick(db.rows(&BY_ORG, key(&[&org]), Order::Newest), fits),
        (_, Some(hospital)) if !hospital.is_none() => page.pick(db.rows(&BY_HOSPITAL, key(&[&hospital]), Order::Newest), fits),
        (_, _) => page.pick(db.all(Order::Newest), fits),
    }
}

/// All events, newest first, those that are over among them.
pub fn list(db: &View, page: Page) -> Result<Slice<SpecialEvent>> {
    db.page_all(page)
}

/// The newest events that are not over, of a hospital or an org where one is named.
pub fn newest_to_come(db: &View, hospital: Option<HospitalId>, org: Option<OrgId>, most: usize) -> Result<Vec<SpecialEvent>> {
    let (from, to) = (key(&[&db.now.plus(1)]), key(&[&Time(i64::MAX)]));
    let mut found = Vec::new();
    for id in db.ids_between(&BY_END, Key::NONE, from, to, Order::Oldest) {
        if let Some(special) = db.get::<SpecialEvent>(id?)?
            && hospital.is_none_or(|hospital| hospital == special.hospital_id)
            && org.is_none_or(|org| org == special.org_id)
        {
            found.push(special);
        }
    }
    found.sort_by_key(|special| std::cmp::Reverse((special.created_at, special.id)));
    found.truncate(most);
    Ok(found)
}
