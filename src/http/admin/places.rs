//! `/admin/hospitals`, `/admin/departments`, `/admin/regions`: where doctors work and where things are.

use serde::Serialize;

use super::{
    form,
    listing::{self, Listing},
    people::PlaceView,
};
use crate::{
    base::{
        error::Result,
        id::{DepartmentId, HospitalId, Id, RegionId},
    },
    domain::{
        clinic_wide::removal,
        directory::{
            doctor,
            hospital::{self, Department, Hospital},
        },
        identity::audit::{self, Action, Subject},
        shared::region::{self, Region},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Read, Search, Write},
            delete, get, patch, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/hospitals",        ADMIN, Search(list_hospitals),   "医院列表"),
    post  ("admin", "/admin/hospitals",        ADMIN, Write(create_hospital),   "新增医院"),
    get   ("admin", "/admin/hospitals/{id}",   ADMIN, Read(show_hospital),      "医院详情"),
    patch ("admin", "/admin/hospitals/{id}",   ADMIN, Write(change_hospital),   "修改医院"),
    delete("admin", "/admin/hospitals/{id}",   ADMIN, Write(remove_hospital),   "删除医院"),
    get   ("admin", "/admin/departments",      ADMIN, Heavy(list_departments),  "科室列表"),
    post  ("admin", "/admin/departments",      ADMIN, Write(create_department), "新增科室"),
    get   ("admin", "/admin/departments/{id}", ADMIN, Read(show_department),    "科室详情"),
    patch ("admin", "/admin/departments/{id}", ADMIN, Write(change_department), "修改科室"),
    delete("admin", "/admin/departments/{id}", ADMIN, Write(remove_department), "删除科室"),
    get   ("admin", "/admin/regions",          ADMIN, Heavy(list_regions),      "地区列表"),
    post  ("admin", "/admin/regions",          ADMIN, Write(create_region),     "新增地区"),
    get   ("admin", "/admin/regions/{id}",     ADMIN, Read(show_region),        "地区详情"),
    patch ("admin", "/admin/regions/{id}",     ADMIN, Write(change_region),     "修改地区"),
    delete("admin", "/admin/regions/{id}",     ADMIN, Write(remove_region),     "删除地区"),
];

const HOSPITALS: Listing<Hospital> = Listing {
    filters: &[],
    time: Some(|hospital| hospital.created_at),
    sorts: &[
        ("id", |_, hospital| Ok(hospital.id.into())),
        ("name", |_, hospital| Ok(hospital.name.as_str().into())),
        ("level", |_, hospital| Ok(hospital.level.as_str().into())),
        ("doctor_count", |db, hospital| Ok(doctor::count_at(db, hospital.id)?.into())),
        ("created_at", |_, hospital| Ok(hospital.created_at.into())),
    ],
};

fn list_hospitals(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let found = HOSPITALS.find(db, request, |asked| hospital::find(db, &cx.app.index, &asked.keyword, asked.page))?;
    listing::reply(found, |hospital| HospitalView::of(db, hospital))
}

fn create_hospital(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let hospital = Hospital {
        name: request.text("name", 100)?,
        logo: request.picture_or_empty("logo")?,
        banner: request.pictures_or_empty("banner", 20)?,
        level: request.text_or_empty("level", 50)?,
        tag: request.text_or_empty("tag", 200)?,
        place: form::new_place(request)?,
        ..Hospital::default()
    };
    let hospital = hospital::save(db, hospital)?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::Hospital, hospital.id)?;
    Reply::bare(201, &HospitalView::of(db, hospital)?)
}

fn show_hospital(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&HospitalView::of(db, db.need(request.path_id("id")?)?)?)
}

fn change_hospital(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let mut hospital: Hospital = db.need(request.path_id("id")?)?;
    hospital.place.change(db, form::place(request)?)?;
    let hospital = Hospital {
        name: form::filled(request, "name", 100)?.unwrap_or(hospital.name),
        logo: form::picture(request, "logo")?.unwrap_or(hospital.logo),
        banner: form::pictures(request, "banner", 20)?.unwrap_or(hospital.banner),
        level: form::text(request, "level", 50)?.unwrap_or(hospital.level),
        tag: form::text(request, "tag", 200)?.unwrap_or(hospital.tag),
        ..hospital
    };
    let hospital = hospital::save(db, hospital)?;
    audit::note(db, &cx.actor()?, Action::Update, Subject::Hospital, hospital.id)?;
    Reply::of(&HospitalView::of(db, hospital)?)
}

fn remove_hospital(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let id = request.path_id("id")?;
    removal::hospital(db, id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::Hospital, id)?;
    Reply::empty()
}

#[derive(Serialize)]
struct HospitalView {
    id: HospitalId,
    name: String,
    logo: String,
    banner: Vec<String>,
    level: String,
    tag: String,
    #[serde(flatten)]
    place: PlaceView,
    doctor_count: u64,
    created_at: String,
}

impl HospitalView {
    fn of(db: &View, hospital: Hospital) -> Result<HospitalView> {
        Ok(HospitalView {
            id: hospital.id,
            place: PlaceView::of(db, hospital.place)?,
            doctor_count: doctor::count_at(db, hospital.id)?,
            name: hospital.name,
            logo: hospital.logo,
            banner: hospital.banner,
            level: hospital.level,
            tag: hospital.tag,
            created_at: hospital.created_at.rfc3339(),
        })
    }
}

const DEPARTMENTS: Listing<Department> = Listing {
    filters: &[],
    time: Some(|department| department.created_at),
    sorts: &[
        ("id", |_, department| Ok(department.id.into())),
        ("name", |_, department| Ok(department.name.as_str().into())),
        ("sort", |_, department| Ok(department.sort.into())),
        ("created_at", |_, department| Ok(department.created_at.into())),
    ],
};

fn list_departments(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let found = DEPARTMENTS.find(&db, request, |asked| hospital::find_departments(&db, &asked.needle, asked.page))?;
    listing::reply(found, |department| Ok(DepartmentView::from(department)))
}

fn create_department(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let department = Department {
        id: Id::NONE,
        name: request.text("name", 50)?,
        sort: form::number(request, "sort")?.unwrap_or(0),
        ..Department::default()
    };
    let department = hospital::save_department(db, department)?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::Department, department.id)?;
    Reply::bare(201, &DepartmentView::from(department))
}

fn show_department(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&DepartmentView::from(db.need::<Department>(request.path_id("id")?)?))
}

fn change_department(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let department: Department = db.need(request.path_id("id")?)?;
    let department = Department {
        id: department.id,
        name: form::filled(request, "name", 50)?.unwrap_or(department.name),
        sort: form::number(request, "sort")?.unwrap_or(department.sort),
        created_at: department.created_at,
    };
    let department = hospital::save_department(db, department)?;
    audit::note(db, &cx.actor()?, Action::Update, Subject::Department, department.id)?;
    Reply::of(&DepartmentView::from(department))
}

fn remove_department(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let id = request.path_id("id")?;
    removal::department(db, id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::Department, id)?;
    Reply::empty()
}

#[derive(Serialize)]
struct DepartmentView {
    id: DepartmentId,
    name: String,
    sort: u32,
}

impl From<Department> for DepartmentView {
    fn from(department: Department) -> DepartmentView {
        DepartmentView { id: department.id, name: department.name, sort: department.sort }
    }
}

const REGIONS: Listing<Region> = Listing {
    filters: &["parent_id"],
    time: None,
    sorts: &[
        ("id", |_, region| Ok(region.id.into())),
        ("name", |_, region| Ok(region.name.as_str().into())),
        ("parent_id", |_, region| Ok(region.parent_id.into())),
        ("sort", |_, region| Ok(region.sort.into())),
    ],
};

/// By code; `parent_id` 0 lists the provinces.
fn list_regions(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, parent) = (cx.view(), request.id_or_none("parent_id")?);
    let found = REGIONS.find(&db, request, |asked| region::find(&db, parent, &asked.needle, asked.page))?;
    listing::reply(found, |region| Ok(RegionView::from(region)))
}

/// The id is the region's own code (GB/T 2260), six digits.
fn create_region(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let name = request.text("name", 50)?;
    let region = Region {
        id: Id::from_number(request.integer("id", 100_000..=999_999)?.unsigned_abs()),
        parent_id: request.id_or_zero("parent_id")?,
        short_name: request.text_or_none("short_name", 50)?.unwrap_or_else(|| name.clone()),
        pinyin: request.text_or_empty("pinyin", 100)?,
        sort: form::number(request, "sort")?.unwrap_or(0),
        name,
    };
    let region = region::add(db, region)?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::Region, region.id)?;
    Reply::bare(201, &RegionView::from(region))
}

fn show_region(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&RegionView::from(db.need::<Region>(request.path_id("id")?)?))
}

fn change_region(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let region: Region = db.need(request.path_id("id")?)?;
    let region = Region {
        id: region.id,
        parent_id: form::reference(request, "parent_id")?.unwrap_or(region.parent_id),
        name: form::filled(request, "name", 50)?.unwrap_or(region.name),
        short_name: form::filled(request, "short_name", 50)?.unwrap_or(region.short_name),
        pinyin: form::text(request, "pinyin", 100)?.unwrap_or(region.pinyin),
        sort: form::number(request, "sort")?.unwrap_or(region.sort),
    };
    let region = region::save(db, region)?;
    audit::note(db, &cx.actor()?, Action::Update, Subject::Region, region.id)?;
    Reply::of(&RegionView::from(region))
}

fn remove_region(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let id = request.path_id("id")?;
    removal::region(db, id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::Region, id)?;
    Reply::empty()
}

#[derive(Serialize)]
struct RegionView {
    id: RegionId,
    parent_id: RegionId,
    name: String,
    short_name: String,
    pinyin: String,
    sort: u32,
}

impl From<Region> for RegionView {
    fn from(region: Region) -> RegionView {
        RegionView {
            id: region.id,
            parent_id: region.parent_id,
            name: region.name,
            short_name: region.short_name,
            pinyin: region.pinyin,
            sort: region.sort,
        }
    }
}
