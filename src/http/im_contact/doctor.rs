//! 医生聊天模块API: how a doctor sees patient accounts and those of their records that came to the doctor, and whether the two may talk.

use super::{
    form,
    view::{BanView, CallView, NicknameView, PatientCardView, PatientEntryView, StatusView},
};
use crate::{
    base::{error::Result, time::DAY},
    domain::{
        identity::{
            account::{self, Account, Role},
            audit::{self, Action, Subject},
        },
        messaging::contact,
        relations::{address_book, talk_rules},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            DOCTOR, Endpoint,
            Run::{Heavy, Read, Write},
            get, post,
        },
    },
    store::{Tx, View},
};

const SECTION: &str = "医生聊天模块API";

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get (SECTION, "/api/im/doctor-contact-list", DOCTOR, Heavy(list_patients),   "医生通讯录列表"),
    get (SECTION, "/api/im/patient-contact",     DOCTOR, Write(show_patient),    "查看用户联系人详情"),
    post(SECTION, "/api/im/patient-nickname",    DOCTOR, Write(name_patient),    "设置用户联系人备注"),
    post(SECTION, "/api/im/patient-ban-status",  DOCTOR, Write(ban_patient),     "设置用户黑名单状态"),
    post(SECTION, "/api/im/patient-call-status", DOCTOR, Write(take_calls),      "设置是否接受用户电话"),
    get (SECTION, "/api/im/doctor-call-to",      DOCTOR, Read(may_call),         "医生能否打电话给用户"),
    get (SECTION, "/api/im/doctor-send-to",      DOCTOR, Read(may_send),         "医生能否发信息给用户"),
    get (SECTION, "/api/im/d-talk-status",       DOCTOR, Read(show_talk_status), "与用户聊天是否有感叹号"),
];

/// The telephones of those whom the doctor treats stand there in full: that is a look at each of them, written down once a day before it is
/// answered.
fn list_patients(cx: &Cx, _: &Request) -> Result<Reply> {
    let (me, db) = (cx.my_id()?, cx.view());
    let entries = address_book::list(&db, &db.need(me)?)?;
    let since = db.now.plus(-DAY);
    let mut seen = Vec::new();
    for entry in entries.iter().filter(|entry| entry.treated) {
        if !audit::has_looked(&db, me, Subject::Patient, entry.account.id, since)? {
            seen.push(entry.account.id);
        }
    }
    if !seen.is_empty() {
        let actor = cx.actor()?;
        cx.write(move |db| seen.into_iter().try_for_each(|id| audit::note(db, &actor, Action::Look, Subject::Patient, id)))?;
    }
    Reply::of(&entries.into_iter().map(|entry| PatientEntryView::of(&db, entry)).collect::<Result<Vec<_>>>()?)
}

fn show_patient(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (me, account) = (cx.my_id()?, patient(db, request)?);
    let record = address_book::need_record(db, me, account.id, request.id("recordId")?)?;
    audit::note(db, &cx.actor()?, Action::Look, Subject::Patient, account.id)?;
    let contact = contact::of(db, me, account.id)?;
    Reply::of(&PatientCardView::of(db, &account, record, contact)?)
}

fn name_patient(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (me, patient) = (cx.my_id()?, patient(db, request)?);
    Reply::of(&NicknameView::from(contact::rename(db, me, patient.id, form::nickname(request)?)?))
}

fn ban_patient(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (me, patient) = (cx.my_id()?, patient(db, request)?);
    Reply::of(&BanView::from(contact::set_ban(db, me, patient.id, request.flag("status")?)?))
}

fn take_calls(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (me, patient) = (cx.my_id()?, patient(db, request)?);
    Reply::of(&CallView::from(contact::set_can_call(db, me, patient.id, request.flag("status")?)?))
}

fn may_call(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&form::word(talk_rules::can_call(db, cx.my_id()?, patient(db, request)?.id)?))
}

fn may_send(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&form::word(talk_rules::can_talk(db, cx.my_id()?, patient(db, request)?.id)?))
}

fn show_talk_status(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&StatusView { status: form::word(talk_rules::can_talk(db, cx.my_id()?, patient(db, request)?.id)?) })
}

/// The patient account that the request names.
fn patient(db: &View, request: &Request) -> Result<Account> {
    account::need(db, request.id("patientId")?, Role::Patient)
}
