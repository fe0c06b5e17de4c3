//! `orderInfo`: what a client hands to its payment SDK, as a JSON text. More than one family shows it.

use serde_json::json;

use crate::domain::payment::Payment;

/// The embedded provider is paid by a POST to `payUrl`.
pub fn order_info(payment: &Payment) -> String {
    let pay = format!("/payment/demo/{}/pay", payment.out_trade_no);
    json!({ "provider": "demo", "outTradeNo": payment.out_trade_no, "payUrl": pay }).to_string()
}
