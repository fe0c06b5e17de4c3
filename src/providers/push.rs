//! Waking sleeping phones by a webhook of the operator's own, which passes it on to Apple, Google or a maker's service:
//! `POST {member_id, platform, token, title, text, message_id, conversation_id}`. Who writes is said, what is written is not: a patient's
//! words stay in the clinic.

use serde_json::json;

use super::{
    http::HttpClient,
    webhook::{Undelivered, Webhook},
};
use crate::base::{
    error::Result,
    id::{AccountId, ConversationId, MessageId},
    settings::{self, BAD_SETTING, PushProvider},
};

pub struct PushSender(Webhook);

/// A phone to be woken, and what for.
#[derive(Clone, Debug)]
pub struct PushMessage<'a> {
    pub member: AccountId,
    /// `ios`, `android` or `web`.
    pub platform: &'a str,
    pub token: &'a str,
    pub title: &'a str,
    pub text: &'a str,
    pub message: MessageId,
    pub conversation: ConversationId,
}

/// What the webhook answers about a phone that is gone: 410, as Apple and Google say it.
pub const GONE: u16 = 410;

impl PushSender {
    /// `None` where nobody is woken. Errors: `bad_setting`, where the webhook is chosen without an address.
    pub fn open(http: &HttpClient, settings: &settings::PushSettings) -> Result<Option<PushSender>> {
        match (settings.provider, &settings.webhook_url) {
            (PushProvider::Webhook, Some(url)) => Ok(Some(PushSender(Webhook::new(http, url)))),
            (PushProvider::Webhook, None) => Err(BAD_SETTING.with("push.provider is webhook, which needs push.webhook_url")),
            (PushProvider::None | PushProvider::Wechat, _) => Ok(None),
        }
    }

    /// It may come twice where an answer got lost.
    pub async fn wake(&self, call: &PushMessage<'_>) -> Result<(), Undelivered> {
        let PushMessage { member, platform, token, title, text, message, conversation } = call;
        let body = json!({
            "member_id": member, "platform": platform, "token": token, "title": title, "text": text,
            "message_id": message, "conversation_id": conversation,
        });
        self.0.post(&body).await
    }
}
