//! 公共: records to chat about, whether an encounter is over, who calls; for patients and doctors alike.

use super::{
    form::{ChatTimes, OfAppointment, OfNumber, OfTwo},
    view::{FaceView, Finish, RecordView},
};
use crate::{
    base::{
        error::{NOT_YOURS, Result, missing},
        id::Id,
    },
    domain::{
        identity::{
            account::{self, Account, Role},
            audit::Purpose,
        },
        relations::{
            address_book::{self, PatientRecord},
            chat_time, privacy,
        },
    },
    http::core::{
        context::Cx,
        table::{Access, DOCTOR, Endpoint, PATIENT},
        typed::{Done, get, post, run},
    },
    store::{Tx, View},
};

const SECTION: &str = "公共";

const BOTH: Access = PATIENT.or(DOCTOR);

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post(SECTION, "/api/im/last-time",   BOTH, run!(Write(keep_chat_times)), "更新聊天时间(废弃)"),
    get (SECTION, "/api/im/records",     BOTH, run!(Write(list_records)),    "获取聊天时病历选择列表"),
    get (SECTION, "/api/im/finish-stat", BOTH, run!(Read(show_finish)),      "获取就诊是否完成的状态信息"),
    get (SECTION, "/api/im/avatar",      BOTH, run!(Read(show_face)),        "获取头像"),
];

fn keep_chat_times(cx: &Cx, db: &mut Tx, form: ChatTimes) -> Result<Done> {
    let account: Account = db.need(cx.my_id()?)?;
    chat_time::keep(db, &account, form.times)?;
    Ok(Done)
}

/// A doctor reads the records in full; that is a look, which is written down.
fn list_records(cx: &Cx, db: &mut Tx, form: OfTwo) -> Result<Vec<RecordView>> {
    let me: Account = db.need(cx.my_id()?)?;
    let (doctor, patient) = (form.doctor_id.map(Id::account), form.patient_id.map(Id::account));
    let (own, other, name, role) = match me.role {
        Role::Doctor => (doctor, patient, "patientId", Role::Patient),
        _ => (patient, doctor, "doctorId", Role::Doctor),
    };
    if own.is_some_and(|id| id != me.id) {
        return Err(NOT_YOURS.err());
    }
    let other = account::need(db, other.ok_or_else(|| missing(name))?, role)?;
    let (owner, records) = match me.role {
        Role::Doctor => (&other, address_book::records_for_doctor(db, me.id.doctor(), other.id.patient_account())?),
        _ => (&me, address_book::records_of_user(db, me.id.patient_account(), other.id.doctor())?),
    };
    let (actor, name) = (cx.actor()?, privacy::name(db, me.id, owner.id)?);
    let view = |record: PatientRecord| {
        let sight = privacy::look(db, &actor, &record.patient, Purpose::AddressBook)?;
        RecordView::of(db, me.id, owner, name.clone(), record, sight)
    };
    records.into_iter().map(view).collect()
}

fn show_finish(cx: &Cx, db: &View, form: OfAppointment) -> Result<Finish> {
    let encounter = address_book::need_encounter(db, &db.need(cx.my_id()?)?, form.appointment_id)?;
    Ok(if encounter.finished { Finish::Finish } else { Finish::Doing })
}

fn show_face(cx: &Cx, db: &View, form: OfNumber) -> Result<FaceView> {
    let me: Account = db.need(cx.my_id()?)?;
    let account = address_book::look_up(db, &me, form.voip.map(i64::unsigned_abs), form.phone.as_deref())?;
    Ok(FaceView::from(privacy::face(db, cx.need_reader()?, &account)?))
}
