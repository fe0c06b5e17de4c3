//! Hospitals and departments (志愿医生 2.2.10, 3.3.1).

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{DepartmentId, HospitalId, Id, kind, of_kind},
        needle::{Needle, Straw},
        page::{Page, Slice},
        time::Time,
    },
    domain::shared::region::Place,
    search,
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const UNKNOWN_HOSPITAL: Reason = Reason::new(Kind::Rule, "unknown_hospital", "医院不存在，请从医院列表中选择");
pub const UNKNOWN_DEPARTMENT: Reason = Reason::new(Kind::Rule, "unknown_department", "科室不存在，请从科室列表中选择");
pub const HOSPITAL_TAKEN: Reason = Reason::new(Kind::Conflict, "hospital_taken", "同名医院已存在，请在名称里写明城市或院区");
pub const AMBIGUOUS_HOSPITAL: Reason = Reason::new(Kind::Rule, "ambiguous_hospital", "有多家同名医院，请先给它们改成不同的名称");
pub const DEPARTMENT_TAKEN: Reason = Reason::new(Kind::Conflict, "department_taken", "同名科室已存在");

pub use v1::{Department, Hospital};

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Hospital {
        pub id: HospitalId,
        pub name: String,
        pub logo: String,
        pub banner: Vec<String>,
        pub level: String,
        pub tag: String,
        pub place: Place,
        pub created_at: Time,
    }

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Department {
        pub id: DepartmentId,
        pub name: String,
        pub sort: u32,
        pub created_at: Time,
    }
}

const BY_NAME: Index<Hospital> = Index::new(1);
const DEPARTMENT_BY_NAME: Index<Department> = Index::new(1);
pub const DEPARTMENTS: Index<Department> = Index::counted(2);

impl Row for Hospital {
    type Kind = kind::Hospital;

    const TABLE: Table = Table { code: 6, name: "hospital", version: 1 };

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

    fn refers_to(&self, to: &mut References) {
        to.needs(self.place.regions());
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_NAME, key(&[&self.name]), Key::NONE);
    }

    fn searched(&self) -> Option<impl PartialEq> {
        Some((&self.name, &self.tag, &self.place.addr))
    }
}

impl Row for Department {
    type Kind = kind::Department;

    const TABLE: Table = Table { code: 7, name: "department", version: 1 };

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

    fn index(&self, entries: &mut Entries) {
        entries.add(&DEPARTMENT_BY_NAME, key(&[&self.name]), Key::NONE);
        entries.add(&DEPARTMENTS, Key::NONE, key(&[&self.sort]));
    }
}

/// Writes a hospital; an id of 0 makes a new one. A table names hospitals by their names, so that no two may have one; those of older stores that
/// have stay as they are.
///
/// Errors: `hospital_taken`, `unknown_region`.
pub fn save(db: &mut Tx, mut hospital: Hospital) -> Result<Hospital> {
    hospital.place.check(db)?;
    let renamed = db.get::<Hospital>(hospital.id)?.is_none_or(|before| before.name != hospital.name);
    if renamed && named(db, &hospital.name)?.iter().any(|other| other.id != hospital.id) {
        return Err(HOSPITAL_TAKEN.err().field("name", "已被使用"));
    }
    if hospital.id.is_none() {
        hospital.id = db.next_id()?;
        hospital.created_at = db.now;
    }
    db.put(&hospital)?;
    Ok(hospital)
}

/// The hospital that somebody names in a form; `unknown_hospital` where there is none.
pub fn chosen(db: &View, id: HospitalId) -> Result<Hospital> {
    db.get(id)?.ok_or_else(|| UNKNOWN_HOSPITAL.err().field("hospital_id", "不存在"))
}

/// The department that somebody names in a form; `unknown_department` where there is none.
pub fn chosen_department(db: &View, id: DepartmentId) -> Result<Department> {
    db.get(id)?.ok_or_else(|| UNKNOWN_DEPARTMENT.err().field("department_id", "不存在"))
}

/// How a hospital is searched.
pub fn entry(db: &View, id: HospitalId) -> Result<Option<search::IndexEntry>> {
    let entry = |hospital: Hospital| search::IndexEntry {
        kind: search::EntryKind::Hospital,
        id: id.any(),
        names: vec![hospital.name],
        texts: vec![hospital.tag, hospital.place.addr],
        marks: Vec::new(),
    };
    Ok(db.get(id)?.map(entry))
}

/// Hospitals whose name, tag or address holds `keyword`, the best match first; all of them for an empty one, newest first.
pub fn find(db: &View, index: &search::SearchIndex, keyword: &str, page: Page) -> Result<Slice<Hospital>> {
    if keyword.trim().is_empty() {
        return db.page_all(page);
    }
    let found = index.search(&search::Query {
        kind: search::EntryKind::Hospital,
        keyword,
        marks: Vec::new(),
        order: search::HitOrder::Relevance,
        page,
    })?;
    Ok(Slice { items: db.some(&of_kind(&found.items))?, total: found.total })
}

/// The hospital of a name. Errors: `ambiguous_hospital` where an older store has several.
pub fn by_name(db: &View, name: &str) -> Result<Option<Hospital>> {
    let mut found = named(db, name)?;
    match found.len() {
        0 | 1 => Ok(found.pop()),
        _ => Err(AMBIGUOUS_HOSPITAL.with(name)),
    }
}

fn named(db: &View, name: &str) -> Result<Vec<Hospital>> {
    let mut found: Vec<Hospital> = db.rows(&BY_NAME, key(&[&name]), Order::Oldest).collect::<Result<_>>()?;
    // Long names share a key.
    found.retain(|hospital| hospital.name == name);
    Ok(found)
}

pub fn department_by_name(db: &View, name: &str) -> Result<Option<Department>> {
    Ok(db.first(&DEPARTMENT_BY_NAME, key(&[&name]))?.filter(|department| department.name == name))
}

/// Departments whose name holds the needle, newest first.
pub fn find_departments(db: &View, needle: &Needle, page: Page) -> Result<Slice<Department>> {
    match needle.is_empty() {
        true => db.page_all(page),
        false => page.pick(db.all(Order::Newest), |department: &Department| Ok(needle.is_among(&[Straw::Name(&department.name)]))),
    }
}

/// All departments in their order.
pub fn departments(db: &View) -> Result<Vec<Department>> {
    db.rows(&DEPARTMENTS, Key::NONE, Order::Oldest).collect()
}

/// Writes a department, whose name must be its own (`department_taken`); an id of 0 makes a new one.
pub fn save_department(db: &mut Tx, mut department: Department) -> Result<Department> {
    if department_by_name(db, &department.name)?.is_some_and(|other| other.id != department.id) {
        return Err(DEPARTMENT_TAKEN.err().field("name", "已存在"));
    }
    if department.id.is_none() {
        department.id = db.next_id()?;
        department.created_at = db.now;
    }
    db.put(&department)?;
    Ok(department)
}
