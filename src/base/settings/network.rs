//! Who is near and who may come in: proxies by address, web pages by origin.
//!
//! Reads the two comma lists. What a trusted proxy's headers say and what a browser is answered is the door's business.

use super::value::Value;
use std::net::IpAddr;

/// One address or a network in CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// A dual-stack socket reports IPv4 peers as `::ffff:10.0.0.1`; those match the IPv4 network.
    pub fn contains(self, peer: IpAddr) -> bool {
        match (self.address, peer.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros() >= u32::from(self.prefix),
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros() >= u32::from(self.prefix),
            _ => false,
        }
    }

    /// An address, or a network in CIDR notation; `None` for anything else.
    pub fn parse(text: &str) -> Option<Network> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let written: IpAddr = address.parse().ok()?;
        let address = written.to_canonical();
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => {
                let plain = prefix.len() <= 3 && prefix.bytes().all(|b| b.is_ascii_digit());
                // The prefix of `::ffff:10.0.0.0/104` counts the 96 bits in front of the IPv4 address.
                let mapped = if written == address { 0 } else { 96 };
                plain.then(|| prefix.parse::<u8>().ok()).flatten()?.checked_sub(mapped)?
            }
            None => bits,
        };
        (prefix <= bits).then_some(Network { address, prefix })
    }
}

/// A comma list of [`Network`]s.
pub(super) struct Networks(pub Vec<Network>);
/// A comma list of web origins (RFC 6454), in the form in which browsers send them.
pub(super) struct Origins(pub Vec<String>);

impl Value for Networks {
    const SHOULD: &'static str = "addresses or networks such as 127.0.0.1, 10.0.0.0/8, with commas between";
    const LIST: bool = true;

    fn parse(text: &str) -> Option<Self> {
        items(text).map(Network::parse).collect::<Option<_>>().map(Networks)
    }
}

impl Value for Origins {
    const SHOULD: &'static str = "origins such as https://clinic.example, with commas between, or *";
    const LIST: bool = true;

    fn parse(text: &str) -> Option<Self> {
        items(text).map(origin).collect::<Option<_>>().map(Origins)
    }
}

/// Browsers send scheme, host and port in small letters and no slash at the end. Apps in a web view have schemes of their own.
fn origin(text: &str) -> Option<String> {
    if text == "*" {
        return Some(text.to_owned());
    }
    let (scheme, host) = text.strip_suffix('/').unwrap_or(text).split_once("://")?;
    let named =
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let plain = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b));
    (named && plain).then(|| format!("{scheme}://{host}").to_ascii_lowercase())
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks() {
        let list = Networks::parse("127.0.0.1, 10.1.2.3/8,::1, fd00::/8, 0.0.0.0/0, ::ffff:192.168.0.0/112").unwrap().0;
        let hit = |index: usize, peer: &str| list[index].contains(peer.parse().unwrap());
        assert!(hit(0, "127.0.0.1") && hit(0, "::ffff:127.0.0.1") && !hit(0, "127.0.0.2"));
        assert!(hit(1, "10.255.0.1") && !hit(1, "11.0.0.1") && !hit(1, "::1"));
        assert!(hit(2, "::1") && hit(3, "fdff::1") && !hit(3, "fe80::1"));
        assert!(hit(4, "203.0.113.9") && !hit(4, "::1"));
        assert!(hit(5, "192.168.7.7") && !hit(5, "192.169.0.1"));
        assert!(Networks::parse("").unwrap().0.is_empty());
        for text in ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "fd00::/129", "localhost", "10.0.0", "::ffff:1.2.3.4/40"] {
            assert!(Networks::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn origins() {
        assert_eq!(Origins::parse("https://A.example/, http://b:81,*").unwrap().0, ["https://a.example", "http://b:81", "*"]);
        assert_eq!(Origins::parse("capacitor://localhost").unwrap().0, ["capacitor://localhost"]);
        for text in ["a.example", "https://", "https://a/b", "://a", "https://*.a b"] {
            assert!(Origins::parse(text).is_none(), "{text}");
        }
    }
}
