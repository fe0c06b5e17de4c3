//! The seals of WeChat Pay's API v3: our signature below what we say (SHA256-RSA2048), theirs below what they say, and the envelope
//! around a notification (AES-256-GCM).

use std::{fmt::Display, fs, path::Path};

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
    settings::Pem,
    time::{SECOND, Time},
};

/// How far a sender's clock may be from ours (the document's five minutes).
const SKEW: i64 = 300;

pub struct Seal {
    key: RsaKeyPair,
    verifiers: Vec<Verifier>,
    envelope: LessSafeKey,
}

/// By what WeChat's signatures are checked. There may be several: a certificate and its successor, and the public key that takes their place.
/// `Wechatpay-Serial` says which.
pub struct Verifier {
    /// `None` for a public key that was given without its name: it answers for whatever no other one is named for.
    serial: Option<String>,
    platform: Platform,
}

enum Platform {
    Certificate(CertificateDer<'static>),
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
    pub fn open(private_key: &Path, verifiers: Vec<Verifier>, api_v3_key: &str) -> Result<Seal, String> {
        let pem = read("private_key", private_key)?;
        let der =
            PrivateKeyDer::from_pem_slice(&pem).map_err(|_| unusable("private_key", &private_key.display(), "holds no PEM private key"))?;
        let key = match &der {
            PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err(unusable("private_key", &private_key.display(), "is no RSA key")),
        };
        let key = key.map_err(|e| unusable("private_key", &private_key.display(), format_args!("is no RSA key that can be used: {e}")))?;
        let envelope = UnboundKey::new(&AES_256_GCM, api_v3_key.as_bytes());
        let envelope = envelope.map_err(|_| format!("payment.wechat.api_v3_key has {} bytes, and must have 32", api_v3_key.len()))?;
        Ok(Seal { key, verifiers, envelope: LessSafeKey::new(envelope) })
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
    pub fn check(&self, signed: Signed, body: &[u8], now: Time) -> Result<(), String> {
        let timestamp: i64 = signed.timestamp.parse().map_err(|_| "there is no timestamp")?;
        if timestamp.checked_sub(now.seconds()).is_none_or(|skew| skew.abs() > SKEW) {
            return Err("the timestamp is more than five minutes off".into());
        }
        let signature = BASE64.decode(signed.signature).map_err(|_| "the signature is no base64")?;
        let message = [signed.timestamp.as_bytes(), b"\n", signed.nonce.as_bytes(), b"\n", body, b"\n"].concat();
        let verifier = self.verifier(signed.serial).ok_or_else(|| self.unknown(signed.serial))?;
        let algorithm = RSA_PKCS1_2048_8192_SHA256;
        let checked = match &verifier.platform {
            Platform::Certificate(der) => {
                EndEntityCert::try_from(der).and_then(|cert| cert.verify_signature(algorithm, &message, &signature))
            }
            Platform::Key(key) => RawPublicKeyEntity::try_from(key).and_then(|key| key.verify_signature(algorithm, &message, &signature)),
        };
        checked.map_err(|_| "the signature does not fit".into())
    }

    /// Whether there is something to check that one's signatures by.
    pub fn knows(&self, serial: &str) -> bool {
        self.verifier(serial).is_some()
    }

    /// The verifier of that name, else the one without a name.
    fn verifier(&self, serial: &str) -> Option<&Verifier> {
        let named = |verifier: &&Verifier| verifier.serial.as_ref().is_some_and(|known| known.eq_ignore_ascii_case(serial));
        self.verifiers.iter().find(named).or_else(|| self.verifiers.iter().find(|verifier| verifier.serial.is_none()))
    }

    fn unknown(&self, serial: &str) -> String {
        let known: Vec<&str> = self.verifiers.iter().filter_map(|verifier| verifier.serial.as_deref()).collect();
        format!(
            "Wechatpay-Serial {:?} is none that is known ({}); add it to payment.wechat.verifiers",
            serial.chars().take(100).collect::<String>(),
            known.join(", ")
        )
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

impl Verifier {
    /// The one of `payment.wechat.platform_cert`: a certificate names itself, a public key has no name.
    pub fn single(path: &Path) -> Result<Verifier, String> {
        let (name, place) = ("platform_cert", path.display());
        let platform = Platform::read(name, &place, &read(name, path)?)?;
        Ok(Verifier { serial: platform.serial(), platform })
    }

    /// One of `payment.wechat.verifiers`. A certificate must be that of the serial number.
    pub fn named(serial: &str, pem: &Pem) -> Result<Verifier, String> {
        let name = format!("verifiers.{serial}");
        let (place, bytes) = match pem {
            Pem::File(path) => (path.display().to_string(), read(&name, path)?),
            Pem::Here(text) => ("the text there".to_owned(), text.clone().into_bytes()),
        };
        let platform = Platform::read(&name, &place, &bytes)?;
        match platform.serial().filter(|own| !own.eq_ignore_ascii_case(serial)) {
            Some(own) => Err(unusable(&name, &place, format_args!("is the certificate with the serial number {own}"))),
            None => Ok(Verifier { serial: Some(serial.to_owned()), platform }),
        }
    }
}

impl Platform {
    fn read(name: &str, place: &dyn Display, pem: &[u8]) -> Result<Platform, String> {
        match (CertificateDer::from_pem_slice(pem), SubjectPublicKeyInfoDer::from_pem_slice(pem)) {
            (Ok(der), _) => match EndEntityCert::try_from(&der) {
                Ok(_) => Ok(Platform::Certificate(der)),
                Err(error) => Err(unusable(name, place, format_args!("is no certificate that can be used: {error}"))),
            },
            (_, Ok(key)) => match RawPublicKeyEntity::try_from(&key) {
                Ok(_) => Ok(Platform::Key(key)),
                Err(error) => Err(unusable(name, place, format_args!("is no key that can be used: {error}"))),
            },
            _ => Err(unusable(name, place, "holds neither a PEM certificate nor a PEM public key")),
        }
    }

    /// The serial number that a certificate has itself.
    fn serial(&self) -> Option<String> {
        match self {
            Platform::Certificate(der) => EndEntityCert::try_from(der).ok().map(|cert| serial_of(&cert)),
            Platform::Key(_) => None,
        }
    }
}

fn read(name: &str, path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| unusable(name, &path.display(), format_args!("cannot be read: {error}")))
}

fn unusable(name: &str, place: &dyn Display, why: impl Display) -> String {
    format!("payment.wechat.{name} ({place}) {why}")
}

/// 32 letters and digits.
pub fn nonce() -> String {
    secret::hex(&secret::random::<16>())
}

/// Seconds since 1970, as a text.
pub fn timestamp(now: Time) -> String {
    (now.0.div_euclid(SECOND)).to_string()
}

/// As WeChat writes it: hexadecimal in capitals, without the zero that keeps the number positive.
fn serial_of(cert: &EndEntityCert) -> String {
    let serial = cert.serial();
    secret::hex(serial.strip_prefix(&[0]).unwrap_or(serial)).to_ascii_uppercase()
}
