//! Doctors and departments, which the document refers to and describes nowhere (its sections 3 and 4 are missing).

use super::{
    dialect, ids,
    user::SignedIn,
    view::doctor::{DepartmentView, DoctorCard, identifier},
};
use crate::{
    base::error::{NOT_FOUND, Result},
    domain::{
        consultation::doctors::{self, ConsultingDoctorFilter},
        directory::{doctor, hospital},
        identity::{
            account::{self, Account, Role, Verify},
            sign_in::{Credential, Tried},
        },
    },
    http::core::{
        attempt,
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ANYONE, ENTRANT, Endpoint,
            Run::{Heavy, Read, Search},
            post,
        },
    },
    store::View,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("own", "/api/department/list", ANYONE, Read(list_departments), "科室列表"),
    post("own", "/api/doctor/list",     ANYONE, Search(list_doctors),   "医生列表"),
    post("own", "/api/doctor/detail",   ANYONE, Read(show_doctor),      "医生详情"),
    post("own", "/api/doctor/signin",   ENTRANT, Heavy(sign_in),        "医生登录").guarded(),
];

fn list_departments(_: &Cx, db: &View, _: &Request) -> Result<Reply> {
    let departments = hospital::departments(db)?;
    Reply::of(&departments.into_iter().map(DepartmentView::from).collect::<Vec<_>>())
}

fn list_doctors(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let page = request.skip_page()?;
    let wanted = ConsultingDoctorFilter {
        keyword: request.text_or_empty("keyword", 100)?,
        department_id: ids::asked(request, "departmentId")?,
        is_hot: request.flag_or_none("isHot")?,
    };
    let found = doctors::find(db, &cx.app.index, &wanted, page)?;
    dialect::page(page, found.try_map(|(account, doctor)| DoctorCard::of(db, &account, doctor))?)
}

/// Doctors who have not been let in are shown to themselves alone.
fn show_doctor(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let account = account::need(db, ids::need(request, "id")?, Role::Doctor)?;
    let shown = account.verify == Verify::Enabled || cx.caller.is_some_and(|caller| caller.account == account.id);
    match shown {
        true => Reply::of(&DoctorCard::of(db, &account, doctor::profile(db, account.id.doctor())?)?),
        false => Err(NOT_FOUND.err()),
    }
}

fn sign_in(cx: &Cx, request: &Request) -> Result<Reply> {
    let (number, password) = (request.word("doctorSn", 32)?, request.attempt("password")?);
    let view = cx.view();
    let doctor = doctor::by_sn(&view, &number)?;
    let account = doctor.map_or(Ok(None), |doctor| view.get::<Account>(doctor.id.account()))?;
    let tried = Tried::new(account.as_ref(), Role::Doctor, &number);
    let entered = attempt::enter(cx, &tried, Credential::Password { account, password })?;
    Reply::beside(&SignedIn::of(cx, &entered, identifier(&number))?.for_doctor())
}
