//! Rates: requests of an address, and log-ins of an account and of an address. Kept in memory; a restart forgives.

use std::{collections::HashMap, hash::Hash, net::IpAddr, sync::Mutex};

use crate::base::{
    error::{Kind, Reason, Result},
    settings::LimitsSettings,
    time::{MINUTE, SECOND, Time},
};

pub const TOO_MANY_REQUESTS: Reason = Reason::new(Kind::TooMany, "too_many_requests", "请求过于频繁，请稍后再试");
pub const TOO_MANY_LOGINS: Reason = Reason::new(Kind::TooMany, "too_many_logins", "登录尝试过于频繁，请一分钟后再试");

pub struct Throttle {
    requests: Option<Rate<IpAddr>>,
    logins: Option<(Rate<IpAddr>, Rate<String>)>,
}

impl Throttle {
    pub fn new(limits: &LimitsSettings) -> Throttle {
        let (requests, logins) = (limits.requests_per_second, limits.login_per_minute);
        match limits.enabled {
            false => Throttle { requests: None, logins: None },
            true => Throttle {
                requests: Some(Rate::new(requests, SECOND)),
                logins: Some((Rate::new(logins, MINUTE), Rate::new(logins, MINUTE))),
            },
        }
    }

    /// Counts a request of `address`. Errors: `too_many_requests`.
    pub fn request(&self, address: IpAddr, now: Time) -> Result<()> {
        match &self.requests {
            Some(rate) if !rate.take(address, now) => Err(TOO_MANY_REQUESTS.err().retry_in(1)),
            _ => Ok(()),
        }
    }

    /// Counts an attempt to sign in as `account` (whatever names it) from `address`. Errors: `too_many_logins`.
    pub fn login(&self, address: IpAddr, account: &str, now: Time) -> Result<()> {
        let Some((by_address, by_account)) = &self.logins else { return Ok(()) };
        match by_address.take(address, now) && by_account.take(account.to_owned(), now) {
            true => Ok(()),
            false => Err(TOO_MANY_LOGINS.err().retry_in(60)),
        }
    }
}

/// A bucket of `burst` tokens for each key, filled again within `period` milliseconds.
struct Rate<K> {
    burst: i64,
    period: i64,
    /// When the bucket will be full again: says everything about it.
    full_at: Mutex<HashMap<K, Time>>,
}

/// Keys that are remembered at most; beyond that the full buckets are forgotten.
const MOST_KEYS: usize = 20_000;

impl<K: Hash + Eq> Rate<K> {
    fn new(burst: u32, period: i64) -> Rate<K> {
        Rate { burst: i64::from(burst), period, full_at: Mutex::new(HashMap::new()) }
    }

    fn take(&self, key: K, now: Time) -> bool {
        // A panic while the lock is held leaves a map that is still a map.
        let mut buckets = self.full_at.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if buckets.len() >= MOST_KEYS {
            buckets.retain(|_, full_at| *full_at > now);
        }
        let full_at = buckets.entry(key).or_insert(now);
        let next = Time((*full_at).max(now).0 + self.period / self.burst.max(1));
        let fits = next.since(now) <= self.period;
        if fits {
            *full_at = next;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_fills_again() {
        let rate = Rate::new(10, MINUTE);
        let given = |now| (0..20).filter(|_| rate.take("a", Time(now))).count();
        assert_eq!(given(1_000_000), 10);
        assert_eq!(given(1_000_000 + 6_000), 1);
        assert_eq!(given(1_000_000 + 66_000), 10);
        assert!(rate.take("b", Time(1_000_000)));
    }
}
