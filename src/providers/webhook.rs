//! A webhook of the operator's own: JSON by POST, any 2xx means taken.

use serde_json::Value;

use super::http::{Fault, HttpClient};

/// Bytes of an answer that are read; what it says does not matter.
const MOST: usize = 64 << 10;

pub struct Webhook {
    http: HttpClient,
    url: String,
}

impl Webhook {
    pub fn new(http: &HttpClient, url: &str) -> Webhook {
        Webhook { http: http.clone(), url: url.to_owned() }
    }

    /// Hands something over. It may come twice where an answer got lost.
    pub async fn post(&self, body: &Value) -> Result<(), Undelivered> {
        match self.http.post_json(&self.url, body.to_string().into_bytes(), MOST).await {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
            Ok(answer) => Err(Undelivered::Refused(answer.status)),
            Err(fault) => Err(Undelivered::Lost(fault)),
        }
    }
}

/// Why it is still ours.
#[derive(Debug)]
pub enum Undelivered {
    Refused(u16),
    Said(Said),
    Lost(Fault),
}

/// What a provider says of a message.
#[derive(Debug)]
pub struct Said {
    /// In its own words, for the log.
    pub own: String,
    /// For administrators.
    pub words: String,
    /// It will say so again, however often it is asked.
    pub is_final: bool,
}

/// Answers that do not change by themselves.
const FINAL: [u16; 5] = [400, 410, 413, 415, 422];

impl Undelivered {
    /// Why, for administrators.
    pub fn words(&self) -> String {
        match self {
            Undelivered::Refused(status) => format!("短信服务返回 {status}"),
            Undelivered::Said(said) => said.words.clone(),
            Undelivered::Lost(_) => "暂时连接不上短信服务".to_owned(),
        }
    }

    /// Whether it is useless to try again.
    pub fn is_final(&self) -> bool {
        match self {
            Undelivered::Refused(status) => FINAL.contains(status),
            Undelivered::Said(said) => said.is_final,
            Undelivered::Lost(_) => false,
        }
    }
}

impl std::fmt::Display for Undelivered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Undelivered::Refused(status) => write!(f, "the answer was {status}"),
            Undelivered::Said(said) => f.write_str(&said.own),
            Undelivered::Lost(fault) => fault.fmt(f),
        }
    }
}
