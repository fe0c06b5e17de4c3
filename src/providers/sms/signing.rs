//! What both clouds' signatures are made of: SHA-256 and HMAC-SHA256 in hex, over lines of what is sent.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::base::secret;

pub fn hash(text: &str) -> String {
    secret::hex(&Sha256::digest(text))
}

pub fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// The lines of a request that are signed, in the form that both want: `headers` in the order of their lower-case names.
pub fn canonical(query: &str, headers: &[(&str, &str)], body_hash: &str) -> (String, String) {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let signed = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    (format!("POST\n/\n{query}\n{lines}\n{signed}\n{body_hash}"), signed)
}
