//! Tencent Cloud's short messages: `SendSms` (2021-01-11) with a signature `TC3-HMAC-SHA256`.

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
        settings::{Secret, TencentSmsSettings},
        time::{Clock, Time},
    },
    providers::{
        http::{self, HttpClient},
        webhook::Undelivered,
    },
};

const CONTENT_TYPE: &str = "application/json; charset=utf-8";

pub struct Tencent {
    http: HttpClient,
    clock: Arc<Clock>,
    base_url: String,
    region: String,
    secret_id: String,
    key: Secret,
    sdk_app_id: String,
    sign_name: String,
    code: String,
    reminder: Option<String>,
}

impl Tencent {
    /// Errors: `bad_setting`.
    pub fn open(http: &HttpClient, settings: &TencentSmsSettings, clock: Arc<Clock>) -> Result<Tencent> {
        let need = |name: &str, value| need("tencent", &format!("sms.tencent.{name}"), value).map(str::to_owned);
        Ok(Tencent {
            http: http.clone(),
            clock,
            base_url: settings.base_url.trim_end_matches('/').to_owned(),
            region: settings.region.clone(),
            secret_id: need("secret_id", &settings.secret_id)?,
            key: need_secret("tencent", "sms.tencent.secret_key", &settings.secret_key)?.clone(),
            sdk_app_id: need("sdk_app_id", &settings.sdk_app_id)?,
            sign_name: need("sign_name", &settings.sign_name)?,
            code: need("templates.code", &settings.template_code)?,
            reminder: settings.template_reminder.clone(),
        })
    }

    pub async fn deliver(&self, phone: &str, text: &str, code: &str) -> Result<(), Undelivered> {
        let (template, _, value) = template((&self.code, &self.reminder), text, code)?;
        let phone = if phone.starts_with('+') { phone.to_owned() } else { format!("+86{phone}") };
        let body = json!({
            "PhoneNumberSet": [phone],
            "SmsSdkAppId": self.sdk_app_id,
            "SignName": self.sign_name,
            "TemplateId": template,
            "TemplateParamSet": [value],
        })
        .to_string();
        let now = self.clock.now();
        let headers = [("content-type", CONTENT_TYPE), ("host", &http::host_of(&self.base_url)), ("x-tc-action", "sendsms")];
        let authorization = sign((&self.secret_id, self.key.expose()), "sms", &headers, &body, now);
        let sent = [
            ("x-tc-action", "SendSms"),
            ("x-tc-version", "2021-01-11"),
            ("x-tc-timestamp", &now.seconds().to_string()),
            ("x-tc-region", &self.region),
            ("authorization", &authorization),
        ];
        let answer = self.http.post(&format!("{}/", self.base_url), &sent, body.into_bytes(), MOST).await.map_err(Undelivered::Lost)?;
        let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let said = &said["Response"];
        match (answer.status, said["Error"]["Code"].as_str().or(said["SendStatusSet"][0]["Code"].as_str())) {
            (200, Some("Ok")) => Ok(()),
            (_, Some(code)) => Err(cloud::said(("Tencent Cloud", "腾讯云"), code)),
            (status, None) => Err(Undelivered::Refused(status)),
        }
    }
}

/// The `Authorization` of a request.
fn sign((id, key): (&str, &str), service: &str, headers: &[(&str, &str)], body: &str, now: Time) -> String {
    let (canonical, signed) = signing::canonical("", headers, &signing::hash(body));
    let moment = jiff::Timestamp::from_second(now.seconds()).unwrap_or_default();
    let date = moment.strftime("%Y-%m-%d").to_string();
    let scope = format!("{date}/{service}/tc3_request");
    let text = format!("TC3-HMAC-SHA256\n{}\n{scope}\n{}", now.seconds(), signing::hash(&canonical));
    let key =
        [service, "tc3_request"].iter().fold(signing::mac(format!("TC3{key}").as_bytes(), &date), |key, part| signing::mac(&key, part));
    let signature = secret::hex(&signing::mac(&key, &text));
    format!("TC3-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={signed}, Signature={signature}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Tencent Cloud's own description of the signature; the key stands there as these stars.
    #[test]
    fn signatures_are_tencents() {
        let body = r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
        let headers = [("content-type", CONTENT_TYPE), ("host", "cvm.tencentcloudapi.com"), ("x-tc-action", "describeinstances")];
        let signed = sign(("AKID", "********************************"), "cvm", &headers, body, Time(1_551_113_065_000));
        assert!(
            signed.starts_with("TC3-HMAC-SHA256 Credential=AKID/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host;x-tc-action, ")
        );
        assert!(signed.ends_with("Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"), "{signed}");
    }
}
