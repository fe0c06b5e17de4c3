//! Addresses of clients, as limits count them.

use std::net::{IpAddr, Ipv6Addr};

/// The address by which limits know a client. Whoever has one IPv6 address has a whole /64 of them, so that counts as one; an IPv4 address that
/// a dual-stack socket reports as IPv6 counts as what it is.
pub fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn neighbours_count_as_one() {
        let counted = |text: &str| super::counted(text.parse().unwrap()).to_string();
        assert_eq!((counted("2001:db8:1:2:3:4:5:6"), counted("2001:db8:1:2::9")), ("2001:db8:1:2::".into(), "2001:db8:1:2::".into()));
        assert_eq!((counted("2001:db8:1:3::1"), counted("192.0.2.7")), ("2001:db8:1:3::".into(), "192.0.2.7".into()));
        assert_eq!(counted("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
