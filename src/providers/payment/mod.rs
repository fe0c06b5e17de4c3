//! Who takes the money: `demo`, which is nobody and is built in, [`wechat`], WeChat Pay's API v3, or none, where the clinic takes no money
//! online. What is booked and when is the
//! domain's business; here is how a provider is asked and how its word is checked.

pub mod demo;
mod order;
mod seal;
pub mod wechat;

use std::sync::Arc;

use super::http::HttpClient;
use crate::base::{
    error::Result,
    settings::{self, PaymentProvider},
    time::Clock,
};
pub use order::{BAD_NOTIFICATION, PAYMENT_REFUSED, PAYMENT_UNREACHABLE, PaymentOrder, Return, Returned, Trade};
use wechat::WechatPay;

pub enum Provider {
    Demo,
    Wechat(Box<WechatPay>),
    None,
}

impl Provider {
    /// Errors: `bad_setting`, which names everything that is missing or cannot be used.
    pub fn open(http: &HttpClient, settings: &settings::PaymentSettings, clock: Arc<Clock>) -> Result<Provider> {
        Ok(match settings.provider {
            None => Provider::None,
            Some(PaymentProvider::Demo) => Provider::Demo,
            Some(PaymentProvider::Wechat) => Provider::Wechat(Box::new(WechatPay::open(http, &settings.wechat, clock)?)),
        })
    }

    pub fn wechat(&self) -> Option<&WechatPay> {
        match self {
            Provider::Demo | Provider::None => None,
            Provider::Wechat(wechat) => Some(wechat),
        }
    }

    /// What the client hands to its payment SDK, where nobody has to be asked for it.
    pub fn order_info_at_once(&self, out_trade_no: &str) -> Option<String> {
        match self {
            Provider::Demo => Some(demo::order_info(out_trade_no)),
            Provider::Wechat(_) | Provider::None => None,
        }
    }

    /// The same, asking the provider where it must be. Errors: `payment_unreachable`, `payment_refused`.
    pub async fn order_info(&self, order: &PaymentOrder) -> Result<String> {
        match self {
            Provider::Demo => Ok(demo::order_info(&order.out_trade_no)),
            Provider::Wechat(wechat) => wechat.order_info(order).await,
            Provider::None => Err(PAYMENT_REFUSED.caused_by("the clinic takes no money online")),
        }
    }
}
