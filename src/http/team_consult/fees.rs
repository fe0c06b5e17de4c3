//! What a patient may want to know of the clinic before paying: every price, when money goes back, its licence.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    base::{
        error::Result,
        id::{ClinicSessionId, DoctorId, TeamId},
    },
    domain::{clinic_wide::fees, directory::doctor},
    http::core::{
        context::Cx,
        table::{ANYONE, Endpoint},
        typed::{get, run},
    },
    store::View,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("own", "/clinic/fees",    ANYONE, run!(Heavy(show_fees)),   "收费与退款规则")
        .says("Every price in fen, also those that other APIs print in yuan. An order may send the price that was shown as `fee`: 409 `price_changed` where it is another by then."),
    get("own", "/clinic/licence", ANYONE, run!(Read(show_licence)), "医疗机构执业许可证"),
];

#[derive(Serialize, JsonSchema)]
struct FeesView {
    consultations: Vec<ConsultationFee>,
    team_consults: Vec<TeamFee>,
    registrations: Vec<SeatFee>,
    refunds: Vec<RefundRule>,
}

/// 图文咨询
#[derive(Serialize, JsonSchema)]
struct ConsultationFee {
    doctor_id: DoctorId,
    name: String,
    departments: String,
    job_position: String,
    /// Fen.
    price: i64,
}

/// 团队咨询
#[derive(Serialize, JsonSchema)]
struct TeamFee {
    team_id: TeamId,
    name: String,
    /// Fen.
    price: i64,
}

/// 义诊押金
#[derive(Serialize, JsonSchema)]
struct SeatFee {
    project_id: ClinicSessionId,
    doctor_id: DoctorId,
    doctor_name: String,
    /// In the clinic's zone.
    begin: String,
    /// Fen.
    price: i64,
}

/// 退款规则
#[derive(Serialize, JsonSchema)]
struct RefundRule {
    /// consultation, team_consult or registration.
    kind: &'static str,
    text: String,
}

fn show_fees(cx: &Cx, (): ()) -> Result<FeesView> {
    let db = cx.view();
    let all = fees::all(&db)?;
    let seat = |session: crate::domain::free_clinic::clinic_session::ClinicSession| {
        Ok(SeatFee {
            project_id: session.id,
            doctor_id: session.doctor_id,
            doctor_name: doctor::profile(&db, session.doctor_id)?.name,
            begin: db.settings.clinic.zone.date_time(session.begin),
            price: session.deposit().0,
        })
    };
    let consultation = |doctor: doctor::Doctor| ConsultationFee {
        doctor_id: doctor.id,
        name: doctor.name,
        departments: doctor.departments,
        job_position: doctor.job_position,
        price: doctor.image_and_text_price.0,
    };
    Ok(FeesView {
        consultations: all.doctors.into_iter().map(consultation).collect(),
        team_consults: all.teams.into_iter().map(|team| TeamFee { team_id: team.id, name: team.name, price: team.consult_fee.0 }).collect(),
        registrations: all.sessions.into_iter().map(seat).collect::<Result<_>>()?,
        refunds: fees::refund_rules(&db).into_iter().map(|(kind, text)| RefundRule { kind, text }).collect(),
    })
}

/// What the clinic has not set is empty.
#[derive(Serialize, JsonSchema)]
struct LicenceView {
    /// 诊所名称
    name: String,
    /// 执业许可证登记号
    licence_no: String,
    /// 许可证上的机构名称
    licence_name: String,
    /// 有效期至, a day
    licence_until: Option<String>,
    /// 许可证照片
    licence_scan: String,
    /// 投诉电话
    complaint_phone: String,
}

fn show_licence(_: &Cx, db: &View, (): ()) -> Result<LicenceView> {
    let clinic = db.settings.clinic.clone();
    Ok(LicenceView {
        licence_no: clinic.licence_no.unwrap_or_default(),
        licence_name: clinic.licence_name.unwrap_or_else(|| clinic.name.clone()),
        licence_until: clinic.licence_until.map(|day| day.to_string()),
        licence_scan: clinic.licence_scan.unwrap_or_default(),
        complaint_phone: clinic.complaint_phone.unwrap_or_default(),
        name: clinic.name,
    })
}
