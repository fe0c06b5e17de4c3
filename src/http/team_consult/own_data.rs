//! What a person may ask about the own data: who has looked at it.

use crate::{
    base::{
        error::Result,
        id::{PatientAccountId, PatientId},
    },
    domain::{
        directory::patient::{self, Patient},
        relations::access_report,
    },
    http::core::{
        access_lines::{LinesView, Period},
        context::Cx,
        table::{Endpoint, PATIENT},
        typed::{Flat, form, get, run},
    },
    store::View,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("own", "/member/access", PATIENT, run!(Read(show_access)), "谁看过我的资料")
        .says("One line a person, thing and day, newest first, of all patients of the account or of one; own looks are not among them."),
];

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
