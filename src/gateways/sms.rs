//! Text messages by a webhook of the operator's own: `POST {phone, text, code}` as JSON; any 2xx means taken.

use serde_json::json;

use super::http::{Fault, Http};
use crate::base::{
    error::Result,
    settings::{self, BAD_SETTING, SmsProvider},
};

/// Bytes of an answer that are read; what it says does not matter.
const MOST: usize = 64 << 10;

pub struct Webhook {
    http: Http,
    url: String,
}

impl Webhook {
    /// `None` where messages stay in the outbox. Errors: `bad_setting`, where the webhook is chosen without an address.
    pub fn open(http: &Http, settings: &settings::Sms) -> Result<Option<Webhook>> {
        match (settings.provider, &settings.webhook_url) {
            (SmsProvider::Webhook, Some(url)) => Ok(Some(Webhook { http: http.clone(), url: url.clone() })),
            (SmsProvider::Webhook, None) => Err(BAD_SETTING.with("sms.provider is webhook, which needs sms.webhook_url")),
            _ => Ok(None),
        }
    }

    /// Hands a message over. It may come twice where an answer got lost.
    pub async fn deliver(&self, phone: &str, text: &str, code: &str) -> Result<(), Undelivered> {
        let body = json!({ "phone": phone, "text": text, "code": code }).to_string().into_bytes();
        match self.http.post_json(&self.url, body, MOST).await {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
            Ok(answer) => Err(Undelivered::Refused(answer.status)),
            Err(fault) => Err(Undelivered::Lost(fault)),
        }
    }
}

/// Why a message is still ours.
#[derive(Debug)]
pub enum Undelivered {
    Refused(u16),
    Lost(Fault),
}

impl std::fmt::Display for Undelivered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Undelivered::Refused(status) => write!(f, "the webhook answered {status}"),
            Undelivered::Lost(fault) => fault.fmt(f),
        }
    }
}
