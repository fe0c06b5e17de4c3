//! Text messages by a webhook of the operator's own: `POST {phone, text, code}`.

use serde_json::json;

use super::{
    http::HttpClient,
    webhook::{Undelivered, Webhook},
};
use crate::base::{
    error::Result,
    settings::{self, BAD_SETTING, SmsProvider},
};

pub struct SmsSender(Webhook);

impl SmsSender {
    /// `None` where messages stay in the outbox. Errors: `bad_setting`, where the webhook is chosen without an address.
    pub fn open(http: &HttpClient, settings: &settings::SmsSettings) -> Result<Option<SmsSender>> {
        match (settings.provider, &settings.webhook_url) {
            (SmsProvider::Webhook, Some(url)) => Ok(Some(SmsSender(Webhook::new(http, url)))),
            (SmsProvider::Webhook, None) => Err(BAD_SETTING.with("sms.provider is webhook, which needs sms.webhook_url")),
            _ => Ok(None),
        }
    }

    /// Hands a message over. It may come twice where an answer got lost.
    pub async fn deliver(&self, phone: &str, text: &str, code: &str) -> Result<(), Undelivered> {
        self.0.post(&json!({ "phone": phone, "text": text, "code": code })).await
    }
}
