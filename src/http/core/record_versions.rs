//! What stood in a record before it was changed, and what was signed of it, as every family that shows records tells it.

use schemars::JsonSchema;
use serde::Serialize;

use super::{context::Cx, record::SignedView};
use crate::{
    base::{error::Result, id::EncounterId},
    domain::{
        care::signed_record,
        directory::patient::{self, Patient},
        identity::{account::Account, audit::Purpose},
        relations::{
            encounter, privacy,
            record_history::{self, Before, Overwritten},
        },
        shared::sight::Sight,
    },
    store::{Tx, View},
};

#[derive(Serialize, JsonSchema)]
pub struct VersionsView {
    /// Oldest first.
    list: Vec<VersionView>,
    total: usize,
    /// What was signed, oldest first.
    signed: Vec<SignedView>,
}

/// What was overwritten once.
#[derive(Serialize, JsonSchema)]
struct VersionView {
    /// From 1, within what was changed.
    n: u32,
    /// `diagnosis`, `registration` (a visit's result) or `patient`.
    table: &'static str,
    /// When it was changed: RFC 3339.
    at: String,
    /// Who changed it, as the reader may know; empty where nobody is known.
    by_role: &'static str,
    by_name: String,
    /// In the words of whoever changed it, where they are asked.
    why: String,
    before: BeforeView,
}

/// What stood there until then: of a diagnosis, of a visit's result, or of who the patient is.
#[derive(Default, Serialize, JsonSchema)]
struct BeforeView {
    #[serde(skip_serializing_if = "Option::is_none")]
    main_diagnosis: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_diagnosis: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chief_complaint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history_of_past_illness: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diag_result: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diag_photo: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idno: Option<String>,
    /// 1 身份证 to 6 港澳通行证.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_type: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    birthday: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sex: Option<u8>,
}

impl BeforeView {
    fn of(before: Before, sight: Sight) -> BeforeView {
        match before {
            Before::Diagnosis(was) => BeforeView {
                main_diagnosis: sight.record(was.main),
                second_diagnosis: sight.record(was.second),
                chief_complaint: sight.record(was.chief_complaint),
                history_of_past_illness: sight.record(was.past_illness),
                ..BeforeView::default()
            },
            Before::Visit(was) => {
                BeforeView { diag_result: sight.record(was.diag_result), diag_photo: sight.record(was.diag_photo), ..BeforeView::default() }
            }
            Before::Person(was) => BeforeView {
                name: Some(sight.name(&was.name)),
                idno: Some(sight.id_number(&was.idno)),
                certificate_type: Some(was.certificate_type.max(1)),
                birthday: sight.birthday(&was.birthday),
                sex: sight.person(was.sex),
                ..BeforeView::default()
            },
        }
    }
}

/// Everything that was overwritten of an encounter that the caller takes part in. The look at its patient is written down.
pub fn show(cx: &Cx, db: &mut Tx, id: EncounterId, purpose: Purpose) -> Result<VersionsView> {
    let encounter = encounter::need(db, id)?;
    let patient = match db.get::<Patient>(encounter.patient)? {
        Some(patient) => patient,
        None => patient::of_account(db, &db.need(encounter.user.account())?)?,
    };
    let sight = privacy::look(db, &cx.actor()?, &patient, purpose)?;
    let versions = record_history::of(db, &encounter)?.into_iter().map(|version| view(cx, db, version, sight));
    let list = versions.collect::<Result<Vec<_>>>()?;
    let signed = signed_record::versions(db, id)?;
    let signed = sight.record(signed).unwrap_or_default().iter().map(SignedView::of).collect::<Result<_>>()?;
    Ok(VersionsView { total: list.len(), list, signed })
}

fn view(cx: &Cx, db: &View, version: Overwritten, sight: Sight) -> Result<VersionView> {
    let Overwritten { n, by, at, why, before } = version;
    Ok(VersionView {
        n,
        table: before.table(),
        at: at.rfc3339(),
        by_role: db.get::<Account>(by)?.map_or("", |account| account.role.name()),
        by_name: privacy::name(db, cx.me()?.account, by)?,
        why,
        before: BeforeView::of(before, sight),
    })
}
