//! Orders and refunds as every payment provider knows them, and how they stand with it.

use std::net::IpAddr;

use crate::base::{
    error::{Kind, Reason},
    money::Fen,
    time::Time,
};

pub const PAYMENT_UNREACHABLE: Reason = Reason::new(Kind::Busy, "payment_unreachable", "暂时无法连接支付平台，请稍后再试");
pub const PAYMENT_REFUSED: Reason = Reason::new(Kind::Rule, "payment_refused", "支付平台拒绝了请求，请重新下单或联系管理员");
pub const BAD_NOTIFICATION: Reason = Reason::new(Kind::Unauthorized, "bad_notification", "支付通知未通过验证");

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
    /// The payer's openId at the provider. Without one the clinic's settings say how it is paid.
    pub open_id: Option<String>,
    /// Where the payer asks from.
    pub address: IpAddr,
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
