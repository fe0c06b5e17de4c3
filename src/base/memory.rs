//! Memory for work that needs much of it, shared out before it is used, so that a machine with 512 MiB lives through the worst mix of it.
//!
//! A process has one memory, so there is one budget for all of it: pictures and imports, password hashes, and bodies that are still coming in
//! each have a share, and whoever needs more than is left waits for a turn. The shares are apart because their owners wait for each other: an
//! upload that is held in memory waits for the memory to look at it, and a sign-in must not wait for somebody's pictures.
//! What a piece of work costs is for those to say who do it.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Condvar, Mutex, MutexGuard},
};

pub const MIB: u64 = 1 << 20;

/// What one password hash needs (Argon2id with 19 MiB), and what surrounds it.
pub const PASSWORD: u64 = 20 * MIB;

/// Decoding pictures, bringing in tables.
pub static PICTURES: Share = Share::new(parts(DEFAULT).0);
/// Hashing passwords.
pub static PASSWORDS: Share = Share::new(parts(DEFAULT).1);
/// Bodies of requests while they are received and looked at.
pub static BODIES: Share = Share::new(parts(DEFAULT).2);

/// What `limits.work_memory` is unless somebody says otherwise.
const DEFAULT: u64 = 256 * MIB;

/// Sets the whole budget in bytes (`limits.work_memory`). However small it is, one password can be hashed, one small picture decoded and one
/// body of the largest size received.
pub fn allow(bytes: u64, largest_body: u64) {
    let (pictures, passwords, bodies) = parts(bytes);
    PICTURES.resize(pictures.max(16 * MIB));
    PASSWORDS.resize(passwords.max(PASSWORD));
    BODIES.resize(bodies.max(largest_body));
}

/// Pictures, passwords, bodies. Of 256 MiB: a progressive photo of fifty megapixels, two passwords, six uploads of the largest size.
const fn parts(bytes: u64) -> (u64, u64, u64) {
    let (passwords, bodies) = (bytes / 32 * 5, bytes / 4);
    (bytes - passwords - bodies, passwords, bodies)
}

/// A part of the budget. Who takes from it waits in a queue, so that a large piece of work is not overtaken for ever by small ones.
pub struct Share {
    state: Mutex<State>,
    freed: Condvar,
}

struct State {
    capacity: u64,
    used: u64,
    next: u64,
    waiting: VecDeque<u64>,
}

/// What was taken. Dropping it gives it back.
pub struct Taken<'a> {
    share: &'a Share,
    amount: u64,
}

impl Share {
    pub const fn new(capacity: u64) -> Share {
        Share { state: Mutex::new(State { capacity, used: 0, next: 0, waiting: VecDeque::new() }), freed: Condvar::new() }
    }

    /// Whether so much can ever be had.
    pub fn holds(&self, amount: u64) -> bool {
        amount <= self.state().capacity
    }

    /// All there is, taken or not.
    pub fn capacity(&self) -> u64 {
        self.state().capacity
    }

    /// Waits for its turn and takes `amount`, or the whole share where that is less. For threads that may block, and that hold nothing of this
    /// share already.
    pub fn take(&self, amount: u64) -> Taken<'_> {
        let mut state = self.state();
        let turn = state.next;
        state.next += 1;
        state.waiting.push_back(turn);
        let mut state = self
            .freed
            .wait_while(state, |state| state.waiting.front() != Some(&turn) || !state.fits(amount.min(state.capacity)))
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        state.waiting.pop_front();
        let amount = amount.min(state.capacity);
        state.used += amount;
        drop(state);
        // The next in the queue may fit as well.
        self.freed.notify_all();
        Taken { share: self, amount }
    }

    /// Nothing yet, to [`grow`](Taken::grow).
    pub fn begin(&self) -> Taken<'_> {
        Taken { share: self, amount: 0 }
    }

    fn resize(&self, capacity: u64) {
        self.state().capacity = capacity;
        self.freed.notify_all();
    }

    /// A panic while the lock is held leaves numbers that are still numbers.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl State {
    fn fits(&self, amount: u64) -> bool {
        self.used.saturating_add(amount) <= self.capacity
    }
}

impl Taken<'_> {
    /// Takes more, without waiting. False where there is no more.
    pub fn grow(&mut self, amount: u64) -> bool {
        let mut state = self.share.state();
        let fits = state.fits(amount);
        if fits {
            state.used += amount;
            self.amount += amount;
        }
        fits
    }
}

impl fmt::Debug for Taken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.amount)
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut state = self.share.state();
        state.used = state.used.saturating_sub(self.amount);
        drop(state);
        self.share.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::atomic::{AtomicU64, Ordering},
        thread,
    };

    #[test]
    fn never_more_than_the_share_and_everybody_gets_a_turn() {
        let share = Share::new(10);
        let (used, most) = (AtomicU64::new(0), AtomicU64::new(0));
        thread::scope(|scope| {
            for n in 0..40u64 {
                let (share, used, most) = (&share, &used, &most);
                // More than there is counts as all there is.
                let amount = if n % 5 == 0 { 99 } else { n % 5 };
                scope.spawn(move || {
                    let _taken = share.take(amount);
                    let now = used.fetch_add(amount.min(10), Ordering::SeqCst) + amount.min(10);
                    most.fetch_max(now, Ordering::SeqCst);
                    thread::yield_now();
                    used.fetch_sub(amount.min(10), Ordering::SeqCst);
                });
            }
        });
        assert!(most.into_inner() <= 10);
        assert_eq!(share.state().used, 0);
    }

    #[test]
    fn what_panics_gives_back_what_it_took() {
        let share = Share::new(10);
        let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut taken = share.begin();
            assert!(taken.grow(7) && !taken.grow(4) && taken.grow(3));
            panic!("on purpose");
        }));
        assert!(died.is_err() && share.state().used == 0);
        assert!(share.holds(10) && !share.holds(11));
    }

    #[test]
    fn the_shares_make_up_the_budget() {
        let shares = [&PICTURES, &PASSWORDS, &BODIES];
        let sum = || shares.iter().map(|share| share.state().capacity).sum::<u64>();
        assert_eq!(sum(), DEFAULT);
    }
}
