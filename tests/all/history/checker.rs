//! Whether a history of one register can have happened one request after the other (Wing and Gong, with Lowe's memory of what was tried).
//!
//! A history is strictly serializable where its requests can be put in one order that keeps every value that was read, and in which nobody who had
//! been answered before another asked comes after it.

use std::{
    collections::{BTreeSet, HashSet},
    time::Instant,
};

/// What was asked, and what came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    Wrote(u64),
    Read(u64),
}

#[derive(Clone, Copy, Debug)]
pub struct Op {
    pub did: Did,
    pub asked: Instant,
    /// When the answer was there; of a write without one, when the server was dead for sure.
    pub until: Instant,
    /// Without an answer a write may have happened before the server died, or not at all.
    pub answered: bool,
}

/// The values that the register can have after all of these, where it had one of `before`; none where they cannot have happened so.
pub fn after(before: &BTreeSet<u64>, ops: &[Op]) -> BTreeSet<u64> {
    let mut ops = ops.to_vec();
    ops.sort_by_key(|op| op.asked);
    let mut ends = BTreeSet::new();
    let mut tried = HashSet::new();
    let mut open: Vec<(Vec<bool>, u64)> = before.iter().map(|value| (vec![false; ops.len()], *value)).collect();
    while let Some((done, value)) = open.pop() {
        let left = || ops.iter().enumerate().filter(|(at, _)| !done[*at]);
        let Some(first_answer) = left().filter(|(_, op)| op.answered).map(|(_, op)| op.until).min() else {
            // Writes without an answer may still have come, in any order: each can be the last one.
            ends.insert(value);
            ends.extend(left().filter_map(|(_, op)| if let Did::Wrote(value) = op.did { Some(value) } else { None }));
            continue;
        };
        // Whoever asked before the first answer can be the next.
        for (at, op) in left().take_while(|(_, op)| op.asked <= first_answer) {
            let next = match op.did {
                Did::Wrote(value) => value,
                Did::Read(read) if read == value => value,
                Did::Read(_) => continue,
            };
            let mut done = done.clone();
            done[at] = true;
            if tried.insert((done.clone(), next)) {
                open.push((done, next));
            }
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn history(ops: &[(Did, u64, u64, bool)]) -> BTreeSet<u64> {
        let begun = Instant::now();
        let at = |n| begun + Duration::from_secs(n);
        let ops: Vec<Op> = ops
            .iter()
            .map(|(did, asked, until, answered)| Op { did: *did, asked: at(*asked), until: at(*until), answered: *answered })
            .collect();
        after(&BTreeSet::from([0]), &ops)
    }

    #[test]
    fn what_cannot_have_happened_is_found() {
        use Did::{Read, Wrote};
        assert_eq!(history(&[(Wrote(1), 0, 1, true), (Read(1), 2, 3, true)]), [1].into());
        // A read that began after a write was answered, and does not know it.
        assert!(history(&[(Wrote(1), 0, 1, true), (Read(0), 2, 3, true)]).is_empty());
        // The new value, and after that the old one.
        assert!(history(&[(Wrote(1), 0, 9, true), (Read(1), 1, 2, true), (Read(0), 3, 4, true)]).is_empty());
        assert_eq!(history(&[(Wrote(1), 0, 9, true), (Read(0), 1, 2, true), (Read(1), 3, 4, true)]), [1].into());
        assert_eq!(history(&[(Wrote(1), 0, 5, true), (Wrote(2), 0, 5, true)]), [1, 2].into());
        // Without an answer it may have happened or not; once it was seen it has.
        assert_eq!(history(&[(Wrote(1), 0, 9, false)]), [0, 1].into());
        assert_eq!(history(&[(Wrote(1), 0, 9, false), (Read(1), 1, 2, true)]), [1].into());
    }
}
