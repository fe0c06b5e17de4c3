//! Text messages: by a webhook of the operator's own (`POST {phone, text, code}`), by Aliyun or by Tencent Cloud.
//!
//! The two clouds send templates that they have approved, not texts: one for codes, whose only variable is the code, and one for what carries no
//! code, whose only variable is the text.

mod aliyun;
mod cloud;
mod signing;
mod tencent;

use std::sync::Arc;

use serde_json::json;

use super::{
    http::HttpClient,
    webhook::{Undelivered, Webhook},
};
use crate::base::{
    error::Result,
    settings::{SmsProvider, SmsSettings},
    time::Clock,
};
use aliyun::Aliyun;
use cloud::need;
use tencent::Tencent;

pub struct SmsSender(Way);

enum Way {
    Webhook(Webhook),
    Aliyun(Aliyun),
    Tencent(Tencent),
}

impl SmsSender {
    /// `None` where messages stay in the outbox. Errors: `bad_setting`, which names what the chosen provider lacks.
    pub fn open(http: &HttpClient, settings: &SmsSettings, clock: &Arc<Clock>) -> Result<Option<SmsSender>> {
        let way = match settings.provider {
            SmsProvider::Outbox => return Ok(None),
            SmsProvider::Webhook => Way::Webhook(Webhook::new(http, need("webhook", "sms.webhook_url", &settings.webhook_url)?)),
            SmsProvider::Aliyun => Way::Aliyun(Aliyun::open(http, &settings.aliyun, clock.clone())?),
            SmsProvider::Tencent => Way::Tencent(Tencent::open(http, &settings.tencent, clock.clone())?),
        };
        Ok(Some(SmsSender(way)))
    }

    /// Hands a message over; one without a `code` says something else. It may come twice where an answer got lost.
    pub async fn deliver(&self, phone: &str, text: &str, code: &str) -> Result<(), Undelivered> {
        match &self.0 {
            Way::Webhook(webhook) => webhook.post(&json!({ "phone": phone, "text": text, "code": code })).await,
            Way::Aliyun(aliyun) => aliyun.deliver(phone, text, code).await,
            Way::Tencent(tencent) => tencent.deliver(phone, text, code).await,
        }
    }
}
