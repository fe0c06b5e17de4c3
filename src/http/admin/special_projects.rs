//! `/admin/special-projects`: an org's days that group doctors' projects. A project is tied to one under `/admin/projects`.

use serde::Serialize;

use super::{
    form,
    listing::{Asked, Listing},
    resource::{self, Resource},
};
use crate::{
    base::{
        error::{Result, invalid, missing},
        geo::Point,
        id::{HospitalId, OrgId, SpecialEventId},
        page::Slice,
        time::Time,
    },
    domain::{
        clinic_wide::removal,
        directory::{hospital::Hospital, org::Org},
        free_clinic::{
            special_event::{self, SpecialEvent},
            turnout,
        },
        identity::audit::Subject,
    },
    http::core::{
        codes,
        context::Cx,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Read, Write},
            delete, get, patch, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/special-projects",      ADMIN, Heavy(resource::list::<SpecialEvent>),   "专题活动列表"),
    post  ("admin", "/admin/special-projects",      ADMIN, Write(resource::create::<SpecialEvent>), "新增专题活动"),
    get   ("admin", "/admin/special-projects/{id}", ADMIN, Read(resource::show::<SpecialEvent>),    "专题活动详情"),
    patch ("admin", "/admin/special-projects/{id}", ADMIN, Write(resource::change::<SpecialEvent>), "修改专题活动"),
    delete("admin", "/admin/special-projects/{id}", ADMIN, Write(resource::remove::<SpecialEvent>), "删除专题活动"),
];

impl Resource for SpecialEvent {
    const SUBJECT: Subject = Subject::SpecialProject;
    const LISTING: Listing<SpecialEvent> = Listing {
        filters: &["org_id", "hospital_id"],
        time: Some(|special| special.created_at),
        sorts: &[
            ("id", |_, special| Ok(special.id.into())),
            ("org_name", |db, special| Ok(org_name(db, special.org_id)?.as_str().into())),
            ("date", |_, special| Ok(special.begin.into())),
            ("begin", |_, special| Ok(special.begin.into())),
            ("people_count", |_, special| Ok(special.expected.into())),
            ("price", |_, special| Ok(special.price.into())),
            ("created_at", |_, special| Ok(special.created_at.into())),
        ],
    };
    type View = SpecialView;

    fn find(_: &Cx, db: &View, request: &Request, asked: Asked) -> Result<Slice<SpecialEvent>> {
        special_event::find(db, request.id_or_none("org_id")?, request.id_or_none("hospital_id")?, &asked.needle, asked.page)
    }

    fn view(db: &View, special: SpecialEvent) -> Result<SpecialView> {
        SpecialView::of(db, special)
    }

    fn create(db: &mut Tx, request: &Request) -> Result<SpecialEvent> {
        let special = filled_in(db, request, SpecialEvent::default())?;
        if special.introduction.is_empty() {
            return Err(missing("abstract"));
        }
        special_event::save(db, special)
    }

    fn change(db: &mut Tx, special: SpecialEvent, request: &Request) -> Result<SpecialEvent> {
        let special = filled_in(db, request, special)?;
        special_event::save(db, special)
    }

    fn remove(db: &mut Tx, id: SpecialEventId) -> Result<()> {
        removal::special(db, id)
    }
}

fn org_name(db: &View, org: OrgId) -> Result<String> {
    Ok(db.get::<Org>(org)?.map(|org| org.name).unwrap_or_default())
}

/// The event with what the form names; `date`, `begin` and `end` must come with a new one.
fn filled_in(db: &View, request: &Request, special: SpecialEvent) -> Result<SpecialEvent> {
    let (begin, end) = period(db, request, &special)?;
    let special = SpecialEvent {
        org_id: form::reference(request, "org_id")?.unwrap_or(special.org_id),
        hospital_id: form::reference(request, "hospital_id")?.unwrap_or(special.hospital_id),
        begin,
        end,
        expected: form::number(request, "people_count")?.unwrap_or(special.expected),
        addr: form::text(request, "addr", 200)?.unwrap_or(special.addr),
        lng: form::emptied(request, "lng", |name| request.word_or_none(name, 20))?.unwrap_or(special.lng),
        lat: form::emptied(request, "lat", |name| request.word_or_none(name, 20))?.unwrap_or(special.lat),
        introduction: form::filled_prose(request, "abstract", 5_000)?.unwrap_or(special.introduction),
        photo: form::picture(request, "photo")?.unwrap_or(special.photo),
        price: request.integer_or_none("price", 0..=100_000)?.and_then(|yuan| u32::try_from(yuan).ok()).unwrap_or(special.price),
        service_target: form::texts(request, "service_target", 20, 50)?.unwrap_or(special.service_target),
        ..special
    };
    let nowhere = special.lng.is_empty() && special.lat.is_empty();
    match nowhere || is_place(&special.lng, &special.lat) {
        true => Ok(special),
        false => Err(invalid("lng", "应为经纬度，如 127.000000 与 39.000000")),
    }
}

fn is_place(lng: &str, lat: &str) -> bool {
    matches!((lng.parse(), lat.parse()), (Ok(lng), Ok(lat)) if Point::new(lng, lat).is_ok())
}

/// One day from `begin` to `end`; of an event that stands, what is not named stays.
fn period(db: &View, request: &Request, special: &SpecialEvent) -> Result<(Time, Time)> {
    let (zone, is_new) = (&db.settings.clinic.zone, special.id.is_none());
    let date = match request.word_or_none("date", 20)? {
        Some(text) => text.parse().map_err(|_| invalid("date", "应为日期，如 2018-02-25"))?,
        None if is_new => return Err(missing("date")),
        None => zone.civil(special.begin).date(),
    };
    let moment = |name: &str, stands: String| {
        let text = match request.word_or_none(name, 20)? {
            Some(text) => text,
            None if is_new => return Err(missing(name)),
            None => stands,
        };
        let moment = match name {
            "end" => zone.end_moment(date, &text),
            _ => text.parse().ok().and_then(|time| zone.moment(date, time)),
        };
        moment.ok_or_else(|| invalid(name, "应为时间，如 09:30:00"))
    };
    Ok((moment("begin", zone.clock(special.begin))?, moment("end", zone.end_clock(special.begin, special.end))?))
}

#[derive(Serialize)]
pub struct SpecialView {
    id: SpecialEventId,
    org_id: OrgId,
    org_name: String,
    hospital_id: HospitalId,
    hospital: String,
    date: String,
    begin: String,
    end: String,
    people_count: u32,
    join_people_count: u64,
    addr: String,
    lng: String,
    lat: String,
    #[serde(rename = "abstract")]
    introduction: String,
    photo: String,
    price: u32,
    service_target: Vec<String>,
    progress_status: u8,
    project_status: u8,
    created_at: String,
}

impl SpecialView {
    fn of(db: &View, special: SpecialEvent) -> Result<SpecialView> {
        let zone = &db.settings.clinic.zone;
        let turnout = turnout::of(db, &special)?;
        Ok(SpecialView {
            id: special.id,
            org_id: special.org_id,
            org_name: org_name(db, special.org_id)?,
            hospital_id: special.hospital_id,
            hospital: db.get::<Hospital>(special.hospital_id)?.map(|hospital| hospital.name).unwrap_or_default(),
            date: zone.date(special.begin),
            begin: zone.clock(special.begin),
            end: zone.end_clock(special.begin, special.end),
            people_count: turnout.people_count,
            join_people_count: turnout.joined,
            progress_status: turnout.progress_status,
            project_status: codes::project_status(special.phase(db.now)),
            addr: special.addr,
            lng: special.lng,
            lat: special.lat,
            introduction: special.introduction,
            photo: special.photo,
            price: special.price,
            service_target: special.service_target,
            created_at: special.created_at.rfc3339(),
        })
    }
}
