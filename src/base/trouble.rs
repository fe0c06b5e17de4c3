//! Something that goes wrong again and again, said twice: when it begins and when it is over.

use std::{
    collections::BTreeMap,
    fmt::Display,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// A kind of trouble, for as long as the process runs. It is on while at least one matter (a message, a payment; 0 where there is but one) is in
/// trouble; what one matter does among many does not make it come and go.
#[derive(Debug)]
pub struct Trouble {
    /// What does not work, as a sentence: for the log and for `/readyz`.
    what: &'static str,
    /// That it works again.
    over: &'static str,
    /// With what was said of each when it failed last.
    matters: Mutex<BTreeMap<u64, String>>,
}

impl Trouble {
    pub const fn new(what: &'static str, over: &'static str) -> Trouble {
        Trouble { what, over, matters: Mutex::new(BTreeMap::new()) }
    }

    /// Notes a failure of a matter, and says so where it is the first of all.
    pub fn failed(&self, matter: u64, error: impl Display) {
        let mut matters = self.matters();
        let begins = matters.is_empty();
        matters.insert(matter, error.to_string());
        drop(matters);
        match begins {
            true => tracing::error!(%error, "{}; tried again until it works, and said then", self.what),
            false => tracing::debug!(%error, matter, "{}", self.what),
        }
    }

    /// Whether this failure is news: the matter's first. For what somebody has to see to, each by itself.
    pub fn is_news(&self, matter: u64) -> bool {
        self.matters().insert(matter, String::new()).is_none()
    }

    /// Notes that a matter is well, or given up, and says so where it was the last.
    pub fn works(&self, matter: u64) {
        self.keep(|one| one != matter);
    }

    /// The same for all matters but these.
    pub fn keep(&self, still: impl Fn(u64) -> bool) {
        let mut matters = self.matters();
        if matters.is_empty() {
            return;
        }
        matters.retain(|one, _| still(*one));
        let over = matters.is_empty();
        drop(matters);
        if over {
            tracing::info!("{}", self.over);
        }
    }

    /// What does not work at present.
    pub fn now(&self) -> Option<&'static str> {
        (!self.matters().is_empty()).then_some(self.what)
    }

    /// What was said of the oldest matter that is in trouble.
    pub fn why(&self) -> Option<String> {
        self.matters().values().next().filter(|why| !why.is_empty()).cloned()
    }

    fn matters(&self) -> MutexGuard<'_, BTreeMap<u64, String>> {
        self.matters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_beginning_and_the_end_are_said_and_nothing_between() {
        let trouble = Trouble::new("the mill stands still", "the mill turns again");
        let lines = Lines::default();
        let written = lines.clone();
        let log = tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_writer(move || written.clone()).finish();
        tracing::subscriber::with_default(log, || {
            trouble.works(1);
            for matter in [1, 2, 1, 2, 2] {
                trouble.failed(matter, "no wind");
            }
            // One of two works: still in trouble.
            trouble.works(1);
            assert_eq!((trouble.now(), trouble.why().as_deref()), (Some("the mill stands still"), Some("no wind")));
            trouble.failed(2, "no wind");
            trouble.keep(|matter| matter != 2);
            trouble.works(2);
        });
        assert_eq!(trouble.now(), None);
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let said = |words: &str| text.matches(words).count();
        assert_eq!((said("the mill stands still"), said("no wind"), said("the mill turns again")), (1, 1, 1), "{text}");
        assert!(trouble.is_news(7) && !trouble.is_news(7));
    }
}
