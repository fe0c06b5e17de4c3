//! Reading one moment: what a reader is shown is the state between two commits, and it is on disk before anybody hears of it.
//!
//! Readers take no lock. They look whether the writer has begun a commit since they began to read, and read again where it has.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

/// How far the writer's commits have come in the memory of the process: even between two of them, odd while one is applied.
pub(super) struct Phase {
    number: AtomicU64,
    moved: Notify,
}

impl Phase {
    /// After the commits that the store holds.
    pub fn after(commits: u64) -> Phase {
        Phase { number: AtomicU64::new(2 * commits), moved: Notify::new() }
    }

    pub fn now(&self) -> u64 {
        self.number.load(Ordering::SeqCst)
    }

    /// The commits that somebody can have seen, the one that is being applied among them.
    pub fn seen(&self) -> u64 {
        self.now().div_ceil(2)
    }

    /// A commit begins or ends to be applied.
    pub fn step(&self) {
        self.number.fetch_add(1, Ordering::SeqCst);
        self.wake();
    }

    /// Has those who wait look again.
    pub fn wake(&self) {
        self.moved.notify_waiters();
    }

    /// Waits for a moment between two commits and answers it; `None` where `over` says that none will come.
    pub async fn quiet(&self, over: impl Fn() -> bool) -> Option<u64> {
        loop {
            // The place in the line comes before the look, or the last step could go by between the two.
            let mut moved = std::pin::pin!(self.moved.notified());
            moved.as_mut().enable();
            match self.now() {
                _ if over() => return None,
                even if even.is_multiple_of(2) => return Some(even),
                _ => moved.await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn a_reader_waits_for_the_end_of_a_commit() {
        let phase = Arc::new(Phase::after(0));
        assert_eq!((phase.quiet(|| false).await, phase.seen()), (Some(0), 0));
        phase.step();
        assert_eq!(phase.seen(), 1);
        let waiting = tokio::spawn({
            let phase = phase.clone();
            async move { phase.quiet(|| false).await }
        });
        tokio::task::yield_now().await;
        phase.step();
        assert_eq!(waiting.await.unwrap(), Some(2));
        phase.step();
        assert_eq!(phase.quiet(|| true).await, None);
    }
}
