//! Who takes the money: `demo`, which is nobody and is built in, [`wechat`], WeChat Pay's API v3, or none, where the clinic takes no money
//! online. What is booked and when is the
//! domain's business; here is how a provider is asked and how its word is checked.

pub mod demo;
mod seal;
pub mod wechat;

use std::sync::Arc;

use super::http::HttpClient;
use crate::base::{
    error::{Kind, Reason, Result},
    money::Fen,
    settings::{self, PaymentProvider},
    time::{Clock, Time},
};
use wechat::WechatPay;

pub const PAYMENT_UNREACHABLE: Reason = Reason::new(Kind::Busy, "payment_unreachable", "暂时无法连接支付平台，请稍后再试");
pub const PAYMENT_REFUSED: Reason = Reason::new(Kind::Rule, "payment_refused", "支付平台拒绝了请求，请重新下单或联系管理员");
pub const BAD_NOTIFICATION: Reason = Reason::new(Kind::Unauthorized, "bad_notification", "支付通知未通过验证");

pub enum Provider {
    Demo,
    Wechat(Box<WechatPay>),
    None,
}

/// What somebody is to pay, as a provider wants to know it.
#[derive(Clone, Debug)]
pub struct PaymentOrder {
    /// 29 digits, ours.
    pub out_trade_no: String,
    pub amount: Fen,
    pub description: String,
    pub created_at: Time,
    /// Until when it can be paid.
    pub until: Option<Time>,
    /// The payer's openId at the provider. Without one the order is for an app.
    pub open_id: Option<String>,
}

/// What is to go back, all of an order's amount.
#[derive(Clone, Debug)]
pub struct Return {
    pub out_trade_no: String,
    pub out_refund_no: String,
    pub amount: Fen,
    pub reason: String,
}

/// How an order stands with the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trade {
    Paid(Fen),
    /// It can be paid still.
    Open,
    /// It was never placed, or can be paid no more.
    Over,
    /// In a state that our own orders do not come into by themselves: somebody acted at the provider's.
    Odd(String),
}

/// How a refund stands with the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    Done,
    OnItsWay,
    /// It does not get there by itself: the account is closed, the balance too low. The provider's word for it.
    Stuck(String),
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
