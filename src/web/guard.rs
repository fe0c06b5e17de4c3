//! The headers by which a browser holds our pages to what they are: no foreign code, no foreign frames, no request to anybody else.

use std::net::SocketAddr;

use warp::http::{HeaderMap, header};

use super::field::set;
use crate::base::settings::HttpSettings;

pub struct Guard {
    /// Host and port of `http.public_url`.
    public: Option<String>,
    port: u16,
    tls: bool,
}

impl Guard {
    pub fn new(http: &HttpSettings, address: SocketAddr) -> Guard {
        let public = http.public_url.as_deref().and_then(|url| url.split("://").nth(1)).and_then(|rest| rest.split('/').next());
        Guard { public: public.map(str::to_ascii_lowercase), port: address.port(), tls: http.tls_cert.is_some() }
    }

    /// Every page and part.
    pub fn set(&self, answer: &mut HeaderMap, asked: &HeaderMap) {
        set(answer, header::CONTENT_SECURITY_POLICY, &policy(self.host(asked).as_deref()));
        set(answer, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(answer, header::REFERRER_POLICY, "no-referrer");
        set(answer, header::HeaderName::from_static("permissions-policy"), "camera=(self), microphone=(self), geolocation=(self)");
        set(answer, header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    }

    /// Where the page's WebSockets go: the host that was asked for, if it is the public one or has the listener's port; else the public one.
    fn host(&self, asked: &HeaderMap) -> Option<String> {
        let host = asked.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| is_host(host)).map(str::to_ascii_lowercase);
        let ours = |host: &str| self.public.as_deref() == Some(host) || self.port_of(host) == Some(self.port);
        host.filter(|host| ours(host)).or_else(|| self.public.clone())
    }

    /// Whether a text is the address of one of our pages, by the host that was asked for or the public one.
    pub fn is_ours(&self, text: &str, asked: &HeaderMap) -> bool {
        let asked = asked.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| is_host(host)).map(str::to_ascii_lowercase);
        let mut hosts = asked.iter().chain(&self.public);
        let Some((host, path)) = text.split_once("://").and_then(|(_, rest)| rest.split_once('/')) else { return false };
        (text.starts_with("http://") || text.starts_with("https://"))
            && path.starts_with("web/")
            && hosts.any(|ours| host.eq_ignore_ascii_case(ours))
    }

    fn port_of(&self, host: &str) -> Option<u16> {
        let after_address = host.rsplit(']').next().unwrap_or_default();
        match after_address.rsplit_once(':') {
            Some((_, port)) => port.parse().ok(),
            None => Some(if self.tls { 443 } else { 80 }),
        }
    }
}

/// No eval, no inline script, no inline style. Older Safari does not take 'self' for WebSockets, so they are named.
fn policy(host: Option<&str>) -> String {
    let sockets = host.map(|host| format!(" ws://{host} wss://{host}")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; media-src 'self' blob:; \
         connect-src 'self'{sockets}; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// A host name or address with a port, and nothing that could end a header's word.
fn is_host(host: &str) -> bool {
    !host.is_empty() && host.len() <= 255 && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_:[]".contains(&b))
}

#[cfg(test)]
mod tests {
    use warp::http::HeaderValue;

    use super::*;

    #[test]
    fn only_our_own_hosts_are_named() {
        let guard = Guard { public: Some("clinic.example".into()), port: 8080, tls: false };
        let cases = [
            ("127.0.0.1:8080", "127.0.0.1:8080"),
            ("[::1]:8080", "[::1]:8080"),
            ("Clinic.example", "clinic.example"),
            ("evil.example", "clinic.example"),
            ("evil.example:81", "clinic.example"),
            ("a; script-src *:8080", "clinic.example"),
        ];
        for (host, named) in cases {
            let asked = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]);
            assert_eq!(guard.host(&asked).as_deref(), Some(named), "{host}");
        }
        assert!(policy(None).contains("connect-src 'self';"));
        let asked = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("10.0.0.2:8080"))]);
        for ours in ["http://10.0.0.2:8080/web/patient/#/visits/1", "https://clinic.example/web/doctor/"] {
            assert!(guard.is_ours(ours, &asked), "{ours}");
        }
        for other in
            ["http://evil.example/web/", "ftp://clinic.example/web/", "https://clinic.example/admin", "https://clinic.example", "/web/"]
        {
            assert!(!guard.is_ours(other, &asked), "{other}");
        }
    }
}
