//! Servers by which the clients of a call find a way to each other through networks: STUN (RFC 7064) and TURN (RFC 7065).

use super::value::{Secret, Value};

/// One server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IceServer {
    /// As browsers take it: `stun:stun.example.com:3478`, `turn:turn.example.com:3478?transport=udp`.
    pub address: String,
    /// What a TURN server and this clinic know, by which they agree on names and passwords.
    pub secret: Option<Secret>,
}

/// A comma list of them. The secret of a TURN server stands before its host (`turn:SECRET@HOST`) or behind the address, after a space.
pub(super) struct IceServers(pub Vec<IceServer>);

impl Value for IceServers {
    const SHOULD: &'static str = "addresses such as stun:stun.example.com:3478 or turn:SECRET@turn.example.com:3478, with commas between";
    const LIST: bool = true;

    fn parse(text: &str) -> Option<Self> {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        items.map(server).collect::<Option<_>>().map(IceServers)
    }
}

fn server(text: &str) -> Option<IceServer> {
    let (scheme, rest) = text.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    let (host, secret) = match (rest.rsplit_once('@'), rest.split_once(' ')) {
        (Some((secret, host)), _) => (host, Some(secret)),
        (None, Some((host, secret))) => (host, Some(secret.trim())),
        (None, None) => (rest, None),
    };
    let host_alone = host.split('?').next().unwrap_or_default();
    let plain = !host_alone.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]?=".contains(&b));
    let fits = match scheme.as_str() {
        "stun" | "stuns" => secret.is_none(),
        // A TURN server without one would relay for everybody.
        "turn" | "turns" => secret.is_some_and(|secret| !secret.is_empty()),
        _ => false,
    };
    (plain && fits).then(|| IceServer { address: format!("{scheme}:{host}"), secret: secret.map(Secret::new) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_with_their_secrets() {
        let text = "stun:stun.example.com:3478, turn:a/b+c=@turn.example.com:3478?transport=udp,TURNS:[::1]:5349 hush";
        let list = IceServers::parse(text).unwrap().0;
        let read: Vec<_> = list.iter().map(|server| (server.address.as_str(), server.secret.as_ref().map(Secret::expose))).collect();
        let expected = [
            ("stun:stun.example.com:3478", None),
            ("turn:turn.example.com:3478?transport=udp", Some("a/b+c=")),
            ("turns:[::1]:5349", Some("hush")),
        ];
        assert_eq!(read, expected);
        for text in ["turn:turn.example.com", "turn:@turn.example.com", "stun:s@stun.example.com", "http://a", "stun:", "stun:a b", "a"] {
            assert!(IceServers::parse(text).is_none(), "{text}");
        }
    }
}
