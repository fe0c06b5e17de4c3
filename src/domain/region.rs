//! Regions: provinces, cities and counties by their GB/T 2260 codes (志愿医生 1.2.5, 1.2.6).

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::Id,
    },
    store::{Entries, Index, Order, Row, Table, View, key},
};

pub const UNKNOWN_REGION: Reason = Reason::new(Kind::Rule, "unknown_region", "地区编号不存在，请重新选择地区");

pub use v1::Region;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Region {
        pub id: Id,
        /// 0 for provinces.
        pub parent_id: Id,
        pub name: String,
        pub short_name: String,
        pub pinyin: String,
        pub sort: u32,
    }
}

pub const BY_PARENT: Index<Region> = Index::counted(1);
const BY_NAME: Index<Region> = Index::new(2);

impl Row for Region {
    const TABLE: Table = Table { code: 5, name: "region", version: 1 };

    fn id(&self) -> Id {
        self.id
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
pub fn children(db: &View, parent: Id) -> Result<Vec<Region>> {
    db.rows(&BY_PARENT, key(&[&parent]), Order::Oldest).collect()
}

/// The districts of the city of that name, full or short; none for an unknown one.
pub fn districts(db: &View, city: &str) -> Result<Vec<Region>> {
    let named: Vec<Region> = db.rows(&BY_NAME, key(&[&city]), Order::Oldest).collect::<Result<_>>()?;
    // 北京 is a province and its only city: whoever asks for districts means the city.
    let city = named.iter().find(|r| is_city(r.id)).or(named.first());
    city.map_or(Ok(Vec::new()), |region| children(db, region.id))
}

/// A city's code ends in two zeros, a province's in four (GB/T 2260).
fn is_city(code: Id) -> bool {
    code.is_multiple_of(100) && !code.is_multiple_of(10_000)
}

/// Where something is: codes of province, city and county, 0 where unknown, and the rest of the address.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub province_id: Id,
    pub city_id: Id,
    pub county_id: Id,
    pub addr: String,
}

impl Place {
    /// Refuses codes that do not exist (`unknown_region`).
    pub fn check(&self, db: &View) -> Result<()> {
        for (field, id) in [("province_id", self.province_id), ("city_id", self.city_id), ("county_id", self.county_id)] {
            if id != 0 && !db.has::<Region>(id)? {
                return Err(UNKNOWN_REGION.err().field(field, "不存在"));
            }
        }
        Ok(())
    }
}

/// The region's name, empty for 0 and for codes that are gone.
pub fn name(db: &View, id: Id) -> Result<String> {
    Ok(match id {
        0 => String::new(),
        id => db.get::<Region>(id)?.map(|region| region.name).unwrap_or_default(),
    })
}
