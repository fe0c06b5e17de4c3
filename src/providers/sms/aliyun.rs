//! Aliyun's short messages: `SendSms` (2017-05-25) with a signature of the third kind, `ACS3-HMAC-SHA256`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    cloud::{self, MOST, need, need_secret, template},
    signing,
};
use crate::{
    base::{
        error::Result,
        secret,
        settings::{AliyunSmsSettings, Secret},
        time::{Clock, Time},
    },
    providers::{
        http::{self, HttpClient},
        webhook::Undelivered,
    },
};

pub struct Aliyun {
    http: HttpClient,
    clock: Arc<Clock>,
    base_url: String,
    key_id: String,
    key: Secret,
    sign_name: String,
    code: String,
    reminder: Option<String>,
}

impl Aliyun {
    /// Errors: `bad_setting`.
    pub fn open(http: &HttpClient, settings: &AliyunSmsSettings, clock: Arc<Clock>) -> Result<Aliyun> {
        let need = |name: &str, value| need("aliyun", &format!("sms.aliyun.{name}"), value).map(str::to_owned);
        Ok(Aliyun {
            http: http.clone(),
            clock,
            base_url: settings.base_url.trim_end_matches('/').to_owned(),
            key_id: need("access_key_id", &settings.access_key_id)?,
            key: need_secret("aliyun", "sms.aliyun.access_key_secret", &settings.access_key_secret)?.clone(),
            sign_name: need("sign_name", &settings.sign_name)?,
            code: need("templates.code", &settings.template_code)?,
            reminder: settings.template_reminder.clone(),
        })
    }

    pub async fn deliver(&self, phone: &str, text: &str, code: &str) -> Result<(), Undelivered> {
        let (template, name, value) = template((&self.code, &self.reminder), text, code)?;
        let variables = json!({ name: value }).to_string();
        // In the order of their names, as they are signed. A number from beyond the mainland begins with its country, without a plus.
        let query = http::query(&[
            ("PhoneNumbers", phone.trim_start_matches('+')),
            ("SignName", &self.sign_name),
            ("TemplateCode", template),
            ("TemplateParam", &variables),
        ]);
        let nonce = secret::hex(&secret::random::<16>());
        let (host, date) = (http::host_of(&self.base_url), date(self.clock.now()));
        let empty = signing::hash("");
        let headers = [
            ("host", host.as_str()),
            ("x-acs-action", "SendSms"),
            ("x-acs-content-sha256", &empty),
            ("x-acs-date", &date),
            ("x-acs-signature-nonce", &nonce),
            ("x-acs-version", "2017-05-25"),
        ];
        let authorization = sign((&self.key_id, self.key.expose()), &query, &headers);
        // The host is written by whoever sends.
        let sent = [&headers[1..], &[("authorization", &authorization)]].concat();
        let address = format!("{}/?{query}", self.base_url);
        let answer = self.http.post(&address, &sent, Vec::new(), MOST).await.map_err(Undelivered::Lost)?;
        let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        match (answer.status, said["Code"].as_str()) {
            (200, Some("OK")) => Ok(()),
            (_, Some(code)) => Err(cloud::said(("Aliyun", "阿里云"), code)),
            (status, None) => Err(Undelivered::Refused(status)),
        }
    }
}

/// The `Authorization` of a request without a body.
fn sign((id, key): (&str, &str), query: &str, headers: &[(&str, &str)]) -> String {
    let (canonical, signed) = signing::canonical(query, headers, &signing::hash(""));
    let text = format!("ACS3-HMAC-SHA256\n{}", signing::hash(&canonical));
    let signature = secret::hex(&signing::mac(key.as_bytes(), &text));
    format!("ACS3-HMAC-SHA256 Credential={id},SignedHeaders={signed},Signature={signature}")
}

/// `2023-10-26T10:22:32Z`.
fn date(now: Time) -> String {
    let moment = jiff::Timestamp::from_second(now.seconds()).unwrap_or_default();
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example with fixed values in Aliyun's own description of the signature.
    #[test]
    fn signatures_are_aliyuns() {
        let empty = signing::hash("");
        let at = date(Time(1_698_315_752_000));
        assert_eq!(at, "2023-10-26T10:22:32Z");
        let headers = [
            ("host", "ecs.cn-shanghai.aliyuncs.com"),
            ("x-acs-action", "RunInstances"),
            ("x-acs-content-sha256", &empty),
            ("x-acs-date", &at),
            ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
            ("x-acs-version", "2014-05-26"),
        ];
        let query = "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai";
        let signed = sign(("YourAccessKeyId", "YourAccessKeySecret"), query, &headers);
        assert!(signed.ends_with("Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"), "{signed}");
    }
}
