//! Secrets: random bytes, the process's signing key, HS256 tokens (RFC 7519, RFC 7515) and constant-time comparison.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as B64},
};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// `N` bytes from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// Lower-case hex of `bytes`.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, b| {
        let _ = write!(text, "{b:02x}");
        text
    })
}

/// The bytes that a text in hex stands for; `None` for anything else, and for another number of them.
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(bytes)
}

/// A number of `digits` decimal digits without bias worth mention (64 bits modulo at most 10^9), leading zeros kept.
pub fn digits(digits: u32) -> String {
    let number = u64::from_le_bytes(random()) % 10u64.pow(digits);
    format!("{number:0width$}", width = digits as usize)
}

/// A key of its own for a purpose, from a key that does more: knowing one of them tells nothing of the others.
pub fn derived(key: &[u8], purpose: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(purpose.as_bytes());
    mac.finalize().into_bytes().into()
}

/// The password that a TURN server which shares `secret` takes from the user `name`: HMAC-SHA1 in base64 (TURN REST API, 2.2). The protocol fixes
/// SHA-1, and as an HMAC it holds.
pub fn turn_credential(secret: &str, name: &str) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
    BASE64_STANDARD.encode(ring::hmac::sign(&key, name.as_bytes()))
}

/// Whether two secrets are equal, in time that does not tell where they differ.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |acc, (x, y)| acc | (x ^ y)) == 0
}

/// What a session token says. `userId` prints in the 24-digit style.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    #[serde(rename = "userId")]
    pub user_id: String,
    /// Seconds since 1970.
    pub exp: i64,
    pub jti: String,
    pub role: String,
}

/// Signs and checks tokens with the key that was made at first start.
pub struct Signer {
    mac: Hmac<Sha256>,
}

/// `{"alg":"HS256","typ":"JWT"}`: the only header that we write, and so the only one that we accept.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

impl Signer {
    pub fn new(key: &[u8; 32]) -> Signer {
        Signer { mac: Hmac::new_from_slice(key).expect("HMAC takes keys of any length") }
    }

    pub fn token(&self, claims: &Claims) -> String {
        let payload = B64.encode(serde_json::to_vec(claims).expect("claims are plain text"));
        let signed = format!("{HEADER}.{payload}");
        let signature = B64.encode(self.mac(signed.as_bytes()).finalize().into_bytes());
        format!("{signed}.{signature}")
    }

    /// The claims of a token that this key signed, expired or not.
    pub fn claims(&self, token: &str) -> Option<Claims> {
        let (signed, signature) = token.rsplit_once('.')?;
        let payload = signed.strip_prefix(HEADER)?.strip_prefix('.')?;
        self.mac(signed.as_bytes()).verify_slice(&B64.decode(signature).ok()?).ok()?;
        serde_json::from_slice(&B64.decode(payload).ok()?).ok()
    }

    /// Seals a text for one purpose: nobody without the key makes the seal of another text, or of this one for another purpose.
    pub fn seal(&self, purpose: &str, text: &str) -> [u8; 32] {
        // A token begins with its header; a purpose has no dot, so that no seal is a token's signature.
        self.mac(format!("{purpose}:{text}").as_bytes()).finalize().into_bytes().into()
    }

    fn mac(&self, message: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(message);
        mac
    }
}

/// Keeps texts secret that go out and come back: AES-256-GCM under one key, with a nonce of its own for each.
pub struct Sealer {
    key: ring::aead::LessSafeKey,
}

impl Sealer {
    pub fn new(key: &[u8; 32]) -> Sealer {
        let key = ring::aead::UnboundKey::new(&ring::aead::AES_256_GCM, key).expect("the key has the right length");
        Sealer { key: ring::aead::LessSafeKey::new(key) }
    }

    /// The text, sealed, in letters that need no escape in an address.
    pub fn seal(&self, text: &str) -> String {
        let nonce = random::<{ ring::aead::NONCE_LEN }>();
        let mut sealed = text.as_bytes().to_vec();
        self.key
            .seal_in_place_append_tag(ring::aead::Nonce::assume_unique_for_key(nonce), ring::aead::Aad::empty(), &mut sealed)
            .expect("texts are shorter than 64 GB");
        B64.encode([&nonce[..], &sealed].concat())
    }

    /// What was sealed under this key; `None` of anything else.
    pub fn open(&self, sealed: &str) -> Option<String> {
        let bytes = B64.decode(sealed).ok()?;
        let (nonce, rest) = bytes.split_at_checked(ring::aead::NONCE_LEN)?;
        let nonce = ring::aead::Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut rest = rest.to_vec();
        let text = self.key.open_in_place(nonce, ring::aead::Aad::empty(), &mut rest).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_hold_only_under_their_key_and_unchanged() {
        let claims = Claims { user_id: "0".repeat(24), exp: 1, jti: "7".into(), role: "patient".into() };
        let token = Signer::new(&[1; 32]).token(&claims);
        assert_eq!(Signer::new(&[1; 32]).claims(&token), Some(claims));
        assert_eq!(Signer::new(&[2; 32]).claims(&token), None);
        let none = format!("{}.{}.", B64.encode(r#"{"alg":"none"}"#), token.split('.').nth(1).unwrap());
        for bad in ["", "a", "a.b", "a.b.c", &token[..token.len() - 1], &format!("x{token}"), &none] {
            assert_eq!(Signer::new(&[1; 32]).claims(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_seal_is_of_its_key_its_purpose_and_its_text() {
        let seal = |key, purpose, text| Signer::new(&[key; 32]).seal(purpose, text);
        assert_eq!(seal(1, "a", "b"), seal(1, "a", "b"));
        for other in [seal(2, "a", "b"), seal(1, "b", "b"), seal(1, "a", "c")] {
            assert_ne!(seal(1, "a", "b"), other);
        }
    }

    /// The second test case of RFC 2202.
    #[test]
    fn turn_credentials_are_hmac_sha1() {
        let expected =
            [0xef, 0xfc, 0xdf, 0x6a, 0xe5, 0xeb, 0x2f, 0xa2, 0xd2, 0x74, 0x16, 0xd5, 0xf1, 0x84, 0xdf, 0x9c, 0x25, 0x9a, 0x7c, 0x79];
        assert_eq!(turn_credential("Jefe", "what do ya want for nothing?"), BASE64_STANDARD.encode(expected));
    }

    #[test]
    fn what_is_sealed_opens_under_its_key_alone() {
        let sealer = Sealer::new(&[1; 32]);
        let sealed = sealer.seal("name=秦");
        assert_eq!(sealer.open(&sealed).as_deref(), Some("name=秦"));
        assert_ne!(sealed, sealer.seal("name=秦"));
        assert_eq!(Sealer::new(&[2; 32]).open(&sealed), None);
        for bad in ["", "a", &sealed[1..], &sealed[..sealed.len() - 1]] {
            assert_eq!(sealer.open(bad), None, "{bad}");
        }
    }

    #[test]
    fn digits_have_their_length() {
        for n in 1..=9 {
            assert_eq!(digits(n).len(), n as usize);
        }
    }
}
