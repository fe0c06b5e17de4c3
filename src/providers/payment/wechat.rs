//! WeChat Pay, API v3: orders for WeChat's own pages (JSAPI), for apps, for codes to scan (Native) and for phones' browsers (H5), queries, closing, refunds, and the notifications that come back.
//!
//! Money moves by nothing but what WeChat has signed: a 2xx answer or a notification. What it refuses is not signed everywhere, so a
//! refusal only ends or repeats our asking.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    BAD_NOTIFICATION, PAYMENT_REFUSED, PAYMENT_UNREACHABLE, PaymentOrder, Return, Returned, Trade,
    seal::{self, Seal, Signed, Verifier},
};
use crate::{
    base::{
        error::{Error, Result},
        money::Fen,
        settings::{self, BAD_SETTING, WechatOrder},
        time::{Clock, HOUR, MINUTE, SECOND, Tick, Time},
    },
    providers::http::HttpClient,
};

/// An order can be paid no more that long before its seat or its place is given away: the last look then finds what was paid.
pub const SPARE: i64 = 30 * SECOND;
/// WeChat's prepay_id and code_url are good for two hours, its h5_url for five minutes.
const PREPAY: i64 = 110 * MINUTE;
const H5: i64 = 4 * MINUTE;
/// Bytes of an answer.
const MOST: usize = 64 << 10;

/// What an order and payer are paid with (`prepay_id`, `code_url` or `h5_url`), and until when it is good.
type PrepayIds = HashMap<(String, Option<String>), (String, Tick)>;

pub struct WechatPay {
    http: HttpClient,
    base_url: String,
    mch_id: String,
    app_id: String,
    serial_no: String,
    notify_url: String,
    without_open_id: WechatOrder,
    seal: Seal,
    clock: Arc<Clock>,
    /// A list of unpaid orders does not place them anew.
    placed: Mutex<PrepayIds>,
}

/// What WeChat tells by itself.
#[derive(Debug, PartialEq, Eq)]
pub enum Notification {
    Paid {
        out_trade_no: String,
        amount: Fen,
    },
    Returned {
        out_trade_no: String,
        out_refund_no: String,
        amount: Fen,
    },
    /// Nothing that moves money: a refund that is stuck, another kind of event.
    Other(String),
}

/// The heads by which a notification or an answer is checked.
pub const HEADS: [&str; 4] = ["wechatpay-serial", "wechatpay-timestamp", "wechatpay-nonce", "wechatpay-signature"];

/// What WeChat says instead of doing it.
#[derive(Debug, Default, Deserialize)]
struct Refusal {
    #[serde(skip)]
    status: u16,
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

/// One of them, by the kind of the order.
#[derive(Deserialize)]
struct Placed {
    #[serde(alias = "code_url", alias = "h5_url")]
    prepay_id: String,
}

/// An order, in an answer and in a notification.
#[derive(Deserialize)]
struct Transaction {
    appid: String,
    mchid: String,
    out_trade_no: String,
    trade_state: String,
    amount: Option<Paid>,
}

#[derive(Deserialize)]
struct Paid {
    /// Fen.
    total: i64,
    currency: Option<String>,
}

/// A refund in an answer.
#[derive(Deserialize)]
struct Refund {
    out_trade_no: String,
    out_refund_no: String,
    status: String,
    amount: Back,
}

/// A refund in a notification, which names two things differently.
#[derive(Deserialize)]
struct RefundTold {
    mchid: String,
    out_trade_no: String,
    out_refund_no: String,
    refund_status: String,
    amount: Back,
}

#[derive(Deserialize)]
struct Back {
    /// Fen.
    refund: i64,
}

#[derive(Deserialize)]
struct Told {
    event_type: String,
    resource: Envelope,
}

#[derive(Deserialize)]
struct Envelope {
    algorithm: String,
    ciphertext: String,
    #[serde(default)]
    associated_data: String,
    nonce: String,
}

impl WechatPay {
    /// Errors: `bad_setting`.
    pub fn open(http: &HttpClient, settings: &settings::WechatPaySettings, clock: Arc<Clock>) -> Result<WechatPay> {
        let settings::WechatPaySettings {
            mch_id,
            app_id,
            serial_no,
            private_key,
            api_v3_key,
            platform_cert,
            verifiers,
            notify_url,
            without_open_id,
            base_url,
        } = settings;
        let verified = platform_cert.is_some() || !verifiers.is_empty();
        let (Some(mch_id), Some(app_id), Some(serial_no), Some(private_key), Some(api_v3_key), true, Some(notify_url)) =
            (mch_id, app_id, serial_no, private_key, api_v3_key, verified, notify_url)
        else {
            let given = [
                ("mch_id", mch_id.is_some()),
                ("app_id", app_id.is_some()),
                ("serial_no", serial_no.is_some()),
                ("private_key", private_key.is_some()),
                ("api_v3_key", api_v3_key.is_some()),
                ("platform_cert", verified),
                ("notify_url", notify_url.is_some()),
            ];
            let missing: Vec<_> = given.iter().filter(|(_, given)| !given).map(|(name, _)| format!("payment.wechat.{name}")).collect();
            return Err(BAD_SETTING.with(format!("payment.provider is wechat, which needs {}", missing.join(", "))));
        };
        let known = verifiers.iter().map(|(serial, pem)| Verifier::named(serial, pem));
        let known = known.chain(platform_cert.iter().map(|path| Verifier::single(path))).collect::<Result<_, _>>();
        let seal = known.and_then(|known| Seal::open(private_key, known, api_v3_key.expose())).map_err(|why| BAD_SETTING.with(why))?;
        Ok(WechatPay {
            http: http.clone(),
            base_url: base_url.clone(),
            mch_id: mch_id.clone(),
            app_id: app_id.clone(),
            serial_no: serial_no.clone(),
            notify_url: notify_url.clone(),
            without_open_id: *without_open_id,
            seal,
            clock,
            placed: Mutex::default(),
        })
    }

    /// Places the order, where it is not yet, and answers what the client's SDK takes: `wx.requestPayment` with an openId; without, by the
    /// clinic's settings, an app's, or the text of a code to scan (`code_url`), or the address that opens WeChat (`h5_url`).
    ///
    /// Errors: `payment_unreachable`, `payment_refused`.
    pub async fn order_info(&self, order: &PaymentOrder) -> Result<String> {
        let prepay_id = self.prepay_id(order).await?;
        let (timestamp, nonce) = (seal::timestamp(self.clock.now()), seal::nonce());
        let info = match (&order.open_id, self.without_open_id) {
            (Some(_), _) => {
                let package = format!("prepay_id={prepay_id}");
                let sign = self.seal.sign(&[&self.app_id, &timestamp, &nonce, &package])?;
                json!({
                    "appId": self.app_id, "timeStamp": timestamp, "nonceStr": nonce, "package": package,
                    "signType": "RSA", "paySign": sign,
                })
            }
            (None, WechatOrder::Native) => json!({ "code_url": prepay_id }),
            (None, WechatOrder::H5) => json!({ "h5_url": prepay_id }),
            (None, WechatOrder::App) => {
                let sign = self.seal.sign(&[&self.app_id, &timestamp, &nonce, &prepay_id])?;
                json!({
                    "appid": self.app_id, "partnerid": self.mch_id, "prepayid": prepay_id, "package": "Sign=WXPay",
                    "noncestr": nonce, "timestamp": timestamp, "sign": sign,
                })
            }
        };
        Ok(info.to_string())
    }

    /// How an order stands. Errors: `payment_unreachable`, `payment_refused`.
    pub async fn query(&self, out_trade_no: &str) -> Result<Trade> {
        let path = format!("/v3/pay/transactions/out-trade-no/{out_trade_no}?mchid={}", self.mch_id);
        match self.ask(Method::GET, &path, None).await? {
            Ok(answer) => {
                let transaction: Transaction = understood(answer)?;
                match transaction.out_trade_no == out_trade_no {
                    true => self.trade(&transaction),
                    false => Err(PAYMENT_UNREACHABLE.caused_by("WeChat Pay answered for another order than was asked for")),
                }
            }
            Err(refusal) if refusal.is_unknown() => Ok(Trade::Over),
            Err(refusal) => Err(refused(refusal)),
        }
    }

    /// Makes an order unpayable. Errors: `payment_unreachable`, `payment_refused` (also where it was paid just now).
    pub async fn close(&self, out_trade_no: &str) -> Result<()> {
        let path = format!("/v3/pay/transactions/out-trade-no/{out_trade_no}/close");
        match self.ask(Method::POST, &path, Some(json!({ "mchid": self.mch_id }))).await? {
            Ok(_) => Ok(()),
            Err(refusal) => Err(refused(refusal)),
        }
    }

    /// Asks for a refund. Asking again for the same one answers how it stands. Errors: `payment_unreachable`, `payment_refused`.
    pub async fn refund(&self, back: &Return) -> Result<Returned> {
        let body = json!({
            "out_trade_no": back.out_trade_no,
            "out_refund_no": back.out_refund_no,
            "reason": up_to(&back.reason, 80),
            "notify_url": self.notify_url,
            "amount": { "refund": back.amount.0, "total": back.amount.0, "currency": "CNY" },
        });
        match self.ask(Method::POST, "/v3/refund/domestic/refunds", Some(body)).await? {
            Ok(answer) => returned(back, understood(answer)?),
            Err(refusal) => Err(refused(refusal)),
        }
    }

    /// How a refund stands; `None` where WeChat knows nothing of it. Errors: `payment_unreachable`, `payment_refused`.
    pub async fn query_refund(&self, back: &Return) -> Result<Option<Returned>> {
        match self.ask(Method::GET, &format!("/v3/refund/domestic/refunds/{}", back.out_refund_no), None).await? {
            Ok(answer) => returned(back, understood(answer)?).map(Some),
            Err(refusal) if refusal.is_unknown() => Ok(None),
            Err(refusal) => Err(refused(refusal)),
        }
    }

    /// Reads a notification. `heads` are the values of [`HEADS`].
    ///
    /// Errors: `bad_notification`, where it is not WeChat's, not of now, or not for us.
    pub fn notification(&self, heads: [&str; 4], body: &[u8]) -> Result<Notification> {
        let bad = |why: &str| BAD_NOTIFICATION.caused_by(why.to_owned());
        if let Err(why) = self.seal.check(signed(heads), body, self.clock.now()) {
            let error = BAD_NOTIFICATION.caused_by(why);
            return Err(if self.seal.knows(heads[0]) {
                error
            } else {
                error.detail("没有该 Wechatpay-Serial 的平台证书或公钥")
            });
        }
        let told: Told = serde_json::from_slice(body).map_err(|error| BAD_NOTIFICATION.caused_by(error))?;
        let Envelope { algorithm, ciphertext, associated_data, nonce } = &told.resource;
        if algorithm != "AEAD_AES_256_GCM" {
            return Err(bad("the envelope is of a kind that we do not know"));
        }
        let text = self.seal.unwrap(nonce, associated_data, ciphertext).ok_or_else(|| bad("the envelope is not sealed with our key"))?;
        match told.event_type.as_str() {
            "TRANSACTION.SUCCESS" => {
                let transaction: Transaction = serde_json::from_slice(&text).map_err(|error| BAD_NOTIFICATION.caused_by(error))?;
                match self.trade(&transaction).map_err(|error| BAD_NOTIFICATION.caused_by(error))? {
                    Trade::Paid(amount) => Ok(Notification::Paid { out_trade_no: transaction.out_trade_no, amount }),
                    _ => Ok(Notification::Other(format!("{} {}", told.event_type, transaction.trade_state))),
                }
            }
            "REFUND.SUCCESS" => {
                let refund: RefundTold = serde_json::from_slice(&text).map_err(|error| BAD_NOTIFICATION.caused_by(error))?;
                let RefundTold { mchid, out_trade_no, out_refund_no, refund_status, amount } = refund;
                match refund_status.as_str() {
                    _ if mchid != self.mch_id => Err(bad("the refund is another merchant's")),
                    "SUCCESS" => Ok(Notification::Returned { out_trade_no, out_refund_no, amount: Fen(amount.refund) }),
                    other => Ok(Notification::Other(format!("{} {other}", told.event_type))),
                }
            }
            other => Ok(Notification::Other(other.to_owned())),
        }
    }

    fn trade(&self, transaction: &Transaction) -> Result<Trade> {
        if transaction.mchid != self.mch_id || transaction.appid != self.app_id {
            return Err(PAYMENT_REFUSED.caused_by("the order is another merchant's or another app's"));
        }
        Ok(match (transaction.trade_state.as_str(), &transaction.amount) {
            ("SUCCESS", Some(Paid { total, currency })) if currency.as_deref().is_none_or(|currency| currency == "CNY") => {
                Trade::Paid(Fen(*total))
            }
            ("NOTPAY" | "USERPAYING" | "PAYERROR", _) => Trade::Open,
            ("CLOSED" | "REVOKED", _) => Trade::Over,
            (state, _) => Trade::Odd(state.to_owned()),
        })
    }

    async fn prepay_id(&self, order: &PaymentOrder) -> Result<String> {
        let (now, name) = (self.clock.tick(), (order.out_trade_no.clone(), order.open_id.clone()));
        if let Some((prepay_id, _)) = self.placed().get(&name).filter(|(_, until)| *until > now) {
            return Ok(prepay_id.clone());
        }
        let mut body = json!({
            "appid": self.app_id,
            "mchid": self.mch_id,
            "description": order.description,
            "out_trade_no": order.out_trade_no,
            "notify_url": self.notify_url,
            "amount": { "total": order.amount.0, "currency": "CNY" },
        });
        if let Some(until) = order.until {
            // Made from the order alone: placed again, it must be the same. WeChat takes no order for less than a minute.
            body["time_expire"] = json!(beijing(until.plus(-SPARE).max(order.created_at.plus(MINUTE + SECOND))));
        }
        let (path, good) = match (&order.open_id, self.without_open_id) {
            (Some(open_id), _) => {
                body["payer"] = json!({ "openid": open_id });
                ("/v3/pay/transactions/jsapi", PREPAY)
            }
            (None, WechatOrder::App) => ("/v3/pay/transactions/app", PREPAY),
            (None, WechatOrder::Native) => ("/v3/pay/transactions/native", PREPAY),
            (None, WechatOrder::H5) => {
                body["scene_info"] = json!({ "payer_client_ip": order.address.to_string(), "h5_info": { "type": "Wap" } });
                ("/v3/pay/transactions/h5", H5)
            }
        };
        let Placed { prepay_id } = match self.ask(Method::POST, path, Some(body)).await? {
            Ok(answer) => understood(answer)?,
            Err(refusal) => return Err(refused(refusal)),
        };
        let mut placed = self.placed();
        placed.retain(|_, (_, until)| *until > now);
        placed.insert(name, (prepay_id.clone(), now.plus(good)));
        Ok(prepay_id)
    }

    fn placed(&self) -> std::sync::MutexGuard<'_, PrepayIds> {
        self.placed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Signs, asks, and checks the signature of what is no refusal.
    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Result<Value, Refusal>> {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let (timestamp, nonce) = (seal::timestamp(self.clock.now()), seal::nonce());
        let signature = self.seal.sign(&[method.as_str(), path, &timestamp, &nonce, &body])?;
        let authorization = format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{}\",nonce_str=\"{nonce}\",signature=\"{signature}\",timestamp=\"{timestamp}\",serial_no=\"{}\"",
            self.mch_id, self.serial_no
        );
        let heads = [("authorization", authorization.as_str())];
        let answer = self.http.send(method, &format!("{}{path}", self.base_url), &heads, body.into_bytes(), MOST).await;
        let answer = answer.map_err(|fault| PAYMENT_UNREACHABLE.caused_by(fault))?;
        if !(200..300).contains(&answer.status) {
            let refusal: Refusal = serde_json::from_slice(&answer.body).unwrap_or_default();
            return Ok(Err(Refusal { status: answer.status, ..refusal }));
        }
        let heads = HEADS.map(|name| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default());
        if let Err(why) = self.seal.check(signed(heads), &answer.body, self.clock.now()) {
            let hint = format!(
                "the answer to {path} is not WeChat Pay's ({why}): check payment.wechat.platform_cert, payment.wechat.verifiers and the clock"
            );
            return Err(PAYMENT_UNREACHABLE.caused_by(hint));
        }
        match answer.body.is_empty() {
            true => Ok(Ok(Value::Null)),
            false => serde_json::from_slice(&answer.body).map(Ok).map_err(|error| PAYMENT_UNREACHABLE.caused_by(error)),
        }
    }
}

fn signed([serial, timestamp, nonce, signature]: [&str; 4]) -> Signed<'_> {
    Signed { serial, timestamp, nonce, signature }
}

fn understood<T: for<'a> Deserialize<'a>>(answer: Value) -> Result<T> {
    serde_json::from_value(answer).map_err(|error| PAYMENT_UNREACHABLE.caused_by(error))
}

impl Refusal {
    /// WeChat Pay knows no such order or refund. A 404 without its word for that comes from somebody on the way, and says nothing.
    fn is_unknown(&self) -> bool {
        const WORDS: [&str; 4] = ["ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS", "REFUNDNOTEXIST"];
        self.status == 404 && WORDS.contains(&self.code.as_str())
    }

    /// Too often, or not in order at present: the same may succeed in a moment.
    fn is_passing(&self) -> bool {
        const WORDS: [&str; 7] = [
            "FREQUENCY_LIMITED",
            "FREQUENCY_LIMIT_EXCEED",
            "RATELIMIT_EXCEEDED",
            "RATE_LIMITED",
            "SYSTEM_ERROR",
            "SYSTEMERROR",
            "BANK_ERROR",
        ];
        matches!(self.status, 408 | 429 | 500..) || WORDS.contains(&self.code.as_str()) || (self.status == 404 && self.code.is_empty())
    }
}

fn refused(refusal: Refusal) -> Error {
    // The text names accounts and settings: the log is the place for it.
    let passing = refusal.is_passing();
    let Refusal { status, code, message } = refusal;
    let cause = format!("WeChat Pay answered {status} {code}: {message}");
    match passing {
        true => PAYMENT_UNREACHABLE.caused_by(cause),
        false => PAYMENT_REFUSED.with(format!("{status} {code}")).source(cause),
    }
}

fn returned(back: &Return, refund: Refund) -> Result<Returned> {
    let Refund { out_trade_no, out_refund_no, status, amount } = refund;
    if out_trade_no != back.out_trade_no || out_refund_no != back.out_refund_no || amount.refund != back.amount.0 {
        return Err(PAYMENT_REFUSED.caused_by("WeChat Pay answered for another refund, or for another amount"));
    }
    Ok(match status.as_str() {
        "SUCCESS" => Returned::Done,
        "PROCESSING" => Returned::OnItsWay,
        _ => Returned::Stuck(status),
    })
}

/// `2018-06-08T10:34:56+08:00`, the only form that WeChat's examples have.
fn beijing(time: Time) -> String {
    let utc = time.plus(8 * HOUR).rfc3339();
    format!("{}+08:00", utc.split('.').next().unwrap_or_default())
}

/// The beginning of a text, whole letters only.
fn up_to(text: &str, bytes: usize) -> &str {
    let ends = text.char_indices().map(|(at, letter)| at + letter.len_utf8());
    &text[..ends.take_while(|end| *end <= bytes).last().unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_tried_again_and_what_is_wrong_is_said() {
        let refusal = |status, code: &str| Refusal { status, code: code.into(), message: String::new() };
        for (status, code) in
            [(429, "FREQUENCY_LIMITED"), (403, "RATELIMIT_EXCEEDED"), (500, ""), (502, "x"), (400, "SYSTEM_ERROR"), (404, "")]
        {
            assert!(refused(refusal(status, code)).is(&PAYMENT_UNREACHABLE), "{status} {code}");
        }
        for (status, code) in [(400, "PARAM_ERROR"), (401, "SIGN_ERROR"), (403, "NO_AUTH"), (403, "NOT_ENOUGH"), (404, "ORDER_NOT_EXIST")] {
            assert!(refused(refusal(status, code)).is(&PAYMENT_REFUSED), "{status} {code}");
        }
        assert!(refusal(404, "ORDER_NOT_EXIST").is_unknown() && refusal(404, "RESOURCE_NOT_EXISTS").is_unknown());
        assert!(!refusal(404, "").is_unknown() && !refusal(400, "ORDER_NOT_EXIST").is_unknown());
    }

    #[test]
    fn as_wechat_writes_it() {
        assert_eq!(beijing(Time(1_528_425_296_000)), "2018-06-08T10:34:56+08:00");
        assert_eq!((up_to("患者", 4), up_to("ab", 4)), ("患", "ab"));
    }
}
