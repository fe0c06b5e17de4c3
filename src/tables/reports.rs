//! Tables of what happened, for the books: they go out and never come in. Amounts are fen, times the clinic's; phones are masked.

use super::{kind::Sheet, rows::Rows};
use crate::{
    base::{error::Result, mask, settings::PaymentProvider, time::Time},
    domain::{
        consultation::Consultation,
        directory::{display_name, doctor, hospital::Hospital},
        free_clinic::{
            clinic_session::ClinicSession,
            registration::{Registration, Stage},
        },
        money::payment::{Payment, Purpose},
    },
    store::{Order, View},
};

#[rustfmt::skip]
pub const REPORTS: &[Sheet] = &[
    Sheet { name: "registrations", people: None, write: write_registrations,
        columns: &["id", "project_id", "doctor_id", "doctor_name", "hospital", "user_id", "patient_name", "patient_phone", "assistant_id",
            "plan_time", "visit_time", "stage", "amount", "sn", "doctor_score", "reject_msg", "created_at", "ended_at"] },
    Sheet { name: "consultations", people: None, write: write_consultations,
        columns: &["id", "consultation_no", "status", "status_name", "doctor_id", "doctor_name", "user_id", "patient_id", "patient_name",
            "consultation_reason", "fee", "replies", "evaluated", "paid_at", "created_at", "updated_at"] },
    Sheet { name: "payments", people: None, write: write_payments,
        columns: &["id", "out_trade_no", "payer_id", "payer_name", "source", "source_id", "amount", "status", "provider", "description",
            "created_at", "paid_at"] },
];

const fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Held => "held",
        Stage::Booked => "booked",
        Stage::Rejected => "rejected",
        Stage::Cancelled => "cancelled",
        Stage::Missed => "missed",
        Stage::Done => "done",
    }
}

fn write_registrations(db: &View, rows: &mut Rows) -> Result<()> {
    let zone = &db.settings.clinic.zone;
    for row in db.all::<Registration>(Order::Oldest) {
        let row = row?;
        let patient = row.patient(db)?;
        rows.patients.extend(row.patient_id);
        let slot = db.get::<ClinicSession>(row.project_id)?.and_then(|project| project.slots.get(row.slot as usize).copied());
        rows.push(&[
            &row.id.to_string(),
            &row.project_id.to_string(),
            &row.doctor_id.to_string(),
            &doctor::profile(db, row.doctor_id)?.name,
            &db.get::<Hospital>(row.hospital_id)?.map(|hospital| hospital.name).unwrap_or_default(),
            &row.user_id.to_string(),
            &patient.name,
            &mask::phone(&patient.phone),
            &row.assistant_id.to_string(),
            &slot.map(|slot| slot.label(zone)).unwrap_or_default(),
            &zone.date_time(row.visit_time),
            stage_name(row.stage),
            &row.amount.0.to_string(),
            row.sn.as_deref().unwrap_or_default(),
            &row.doctor_score.to_string(),
            &row.reject_msg,
            &zone.date_time(row.created_at),
            &moment(db, row.ended_at),
        ])?;
    }
    Ok(())
}

fn write_consultations(db: &View, rows: &mut Rows) -> Result<()> {
    let zone = &db.settings.clinic.zone;
    for row in db.all::<Consultation>(Order::Oldest) {
        let row = row?;
        rows.patients.extend(row.patient_id);
        rows.push(&[
            &row.id.to_string(),
            &row.number,
            &row.status.code(),
            row.status.label(),
            &row.doctor_id.to_string(),
            &doctor::profile(db, row.doctor_id)?.name,
            &row.user_id.to_string(),
            &row.patient_id.to_string(),
            &row.patient(db)?.name,
            &row.reason,
            &row.fee.0.to_string(),
            &row.replies.to_string(),
            if row.evaluated { "1" } else { "0" },
            &moment(db, row.paid_at),
            &zone.date_time(row.created_at),
            &zone.date_time(row.updated_at),
        ])?;
    }
    Ok(())
}

fn write_payments(db: &View, rows: &mut Rows) -> Result<()> {
    for row in db.all::<Payment>(Order::Oldest) {
        let row = row?;
        let (source, source_id) = match row.purpose {
            Purpose::Deposit(registration) => ("registration", registration.any()),
            Purpose::Consultation(consultation) => ("consultation", consultation.any()),
            Purpose::Recharge(account) => ("recharge", account.any()),
        };
        rows.push(&[
            &row.id.to_string(),
            &row.out_trade_no,
            &row.payer.to_string(),
            &display_name::name(db, row.payer.account())?,
            source,
            &source_id.to_string(),
            &row.amount.0.to_string(),
            row.status.name(),
            row.provider.map_or("", PaymentProvider::name),
            &row.description,
            &db.settings.clinic.zone.date_time(row.created_at),
            &moment(db, row.paid_at),
        ])?;
    }
    Ok(())
}

fn moment(db: &View, time: Option<Time>) -> String {
    time.map(|time| db.settings.clinic.zone.date_time(time)).unwrap_or_default()
}
