//! The seals of WeChat Pay's API v3: our signature below what we say (SHA256-RSA2048), theirs below what they say, and the envelope
//! around a notification (AES-256-GCM).

use std::{fs, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, SubjectPublicKeyInfoDer, pem::PemObject};
use webpki::{EndEntityCert, RawPublicKeyEntity, ring::RSA_PKCS1_2048_8192_SHA256};

use crate::base::{
    error::{INTERNAL, Result},
    secret,
    time::{SECOND, Time},
};

/// How far a sender's clock may be from ours (the document's five minutes).
const SKEW: i64 = 300;

pub struct Seal {
    key: RsaKeyPair,
    platform: Platform,
    envelope: LessSafeKey,
}

/// By what WeChat's signatures are checked: older merchants have a certificate, newer ones a public key.
enum Platform {
    Certificate { der: CertificateDer<'static>, serial: String },
    Key(SubjectPublicKeyInfoDer<'static>),
}

/// What stands in the heads of an answer or a notification.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    pub serial: &'a str,
    /// Seconds since 1970.
    pub timestamp: &'a str,
    pub nonce: &'a str,
    pub signature: &'a str,
}

impl Seal {
    /// From the operator's files. An error says what is wrong with which setting.
    pub fn open(private_key: &Path, platform: &Path, api_v3_key: &str) -> Result<Seal, String> {
        let unusable = |name: &str, path: &Path, why: &dyn std::fmt::Display| format!("payment.wechat.{name} ({}) {why}", path.display());
        let read = |name, path| fs::read(path).map_err(|error| unusable(name, path, &format_args!("cannot be read: {error}")));

        let pem = read("private_key", private_key)?;
        let der = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| unusable("private_key", private_key, &"holds no PEM private key"))?;
        let key = match &der {
            PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err(unusable("private_key", private_key, &"is no RSA key")),
        };
        let key = key.map_err(|error| unusable("private_key", private_key, &format_args!("is no RSA key that can be used: {error}")))?;

        let pem = read("platform_cert", platform)?;
        let platform = match (CertificateDer::from_pem_slice(&pem), SubjectPublicKeyInfoDer::from_pem_slice(&pem)) {
            (Ok(der), _) => {
                let serial = EndEntityCert::try_from(&der).map(|cert| serial_of(&cert));
                let serial = serial
                    .map_err(|error| unusable("platform_cert", platform, &format_args!("is no certificate that can be used: {error}")))?;
                Platform::Certificate { der, serial }
            }
            (_, Ok(key)) => match RawPublicKeyEntity::try_from(&key) {
                Ok(_) => Platform::Key(key),
                Err(error) => return Err(unusable("platform_cert", platform, &format_args!("is no key that can be used: {error}"))),
            },
            _ => return Err(unusable("platform_cert", platform, &"holds neither a PEM certificate nor a PEM public key")),
        };

        let envelope = UnboundKey::new(&AES_256_GCM, api_v3_key.as_bytes());
        let envelope = envelope.map_err(|_| format!("payment.wechat.api_v3_key has {} bytes, and must have 32", api_v3_key.len()))?;
        Ok(Seal { key, platform, envelope: LessSafeKey::new(envelope) })
    }

    /// Our signature below these lines, each of which is ended by a line feed, in base64.
    pub fn sign(&self, lines: &[&str]) -> Result<String> {
        let message = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .map_err(|_| INTERNAL.caused_by("the merchant's key signs nothing"))?;
        Ok(BASE64.encode(signature))
    }

    /// Whether WeChat said `body`, now. An error says, for the log, why not.
    pub fn check(&self, signed: Signed, body: &[u8], now: Time) -> Result<(), &'static str> {
        let timestamp: i64 = signed.timestamp.parse().map_err(|_| "there is no timestamp")?;
        if timestamp.checked_sub(now.seconds()).is_none_or(|skew| skew.abs() > SKEW) {
            return Err("the timestamp is more than five minutes off");
        }
        let signature = BASE64.decode(signed.signature).map_err(|_| "the signature is no base64")?;
        let message = [signed.timestamp.as_bytes(), b"\n", signed.nonce.as_bytes(), b"\n", body, b"\n"].concat();
        let algorithm = RSA_PKCS1_2048_8192_SHA256;
        match &self.platform {
            Platform::Certificate { serial, .. } if !signed.serial.eq_ignore_ascii_case(serial) => {
                Err("the serial number is not the platform certificate's")
            }
            Platform::Certificate { der, .. } => {
                EndEntityCert::try_from(der).and_then(|cert| cert.verify_signature(algorithm, &message, &signature)).map_err(|_| BAD)
            }
            Platform::Key(key) => {
                RawPublicKeyEntity::try_from(key).and_then(|key| key.verify_signature(algorithm, &message, &signature)).map_err(|_| BAD)
            }
        }
    }

    /// What is in the envelope of a notification; `None` where it is not sealed with our key.
    pub fn unwrap(&self, nonce: &str, associated_data: &str, ciphertext: &str) -> Option<Vec<u8>> {
        let mut text = BASE64.decode(ciphertext).ok()?;
        let nonce = Nonce::try_assume_unique_for_key(nonce.as_bytes()).ok()?;
        let length = self.envelope.open_in_place(nonce, Aad::from(associated_data.as_bytes()), &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }
}

const BAD: &str = "the signature does not fit";

/// 32 letters and digits.
pub fn nonce() -> String {
    secret::hex(&secret::random::<16>())
}

/// Seconds since 1970, as a text.
pub fn timestamp(now: Time) -> String {
    (now.0.div_euclid(SECOND)).to_string()
}

/// As WeChat writes it: hexadecimal, without the zero that keeps the number positive.
fn serial_of(cert: &EndEntityCert) -> String {
    let serial = cert.serial();
    secret::hex(serial.strip_prefix(&[0]).unwrap_or(serial))
}
