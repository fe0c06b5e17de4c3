//! `usersig`: Tencent's TLSSigAPIv2, by which a client logs in to the IM service under an identifier (互联网医院 1.2).
//!
//! JSON of the claims, signed with HMAC-SHA256, deflated by zlib, in base64 whose `+/=` are `*-_`.

use std::io::Write;

use base64::{Engine, prelude::BASE64_STANDARD as B64};
use flate2::{Compression, write::ZlibEncoder};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::base::{
    error::{INTERNAL, Result},
    time::Time,
};

/// The application that identifiers belong to, and its secret.
#[derive(Clone, Debug)]
pub struct App {
    pub id: u32,
    pub key: Vec<u8>,
}

impl App {
    /// A signature for `identifier`, good for `seconds` from `now`.
    pub fn usersig(&self, identifier: &str, now: Time, seconds: i64) -> Result<String> {
        let (app, time) = (self.id, now.seconds());
        let signed = format!("TLS.identifier:{identifier}\nTLS.sdkappid:{app}\nTLS.time:{time}\nTLS.expire:{seconds}\n");
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).map_err(|e| INTERNAL.caused_by(e))?;
        mac.update(signed.as_bytes());
        let claims = serde_json::json!({
            "TLS.ver": "2.0",
            "TLS.identifier": identifier,
            "TLS.sdkappid": app,
            "TLS.expire": seconds,
            "TLS.time": time,
            "TLS.sig": B64.encode(mac.finalize().into_bytes()),
        });
        let mut deflated = ZlibEncoder::new(Vec::new(), Compression::default());
        deflated.write_all(claims.to_string().as_bytes()).map_err(|e| INTERNAL.caused_by(e))?;
        let bytes = deflated.finish().map_err(|e| INTERNAL.caused_by(e))?;
        Ok(B64
            .encode(bytes)
            .chars()
            .map(|c| match c {
                '+' => '*',
                '/' => '-',
                '=' => '_',
                c => c,
            })
            .collect())
    }
}
