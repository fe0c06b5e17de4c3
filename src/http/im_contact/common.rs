//! 公共: records to chat about, whether an encounter is over, who calls; for patients and doctors alike.

use super::{
    form,
    view::{FaceView, RecordView},
};
use crate::{
    base::{
        error::{NOT_YOURS, Result},
        id::{Id, kind},
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
        reply::Reply,
        request::Request,
        table::{
            Access, DOCTOR, Endpoint, PATIENT,
            Run::{Read, Write},
            get, post,
        },
    },
    store::{Tx, View},
};

const SECTION: &str = "公共";

const BOTH: Access = PATIENT.or(DOCTOR);

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post(SECTION, "/api/im/last-time",   BOTH, Write(keep_chat_times), "更新聊天时间(废弃)"),
    get (SECTION, "/api/im/records",     BOTH, Write(list_records),    "获取聊天时病历选择列表"),
    get (SECTION, "/api/im/finish-stat", BOTH, Read(show_finish),      "获取就诊是否完成的状态信息"),
    get (SECTION, "/api/im/avatar",      BOTH, Read(show_face),        "获取头像"),
];

fn keep_chat_times(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let account: Account = db.need(cx.my_id()?)?;
    chat_time::keep(db, &account, form::times(request)?)?;
    Reply::done()
}

/// A doctor reads the records in full; that is a look, which is written down.
fn list_records(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let me: Account = db.need(cx.my_id()?)?;
    let (own, other, role) = match me.role {
        Role::Doctor => ("doctorId", "patientId", Role::Patient),
        _ => ("patientId", "doctorId", Role::Doctor),
    };
    if request.id_or_none(own)?.is_some_and(|id| id != me.id) {
        return Err(NOT_YOURS.err());
    }
    let other = account::need(db, request.id(other)?, role)?;
    let (owner, records) = match me.role {
        Role::Doctor => (&other, address_book::records_for_doctor(db, me.id.doctor(), other.id.patient_account())?),
        _ => (&me, address_book::records_of_user(db, me.id.patient_account(), other.id.doctor())?),
    };
    let (actor, name) = (cx.actor()?, privacy::name(db, me.id, owner.id)?);
    let view = |record: PatientRecord| {
        let sight = privacy::look(db, &actor, &record.patient, Purpose::AddressBook)?;
        RecordView::of(db, me.id, owner, name.clone(), record, sight)
    };
    Reply::of(&records.into_iter().map(view).collect::<Result<Vec<_>>>()?)
}

fn show_finish(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let encounter = address_book::need_encounter(db, &db.need(cx.my_id()?)?, request.id("appointmentId")?)?;
    Reply::of(&if encounter.finished { "finish" } else { "doing" })
}

fn show_face(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let phone = if request.has("phone") { Some(request.phone(&["phone"])?) } else { None };
    let voip = request.id_or_none::<kind::Any>("voipAccount")?.map(Id::number);
    let me: Account = db.need(cx.my_id()?)?;
    let account = address_book::look_up(db, &me, voip, phone.as_deref())?;
    Reply::of(&FaceView::from(privacy::face(db, cx.need_reader()?, &account)?))
}
