//! The price that a patient was shown, and the price now: nobody pays another one than was shown before the order.

use crate::base::{
    error::{Kind, Reason, Result},
    money::Fen,
};

pub const PRICE_CHANGED: Reason = Reason::new(Kind::Conflict, "price_changed", "价格已调整，请按新价格重新下单");

/// Refuses an order whose sender was shown another price. Who says nothing (an old client) orders at the price of now.
///
/// Errors: `price_changed`, with the price of now in yuan.
pub fn need_unchanged(shown: Option<Fen>, now: Fen) -> Result<()> {
    match shown {
        Some(shown) if shown != now => {
            Err(PRICE_CHANGED.with(format!("现价 {} 元", now.yuan())).field("fee", format!("现价 {} 元", now.yuan())))
        }
        _ => Ok(()),
    }
}
