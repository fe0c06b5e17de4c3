//! 11 诊断模块: the dictionary of diagnoses, and what the treating doctor finds.

use super::{
    dialect, ids,
    view::word::{DiagnosisView, TermView},
};
use crate::{
    base::{error::Result, id::kind},
    domain::{
        consultation::{
            self,
            diagnosis::{self, Findings},
        },
        identity::audit::Purpose,
        shared::dictionary,
    },
    http::core::{
        context::Cx,
        record_versions::{self, VersionsView},
        reply::Reply,
        request::Request,
        table::{
            ANYONE, Access, DOCTOR, Endpoint, PATIENT,
            Run::{Read, Search, Write},
            post,
        },
        typed::{self, ById, run},
    },
    search,
    store::{Tx, View},
};

const BOTH: Access = PATIENT.or(DOCTOR);

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("11.1", "/dictionary/diagnosis/list",               ANYONE, Search(list_terms),   "查询诊断字典"),
    post("11.1", "/treatment/diagnisis/upsert",              DOCTOR, Write(diagnose),      "开诊断"),
    post("11.2", "/treatment/diagnisis/queryByConsultation", BOTH,   Read(show_diagnosis), "诊断查询"),
    typed::post("own", "/consultation/{id}/record/versions", BOTH,   run!(Write(show_versions)), "病历修改记录").without_key()
        .says("What stood in the record before it was changed, for the patient and the doctor of the consultation."),
];

/// By relevance, then by name.
fn list_terms(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let page = request.skip_page()?;
    let terms = dictionary::find_terms(db, &cx.app.index, &request.text_or_empty("keyword", 100)?, search::HitOrder::Name, page)?;
    dialect::page(page, terms.try_map(|term| Ok::<_, crate::base::error::Error>(TermView::from(term)))?)
}

fn diagnose(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let findings = Findings {
        main: request.text("mainDiagnosis", 200)?,
        second: request.texts_or_empty("secondDiagnosis", 50, 200)?,
        chief_complaint: request.prose("chiefComplaint", 4_000)?,
        past_illness: request.prose("historyOfPastIllness", 4_000)?,
    };
    let diagnosis = diagnosis::diagnose(db, cx.my_id()?, ids::need(request, "consultationId")?, findings)?;
    Reply::of(&DiagnosisView::of(db, diagnosis)?)
}

fn show_diagnosis(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let me = cx.me()?;
    let consultation = consultation::need_of(db, me.account, me.role, ids::need(request, "consultationId")?)?;
    // Nothing yet is no error: the document leaves it open.
    let diagnosis = diagnosis::find(db, consultation.id)?;
    Reply::of(&diagnosis.map(|diagnosis| DiagnosisView::of(db, diagnosis)).transpose()?)
}

fn show_versions(cx: &Cx, db: &mut Tx, form: ById<ids::Hex<kind::Consultation>>) -> Result<VersionsView> {
    let me = cx.me()?;
    let consultation = consultation::need_of(db, me.account, me.role, form.id.0)?;
    record_versions::show(cx, db, consultation.id.encounter(), Purpose::Consultation)
}
