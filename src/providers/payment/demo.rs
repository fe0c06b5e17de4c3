//! The embedded provider: takes no money. An order is paid by a POST to its `payUrl`, and a refund is done as soon as it is asked for.

use serde_json::json;

pub fn order_info(out_trade_no: &str) -> String {
    let pay = format!("/payment/demo/{out_trade_no}/pay");
    json!({ "provider": "demo", "outTradeNo": out_trade_no, "payUrl": pay }).to_string()
}
