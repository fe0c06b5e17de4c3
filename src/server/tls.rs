//! The server's certificate: a PEM file with the chain, one with the key. Read again while the server runs, so that a renewal needs no restart;
//! a pair that cannot be used leaves the old one in place.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, UnixTime, pem, pem::PemObject},
        server::{ClientHello, ResolvesServerCert},
        sign::CertifiedKey,
    },
};
use webpki::{EndEntityCert, KeyUsage};

use crate::base::{
    error::{Error, Kind, Reason, Result},
    settings::HttpSettings,
    time::Time,
};

pub const BAD_CERTIFICATE: Reason = Reason::new(Kind::Internal, "bad_certificate", "the TLS certificate cannot be used");
pub const BAD_KEY: Reason = Reason::new(Kind::Internal, "bad_key", "the TLS private key cannot be used");

/// The pair that is served now.
#[derive(Debug)]
pub struct Certificate {
    cert: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
    /// What the files looked like when they were last read.
    looked: Mutex<Stamp>,
}

/// Changes whenever a file is replaced or written.
type Stamp = [Option<(i64, i64, u64, u64)>; 2];

impl Certificate {
    /// The pair of `http.tls_cert` and `http.tls_key`; `None` where they are not set. Errors: `bad_certificate`, `bad_key`.
    pub fn open(http: &HttpSettings) -> Result<Option<Arc<Certificate>>> {
        let (Some(cert), Some(key)) = (&http.tls_cert, &http.tls_key) else { return Ok(None) };
        let looked = Mutex::new(stamp(cert, key));
        let current = RwLock::new(read(cert, key)?);
        Ok(Some(Arc::new(Certificate { cert: cert.clone(), key: key.clone(), current, looked })))
    }

    /// For HTTP/2 and HTTP/1.1. New connections get the pair that is served when they begin.
    pub fn acceptor(self: &Arc<Certificate>) -> TlsAcceptor {
        // The provider is named, because rustls panics when a second one is linked in and none is chosen.
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring knows TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_cert_resolver(self.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }

    /// Reads the pair again where one of the files has changed, or in any case. Answers whether another certificate is served now.
    /// Errors as `open`; the old pair stays.
    pub fn reload(&self, in_any_case: bool) -> Result<bool> {
        let now = stamp(&self.cert, &self.key);
        let changed = std::mem::replace(&mut *self.looked.lock().unwrap_or_else(PoisonError::into_inner), now) != now;
        if !changed && !in_any_case {
            return Ok(false);
        }
        let pair = read(&self.cert, &self.key).inspect_err(|_| {
            // Half of a renewal, perhaps: looked at again until it is whole.
            *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = [None; 2];
        })?;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let other = current.cert != pair.cert;
        *current = pair;
        Ok(other)
    }

    fn current(&self) -> Arc<CertifiedKey> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The certificate that clients are shown, without those that vouch for it.
    pub fn leaf(&self) -> CertificateDer<'static> {
        self.current().cert.first().cloned().expect("no pair is served without a certificate")
    }

    /// The same as a PEM file's content.
    pub fn pem(&self) -> String {
        let text = BASE64_STANDARD.encode(self.leaf());
        let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    /// Until when that is good; `None` where it does not tell.
    pub fn good_until(&self) -> Option<Time> {
        good_until(&self.leaf())
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

/// The reader of certificates tells their end only when it refuses one for it: so it is asked about the end of time.
fn good_until(leaf: &CertificateDer) -> Option<Time> {
    const END_OF_TIME: Duration = Duration::from_secs(253_402_300_799);
    let leaf = EndEntityCert::try_from(leaf).ok()?;
    let verdict = leaf.verify_for_usage(
        webpki::ALL_VERIFICATION_ALGS,
        &[],
        &[],
        UnixTime::since_unix_epoch(END_OF_TIME),
        KeyUsage::server_auth(),
        None,
        None,
    );
    match verdict {
        Err(webpki::Error::CertExpired { not_after, .. }) => Some(Time(i64::try_from(not_after.as_secs()).ok()?.checked_mul(1_000)?)),
        _ => None,
    }
}

fn stamp(cert: &Path, key: &Path) -> Stamp {
    [cert, key].map(|file| {
        let file = fs::metadata(file).ok()?;
        Some((file.mtime(), file.mtime_nsec(), file.len(), file.ino()))
    })
}

fn read(cert: &Path, key: &Path) -> Result<Arc<CertifiedKey>> {
    let chain: Vec<CertificateDer> =
        CertificateDer::pem_file_iter(cert).and_then(Iterator::collect).map_err(|error| unreadable(&BAD_CERTIFICATE, cert, error))?;
    if chain.is_empty() {
        return Err(unreadable(&BAD_CERTIFICATE, cert, pem::Error::NoItemsFound));
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(&BAD_KEY, key, error))?;
    let pair = CertifiedKey::from_der(chain, secret, &ring::default_provider());
    pair.map(Arc::new).map_err(|error| {
        BAD_CERTIFICATE.with(format!("{} and {} are no pair: issued together?", cert.display(), key.display())).source(error)
    })
}

fn unreadable(reason: &'static Reason, file: &Path, error: pem::Error) -> Error {
    let name = file.display();
    let detail = match &error {
        pem::Error::Io(error) if error.kind() == io::ErrorKind::NotFound => format!("there is no file {name}"),
        pem::Error::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            format!("{name} may not be read by the user that this server runs as")
        }
        pem::Error::Io(_) => format!("{name} cannot be read: is it a file?"),
        pem::Error::NoItemsFound if reason == &BAD_KEY => {
            format!("{name} holds no unencrypted PEM key (-----BEGIN PRIVATE KEY-----); are key and certificate mixed up?")
        }
        pem::Error::NoItemsFound => {
            format!("{name} holds no PEM certificate (-----BEGIN CERTIFICATE-----); are key and certificate mixed up?")
        }
        _ => format!("{name} is no whole PEM file"),
    };
    reason.with(detail).source(error)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use tempfile::TempDir;

    use super::*;
    use crate::base::settings::Settings;

    fn make(dir: &TempDir, year: i32) -> Vec<u8> {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(vec!["localhost".into()]).unwrap();
        params.not_after = rcgen::date_time_ymd(year, 6, 1);
        let own = params.self_signed(&key).unwrap();
        let pem = |kind: &str, der: &[u8]| format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", BASE64_STANDARD.encode(der));
        fs::write(dir.path().join("cert"), pem("CERTIFICATE", own.der())).unwrap();
        fs::write(dir.path().join("key"), pem("PRIVATE KEY", &key.serialize_der())).unwrap();
        own.der().to_vec()
    }

    fn open(dir: &TempDir) -> Result<Option<Arc<Certificate>>> {
        let flags =
            [("http.tls_cert", "cert"), ("http.tls_key", "key")].map(|(key, name)| (key, dir.path().join(name).display().to_string()));
        Certificate::open(&Settings::load(dir.path(), &flags, []).unwrap().http)
    }

    #[test]
    fn a_renewed_pair_is_served_and_a_bad_one_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let first = make(&dir, 2031);
        let certificate = open(&dir).unwrap().unwrap();
        assert_eq!(certificate.leaf().as_ref(), first);
        assert_eq!(certificate.good_until().unwrap().rfc3339(), "2031-06-01T00:00:00.000Z");
        assert!(!certificate.reload(false).unwrap() && !certificate.reload(true).unwrap());
        let second = make(&dir, 2032);
        assert!(certificate.reload(false).unwrap());
        assert_eq!(certificate.leaf().as_ref(), second);
        // Half of a renewal.
        let key = fs::read(dir.path().join("key")).unwrap();
        let third = make(&dir, 2033);
        fs::write(dir.path().join("key"), &key).unwrap();
        assert!(certificate.reload(false).unwrap_err().message().contains("no pair"));
        assert_eq!(certificate.leaf().as_ref(), second);
        assert!(certificate.reload(false).is_err(), "looked at again until it is whole");
        fs::File::create(dir.path().join("cert")).unwrap().write_all(b"nothing").unwrap();
        assert!(certificate.reload(true).unwrap_err().message().contains("mixed up"));
        fs::remove_file(dir.path().join("key")).unwrap();
        assert!(open(&dir).unwrap_err().message().is_ascii());
        assert_eq!(certificate.leaf().as_ref(), second);
        assert_ne!(third, second);
        assert_eq!(CertificateDer::from_pem_slice(certificate.pem().as_bytes()).unwrap().as_ref(), second);
    }
}
