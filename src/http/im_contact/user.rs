//! 用户聊天模块API: how a patient sees doctors, and whether the two may talk.

use super::{
    form,
    view::{BanView, CallView, DoctorCardView, DoctorEntryView, NicknameView, PayView},
};
use crate::{
    base::error::Result,
    domain::{
        identity::account::{self, Account, Role},
        messaging::contact,
        relations::{address_book, encounter, talk_rules},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            Endpoint, PATIENT,
            Run::{Read, Write},
            get, post,
        },
    },
    store::{Tx, View},
};

const SECTION: &str = "用户聊天模块API";

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get (SECTION, "/api/im/pContactList",      PATIENT, Read(list_doctors),     "用户通讯录列表"),
    get (SECTION, "/api/im/doctor-contact",    PATIENT, Read(show_doctor),      "医生联系人详情"),
    post(SECTION, "/api/im/doctor-nickname",   PATIENT, Write(name_doctor),     "设置医生联系人备注"),
    post(SECTION, "/api/im/doctor-ban-status", PATIENT, Write(ban_doctor),      "设置医生黑名单状态"),
    post(SECTION, "/api/im/doctor-call-status", PATIENT, Write(take_calls),     "设置是否接受医生电话"),
    get (SECTION, "/api/im/p-talk-status",     PATIENT, Read(show_talk_status), "与医生聊天是否有感叹号"),
    get (SECTION, "/api/im/patient-call-to",   PATIENT, Read(may_call),         "用户能否打电话给医生"),
    get (SECTION, "/api/im/patient-send-to",   PATIENT, Read(may_send),         "用户能否发信息给医生"),
];

fn list_doctors(cx: &Cx, db: &View, _: &Request) -> Result<Reply> {
    let entries = address_book::list(db, &db.need(cx.my_id()?)?)?;
    Reply::of(&entries.into_iter().map(|entry| DoctorEntryView::of(db, entry)).collect::<Result<Vec<_>>>()?)
}

fn show_doctor(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let doctor = doctor(db, request)?;
    let contact = contact::of(db, cx.my_id()?, doctor.id)?;
    Reply::of(&DoctorCardView::of(db, &doctor, contact)?)
}

fn name_doctor(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (me, doctor) = (cx.my_id()?, doctor(db, request)?);
    Reply::of(&NicknameView::from(contact::rename(db, me, doctor.id, form::nickname(request)?)?))
}

fn ban_doctor(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (me, doctor) = (cx.my_id()?, doctor(db, request)?);
    Reply::of(&BanView::from(contact::set_ban(db, me, doctor.id, request.flag("status")?)?))
}

fn take_calls(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (me, doctor) = (cx.my_id()?, doctor(db, request)?);
    Reply::of(&CallView::from(contact::set_can_call(db, me, doctor.id, request.flag("status")?)?))
}

fn show_talk_status(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let (me, doctor) = (cx.my_id()?, doctor(db, request)?.id);
    let unpaid = encounter::between(db, me, doctor.doctor())?.iter().any(|encounter| encounter.awaits_payment());
    Reply::of(&PayView { status: form::word(talk_rules::can_talk(db, me.account(), doctor)?), pay: if unpaid { "unpay" } else { "paid" } })
}

fn may_call(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&form::word(talk_rules::can_call(db, cx.my_id()?, doctor(db, request)?.id)?))
}

fn may_send(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&form::word(talk_rules::can_talk(db, cx.my_id()?, doctor(db, request)?.id)?))
}

/// The doctor whom the request names.
fn doctor(db: &View, request: &Request) -> Result<Account> {
    account::need(db, request.id("doctorId")?, Role::Doctor)
}
