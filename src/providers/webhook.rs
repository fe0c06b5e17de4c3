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
    /// In the provider's own words.
    Said(String),
    Lost(Fault),
}

impl std::fmt::Display for Undelivered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Undelivered::Refused(status) => write!(f, "the answer was {status}"),
            Undelivered::Said(what) => f.write_str(what),
            Undelivered::Lost(fault) => fault.fmt(f),
        }
    }
}
