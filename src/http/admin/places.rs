//! `/admin/hospitals`, `/admin/departments`, `/admin/regions`: where doctors work and where things are.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    form::{NewPlace, OtherPlace},
    listing::{self, Asked, Items},
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
        table::{ADMIN, Endpoint},
        typed::{
            ById, Count, Created, Empty, Filled, Flat, OrEmpty, Patch, Path, Picture, Pictures, Text, Whole, delete, form, get, patch,
            post, run,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/hospitals",        ADMIN, run!(Search(list_hospitals)),   "医院列表"),
    post  ("admin", "/admin/hospitals",        ADMIN, run!(Write(create_hospital)),   "新增医院"),
    get   ("admin", "/admin/hospitals/{id}",   ADMIN, run!(Read(show_hospital)),      "医院详情"),
    patch ("admin", "/admin/hospitals/{id}",   ADMIN, run!(Write(change_hospital)),   "修改医院"),
    delete("admin", "/admin/hospitals/{id}",   ADMIN, run!(Write(remove_hospital)),   "删除医院"),
    get   ("admin", "/admin/departments",      ADMIN, run!(Heavy(list_departments)),  "科室列表"),
    post  ("admin", "/admin/departments",      ADMIN, run!(Write(create_department)), "新增科室"),
    get   ("admin", "/admin/departments/{id}", ADMIN, run!(Read(show_department)),    "科室详情"),
    patch ("admin", "/admin/departments/{id}", ADMIN, run!(Write(change_department)), "修改科室"),
    delete("admin", "/admin/departments/{id}", ADMIN, run!(Write(remove_department)), "删除科室"),
    get   ("admin", "/admin/regions",          ADMIN, run!(Heavy(list_regions)),      "地区列表"),
    post  ("admin", "/admin/regions",          ADMIN, run!(Write(create_region)),     "新增地区"),
    get   ("admin", "/admin/regions/{id}",     ADMIN, run!(Read(show_region)),        "地区详情"),
    patch ("admin", "/admin/regions/{id}",     ADMIN, run!(Write(change_region)),     "修改地区"),
    delete("admin", "/admin/regions/{id}",     ADMIN, run!(Write(remove_region)),     "删除地区"),
];

fn list_hospitals(cx: &Cx, db: &View, asked: Asked) -> Result<Items<HospitalView>> {
    listing::items(hospital::find(db, &cx.app.index, &asked.q, asked.page)?, |hospital| HospitalView::of(db, hospital))
}

form! {
    struct NewHospital {
        /// 医院名称
        name: Text<100>,
        /// 标志图片地址
        logo: OrEmpty<Picture>,
        /// 轮播图片地址
        banner: OrEmpty<Pictures<20>>,
        /// 等级
        level: OrEmpty<Text<50>>,
        /// 标签
        tag: OrEmpty<Text<200>>,
        place: Flat<NewPlace>,
    }
}

fn create_hospital(cx: &Cx, db: &mut Tx, form: NewHospital) -> Result<Created<HospitalView>> {
    let NewHospital { name, logo, banner, level, tag, place } = form;
    let hospital = hospital::save(db, Hospital { name, logo, banner, level, tag, place: place.into(), ..Hospital::default() })?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::Hospital, hospital.id)?;
    HospitalView::of(db, hospital).map(Created)
}

fn show_hospital(_: &Cx, db: &View, form: ById<HospitalId>) -> Result<HospitalView> {
    HospitalView::of(db, db.need(form.id)?)
}

form! {
    struct HospitalChange {
        id: Path<HospitalId>,
        /// 医院名称
        name: Filled<Text<100>>,
        /// 标志图片地址
        logo: Patch<Picture>,
        /// 轮播图片地址
        banner: Patch<Pictures<20>>,
        /// 等级
        level: Patch<Text<50>>,
        /// 标签
        tag: Patch<Text<200>>,
        place: Flat<OtherPlace>,
    }
}

fn change_hospital(cx: &Cx, db: &mut Tx, form: HospitalChange) -> Result<HospitalView> {
    let mut hospital: Hospital = db.need(form.id)?;
    hospital.place.change(db, form.place.into())?;
    let hospital = Hospital {
        name: form.name.unwrap_or(hospital.name),
        logo: form.logo.unwrap_or(hospital.logo),
        banner: form.banner.unwrap_or(hospital.banner),
        level: form.level.unwrap_or(hospital.level),
        tag: form.tag.unwrap_or(hospital.tag),
        ..hospital
    };
    let hospital = hospital::save(db, hospital)?;
    audit::note(db, &cx.actor()?, Action::Update, Subject::Hospital, hospital.id)?;
    HospitalView::of(db, hospital)
}

fn remove_hospital(cx: &Cx, db: &mut Tx, ById { id }: ById<HospitalId>) -> Result<Empty> {
    removal::hospital(db, id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::Hospital, id)?;
    Ok(Empty)
}

#[derive(Serialize, JsonSchema)]
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

fn list_departments(cx: &Cx, asked: Asked) -> Result<Items<DepartmentView>> {
    let found = hospital::find_departments(&cx.view(), &asked.needle, asked.page)?;
    listing::items(found, |department| Ok(DepartmentView::from(department)))
}

form! {
    struct NewDepartment {
        /// 科室名称
        name: Text<50>,
        /// 排序，小的在前
        sort: OrEmpty<Count>,
    }
}

fn create_department(cx: &Cx, db: &mut Tx, form: NewDepartment) -> Result<Created<DepartmentView>> {
    let department = Department { name: form.name, sort: form.sort, ..Department::default() };
    let department = hospital::save_department(db, department)?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::Department, department.id)?;
    Ok(Created(DepartmentView::from(department)))
}

fn show_department(_: &Cx, db: &View, form: ById<DepartmentId>) -> Result<DepartmentView> {
    db.need::<Department>(form.id).map(DepartmentView::from)
}

form! {
    struct DepartmentChange {
        id: Path<DepartmentId>,
        /// 科室名称
        name: Filled<Text<50>>,
        /// 排序，小的在前
        sort: Option<Count>,
    }
}

fn change_department(cx: &Cx, db: &mut Tx, form: DepartmentChange) -> Result<DepartmentView> {
    let department: Department = db.need(form.id)?;
    let department = Department { name: form.name.unwrap_or(department.name), sort: form.sort.unwrap_or(department.sort), ..department };
    let department = hospital::save_department(db, department)?;
    audit::note(db, &cx.actor()?, Action::Update, Subject::Department, department.id)?;
    Ok(DepartmentView::from(department))
}

fn remove_department(cx: &Cx, db: &mut Tx, ById { id }: ById<DepartmentId>) -> Result<Empty> {
    removal::department(db, id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::Department, id)?;
    Ok(Empty)
}

#[derive(Serialize, JsonSchema)]
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

form! {
    struct RegionFilter {
        /// 上级地区；0 为各省
        parent_id: Option<RegionId>,
    }
}

/// By code; `parent_id` 0 lists the provinces.
fn list_regions(cx: &Cx, (asked, filter): (Asked, RegionFilter)) -> Result<Items<RegionView>> {
    let found = region::find(&cx.view(), filter.parent_id, &asked.needle, asked.page)?;
    listing::items(found, |region| Ok(RegionView::from(region)))
}

form! {
    struct NewRegion {
        /// 行政区划代码 (GB/T 2260), six digits
        id: Whole<100_000, 999_999>,
        /// 上级地区
        parent_id: OrEmpty<RegionId>,
        /// 名称
        name: Text<50>,
        /// 简称，默认同名称
        short_name: Option<Text<50>>,
        /// 拼音
        pinyin: OrEmpty<Text<100>>,
        /// 排序，小的在前
        sort: OrEmpty<Count>,
    }
}

/// The id is the region's own code (GB/T 2260), six digits.
fn create_region(cx: &Cx, db: &mut Tx, form: NewRegion) -> Result<Created<RegionView>> {
    let region = Region {
        id: Id::from_number(form.id.unsigned_abs()),
        parent_id: form.parent_id,
        short_name: form.short_name.unwrap_or_else(|| form.name.clone()),
        pinyin: form.pinyin,
        sort: form.sort,
        name: form.name,
    };
    let region = region::add(db, region)?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::Region, region.id)?;
    Ok(Created(RegionView::from(region)))
}

fn show_region(_: &Cx, db: &View, form: ById<RegionId>) -> Result<RegionView> {
    db.need::<Region>(form.id).map(RegionView::from)
}

form! {
    struct RegionChange {
        id: Path<RegionId>,
        /// 上级地区
        parent_id: Patch<RegionId>,
        /// 名称
        name: Filled<Text<50>>,
        /// 简称
        short_name: Filled<Text<50>>,
        /// 拼音
        pinyin: Patch<Text<100>>,
        /// 排序，小的在前
        sort: Option<Count>,
    }
}

fn change_region(cx: &Cx, db: &mut Tx, form: RegionChange) -> Result<RegionView> {
    let region: Region = db.need(form.id)?;
    let region = Region {
        id: region.id,
        parent_id: form.parent_id.unwrap_or(region.parent_id),
        name: form.name.unwrap_or(region.name),
        short_name: form.short_name.unwrap_or(region.short_name),
        pinyin: form.pinyin.unwrap_or(region.pinyin),
        sort: form.sort.unwrap_or(region.sort),
    };
    let region = region::save(db, region)?;
    audit::note(db, &cx.actor()?, Action::Update, Subject::Region, region.id)?;
    Ok(RegionView::from(region))
}

fn remove_region(cx: &Cx, db: &mut Tx, ById { id }: ById<RegionId>) -> Result<Empty> {
    removal::region(db, id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::Region, id)?;
    Ok(Empty)
}

#[derive(Serialize, JsonSchema)]
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
