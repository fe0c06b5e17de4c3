//! `/admin/clinics`: where doctors of teams work together.

use serde::Serialize;

use super::{
    form,
    listing::{Asked, Listing},
    resource::{self, Resource},
};
use crate::{
    base::{
        error::Result,
        id::{ClinicId, DoctorId},
        page::Slice,
    },
    domain::{
        clinic_wide::removal,
        directory::{
            clinic::{self, Clinic, ClinicChange},
            display_name,
        },
        identity::audit::Subject,
    },
    http::core::{
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
    get   ("admin", "/admin/clinics",      ADMIN, Heavy(resource::list::<Clinic>),   "诊所列表"),
    post  ("admin", "/admin/clinics",      ADMIN, Write(resource::create::<Clinic>), "新增诊所"),
    get   ("admin", "/admin/clinics/{id}", ADMIN, Read(resource::show::<Clinic>),    "诊所详情"),
    patch ("admin", "/admin/clinics/{id}", ADMIN, Write(resource::change::<Clinic>), "修改诊所"),
    delete("admin", "/admin/clinics/{id}", ADMIN, Write(resource::remove::<Clinic>), "删除诊所"),
];

impl Resource for Clinic {
    const SUBJECT: Subject = Subject::Clinic;
    const LISTING: Listing<Clinic> = Listing {
        filters: &[],
        time: Some(|clinic| clinic.created_at),
        sorts: &[
            ("id", |_, clinic| Ok(clinic.id.into())),
            ("name", |_, clinic| Ok(clinic.name.as_str().into())),
            ("founder_name", |db, clinic| Ok(display_name::name(db, clinic.founder.account())?.as_str().into())),
            ("created_at", |_, clinic| Ok(clinic.created_at.into())),
        ],
    };
    type View = ClinicView;

    fn find(_: &Cx, db: &View, _: &Request, asked: Asked) -> Result<Slice<Clinic>> {
        clinic::find(db, &asked.needle, asked.page)
    }

    fn view(db: &View, clinic: Clinic) -> Result<ClinicView> {
        Ok(ClinicView {
            id: clinic.id,
            founder_name: display_name::name(db, clinic.founder.account())?,
            supervisor_name: display_name::name(db, clinic.supervisor.account())?,
            doctor_ids: clinic.doctors.iter().map(|place| place.doctor).collect(),
            name: clinic.name,
            introduction: clinic.introduction,
            founder_id: clinic.founder,
            supervisor_id: clinic.supervisor,
            created_at: clinic.created_at.rfc3339(),
        })
    }

    fn create(db: &mut Tx, request: &Request) -> Result<Clinic> {
        clinic::found(db, request.id("founder_id")?, request.text("name", 100)?, request.prose_or_empty("introduction", 5_000)?)
    }

    fn change(db: &mut Tx, clinic: Clinic, request: &Request) -> Result<Clinic> {
        let form = ClinicChange {
            name: form::filled(request, "name", 100)?,
            introduction: form::prose(request, "introduction", 5_000)?,
            supervisor: request.id_or_none("supervisor_id")?,
            doctors: doctors(request)?,
        };
        clinic::change(db, clinic, form)
    }

    fn remove(db: &mut Tx, id: ClinicId) -> Result<()> {
        removal::clinic(db, id)
    }
}

/// All of the clinic's doctors, also those who stay.
fn doctors(request: &Request) -> Result<Option<Vec<DoctorId>>> {
    match request.names("doctor_ids") {
        true => Ok(Some(request.ids_or_none("doctor_ids", 1_000)?.unwrap_or_default())),
        false => Ok(None),
    }
}

#[derive(Serialize)]
pub struct ClinicView {
    id: ClinicId,
    name: String,
    introduction: String,
    founder_id: DoctorId,
    founder_name: String,
    supervisor_id: DoctorId,
    supervisor_name: String,
    /// The founder first.
    doctor_ids: Vec<DoctorId>,
    created_at: String,
}
