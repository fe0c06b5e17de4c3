//! 医生聊天模块API: how a doctor sees patient accounts and those of their records that came to the doctor, and whether the two may talk.

use super::{
    form::{Nickname, OfPatient, OfRecord, Status, Word},
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
        table::{DOCTOR, Endpoint},
        typed::{get, post, run},
    },
    store::{Tx, View},
};

const SECTION: &str = "医生聊天模块API";

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get (SECTION, "/api/im/doctor-contact-list", DOCTOR, run!(Heavy(list_patients)),   "医生通讯录列表"),
    get (SECTION, "/api/im/patient-contact",     DOCTOR, run!(Write(show_patient)),    "查看用户联系人详情"),
    post(SECTION, "/api/im/patient-nickname",    DOCTOR, run!(Write(name_patient)),    "设置用户联系人备注"),
    post(SECTION, "/api/im/patient-ban-status",  DOCTOR, run!(Write(ban_patient)),     "设置用户黑名单状态"),
    post(SECTION, "/api/im/patient-call-status", DOCTOR, run!(Write(take_calls)),      "设置是否接受用户电话"),
    get (SECTION, "/api/im/doctor-call-to",      DOCTOR, run!(Read(may_call)),         "医生能否打电话给用户"),
    get (SECTION, "/api/im/doctor-send-to",      DOCTOR, run!(Read(may_send)),         "医生能否发信息给用户"),
    get (SECTION, "/api/im/d-talk-status",       DOCTOR, run!(Read(show_talk_status)), "与用户聊天是否有感叹号"),
];

/// The telephones of those whom the doctor treats stand there in full: that is a look at each of them, written down before it is answered.
fn list_patients(cx: &Cx, (): ()) -> Result<Vec<PatientEntryView>> {
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
    views.collect()
}

fn show_patient(cx: &Cx, db: &mut Tx, form: OfRecord) -> Result<PatientCardView> {
    let (me, actor) = (cx.my_id()?, cx.actor()?);
    let account = account::need(db, form.patient_id.account(), Role::Patient)?;
    let record = address_book::need_record(db, me, form.patient_id, form.record_id)?;
    let oneself = patient::of_account(db, &account)?;
    let sights = [&oneself, &record].map(|patient| privacy::look(db, &actor, patient, Purpose::AddressBook));
    let [own, sight] = sights;
    let contact = contact::of(db, me.account(), account.id)?;
    PatientCardView::of(db, &account, (oneself, own?), (record, sight?), contact)
}

fn name_patient(cx: &Cx, db: &mut Tx, (form, name): (OfPatient, Nickname)) -> Result<NicknameView> {
    let (me, patient) = (cx.my_id()?, named(db, form)?);
    contact::rename(db, me, patient.id, name.nickname).map(NicknameView::from)
}

fn ban_patient(cx: &Cx, db: &mut Tx, (form, ban): (OfPatient, Status)) -> Result<BanView> {
    let (me, patient) = (cx.my_id()?, named(db, form)?);
    contact::set_ban(db, me, patient.id, ban.status).map(BanView::from)
}

fn take_calls(cx: &Cx, db: &mut Tx, (form, calls): (OfPatient, Status)) -> Result<CallView> {
    let (me, patient) = (cx.my_id()?, named(db, form)?);
    contact::set_can_call(db, me, patient.id, calls.status).map(CallView::from)
}

fn may_call(cx: &Cx, db: &View, form: OfPatient) -> Result<Word> {
    talk_rules::can_call(db, cx.my_id()?, named(db, form)?.id).map(Word::from)
}

fn may_send(cx: &Cx, db: &View, form: OfPatient) -> Result<Word> {
    talk_rules::can_talk(db, cx.my_id()?, named(db, form)?.id).map(Word::from)
}

fn show_talk_status(cx: &Cx, db: &View, form: OfPatient) -> Result<StatusView> {
    Ok(StatusView { status: talk_rules::can_talk(db, cx.my_id()?, named(db, form)?.id)?.into() })
}

/// The patient account that the request names.
fn named(db: &View, form: OfPatient) -> Result<Account> {
    account::need(db, form.patient_id.account(), Role::Patient)
}
