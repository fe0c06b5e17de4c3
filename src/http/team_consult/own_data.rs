//! What a person may ask about the own data: who has looked at it, a copy of it, and what the clinic is to do about it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{AnyId, PatientAccountId, PatientId},
    },
    domain::{
        clinic_wide::privacy_request::{self, RequestKind},
        directory::patient::{self, Patient},
        identity::{
            account::{self, Role},
            audit::{self, Action, Deed, Subject},
            sign_in::{self, Tried},
        },
        relations::{
            access_report,
            own_export::{self, OwnExport},
        },
    },
    http::core::{
        access_lines::{LinesView, Period},
        attempt,
        context::Cx,
        privacy_view::{RequestView, RequestsView},
        table::{Endpoint, PATIENT},
        typed::{Accepted, ById, Flat, OneOf, OrEmpty, Prose, SmsCode, form, get, post, run},
        zip_of::{self, Zip},
    },
    own_data::Whose,
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get ("own", "/member/access",      PATIENT, run!(Read(show_access)),   "谁看过我的资料")
        .says("One line a person, thing and day, newest first, of all patients of the account or of one; own looks are not among them."),
    post("own", "/member/export",      PATIENT, run!(Heavy(ask_export)),   "申请个人数据副本").guarded()
        .says("With the code that was sent to the account's own phone, once a day. The copy can be fetched for 24 hours."),
    get ("own", "/member/export/{id}", PATIENT, run!(Heavy(fetch_export)), "下载个人数据副本")
        .says("A ZIP with a page to read, all rows as JSON, who has looked, and the files. It is made when it is fetched, and lies nowhere."),
    post("own", "/privacy-request",    PATIENT, run!(Write(ask_clinic)),   "提出个人信息请求")
        .says("To restrict or delete oneself takes an account without money and without open appointments or consultations."),
    get ("own", "/privacy-request",    PATIENT, run!(Read(list_asked)),    "我的个人信息请求"),
];

pub const PHONE_NEEDED: Reason = Reason::new(Kind::Rule, "phone_needed", "请先绑定手机号");

form! {
    struct AskAccess {
        /// 就诊人编号，不填为账号的全部就诊人
        patient_id: Option<PatientId>,
        period: Flat<Period>,
    }
}

fn show_access(cx: &Cx, db: &View, form: AskAccess) -> Result<LinesView> {
    let patients = own(db, cx.my_id()?, form.patient_id)?;
    Ok(LinesView::of(access_report::of(db, &patients, form.period.times(cx)?)?))
}

/// One of the account's patients, or all that it ever had. Errors: `not_found`, `not_yours`.
fn own(db: &View, me: PatientAccountId, asked: Option<PatientId>) -> Result<Vec<Patient>> {
    match asked {
        Some(id) => patient::need_of(db, me, id).map(|patient| vec![patient]),
        None => patient::list_ever(db, me),
    }
}

form! {
    struct AskExport {
        /// 发到本账号手机的验证码
        verify_code: SmsCode,
        /// 就诊人编号，不填为账号的全部就诊人
        patient_id: Option<PatientId>,
    }
}

#[derive(Serialize, JsonSchema)]
struct ExportView {
    id: AnyId,
    /// Where it can be fetched.
    path: String,
    /// Until when: RFC 3339.
    until: String,
}

fn ask_export(cx: &Cx, form: AskExport) -> Result<Accepted<ExportView>> {
    let (db, me, actor) = (cx.view(), cx.my_id()?, cx.actor()?);
    let account = account::need(&db, me.account(), Role::Patient)?;
    let phone = account.phone.clone().ok_or_else(|| PHONE_NEEDED.err())?;
    let patients: Vec<PatientId> = own(&db, me, form.patient_id)?.iter().map(|patient| patient.id).collect();
    // Nobody should spend a code to hear this.
    own_export::may_ask(&db, me)?;
    let tried = Tried::new(Some(&account), Role::Patient, &phone);
    let export = attempt::by_code(cx, &tried, move |db, _| {
        sign_in::prove_phone(db, &phone, &form.verify_code)?;
        let export = own_export::ask(db, me, form.patient_id)?;
        audit::write(db, &actor, &Deed::new(Action::ExportSelf, Subject::Patient, me).about(patients))?;
        Ok(export)
    })?;
    Ok(Accepted(ExportView { id: export.id.any(), path: format!("/member/export/{}", export.id), until: export.until.rfc3339() }))
}

fn fetch_export(cx: &Cx, form: ById<crate::base::id::Id<OwnExport>>) -> Result<Zip> {
    let db = cx.view();
    let export = own_export::need_of(&db, cx.my_id()?, form.id)?;
    let whose = match export.patient_id.known() {
        Some(id) => Whose::person(db.need(id)?),
        None => Whose::account(&db, export.account_id)?,
    };
    Ok(zip_of::send(cx, whose, &format!("xuanhu-{}", export.id)))
}

form! {
    struct AskClinic {
        /// 就诊人编号，不填为本人
        patient_id: Option<PatientId>,
        /// correct 更正，restrict 停止使用，delete 删除，copy 副本
        kind: OneOf<RequestKind>,
        /// 说明
        text: OrEmpty<Prose<2_000>>,
    }
}

fn ask_clinic(cx: &Cx, db: &mut Tx, form: AskClinic) -> Result<RequestView> {
    let request = privacy_request::ask(db, cx.my_id()?, form.patient_id, form.kind, form.text)?;
    let deed = Deed::new(Action::Create, Subject::PrivacyRequest, request.id).about(request.patient_id.known());
    audit::write(db, &cx.actor()?, &deed)?;
    Ok(RequestView::of(request, db.now))
}

fn list_asked(cx: &Cx, db: &View, (): ()) -> Result<RequestsView> {
    Ok(RequestsView::of(privacy_request::of_account(db, cx.my_id()?, crate::base::page::Page::ALL)?, db.now))
}
