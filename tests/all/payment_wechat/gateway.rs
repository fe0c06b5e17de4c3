//! WeChat Pay, imitated by its documented rules: it checks the merchant's signature below every request, signs its own answers, and seals
//! notifications. The keys were made for these tests alone.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    rand::SystemRandom,
    signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey},
};
use serde_json::{Value, json};
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, pem::PemObject};

use crate::kit::{Asked, Outside, TestServer};

pub const MCH_ID: &str = "1900000001";
pub const APP_ID: &str = "wx0000000000000001";
pub const SERIAL_NO: &str = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";
pub const API_V3_KEY: &str = "0123456789abcdef0123456789ABCDEF";
pub const PLATFORM_SERIAL: &str = "E157F09E1AC54B2C3D4E5F60718293A4B5C6D7E8";

pub fn file(name: &str) -> String {
    format!("{}/tests/data/wechat/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn key(name: &str) -> RsaKeyPair {
    match PrivateKeyDer::from_pem_file(file(name)).unwrap() {
        PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).unwrap(),
        _ => panic!("{name} is no PKCS #8 key"),
    }
}

pub fn signed_by(name: &str, message: &str) -> String {
    let key = key(name);
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    BASE64.encode(signature)
}

/// Whether the merchant signed these lines.
pub fn is_merchants(lines: &[&str], signature: &str) -> bool {
    let message: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key("merchant.key.pem").public().as_ref().to_vec());
    key.verify(message.as_bytes(), &BASE64.decode(signature).unwrap()).is_ok()
}

/// What the gateway knows and does.
pub struct Books {
    /// The bodies by which orders were placed, by number.
    pub orders: BTreeMap<String, Value>,
    /// `NOTPAY` where nothing else is said.
    pub states: BTreeMap<String, &'static str>,
    /// What was paid, where it is not what was asked for.
    pub paid: BTreeMap<String, i64>,
    /// The bodies by which refunds were asked for, by number.
    pub refunds: BTreeMap<String, Value>,
    pub refund_status: &'static str,
    /// Answers 500.
    pub down: bool,
    /// Who signs the answers, and under which name.
    pub signer: &'static str,
    pub serial: &'static str,
    /// Answers this status and word, whatever is asked; without a word it is a page of somebody else's.
    pub refusal: Option<(u16, &'static str)>,
}

pub struct Gateway {
    pub outside: Outside,
    books: Arc<Mutex<Books>>,
}

impl Gateway {
    pub fn open() -> Gateway {
        let books = Arc::new(Mutex::new(Books {
            orders: BTreeMap::new(),
            states: BTreeMap::new(),
            paid: BTreeMap::new(),
            refunds: BTreeMap::new(),
            refund_status: "SUCCESS",
            down: false,
            signer: "platform.key.pem",
            serial: PLATFORM_SERIAL,
            refusal: None,
        }));
        let shared = books.clone();
        let outside = Outside::with_headers(move |asked| serve(&mut shared.lock().unwrap(), asked));
        Gateway { outside, books }
    }

    pub fn server(&self) -> TestServer {
        self.clinic_with(&[])
    }

    pub fn clinic_with(&self, more: &[(&'static str, &str)]) -> TestServer {
        let (private_key, platform_cert) = (file("merchant.key.pem"), file("platform.cert.pem"));
        let mut settings = vec![
            ("payment.provider", "wechat"),
            ("payment.wechat.mch_id", MCH_ID),
            ("payment.wechat.app_id", APP_ID),
            ("payment.wechat.serial_no", SERIAL_NO),
            ("payment.wechat.private_key", &private_key),
            ("payment.wechat.api_v3_key", API_V3_KEY),
            ("payment.wechat.platform_cert", &platform_cert),
            ("payment.wechat.notify_url", "https://clinic.example.com/payment/wechat/notify"),
            ("payment.wechat.base_url", &self.outside.base),
        ];
        settings.extend(more);
        TestServer::with(&settings)
    }

    pub fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }

    /// Somebody pays, and nobody is told.
    pub fn pay(&self, number: &str) {
        self.books().states.insert(number.to_owned(), "SUCCESS");
    }

    pub fn times(&self, method: &str, path: &str) -> usize {
        self.outside.asked().iter().filter(|asked| asked.method == method && asked.path.starts_with(path)).count()
    }
}

type Said = (u16, Vec<(&'static str, String)>, Vec<u8>);

fn serve(books: &mut Books, asked: &Asked) -> Said {
    let refuse = |status: u16, code: &str| (status, Vec::new(), json!({ "code": code, "message": "不行" }).to_string().into_bytes());
    let head = asked.header("authorization");
    let field = |name: &str| {
        let rest = head.split_once(&format!("{name}=\"")).map_or("", |(_, rest)| rest);
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let (timestamp, nonce, signature) = (field("timestamp"), field("nonce_str"), field("signature"));
    let known = head.starts_with("WECHATPAY2-SHA256-RSA2048 ") && field("mchid") == MCH_ID && field("serial_no") == SERIAL_NO;
    if !known || !is_merchants(&[&asked.method, &asked.path, &timestamp, &nonce, &asked.body], &signature) {
        return refuse(401, "SIGN_ERROR");
    }
    match books.refusal {
        Some((status, "")) => return (status, Vec::new(), b"<html>nothing here</html>".to_vec()),
        Some((status, code)) => return refuse(status, code),
        None => {}
    }
    if books.down {
        return refuse(500, "SYSTEM_ERROR");
    }
    let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
    let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
    let path = asked.path.split('?').next().unwrap_or_default();
    let of_order = path.strip_prefix("/v3/pay/transactions/out-trade-no/");
    let (status, said) = match (asked.method.as_str(), path, of_order) {
        ("POST", "/v3/pay/transactions/native", _) => {
            let number = text("out_trade_no");
            assert!(body["payer"].is_null() && body["scene_info"].is_null());
            books.orders.entry(number.clone()).or_insert_with(|| body.clone());
            (200, json!({ "code_url": format!("weixin://wxpay/bizpayurl?pr={number}") }))
        }
        ("POST", "/v3/pay/transactions/h5", _) => {
            let number = text("out_trade_no");
            assert_eq!(body["scene_info"], json!({ "payer_client_ip": "127.0.0.1", "h5_info": { "type": "Wap" } }));
            books.orders.entry(number.clone()).or_insert_with(|| body.clone());
            (200, json!({ "h5_url": format!("https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx{number}") }))
        }
        ("POST", "/v3/pay/transactions/jsapi" | "/v3/pay/transactions/app", _) => {
            let number = text("out_trade_no");
            let earlier = books.orders.entry(number.clone()).or_insert_with(|| body.clone());
            if *earlier != body {
                return refuse(400, "INVALID_REQUEST");
            }
            (200, json!({ "prepay_id": format!("wx{number}") }))
        }
        ("GET", _, Some(number)) => {
            assert_eq!(asked.path.split_once('?').unwrap().1, format!("mchid={MCH_ID}"));
            match books.orders.get(number) {
                None => return refuse(404, "ORDER_NOT_EXIST"),
                Some(_) => (200, transaction(books, number)),
            }
        }
        ("POST", _, Some(number)) => {
            let number = number.strip_suffix("/close").unwrap();
            if books.states.get(number) == Some(&"SUCCESS") {
                return refuse(400, "ORDERPAID");
            }
            books.states.insert(number.to_owned(), "CLOSED");
            (204, Value::Null)
        }
        ("POST", "/v3/refund/domestic/refunds", _) => {
            if books.states.get(&text("out_trade_no")) != Some(&"SUCCESS") {
                return refuse(404, "RESOURCE_NOT_EXISTS");
            }
            let number = text("out_refund_no");
            books.refunds.insert(number.clone(), body.clone());
            (200, refund(books, &number))
        }
        ("GET", path, None) => match path.strip_prefix("/v3/refund/domestic/refunds/") {
            Some(number) if books.refunds.contains_key(number) => (200, refund(books, number)),
            _ => return refuse(404, "RESOURCE_NOT_EXISTS"),
        },
        _ => return refuse(404, "NOT_FOUND"),
    };
    let said = if said.is_null() { String::new() } else { said.to_string() };
    let heads = vec![
        ("Wechatpay-Serial", books.serial.to_owned()),
        ("Wechatpay-Nonce", nonce.clone()),
        ("Wechatpay-Signature", signed_by(books.signer, &format!("{timestamp}\n{nonce}\n{said}\n"))),
        ("Wechatpay-Timestamp", timestamp),
    ];
    (status, heads, said.into_bytes())
}

pub fn transaction(books: &Books, number: &str) -> Value {
    let total = books.paid.get(number).copied().unwrap_or_else(|| books.orders[number]["amount"]["total"].as_i64().unwrap());
    json!({
        "appid": APP_ID, "mchid": MCH_ID, "out_trade_no": number, "transaction_id": format!("42{number}"),
        "trade_state": books.states.get(number).copied().unwrap_or("NOTPAY"), "trade_state_desc": "",
        "amount": { "total": total, "payer_total": total, "currency": "CNY", "payer_currency": "CNY" },
    })
}

fn refund(books: &Books, number: &str) -> Value {
    let body = &books.refunds[number];
    json!({
        "refund_id": format!("50{number}"), "out_refund_no": number, "out_trade_no": body["out_trade_no"], "channel": "ORIGINAL",
        "status": books.refund_status, "amount": { "total": body["amount"]["total"], "refund": body["amount"]["refund"], "currency": "CNY" },
    })
}

/// A notification as it is sent, with everything that can be wrong with it.
pub struct Notification<'a> {
    pub event: &'a str,
    pub resource: Value,
    /// Seconds since 1970.
    pub timestamp: i64,
    pub serial: &'a str,
    pub signer: &'a str,
    pub api_key: &'a str,
    /// Put in the body after it was signed.
    pub forged: &'a str,
}

impl Notification<'_> {
    pub fn of(server: &TestServer, event: &'static str, resource: Value) -> Notification<'static> {
        let timestamp = server.now().seconds();
        Notification { event, resource, timestamp, serial: PLATFORM_SERIAL, signer: "platform.key.pem", api_key: API_V3_KEY, forged: "" }
    }

    /// Status and `code` of the answer.
    pub fn send(&self, server: &TestServer) -> (u16, String) {
        let (heads, body) = self.sealed();
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).max_idle_connections(0).build().into();
        // Not through the kit's client: what is refused here has WeChat's form, not the family's.
        let mut request = agent.post(format!("{}/payment/wechat/notify", server.nobody().base)).content_type("application/json");
        for (name, value) in &heads {
            request = request.header(*name, value);
        }
        let mut answer = request.send(body).unwrap();
        let said: Value = answer.body_mut().read_json().unwrap();
        (answer.status().as_u16(), said["code"].as_str().unwrap_or_default().to_owned())
    }

    fn sealed(&self) -> (Vec<(&'static str, String)>, String) {
        const NONCE: &str = "fdasflkja484";
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, self.api_key.as_bytes()).unwrap());
        let mut text = self.resource.to_string().into_bytes();
        let nonce = Nonce::try_assume_unique_for_key(NONCE.as_bytes()).unwrap();
        key.seal_in_place_append_tag(nonce, Aad::from(b"transaction"), &mut text).unwrap();
        let body = json!({
            "id": "EV-2018022511223320873", "create_time": "2026-03-02T09:00:00+08:00", "resource_type": "encrypt-resource",
            "event_type": self.event, "summary": "支付成功",
            "resource": {
                "algorithm": "AEAD_AES_256_GCM", "ciphertext": BASE64.encode(text), "associated_data": "transaction", "nonce": NONCE,
                "original_type": "transaction",
            },
        })
        .to_string();
        let signature = signed_by(self.signer, &format!("{}\nnonce\n{body}\n", self.timestamp));
        let heads = vec![
            ("Wechatpay-Serial", self.serial.to_owned()),
            ("Wechatpay-Timestamp", self.timestamp.to_string()),
            ("Wechatpay-Nonce", "nonce".to_owned()),
            ("Wechatpay-Signature", signature),
        ];
        (heads, format!("{body}{}", self.forged))
    }
}
