//! Invoice: a payment. Wallets, fee balances and teams' income are not told.

use serde_json::{Value, json};

use super::{super::print::Print, code, identifier, reference, status, tidy::tidy};
use crate::{
    base::{error::Result, money::Fen},
    domain::{
        consultation::Consultation,
        directory::patient,
        free_clinic::registration::Registration,
        money::payment::{Payment, PaymentStatus, Purpose},
    },
};

/// A payment, with one line for what it pays.
pub fn payment(print: &Print, row: &Payment) -> Result<Value> {
    let (text, item) = match row.purpose {
        Purpose::Deposit(_) => ("义诊押金", code::VOLUNTEER.with_text("义诊押金")),
        Purpose::Consultation(_) => (code::IMAGE_AND_TEXT.display, code::IMAGE_AND_TEXT.said()),
        Purpose::Recharge(_) => ("钱包充值", json!({ "text": "钱包充值" })),
    };
    let total = money(row.amount);
    Ok(tidy(json!({
        "resourceType": "Invoice",
        "id": row.id.to_string(),
        "identifier": [identifier::own(print, "payment", &row.out_trade_no)],
        "status": status::invoice(row.status),
        "cancelledReason": cancelled(row.status),
        "type": { "text": text },
        "subject": subject(print, row)?,
        "date": print.date_time(row.created_at),
        "issuer": reference::clinic(print),
        "lineItem": [{
            "sequence": 1,
            "chargeItemCodeableConcept": item,
            "priceComponent": [{ "type": "base", "amount": total }],
        }],
        "totalNet": total,
        "totalGross": total,
    })))
}

/// The patient of what is paid, else the payer's own.
fn subject(print: &Print, row: &Payment) -> Result<Value> {
    let treated = match row.purpose {
        Purpose::Deposit(id) => print.view.get::<Registration>(id)?.map(|row| (row.id.encounter(), row.patient_id)),
        Purpose::Consultation(id) => print.view.get::<Consultation>(id)?.map(|row| (row.id.encounter(), row.patient_id)),
        Purpose::Recharge(_) => None,
    };
    match treated {
        Some((encounter, patient)) => reference::subject(print, encounter, patient),
        None => {
            let own = patient::oneself_ever(print.view, row.payer)?;
            Ok(reference::patient_or_account(print, own.as_ref(), row.payer.account()))
        }
    }
}

const fn cancelled(status: PaymentStatus) -> Option<&'static str> {
    match status {
        PaymentStatus::Closed => Some("未支付，已关闭"),
        PaymentStatus::Refunded => Some("已退款"),
        PaymentStatus::WaitForPay | PaymentStatus::Paid | PaymentStatus::Refunding => None,
    }
}

/// Fen as yuan. A JSON number is a decimal, and the shortest one that reads back as this quotient has two places at most.
fn money(amount: Fen) -> Value {
    json!({ "value": amount.0 as f64 / 100.0, "currency": "CNY" })
}
