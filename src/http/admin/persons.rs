//! `/admin/persons`: what is done about a person. An account is not a person: it may have a family.

use serde::Serialize;

use super::{
    consultations::WholeConsultationView,
    patients::PersonView,
    people::{self, PlaceView, Printed},
    registrations::WholeRegistrationView,
    team_consults::WholeConsultView,
};
use crate::{
    base::{
        error::{INTERNAL, Result},
        id::{PatientAccountId, PatientId},
        time::Time,
    },
    domain::{
        directory::patient::Patient,
        identity::{
            account::{self, Role},
            audit::{self, Action, Deed, Purpose, Subject},
        },
        relations::{access_report, encounter, privacy},
        shared::sight::Sight,
    },
    http::core::{
        access_lines::{LinesView, Period},
        context::Cx,
        reply::Reply,
        request::Request,
        table::{ADMIN, Endpoint, Run::Write, get, post},
        typed::{self, ById, Flat, Path, form, run},
        zip_of::{self, Zip},
    },
    own_data::Whose,
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get ("admin", "/admin/persons/{id}",        ADMIN, Write(show_person),   "就诊人详情"),
    post("admin", "/admin/persons/{id}/reveal", ADMIN, Write(reveal_person), "显示就诊人被遮盖的信息"),
    typed::get("admin", "/admin/persons/{id}/export", ADMIN, run!(Heavy(export_person)), "就诊人的个人数据副本")
        .says("A ZIP with a page to read, all rows as JSON, who has looked, and the files; to hand it to the person."),
    typed::get("admin", "/admin/persons/{id}/access", ADMIN, run!(Write(show_access)), "谁看过就诊人的资料")
        .says("One line a person, thing and day, newest first. Asking is a look itself."),
];

/// A look that is written down.
fn show_person(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let patient: Patient = db.need(request.path_id("id")?)?;
    let sight = privacy::look(db, &cx.actor()?, &patient, Purpose::Administration)?;
    Reply::of(&WholePersonView::of(db, patient, sight)?)
}

/// `{reason, fields?}`; `record` has to be asked for by its name.
fn reveal_person(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let patient: Patient = db.need(request.path_id("id")?)?;
    let account = account::need(db, patient.owner.account(), Role::Patient)?;
    let record = |db: &View, sight| serde_json::to_value(RecordView::of(db, &patient, sight)?).map_err(|e| INTERNAL.caused_by(e));
    people::reveal(cx, db, request, (&account, Some(patient.id)), |db, sight| Printed::of_patient(db, &patient, sight), Some(&record))
}

form! {
    struct AskAccess {
        id: Path<PatientId>,
        period: Flat<Period>,
    }
}

fn show_access(cx: &Cx, db: &mut Tx, form: AskAccess) -> Result<LinesView> {
    let patient: Patient = db.need(form.id)?;
    let lines = access_report::of(db, std::slice::from_ref(&patient), form.period.times(cx)?)?;
    privacy::look(db, &cx.actor()?, &patient, Purpose::Administration)?;
    Ok(LinesView::of(lines))
}

fn export_person(cx: &Cx, form: ById<PatientId>) -> Result<Zip> {
    let patient: Patient = cx.view().need(form.id)?;
    let actor = cx.actor()?;
    cx.write(move |db| {
        let deed = Deed::new(Action::Export, Subject::Patient, patient.owner).about([patient.id]);
        audit::write(db, &actor, &deed.purpose(Purpose::Administration))
    })?;
    Ok(zip_of::send(cx, Whose::person(cx.view().need(form.id)?), &format!("xuanhu-{}", form.id)))
}

/// Everything that was said, found and photographed of a person, the newest first.
#[derive(Default, Serialize)]
struct RecordView {
    registrations: Vec<WholeRegistrationView>,
    consultations: Vec<WholeConsultationView>,
    team_consults: Vec<WholeConsultView>,
}

impl RecordView {
    fn of(db: &View, patient: &Patient, sight: Sight) -> Result<RecordView> {
        let mut record = RecordView::default();
        for one in encounter::of_user(db, patient.owner)?.into_iter().filter(|one| one.patient == patient.id) {
            if let Some(row) = db.get(one.id.registration())? {
                record.registrations.push(WholeRegistrationView::of(db, row, sight)?);
            } else if let Some(row) = db.get(one.id.consultation())? {
                record.consultations.push(WholeConsultationView::of(db, row, sight)?);
            } else {
                record.team_consults.push(WholeConsultView::of(db, db.need(one.id.team_consult())?, sight)?);
            }
        }
        Ok(record)
    }
}

#[derive(Serialize)]
struct WholePersonView {
    #[serde(flatten)]
    person: PersonView,
    /// The account.
    user_id: PatientAccountId,
    phone: String,
    idno: String,
    /// 1 身份证 to 6 港澳通行证.
    certificate_type: u8,
    sex: u8,
    birthday: String,
    age: Option<i64>,
    email: String,
    #[serde(flatten)]
    place: PlaceView,
    created_at: String,
    deleted_at: Option<String>,
}

impl WholePersonView {
    fn of(db: &View, patient: Patient, sight: Sight) -> Result<WholePersonView> {
        let printed = Printed::of_patient(db, &patient, sight)?;
        Ok(WholePersonView {
            person: PersonView::of(&patient, sight),
            user_id: patient.owner,
            phone: sight.phone(&patient.phone),
            idno: printed.idno,
            certificate_type: patient.certificate_type.max(1),
            sex: sight.person(patient.sex).unwrap_or(0),
            birthday: sight.birthday(&patient.birthday).unwrap_or_default(),
            age: sight.age(&patient.birthday, db.settings.clinic.zone.today(db.now)),
            email: printed.email,
            place: PlaceView::beside(db, patient.place, printed.addr)?,
            created_at: patient.created_at.rfc3339(),
            deleted_at: patient.deleted_at.map(Time::rfc3339),
        })
    }
}
