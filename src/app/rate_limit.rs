//! Rates: requests of an address, failed tries of passwords and codes for an account and from an address, accounts that nobody has proved.
//! Kept in memory, so a restart forgives; counted in ticks, so that a clock that is set back locks nobody out.
//!
//! Rows of the table that take a password or code are marked as `guarded`; the one path of every request asks [`Throttle::turn`] for them and
//! tells how it ended. Right tries cost nothing: a clinic's whole staff signs in from one address in the morning.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::sleep};

use crate::base::{
    client_address,
    error::{Error, Kind, Reason, Result},
    settings::LimitsSettings,
    time::{Clock, DAY, MINUTE, SECOND, Tick},
};

pub const TOO_MANY_REQUESTS: Reason = Reason::new(Kind::TooMany, "too_many_requests", "请求过于频繁，请稍后再试");
pub const TOO_MANY_LOGINS: Reason = Reason::new(Kind::TooMany, "too_many_logins", "登录尝试过于频繁，请一分钟后再试");
pub const TOO_MANY_ACCOUNTS: Reason = Reason::new(Kind::TooMany, "too_many_accounts", "注册过于频繁，请稍后再试");

/// Accounts that nobody has proved to be the owner of, made from one address in a day.
const NEW_A_DAY: u32 = 200;
/// How long a try waits at most for those before it.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Throttle {
    clock: Arc<Clock>,
    /// `None` where `limits.enabled` is false.
    rates: Option<Rates>,
    /// Some try has ended.
    ended: Notify,
}

struct Rates {
    requests: Buckets<IpAddr>,
    by_address: Buckets<IpAddr>,
    by_account: Buckets<String>,
    new_a_minute: Buckets<IpAddr>,
    new_a_day: Buckets<IpAddr>,
}

impl Throttle {
    pub fn new(limits: &LimitsSettings, clock: Arc<Clock>) -> Throttle {
        let tries = limits.login_per_minute;
        let rates = limits.enabled.then(|| Rates {
            requests: Buckets::new(limits.requests_per_second, SECOND),
            by_address: Buckets::new(tries, MINUTE),
            by_account: Buckets::new(tries, MINUTE),
            new_a_minute: Buckets::new(tries, MINUTE),
            new_a_day: Buckets::new(NEW_A_DAY, DAY),
        });
        Throttle { clock, rates, ended: Notify::new() }
    }

    /// Counts a request of `address`. Errors: `too_many_requests`.
    pub fn request(&self, address: IpAddr) -> Result<()> {
        let Some(rates) = &self.rates else { return Ok(()) };
        match rates.requests.take(client_address::counted(address), self.clock.tick()) {
            true => Ok(()),
            false => Err(TOO_MANY_REQUESTS.err().retry_in(1)),
        }
    }

    /// Whether `address` may still try to get into `account`, whatever names that; an empty text where no account is named.
    /// Changes nothing. Errors: `too_many_logins`.
    pub fn check(&self, address: IpAddr, account: &str) -> Result<()> {
        let Some(rates) = &self.rates else { return Ok(()) };
        let now = self.clock.tick();
        let address_free = rates.by_address.left(&client_address::counted(address), now) > 0;
        let account_free = account.is_empty() || rates.by_account.left(&account.to_owned(), now) > 0;
        match address_free && account_free {
            true => Ok(()),
            false => Err(too_many_tries()),
        }
    }

    /// Counts a try that failed.
    pub fn failed(&self, address: IpAddr, account: &str) {
        let Some(rates) = &self.rates else { return };
        let now = self.clock.tick();
        rates.by_address.take(client_address::counted(address), now);
        if !account.is_empty() {
            rates.by_account.take(account.to_owned(), now);
        }
    }

    /// The turn of a try. As many go on at the same time as may still fail, so that many at once are no more guesses than one after the other;
    /// whoever comes later waits for those before. Errors: `too_many_logins`.
    pub async fn turn(&self, address: IpAddr, account: &str) -> Result<Turn<'_>> {
        let (address, account) = (client_address::counted(address), account.to_owned());
        let mut patience = pin!(sleep(PATIENCE));
        loop {
            let ended = self.ended.notified();
            match self.enter(address, &account)? {
                true => return Ok(Turn { throttle: self, address, account }),
                false => tokio::select! {
                    () = ended => {}
                    () = &mut patience => return Err(too_many_tries()),
                },
            }
        }
    }

    /// False where others are in the way.
    fn enter(&self, address: IpAddr, account: &str) -> Result<bool> {
        let Some(rates) = &self.rates else { return Ok(true) };
        self.check(address, account)?;
        let now = self.clock.tick();
        if !rates.by_address.enter(address, now) {
            return Ok(false);
        }
        if !account.is_empty() && !rates.by_account.enter(account.to_owned(), now) {
            rates.by_address.leave(&address);
            return Ok(false);
        }
        Ok(true)
    }

    /// Counts an account that is made for whoever asks. Errors: `too_many_accounts`.
    pub fn new_account(&self, address: IpAddr) -> Result<()> {
        let Some(rates) = &self.rates else { return Ok(()) };
        let (address, now) = (client_address::counted(address), self.clock.tick());
        match rates.new_a_minute.take(address, now) && rates.new_a_day.take(address, now) {
            true => Ok(()),
            false => Err(TOO_MANY_ACCOUNTS.err().retry_in(60)),
        }
    }
}

fn too_many_tries() -> Error {
    TOO_MANY_LOGINS.err().retry_in(60)
}

/// A try that is going on. One whose client hangs up has told nobody anything.
pub struct Turn<'a> {
    throttle: &'a Throttle,
    address: IpAddr,
    account: String,
}

impl Turn<'_> {
    /// It was a wrong password or code.
    pub fn failed(self) {
        self.throttle.failed(self.address, &self.account);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Some(rates) = &self.throttle.rates else { return };
        rates.by_address.leave(&self.address);
        rates.by_account.leave(&self.account);
        self.throttle.ended.notify_waiters();
    }
}

/// A bucket of `burst` tokens for each key, filled again within `period` milliseconds.
pub(super) struct Buckets<K> {
    burst: i64,
    period: i64,
    known: Mutex<Known<K>>,
}

struct Known<K> {
    buckets: HashMap<K, Bucket>,
    /// When there are so many, those that say nothing are forgotten.
    sweep_at: usize,
}

/// A bucket that nobody knows is full.
#[derive(Clone, Copy)]
struct Bucket {
    /// When it will be full again: says all about its tokens.
    full_at: Tick,
    /// Tries that are going on.
    open: u32,
}

const MOST_KEYS: usize = 20_000;

impl<K: Hash + Eq> Buckets<K> {
    pub fn new(burst: u32, period: i64) -> Buckets<K> {
        let known = Known { buckets: HashMap::new(), sweep_at: MOST_KEYS };
        Buckets { burst: i64::from(burst.max(1)), period, known: Mutex::new(known) }
    }

    /// Takes a token, where there is one.
    pub fn take(&self, key: K, now: Tick) -> bool {
        let mut known = self.known(now);
        let bucket = known.buckets.entry(key).or_insert(Bucket { full_at: now, open: 0 });
        let fits = self.tokens(*bucket, now) > 0;
        if fits {
            bucket.full_at = bucket.full_at.max(now).plus(self.period / self.burst);
        }
        fits
    }

    fn left(&self, key: &K, now: Tick) -> i64 {
        self.known(now).buckets.get(key).map_or(self.burst, |bucket| self.tokens(*bucket, now))
    }

    /// Begins a try, where there is a token left for it if it fails.
    fn enter(&self, key: K, now: Tick) -> bool {
        let mut known = self.known(now);
        let bucket = known.buckets.entry(key).or_insert(Bucket { full_at: now, open: 0 });
        let free = self.tokens(*bucket, now) > i64::from(bucket.open);
        bucket.open += u32::from(free);
        free
    }

    fn leave(&self, key: &K) {
        if let Some(bucket) = self.known.lock().unwrap_or_else(PoisonError::into_inner).buckets.get_mut(key) {
            bucket.open = bucket.open.saturating_sub(1);
        }
    }

    fn tokens(&self, bucket: Bucket, now: Tick) -> i64 {
        let missing = bucket.full_at.since(now).max(0);
        (self.period - missing) / (self.period / self.burst).max(1)
    }

    /// A panic while the lock is held leaves a map that is still a map.
    fn known(&self, now: Tick) -> MutexGuard<'_, Known<K>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.buckets.len() >= known.sweep_at {
            known.buckets.retain(|_, bucket| bucket.full_at > now || bucket.open > 0);
            known.sweep_at = MOST_KEYS.max(2 * known.buckets.len());
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{settings::Settings, time::Time};

    #[test]
    fn a_bucket_gives_its_burst_and_fills_again() {
        let buckets = Buckets::new(10, MINUTE);
        let given = |now| (0..20).filter(|_| buckets.take("a", Tick(now))).count();
        assert_eq!(given(1_000_000), 10);
        assert_eq!(given(1_000_000 + 6_000), 1);
        assert_eq!(given(1_000_000 + 66_000), 10);
        assert!(buckets.take("b", Tick(1_000_000)));
    }

    #[test]
    fn buckets_that_say_nothing_are_forgotten() {
        let buckets = Buckets::new(1, SECOND);
        assert!((0..MOST_KEYS).all(|key| buckets.take(key, Tick(0))));
        assert!(!buckets.take(7, Tick(0)) && buckets.known(Tick(0)).buckets.len() == MOST_KEYS);
        assert!((0..MOST_KEYS).all(|key| buckets.take(MOST_KEYS + key, Tick(SECOND))));
        assert_eq!(buckets.known(Tick(SECOND)).buckets.len(), MOST_KEYS);
    }

    fn throttle() -> (Throttle, Arc<Clock>) {
        let clock = Arc::new(Clock::stopped_at(Time(0)));
        (Throttle::new(&Settings::default().limits, clock.clone()), clock)
    }

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    #[tokio::test]
    async fn only_failed_tries_count_and_for_address_and_account_each() {
        let (throttle, clock) = throttle();
        for _ in 0..100 {
            drop(throttle.turn(HOME, "a").await.unwrap());
        }
        for _ in 0..10 {
            throttle.turn(HOME, "a").await.unwrap().failed();
        }
        let elsewhere = "2001:db8::1".parse().unwrap();
        for (address, account) in [(HOME, "a"), (HOME, "b"), (HOME, ""), (elsewhere, "a")] {
            assert!(throttle.turn(address, account).await.is_err(), "{address} {account}");
        }
        drop(throttle.turn(elsewhere, "b").await.unwrap());
        clock.advance(6_000);
        drop(throttle.turn(HOME, "b").await.unwrap());
    }

    #[tokio::test]
    async fn tries_at_once_are_no_more_than_one_after_the_other() {
        let (throttle, _) = throttle();
        let attempts = (0..60).map(|_| async {
            match throttle.turn(HOME, "a").await {
                Ok(turn) => {
                    tokio::task::yield_now().await;
                    turn.failed();
                    1
                }
                Err(_) => 0,
            }
        });
        assert_eq!(futures_util::future::join_all(attempts).await.into_iter().sum::<u32>(), 10);
        let (throttle, _) = self::throttle();
        let right = (0..60).map(|_| async {
            let turn = throttle.turn(HOME, "a").await;
            tokio::task::yield_now().await;
            turn.is_ok()
        });
        assert!(futures_util::future::join_all(right).await.into_iter().all(|turn| turn));
    }
}
