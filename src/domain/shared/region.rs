//! Regions: provinces, cities and counties by their GB/T 2260 codes (志愿医生 1.2.5, 1.2.6).

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{Id, RegionId, kind},
        needle::{Needle, Straw},
        page::{Page, Slice},
    },
    store::{Class, Entries, Index, Order, References, Row, Table, Tx, View, key},
};

pub const REGION_TAKEN: Reason = Reason::new(Kind::Conflict, "region_taken", "该地区编号已存在");
pub const BAD_PARENT: Reason = Reason::new(Kind::Rule, "bad_parent", "上级地区有误：省、市、区县最多三级，且不能以自身或下级为上级");
pub const UNKNOWN_REGION: Reason = Reason::new(Kind::Rule, "unknown_region", "地区编号不存在，请重新选择地区");

pub use v1::Region;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Region {
        pub id: RegionId,
        /// 0 for provinces.
        pub parent_id: RegionId,
        pub name: String,
        pub short_name: String,
        pub pinyin: String,
        pub sort: u32,
    }
}

pub const BY_PARENT: Index<Region> = Index::counted(1);
const BY_NAME: Index<Region> = Index::new(2);

impl Row for Region {
    type Kind = kind::Region;

    const TABLE: Table = Table { code: 5, name: "region", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, to: &mut References) {
        to.needs(self.parent_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_PARENT, key(&[&self.parent_id]), key(&[&self.sort]));
        entries.add(&BY_NAME, key(&[&self.name]), key(&[]));
        if self.short_name != self.name {
            entries.add(&BY_NAME, key(&[&self.short_name]), key(&[]));
        }
    }
}

/// What lies directly in `parent`; the provinces for 0.
pub fn children(db: &View, parent: RegionId) -> Result<Vec<Region>> {
    db.rows(&BY_PARENT, key(&[&parent]), Order::Oldest).collect()
}

/// The regions that are looked for, by code; those directly in `parent` where it is named.
pub fn find(db: &View, parent: Option<RegionId>, needle: &Needle, page: Page) -> Result<Slice<Region>> {
    let wanted = |region: &Region| {
        let here = parent.is_none_or(|parent| parent == region.parent_id);
        Ok(here && needle.is_among(&[Straw::Name(&region.name), Straw::Name(&region.short_name), Straw::Text(&region.pinyin)]))
    };
    match parent {
        Some(parent) => {
            let mut inside = children(db, parent)?;
            inside.sort_by_key(|region| region.id);
            page.pick(inside.into_iter().map(Ok), wanted)
        }
        None => page.pick(db.all(Order::Oldest), wanted),
    }
}

/// Adds a region under its code. Errors: `region_taken`, `bad_parent`.
pub fn add(db: &mut Tx, region: Region) -> Result<Region> {
    match db.has::<Region>(region.id)? {
        true => Err(REGION_TAKEN.err().field("id", "已存在")),
        false => save(db, region),
    }
}

/// Writes a region. Its place in the tree has to make sense: `bad_parent`.
pub fn save(db: &mut Tx, region: Region) -> Result<Region> {
    let bad = || BAD_PARENT.err().field("parent_id", "有误");
    let mut above = region.parent_id;
    for level in 0.. {
        if above.is_none() {
            break;
        }
        if above == region.id || level == 2 {
            return Err(bad());
        }
        above = db.get::<Region>(above)?.ok_or_else(bad)?.parent_id;
    }
    db.put(&region)?;
    Ok(region)
}

/// The districts of the city of that name, full or short; none for an unknown one.
pub fn districts(db: &View, city: &str) -> Result<Vec<Region>> {
    let named: Vec<Region> = db.rows(&BY_NAME, key(&[&city]), Order::Oldest).collect::<Result<_>>()?;
    // 北京 is a province and its only city: whoever asks for districts means the city.
    let city = named.iter().find(|r| is_city(r.id)).or(named.first());
    city.map_or(Ok(Vec::new()), |region| children(db, region.id))
}

/// A city's code ends in two zeros, a province's in four (GB/T 2260).
fn is_city(code: RegionId) -> bool {
    code.number().is_multiple_of(100) && !code.number().is_multiple_of(10_000)
}

/// Where something is: codes of province, city and county, 0 where unknown, and the rest of the address.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Place {
    pub province_id: RegionId,
    pub city_id: RegionId,
    pub county_id: RegionId,
    pub addr: String,
}

/// What somebody changes of a place; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct PlaceChange {
    pub province_id: Option<RegionId>,
    pub city_id: Option<RegionId>,
    pub county_id: Option<RegionId>,
    pub addr: Option<String>,
}

impl Place {
    /// Province, city and county, as far as they are known.
    pub fn regions(&self) -> [RegionId; 3] {
        [self.province_id, self.city_id, self.county_id]
    }

    /// Takes over what was named. Errors: `unknown_region`.
    pub fn change(&mut self, db: &View, change: PlaceChange) -> Result<()> {
        let codes = [change.province_id, change.city_id, change.county_id];
        self.province_id = change.province_id.unwrap_or(self.province_id);
        self.city_id = change.city_id.unwrap_or(self.city_id);
        self.county_id = change.county_id.unwrap_or(self.county_id);
        self.addr = change.addr.unwrap_or(std::mem::take(&mut self.addr));
        // A code that was good when it was written may be gone by now: only new ones are looked at.
        match codes.iter().any(Option::is_some) {
            true => self.check(db),
            false => Ok(()),
        }
    }

    /// Refuses codes that do not exist (`unknown_region`).
    pub fn check(&self, db: &View) -> Result<()> {
        for (field, id) in [("province_id", self.province_id), ("city_id", self.city_id), ("county_id", self.county_id)] {
            if !id.is_none() && !db.has::<Region>(id)? {
                return Err(UNKNOWN_REGION.err().field(field, "不存在"));
            }
        }
        Ok(())
    }
}

/// The region's name, empty for 0 and for codes that are gone.
pub fn name(db: &View, id: RegionId) -> Result<String> {
    Ok(match id.known() {
        None => String::new(),
        Some(id) => db.get::<Region>(id)?.map(|region| region.name).unwrap_or_default(),
    })
}
