//! The tables that can be exchanged. A row of a table is found again by what names it: a region by its code, a doctor by the phone,
//! everything else by its name; what is there already is updated.

use super::{
    kind::{Change, CsvTable},
    record::Record,
    rows::Rows,
};
use crate::{
    base::{
        clean,
        error::{Result, invalid, missing},
        id::{Id, RegionId},
        idno::IdNumber,
        money::{self, Fen},
        phone,
    },
    domain::{
        clinic_wide::closing,
        directory::{
            doctor::{self, DoctorChange},
            hospital::{self, Department, Hospital, UNKNOWN_HOSPITAL},
            standing,
        },
        identity::account::{self, Account, NewAccount, Role, Verify},
        relations::privacy::{self, Reader},
        shared::{
            dictionary::{self, DiagnosisTerm},
            region::{self, Place, PlaceChange, Region, UNKNOWN_REGION},
        },
    },
    store::{Order, Tx, View},
};

#[rustfmt::skip]
pub const KINDS: &[CsvTable] = &[
    CsvTable { name: "hospitals", required: 1, people: None, key: by_name, read: read_hospital, write: write_hospitals,
        columns: &["name", "level", "tag", "province_id", "city_id", "county_id", "addr", "logo", "banner"] },
    CsvTable { name: "departments", required: 1, people: None, key: by_name, read: read_department, write: write_departments,
        columns: &["name", "sort"] },
    CsvTable { name: "doctors", required: 3, people: Some(Role::Doctor), key: by_phone, read: read_doctor, write: write_doctors,
        columns: &["phone", "real_name", "hospital", "departments", "idno", "job_position", "good_at", "abstract", "honours", "email", "doctor_sn",
            "image_and_text_open", "image_and_text_price", "is_hot", "weight", "is_verify"] },
    CsvTable { name: "diagnosis-terms", required: 2, people: None, key: by_name, read: read_term, write: write_terms,
        columns: &["name", "code"] },
    CsvTable { name: "regions", required: 3, people: None, key: by_code, read: read_region, write: write_regions,
        columns: &["id", "parent_id", "name", "short_name", "pinyin", "sort"] },
];

fn by_name(row: &Record) -> Option<String> {
    row.cell("name").map(clean::line)
}

fn by_phone(row: &Record) -> Option<String> {
    row.cell("phone").map(|text| phone::parse(text).unwrap_or_else(|_| clean::code(text)))
}

fn by_code(row: &Record) -> Option<String> {
    row.cell("id").map(clean::code)
}

fn change(known: bool) -> Change {
    if known { Change::Updated } else { Change::Created }
}

fn read_hospital(db: &mut Tx, row: &Record) -> Result<Change> {
    let name = row.text("name", 100)?;
    let known = hospital::by_name(db, &name)?;
    let is_known = known.is_some();
    let mut hospital = known.unwrap_or(Hospital { name, ..Hospital::default() });
    hospital.level = row.text_or_none("level", 50)?.unwrap_or(hospital.level);
    hospital.tag = row.text_or_none("tag", 200)?.unwrap_or(hospital.tag);
    hospital.logo = row.picture("logo")?.unwrap_or(hospital.logo);
    hospital.banner = row.pictures("banner", 20)?.unwrap_or(hospital.banner);
    hospital.place = Place {
        province_id: row.number("province_id", 0..=u64::MAX)?.map_or(hospital.place.province_id, RegionId::from_number),
        city_id: row.number("city_id", 0..=u64::MAX)?.map_or(hospital.place.city_id, RegionId::from_number),
        county_id: row.number("county_id", 0..=u64::MAX)?.map_or(hospital.place.county_id, RegionId::from_number),
        addr: row.text_or_none("addr", 200)?.unwrap_or(hospital.place.addr),
    };
    hospital::save(db, hospital)?;
    Ok(change(is_known))
}

fn write_hospitals(db: &View, rows: &mut Rows) -> Result<()> {
    for hospital in db.all::<Hospital>(Order::Oldest) {
        let h = hospital?;
        let [province, city, county] = [h.place.province_id, h.place.city_id, h.place.county_id].map(|id| id.to_string());
        rows.push(&[&h.name, &h.level, &h.tag, &province, &city, &county, &h.place.addr, &h.logo, &h.banner.join("|")])?;
    }
    Ok(())
}

fn read_department(db: &mut Tx, row: &Record) -> Result<Change> {
    let name = row.text("name", 50)?;
    let known = hospital::department_by_name(db, &name)?;
    let is_known = known.is_some();
    let mut department = known.unwrap_or(Department { name, ..Department::default() });
    department.sort = row.number("sort", 0..=u32::MAX)?.unwrap_or(department.sort);
    hospital::save_department(db, department)?;
    Ok(change(is_known))
}

fn write_departments(db: &View, rows: &mut Rows) -> Result<()> {
    for department in db.all::<Department>(Order::Oldest) {
        let department = department?;
        rows.push(&[&department.name, &department.sort.to_string()])?;
    }
    Ok(())
}

/// Fen, as every amount of a table.
fn price(row: &Record) -> Result<Option<Fen>> {
    let price = row.number("image_and_text_price", 0..=money::MOST.0);
    price.map(|fen| fen.map(Fen)).map_err(|_| invalid("image_and_text_price", "单位是分，应为整数，如 2000 即 20 元"))
}

/// Doctors come without a password: they set one by an SMS code.
fn read_doctor(db: &mut Tx, row: &Record) -> Result<Change> {
    let phone = phone::parse(&row.text("phone", 40)?).map_err(|e| e.field("phone", "应为 11 位手机号"))?;
    let known = account::by_phone(db, Role::Doctor, &phone)?;
    let printed = known.as_ref().map_or(Ok(None), |account| doctor::profile(db, account.id.doctor()).map(Some))?.unwrap_or_default();
    let name = row.text_or_none("real_name", 50)?;
    if name.is_none() && known.is_none() {
        return Err(missing("real_name"));
    }
    // The hospital where the doctor is keeps its doctor, also where another one has its name. Whoever has none may go on without.
    let hospital = match row.text_or_none("hospital", 100)? {
        None if known.is_none() => return Err(missing("hospital")),
        None => None,
        Some(name) if db.get::<Hospital>(printed.hospital_id)?.is_some_and(|present| present.name == name) => None,
        Some(name) => Some(hospital::by_name(db, &name)?.ok_or_else(|| UNKNOWN_HOSPITAL.with(name).field("hospital", "没有这家医院"))?.id),
    };
    let sight = privacy::administrator(Reader { account: Id::NONE, role: Role::Admin });
    let idno = match row.masked("idno", &sight.staff_id_number(&printed.idno))? {
        Some(text) => Some(IdNumber::parse(text, db.settings.clinic.zone.today(db.now)).map_err(|e| e.field("idno", "身份证号码有误"))?),
        None => None,
    };
    let form = DoctorChange {
        name,
        idno,
        hospital_id: hospital,
        departments: row.text_or_none("departments", 50)?,
        job_position: row.text_or_none("job_position", 50)?,
        good_at: row.prose_or_none("good_at", 1_000)?,
        introduction: row.prose_or_none("abstract", 5_000)?,
        honours: row.prose_or_none("honours", 2_000)?,
        email: row.masked("email", &sight.staff_email(&printed.email))?.map_or(Ok(None), |_| row.email("email"))?,
        doctor_sn: row.word_or_none("doctor_sn", 32)?,
        image_and_text_open: row.flag("image_and_text_open")?,
        image_and_text_price: price(row)?,
        is_hot: row.flag("is_hot")?,
        weight: row.number("weight", 0..=u32::MAX)?,
        place: PlaceChange::default(),
        ..DoctorChange::default()
    };
    let verify = row.number("is_verify", 0..=2u8)?.map(|n| [Verify::Waiting, Verify::Enabled, Verify::Disabled][usize::from(n)]);
    match known {
        Some(account) => {
            doctor::change(db, account.id.doctor(), form)?;
            match verify.filter(|verify| *verify != account.verify) {
                // A table has no place to say what may run on: as where nobody says so.
                Some(Verify::Disabled) => drop(closing::shut_out(db, account, false)?),
                Some(verify) => drop(standing::decide(db, account, verify)?),
                None => {}
            }
            Ok(Change::Updated)
        }
        None => {
            let new = NewAccount { role: Role::Doctor, phone: Some(phone), username: None, password: None };
            doctor::bring_in(db, new, verify.unwrap_or(Verify::Enabled), form)?;
            Ok(Change::Created)
        }
    }
}

fn write_doctors(db: &View, rows: &mut Rows) -> Result<()> {
    let doctors = db.all::<Account>(Order::Oldest).filter(|account| account.as_ref().map_or(true, |a| a.role == Role::Doctor));
    for account in doctors {
        let account = account?;
        let d = doctor::profile(db, account.id.doctor())?;
        let hospital = db.get::<Hospital>(d.hospital_id)?.map(|hospital| hospital.name).unwrap_or_default();
        let flag = |on: bool| if on { "1" } else { "0" };
        rows.push(&[
            &rows.sight.staff_phone(account.phone.as_deref().unwrap_or_default()),
            &d.name,
            &hospital,
            &d.departments,
            &rows.sight.staff_id_number(&d.idno),
            &d.job_position,
            &d.good_at,
            &d.introduction,
            &d.honours,
            &rows.sight.staff_email(&d.email),
            &d.doctor_sn,
            flag(d.image_and_text_open),
            &d.image_and_text_price.0.to_string(),
            flag(d.is_hot),
            &d.weight.to_string(),
            &(account.verify as u8).to_string(),
        ])?;
    }
    Ok(())
}

fn read_term(db: &mut Tx, row: &Record) -> Result<Change> {
    let (name, code) = (row.text("name", 100)?, row.word_or_none("code", 50)?.ok_or_else(|| missing("code"))?);
    let known = dictionary::term_by_name(db, &name)?;
    let is_known = known.is_some();
    let mut term = known.unwrap_or(DiagnosisTerm { id: Id::NONE, name, code: String::new(), created_at: db.now });
    term.code = code;
    dictionary::save_term(db, term)?;
    Ok(change(is_known))
}

fn write_terms(db: &View, rows: &mut Rows) -> Result<()> {
    for term in db.all::<DiagnosisTerm>(Order::Oldest) {
        let term = term?;
        rows.push(&[&term.name, &term.code])?;
    }
    Ok(())
}

fn read_region(db: &mut Tx, row: &Record) -> Result<Change> {
    let id = row.number("id", 1..=u64::MAX)?.map(RegionId::from_number).ok_or_else(|| missing("id"))?;
    let known = db.get::<Region>(id)?;
    let is_known = known.is_some();
    let name = row.text("name", 50)?;
    let parent_id = row.number("parent_id", 0..=u64::MAX)?.map(RegionId::from_number).ok_or_else(|| missing("parent_id"))?;
    if !parent_id.is_none() && !db.has::<Region>(parent_id)? {
        return Err(UNKNOWN_REGION.err().field("parent_id", "不存在"));
    }
    let old = known.unwrap_or(Region { id, parent_id, name: name.clone(), short_name: name.clone(), pinyin: String::new(), sort: 0 });
    let region = Region {
        id,
        parent_id,
        short_name: row.text_or_none("short_name", 50)?.unwrap_or(old.short_name),
        pinyin: row.text_or_none("pinyin", 100)?.unwrap_or(old.pinyin),
        sort: row.number("sort", 0..=u32::MAX)?.unwrap_or(old.sort),
        name,
    };
    region::save(db, region)?;
    Ok(change(is_known))
}

fn write_regions(db: &View, rows: &mut Rows) -> Result<()> {
    for region in db.all::<Region>(Order::Oldest) {
        let r = region?;
        rows.push(&[&r.id.to_string(), &r.parent_id.to_string(), &r.name, &r.short_name, &r.pinyin, &r.sort.to_string()])?;
    }
    Ok(())
}
