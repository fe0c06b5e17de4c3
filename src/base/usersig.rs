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
pub struct UsersigApp {
    pub id: u32,
    pub key: Vec<u8>,
}

impl UsersigApp {
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

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::ZlibDecoder;
    use serde_json::Value;

    use super::*;

    fn claims(usersig: &str) -> Value {
        let base64: String = usersig
            .chars()
            .map(|c| match c {
                '*' => '+',
                '-' => '/',
                '_' => '=',
                c => c,
            })
            .collect();
        let mut json = String::new();
        ZlibDecoder::new(B64.decode(base64).unwrap().as_slice()).read_to_string(&mut json).unwrap();
        serde_json::from_str(&json).unwrap()
    }

    /// `tests/data/usersig.csv` was made by Tencent's own code (tls-sig-api-v2 1.1, Python). What is inside is compared: two zlibs may deflate the
    /// same text differently.
    #[test]
    fn signatures_are_tencents() {
        let rows = include_str!("../../tests/data/usersig.csv");
        let mut looked_at = 0;
        for row in rows.lines().skip(1) {
            let [id, key, identifier, time, expire, theirs] = row.split(',').collect::<Vec<_>>().try_into().unwrap();
            let app = UsersigApp { id: id.parse().unwrap(), key: key.as_bytes().to_vec() };
            let time = Time(time.parse::<i64>().unwrap() * 1_000);
            let ours = app.usersig(identifier, time, expire.parse().unwrap()).unwrap();
            assert_eq!(claims(&ours), claims(theirs), "{identifier}");
            assert!(ours.bytes().all(|b| b.is_ascii_alphanumeric() || b"*-_".contains(&b)), "{ours}");
            looked_at += 1;
        }
        assert_eq!(looked_at, 3);
    }

    #[test]
    fn another_key_signs_otherwise() {
        let sign = |key: &str| UsersigApp { id: 1, key: key.as_bytes().to_vec() }.usersig("a", Time(0), 60).unwrap();
        assert_ne!(claims(&sign("a"))["TLS.sig"], claims(&sign("b"))["TLS.sig"]);
    }
}
