//! A share of the connections for each address, so that nobody holds them all by doing nothing.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use prometheus_client::metrics::gauge::Gauge;

use crate::base::{client_address, settings::HttpSettings};

/// Who holds how many connections. This machine and trusted proxies may hold any number: all of their clients come from one address.
pub struct Shares {
    most: u32,
    free: Box<dyn Fn(IpAddr) -> bool + Send + Sync>,
    held: Mutex<HashMap<IpAddr, u32>>,
    connections: Gauge,
}

/// A place that an address holds while this lives.
pub struct Place {
    shares: Arc<Shares>,
    address: IpAddr,
}

impl Shares {
    /// `http.connections_per_address`; never more than half of all there are.
    /// All together are counted in `connections`.
    pub fn new(http: &HttpSettings, connections: Gauge) -> Arc<Shares> {
        let proxies = http.trusted_proxies.clone();
        Arc::new(Shares {
            most: http.connections_per_address.min(http.max_connections / 2).max(1),
            free: Box::new(move |ip| ip.is_loopback() || proxies.iter().any(|network| network.contains(ip))),
            held: Mutex::default(),
            connections,
        })
    }

    /// A place for one more connection of `peer`, where it has not all of its share.
    pub fn take(self: &Arc<Shares>, peer: IpAddr) -> Option<Place> {
        let peer = peer.to_canonical();
        let address = client_address::counted(peer);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(address).or_default();
        if *count >= self.most && !(self.free)(peer) {
            return None;
        }
        *count += 1;
        self.connections.inc();
        Some(Place { shares: self.clone(), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shares.connections.dec();
        let mut held = self.shares.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::base::settings::Settings;

    fn shares(flags: &[(&'static str, &str)]) -> Arc<Shares> {
        let flags: Vec<_> = flags.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Shares::new(&Settings::load(Path::new("/nonexistent"), &flags, []).unwrap().http, Gauge::default())
    }

    fn taken(shares: &Arc<Shares>, address: &str, wanted: usize) -> Vec<Place> {
        (0..wanted).filter_map(|_| shares.take(address.parse().unwrap())).collect()
    }

    #[test]
    fn an_address_holds_its_share_and_no_more() {
        let shares = shares(&[("http.connections_per_address", "3"), ("http.trusted_proxies", "10.0.0.0/8")]);
        let some = taken(&shares, "192.0.2.1", 9);
        assert_eq!((some.len(), taken(&shares, "192.0.2.2", 9).len()), (3, 3));
        let neighbours = [taken(&shares, "2001:db8::1", 2), taken(&shares, "2001:db8::2", 2), taken(&shares, "2001:db8:0:1::1", 2)];
        assert_eq!(neighbours.map(|places| places.len()), [2, 1, 2]);
        assert_eq!([taken(&shares, "127.0.0.1", 9).len(), taken(&shares, "::1", 9).len(), taken(&shares, "10.1.1.1", 9).len()], [9, 9, 9]);
        drop(some);
        assert_eq!(taken(&shares, "::ffff:192.0.2.1", 9).len(), 3);
        assert!(shares.held.lock().unwrap().is_empty());
    }

    #[test]
    fn nobody_holds_all_there_are() {
        assert_eq!(taken(&shares(&[("http.max_connections", "200")]), "192.0.2.1", 300).len(), 100);
        assert_eq!(taken(&shares(&[("http.max_connections", "1")]), "192.0.2.1", 300).len(), 1);
    }
}
