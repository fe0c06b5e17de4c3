//! 用户聊天模块API: how a patient sees doctors, and whether the two may talk.

use super::{
    form::{Nickname, OfDoctor, Status, Word},
    view::{BanView, CallView, DoctorCardView, DoctorEntryView, NicknameView, Pay, PayView},
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
        table::{Endpoint, PATIENT},
        typed::{get, post, run},
    },
    store::{Tx, View},
};

const SECTION: &str = "用户聊天模块API";

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get (SECTION, "/api/im/pContactList",      PATIENT, run!(Read(list_doctors)),     "用户通讯录列表"),
    get (SECTION, "/api/im/doctor-contact",    PATIENT, run!(Read(show_doctor)),      "医生联系人详情"),
    post(SECTION, "/api/im/doctor-nickname",   PATIENT, run!(Write(name_doctor)),     "设置医生联系人备注"),
    post(SECTION, "/api/im/doctor-ban-status", PATIENT, run!(Write(ban_doctor)),      "设置医生黑名单状态"),
    post(SECTION, "/api/im/doctor-call-status", PATIENT, run!(Write(take_calls)),     "设置是否接受医生电话"),
    get (SECTION, "/api/im/p-talk-status",     PATIENT, run!(Read(show_talk_status)), "与医生聊天是否有感叹号"),
    get (SECTION, "/api/im/patient-call-to",   PATIENT, run!(Read(may_call)),         "用户能否打电话给医生"),
    get (SECTION, "/api/im/patient-send-to",   PATIENT, run!(Read(may_send)),         "用户能否发信息给医生"),
];

fn list_doctors(cx: &Cx, db: &View, (): ()) -> Result<Vec<DoctorEntryView>> {
    let entries = address_book::list(db, &db.need(cx.my_id()?)?)?;
    entries.into_iter().map(|entry| DoctorEntryView::of(db, entry)).collect()
}

fn show_doctor(cx: &Cx, db: &View, form: OfDoctor) -> Result<DoctorCardView> {
    let doctor = doctor(db, form)?;
    let contact = contact::of(db, cx.my_id()?, doctor.id)?;
    DoctorCardView::of(db, &doctor, contact)
}

fn name_doctor(cx: &Cx, db: &mut Tx, (form, name): (OfDoctor, Nickname)) -> Result<NicknameView> {
    let (me, doctor) = (cx.my_id()?, doctor(db, form)?);
    contact::rename(db, me, doctor.id, name.nickname).map(NicknameView::from)
}

fn ban_doctor(cx: &Cx, db: &mut Tx, (form, ban): (OfDoctor, Status)) -> Result<BanView> {
    let (me, doctor) = (cx.my_id()?, doctor(db, form)?);
    contact::set_ban(db, me, doctor.id, ban.status).map(BanView::from)
}

fn take_calls(cx: &Cx, db: &mut Tx, (form, calls): (OfDoctor, Status)) -> Result<CallView> {
    let (me, doctor) = (cx.my_id()?, doctor(db, form)?);
    contact::set_can_call(db, me, doctor.id, calls.status).map(CallView::from)
}

fn show_talk_status(cx: &Cx, db: &View, form: OfDoctor) -> Result<PayView> {
    let (me, doctor) = (cx.my_id()?, doctor(db, form)?.id);
    let unpaid = encounter::between(db, me, doctor.doctor())?.iter().any(|encounter| encounter.awaits_payment());
    Ok(PayView { status: talk_rules::can_talk(db, me.account(), doctor)?.into(), pay: if unpaid { Pay::Unpay } else { Pay::Paid } })
}

fn may_call(cx: &Cx, db: &View, form: OfDoctor) -> Result<Word> {
    talk_rules::can_call(db, cx.my_id()?, doctor(db, form)?.id).map(Word::from)
}

fn may_send(cx: &Cx, db: &View, form: OfDoctor) -> Result<Word> {
    talk_rules::can_talk(db, cx.my_id()?, doctor(db, form)?.id).map(Word::from)
}

/// The doctor whom the request names.
fn doctor(db: &View, form: OfDoctor) -> Result<Account> {
    account::need(db, form.doctor_id.account(), Role::Doctor)
}
