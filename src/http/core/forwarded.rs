//! Where a request comes from and how the client reached us, past the proxies that the operator trusts (`http.trusted_proxies`).
//!
//! Believed are `X-Forwarded-For`, `-Proto` and `-Host`, as nginx, Caddy and load balancers set them, and where there is no `X-Forwarded-For`
//! the standard's `Forwarded` (RFC 7239). Not both: a proxy that sets one of them passes on what the client wrote into the other.

use std::{
    collections::HashSet,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
};

use warp::http::HeaderMap;

use crate::base::settings::HttpSettings;

/// Headers that say that somebody stands in between: each proxy has one of its own, and they are called alike.
const SIGNS: &[&str] = &[
    "via",
    "cdn-loop",
    "x-originating-ip",
    "x-remote-ip",
    "x-remote-addr",
    "x-proxyuser-ip",
    "x-appengine-user-ip",
    "x-envoy-external-address",
    "cloudfront-viewer-address",
];
const SIGNS_WITHIN: &[&str] = &["forwarded", "client-ip", "clientip", "real-ip", "connecting-ip"];

/// Where a request comes from.
#[derive(Debug, PartialEq, Eq)]
pub struct Origin {
    pub address: IpAddr,
    pub is_local: bool,
    pub site: Option<String>,
}

impl Origin {
    pub fn of(peer: IpAddr, headers: &HeaderMap, http: &HttpSettings) -> Origin {
        let ours = |ip: IpAddr| http.trusted_proxies.iter().any(|network| network.contains(ip));
        let peer = peer.to_canonical();
        let told = if ours(peer) { Told::read(headers) } else { Told::default() };
        let mut address = peer;
        for hop in told.hops.iter().rev() {
            match hop {
                Some(ip) if ours(address) => address = ip.to_canonical(),
                _ => break,
            }
        }
        let host = told.host.or_else(|| text(headers, "host").filter(|host| is_host(host)).map(str::to_owned));
        let scheme = told.scheme.unwrap_or(if http.tls_cert.is_some() { "https" } else { "http" });
        Origin {
            address,
            is_local: address.is_loopback() && peer.is_loopback() && !is_forwarded(headers),
            site: host.map(|host| format!("{scheme}://{host}")),
        }
    }
}

/// Whether the request came by a proxy, trusted or not.
pub fn is_forwarded(headers: &HeaderMap) -> bool {
    let is_sign = |name: &str| SIGNS.contains(&name) || SIGNS_WITHIN.iter().any(|part| name.contains(part));
    headers.keys().any(|name| is_sign(name.as_str()))
}

/// What the proxies tell, the client's side first.
#[derive(Default)]
struct Told {
    hops: Vec<Option<IpAddr>>,
    scheme: Option<&'static str>,
    host: Option<String>,
}

impl Told {
    fn read(headers: &HeaderMap) -> Told {
        if !headers.contains_key("x-forwarded-for") && headers.contains_key("forwarded") {
            return Told::standard(&all(headers, "forwarded"));
        }
        let first = |name| all(headers, name).split(',').next().unwrap_or_default().trim().to_owned();
        let hops = all(headers, "x-forwarded-for");
        Told {
            hops: hops.split(',').map(str::trim).filter(|hop| !hop.is_empty()).map(address).collect(),
            scheme: scheme(&first("x-forwarded-proto")),
            host: Some(first("x-forwarded-host")).filter(|host| is_host(host)),
        }
    }

    /// `for=192.0.2.43;proto=https;host=clinic.example, for="[2001:db8::17]:4711"`
    fn standard(text: &str) -> Told {
        let mut told = Told::default();
        for (number, hop) in outside_quotes(text, ',').into_iter().enumerate() {
            let mut by = None;
            for pair in outside_quotes(hop, ';') {
                let Some((name, value)) = pair.split_once('=') else { continue };
                let value = value.trim().trim_matches('"');
                match name.trim().to_ascii_lowercase().as_str() {
                    "for" => by = address(value),
                    "proto" if number == 0 => told.scheme = scheme(value),
                    "host" if number == 0 => told.host = Some(value.to_owned()).filter(|host| is_host(host)),
                    _ => {}
                }
            }
            told.hops.push(by);
        }
        told
    }
}

/// An address, with a port or without; anything else (`unknown`, a made-up name) is nobody.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

fn scheme(text: &str) -> Option<&'static str> {
    ["https", "http"].into_iter().find(|known| text.eq_ignore_ascii_case(known))
}

/// Parts between separators that stand in no quotes.
fn outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    let parts = text.split(|c: char| {
        quoted ^= c == '"';
        c == separator && !quoted
    });
    parts.map(str::trim).collect()
}

/// A header that may stand there several times, as one list.
fn all(headers: &HeaderMap, name: &str) -> String {
    let mut values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let first = values.next().unwrap_or_default().to_owned();
    values.fold(first, |list, value| list + "," + value)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// A host name or address with a port, and nothing that could end an address or a header.
fn is_host(host: &str) -> bool {
    (1..=255).contains(&host.len()) && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_:[]".contains(&b))
}

/// Proxies that are not trusted: each is told of once, a few of them, so that no stranger fills the log.
#[derive(Default)]
pub struct Strangers(Mutex<HashSet<IpAddr>>);

impl Strangers {
    const MOST: usize = 8;

    pub fn look(&self, peer: IpAddr, headers: &HeaderMap, http: &HttpSettings) {
        let peer = peer.to_canonical();
        if !is_forwarded(headers) || http.trusted_proxies.iter().any(|network| network.contains(peer)) {
            return;
        }
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() < Self::MOST && seen.insert(peer) {
            tracing::warn!(
                proxy = %peer,
                "requests come by a proxy that is not in http.trusted_proxies: all its clients count as one address, and links have the wrong scheme"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::settings::Settings;

    fn origin(peer: &str, trusted: &str, headers: &[(&'static str, &str)]) -> (String, bool, String) {
        let flags = [("http.trusted_proxies", trusted.to_owned())];
        let settings = Settings::load(std::path::Path::new("/nonexistent"), &flags, []).unwrap();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let origin = Origin::of(peer.parse().unwrap(), &map, &settings.http);
        (origin.address.to_string(), origin.is_local, origin.site.unwrap_or_default())
    }

    #[test]
    fn a_stranger_is_not_believed() {
        let lies = [("x-forwarded-for", "127.0.0.1"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "evil"), ("host", "a")];
        assert_eq!(origin("192.0.2.1", "", &lies), ("192.0.2.1".into(), false, "http://a".into()));
        assert_eq!(origin("127.0.0.1", "", &[("host", "a:1")]), ("127.0.0.1".into(), true, "http://a:1".into()));
        let signs = [
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-port",
            "forwarded",
            "via",
            "x-real-ip",
            "x-client-ip",
            "true-client-ip",
            "cf-connecting-ip",
            "x-original-forwarded-for",
            "x-cluster-client-ip",
            "fastly-client-ip",
            "x-azure-clientip",
            "cdn-loop",
        ];
        for sign in signs {
            assert!(!origin("127.0.0.1", "", &[(sign, "127.0.0.1")]).1, "{sign}");
            assert!(!origin("127.0.0.1", "127.0.0.1", &[(sign, "127.0.0.1")]).1, "{sign}");
        }
    }

    #[test]
    fn trusted_proxies_tell_address_scheme_and_host() {
        let usual = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "HTTPS"), ("x-forwarded-host", "c.example"), ("host", "x")];
        assert_eq!(origin("127.0.0.1", "127.0.0.1", &usual), ("203.0.113.9".into(), false, "https://c.example".into()));
        // What the client wrote stands to the left of what our proxies saw.
        let chain = [("x-forwarded-for", "1.1.1.1, 203.0.113.9"), ("x-forwarded-for", "10.0.0.2:4711"), ("host", "c.example")];
        assert_eq!(origin("10.0.0.1", "10.0.0.0/8", &chain).0, "203.0.113.9");
        assert_eq!(origin("10.0.0.1", "10.0.0.0/8", &[("x-forwarded-for", "unknown")]).0, "10.0.0.1");
        let bad = [("x-forwarded-host", "a/b?"), ("x-forwarded-proto", "javascript"), ("host", "c.example")];
        assert_eq!(origin("10.0.0.1", "10.0.0.0/8", &bad).2, "http://c.example");
    }

    #[test]
    fn the_standard_header_is_read() {
        let standard = |text| origin("10.0.0.1", "10.0.0.0/8", &[("forwarded", text), ("host", "inner")]);
        assert_eq!(
            standard("for=192.0.2.43;proto=https;host=\"c.example:8443\""),
            ("192.0.2.43".into(), false, "https://c.example:8443".into())
        );
        assert_eq!(standard("For=\"[2001:db8::17]:4711\", for=10.0.0.2").0, "2001:db8::17");
        assert_eq!(standard("for=\"a,b;c\";proto=http, for=_hidden"), ("10.0.0.1".into(), false, "http://inner".into()));
        // Beside the usual header it may be the client's own.
        let both =
            [("forwarded", "for=1.1.1.1;proto=http"), ("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https"), ("host", "c")];
        assert_eq!(origin("10.0.0.1", "10.0.0.0/8", &both), ("203.0.113.9".into(), false, "https://c".into()));
    }
}
