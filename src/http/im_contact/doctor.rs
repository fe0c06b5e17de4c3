//! 医生聊天模块API: how a doctor sees patient accounts and those of their records that came to the doctor, and whether the two may talk.

use super::{
    form,
    view::{BanView, CallView, NicknameView, PatientCardView, PatientEntryView, StatusView},
};
use crate::{
    base::error::Result,
    domain::{
        directory::patient,
        identity::{
            account::{self, Account, Role},
            audit::Purpose,
        },
        messaging::contact,
        relations::privacy,
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

/// The telephones of those whom the doctor treats stand there in full: that is a look at each of them, written down before it is answered.
fn list_patients(cx: &Cx, _: &Request) -> Result<Reply> {
    let db = cx.view();
    let entries = address_book::list(&db, &db.need(cx.my_id()?)?)?;
    let own = entries.iter().map(|entry| patient::of_account(&db, &entry.account)).collect::<Result<Vec<_>>>()?;
    let actor = cx.actor()?;
    let sights =
        cx.write(move |db| own.iter().map(|own| privacy::look(db, &actor, own, Purpose::AddressBook)).collect::<Result<Vec<_>>>())?;
    let reader = cx.reader();
    let views = entries.into_iter().zip(sights).map(|(entry, sight)| {
        // Whose relation to the account the doctor has met is told of those of its patients alone.
        PatientEntryView::of(&db, entry, sight, |patient| privacy::glance(&db, reader, patient))
    });
    Reply::of(&views.collect::<Result<Vec<_>>>()?)
}

fn show_patient(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (me, account, actor) = (cx.my_id()?, named(db, request)?, cx.actor()?);
    let record = address_book::need_record(db, me, account.id.patient_account(), request.id("recordId")?)?;
    let oneself = patient::of_account(db, &account)?;
    let sights = [&oneself, &record].map(|patient| privacy::look(db, &actor, patient, Purpose::AddressBook));
    let [own, sight] = sights;
    let contact = contact::of(db, me.account(), account.id)?;
    Reply::of(&PatientCardView::of(db, &account, (oneself, own?), (record, sight?), contact)?)
}

fn name_patient(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (me, patient) = (cx.my_id()?, named(db, request)?);
    Reply::of(&NicknameView::from(contact::rename(db, me, patient.id, form::nickname(request)?)?))
}

fn ban_patient(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (me, patient) = (cx.my_id()?, named(db, request)?);
    Reply::of(&BanView::from(contact::set_ban(db, me, patient.id, request.flag("status")?)?))
}

fn take_calls(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (me, patient) = (cx.my_id()?, named(db, request)?);
    Reply::of(&CallView::from(contact::set_can_call(db, me, patient.id, request.flag("status")?)?))
}

fn may_call(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&form::word(talk_rules::can_call(db, cx.my_id()?, named(db, request)?.id)?))
}

fn may_send(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&form::word(talk_rules::can_talk(db, cx.my_id()?, named(db, request)?.id)?))
}

fn show_talk_status(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&StatusView { status: form::word(talk_rules::can_talk(db, cx.my_id()?, named(db, request)?.id)?) })
}

/// The patient account that the request names.
fn named(db: &View, request: &Request) -> Result<Account> {
    account::need(db, request.id("patientId")?, Role::Patient)
}
