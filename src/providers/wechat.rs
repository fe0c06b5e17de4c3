//! The clinic's WeChat account (公众号 or 小程序): its access token, media that its users recorded (`/cgi-bin/media/get`), and who logs in
//! (`/sns/jscode2session`; on the page, inside WeChat's browser, `/sns/oauth2/access_token` of the official account).

use std::sync::Arc;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::{
    http::{Fault, HttpClient, address},
    webhook::{Said, Undelivered},
};
use crate::base::{
    error::{Error, Kind, Reason, Result},
    media::at_most,
    settings,
    time::{Clock, MINUTE, SECOND, Tick},
};

pub const WECHAT_NOT_CONFIGURED: Reason = Reason::new(Kind::Rule, "wechat_not_configured", "本诊所尚未配置微信账号，请联系管理员");
pub const WECHAT_REFUSED: Reason = Reason::new(Kind::Rule, "wechat_refused", "微信拒绝了请求，请联系管理员检查微信账号的配置");
pub const WECHAT_BUSY: Reason = Reason::new(Kind::Busy, "wechat_busy", "微信接口调用过于频繁，请稍后再试");
pub const WECHAT_BLOCKED: Reason = Reason::new(Kind::Rule, "wechat_blocked", "微信判定该微信号存在风险，暂时不能登录，请使用手机号登录");
pub const WECHAT_UNREACHABLE: Reason = Reason::new(Kind::Busy, "wechat_unreachable", "暂时无法连接微信服务器，请稍后再试");
pub const NO_SUCH_MEDIA: Reason = Reason::new(Kind::NotFound, "no_such_media", "微信中没有这个素材，或素材已过期（微信只保存三天）");
pub const BAD_WECHAT_CODE: Reason = Reason::new(Kind::Rule, "bad_wechat_code", "微信登录凭证无效或已过期，请重新登录微信");
pub const MEDIA_TOO_LARGE: Reason = Reason::new(Kind::TooLarge, "upload_too_large", "微信素材过大");

pub struct WechatAccount {
    http: HttpClient,
    base_url: String,
    account: Option<Account>,
    official: Option<Account>,
    clock: Arc<Clock>,
}

struct Account {
    app_id: String,
    secret: settings::Secret,
    /// Held while a token is fetched: a new one makes WeChat forget the old one, so two must not be asked for together.
    token: Mutex<Option<Token>>,
}

struct Token {
    text: String,
    until: Tick,
}

/// What WeChat says instead of what was asked for. `errcode` 0 or none is no failure.
#[derive(Deserialize)]
struct Verdict {
    #[serde(default)]
    errcode: i64,
    #[serde(default)]
    errmsg: String,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    /// Seconds.
    expires_in: i64,
}

/// What WeChat tells of a log-in code. The session key is not kept: nothing here is decrypted with it.
#[derive(Deserialize)]
struct LoggedIn {
    openid: String,
}

/// A token is renewed that long before it expires.
const SPARE: i64 = 5 * MINUTE;
/// Bytes of an answer that is JSON.
const MOST_JSON: usize = 64 << 10;
/// Invalid credential, invalid token, expired token: a new token may help.
const STALE_TOKEN: [i64; 3] = [40_001, 40_014, 42_001];

/// No follower (any more), no template of that number, fields that it does not have, a patient who wants none: the next try ends alike.
const UNSENDABLE: [i64; 6] = [40_003, 40_037, 43_004, 43_101, 43_108, 47_003];

/// What a refusal means for whoever waits; what is not here is a matter of the account's configuration.
#[rustfmt::skip]
const MEANINGS: &[(i64, &Reason)] = &[
    (-1,     &WECHAT_UNREACHABLE), // the system is busy
    (40_007, &NO_SUCH_MEDIA),
    (40_029, &BAD_WECHAT_CODE),    // invalid
    (40_163, &BAD_WECHAT_CODE),    // used before
    (41_008, &BAD_WECHAT_CODE),    // missing
    (40_226, &WECHAT_BLOCKED),
    (45_011, &WECHAT_BUSY),        // too often within a minute
    (50_002, &WECHAT_BLOCKED),     // the user's account is limited
];

impl WechatAccount {
    /// Without both halves of an account there is none.
    pub fn new(http: &HttpClient, settings: &settings::WechatSettings, clock: Arc<Clock>) -> WechatAccount {
        let pair = |app_id: &Option<String>, secret: &Option<settings::Secret>, name: &str| match (app_id.clone(), secret.clone()) {
            (Some(app_id), Some(secret)) => Some(Account { app_id, secret, token: Mutex::new(None) }),
            (None, None) => None,
            _ => {
                tracing::warn!("{name}.app_id and {name}.secret belong together; with one of them alone that account is not used");
                None
            }
        };
        let account = pair(&settings.app_id, &settings.secret, "wechat");
        let official = pair(&settings.official_app_id, &settings.official_secret, "wechat.official");
        WechatAccount { http: http.clone(), base_url: settings.base_url.clone(), account, official, clock }
    }

    /// A picture or recording that a user left with WeChat, at most `most` bytes of it.
    ///
    /// Errors: `wechat_not_configured`, `no_such_media`, `upload_too_large`, `wechat_refused`, `wechat_busy`, `wechat_unreachable`.
    pub async fn media(&self, media_id: &str, most: usize) -> Result<Bytes> {
        let account = self.account.as_ref().ok_or_else(|| WECHAT_NOT_CONFIGURED.err())?;
        let token = self.token(account, None).await?;
        match self.fetch(&token, media_id, most).await? {
            Ok(bytes) => Ok(bytes),
            Err(verdict) if STALE_TOKEN.contains(&verdict.errcode) => {
                let token = self.token(account, Some(&token)).await?;
                self.fetch(&token, media_id, most).await?.map_err(refusal)
            }
            Err(verdict) => Err(refusal(verdict)),
        }
    }

    /// The user behind a 小程序's log-in code, which is good once (`/sns/jscode2session`).
    ///
    /// Errors: `wechat_not_configured`, `bad_wechat_code`, `wechat_blocked`, `wechat_refused`, `wechat_busy`, `wechat_unreachable`.
    pub async fn open_id(&self, code: &str) -> Result<String> {
        self.logged_in(self.account.as_ref(), "/sns/jscode2session", "js_code", code).await
    }

    /// The user behind a code of the official account's page authorisation (OAuth 2, `snsapi_base`), which is good once.
    ///
    /// Errors: as [`Self::open_id`].
    pub async fn official_open_id(&self, code: &str) -> Result<String> {
        self.logged_in(self.official.as_ref(), "/sns/oauth2/access_token", "code", code).await
    }

    /// The number of the official account, where patients can sign in with it.
    pub fn official_app_id(&self) -> Option<&str> {
        self.official.as_ref().map(|account| account.app_id.as_str())
    }

    /// Has the official account write to one of its followers (`/cgi-bin/message/template/send`). It may come twice where an answer got lost.
    pub async fn send_template(&self, open_id: &str, template: &str, data: &Value) -> Result<(), Undelivered> {
        let Some(account) = &self.official else { return Err(said(0, "there is no official account", true)) };
        let unasked = |error: Error| said(0, &error.chain(), false);
        let body = json!({ "touser": open_id, "template_id": template, "data": data }).to_string();
        let send = async |token: &str| {
            let url = address(&self.base_url, "/cgi-bin/message/template/send", &[("access_token", token)]);
            let answer = self.http.post_json(&url, body.clone().into_bytes(), MOST_JSON).await.map_err(Undelivered::Lost)?;
            match verdict(&answer.body) {
                None if answer.status == 200 => Ok(None),
                None => Err(Undelivered::Refused(answer.status)),
                some => Ok(some),
            }
        };
        let token = self.token(account, None).await.map_err(unasked)?;
        let told = match send(&token).await? {
            Some(verdict) if STALE_TOKEN.contains(&verdict.errcode) => {
                let token = self.token(account, Some(&token)).await.map_err(unasked)?;
                send(&token).await?
            }
            told => told,
        };
        told.map_or(Ok(()), |verdict| Err(said(verdict.errcode, &verdict.errmsg, UNSENDABLE.contains(&verdict.errcode))))
    }

    async fn logged_in(&self, account: Option<&Account>, path: &str, name: &str, code: &str) -> Result<String> {
        let account = account.ok_or_else(|| WECHAT_NOT_CONFIGURED.err())?;
        let query =
            [("appid", account.app_id.as_str()), ("secret", account.secret.expose()), (name, code), ("grant_type", "authorization_code")];
        let url = address(&self.base_url, path, &query);
        let answer = self.http.get(&url, MOST_JSON).await.map_err(|fault| WECHAT_UNREACHABLE.caused_by(fault))?;
        if let Some(verdict) = verdict(&answer.body) {
            return Err(refusal(verdict));
        }
        match serde_json::from_slice::<LoggedIn>(&answer.body) {
            Ok(user) if answer.status == 200 && !user.openid.is_empty() => Ok(user.openid),
            _ => Err(unexpected(answer.status)),
        }
    }

    async fn fetch(&self, token: &str, media_id: &str, most: usize) -> Result<Result<Bytes, Verdict>> {
        let url = address(&self.base_url, "/cgi-bin/media/get", &[("access_token", token), ("media_id", media_id)]);
        // A refusal may be longer than a small limit.
        let answer = self.http.get(&url, most.max(MOST_JSON)).await.map_err(|fault| match fault {
            Fault::TooLarge(_) => MEDIA_TOO_LARGE.with(at_most(most as u64)).source(fault),
            fault => WECHAT_UNREACHABLE.caused_by(fault),
        })?;
        match verdict(&answer.body) {
            Some(verdict) => Ok(Err(verdict)),
            None if answer.status != 200 => Err(unexpected(answer.status)),
            None if answer.body.len() > most => Err(MEDIA_TOO_LARGE.with(at_most(most as u64))),
            None => Ok(Ok(answer.body)),
        }
    }

    /// The token, a new one where there is none, where it is about to expire, or where WeChat does not want `stale` any more.
    async fn token(&self, account: &Account, stale: Option<&str>) -> Result<String> {
        let mut kept = account.token.lock().await;
        let now = self.clock.tick();
        if let Some(token) = kept.as_ref().filter(|token| token.until > now && stale != Some(token.text.as_str())) {
            return Ok(token.text.clone());
        }
        let query = [("grant_type", "client_credential"), ("appid", account.app_id.as_str()), ("secret", account.secret.expose())];
        let url = address(&self.base_url, "/cgi-bin/token", &query);
        let answer = self.http.get(&url, MOST_JSON).await.map_err(|fault| WECHAT_UNREACHABLE.caused_by(fault))?;
        if let Some(verdict) = verdict(&answer.body) {
            return Err(refusal(verdict));
        }
        let granted: Granted = match serde_json::from_slice(&answer.body) {
            Ok(granted) if answer.status == 200 => granted,
            _ => return Err(unexpected(answer.status)),
        };
        let until = now.plus(granted.expires_in.clamp(0, 86_400) * SECOND - SPARE);
        *kept = Some(Token { text: granted.access_token.clone(), until });
        Ok(granted.access_token)
    }
}

fn said(code: i64, words: &str, is_final: bool) -> Undelivered {
    Undelivered::Said(Said { own: format!("WeChat says {code} {words}"), words: format!("微信：{words}（{code}）"), is_final })
}

fn verdict(body: &[u8]) -> Option<Verdict> {
    let looks_like_json = body.trim_ascii_start().first() == Some(&b'{') && body.len() <= MOST_JSON;
    let verdict: Option<Verdict> = looks_like_json.then(|| serde_json::from_slice(body).ok()).flatten();
    verdict.filter(|verdict| verdict.errcode != 0)
}

fn refusal(verdict: Verdict) -> Error {
    let reason = MEANINGS.iter().find(|(code, _)| *code == verdict.errcode).map_or(&WECHAT_REFUSED, |(_, reason)| *reason);
    // The text holds addresses and hints for whoever runs the account: the log is the place for it.
    reason.with(format!("错误码 {}", verdict.errcode)).source(format!("WeChat refused: {} {}", verdict.errcode, verdict.errmsg))
}

fn unexpected(status: u16) -> Error {
    WECHAT_UNREACHABLE.caused_by(format!("WeChat answered {status} and no JSON that we know"))
}
