//! Which part of a list is asked for, and the part with the exact total.

/// A window on a list: `skip` rows left out, at most `limit` shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    pub skip: usize,
    pub limit: usize,
}

impl Page {
    /// Page `current` (from 1) of pages of `size` rows.
    pub fn numbered(current: u64, size: u64) -> Page {
        let skip = current.max(1).saturating_sub(1).saturating_mul(size);
        Page { skip: usize::try_from(skip).unwrap_or(usize::MAX), limit: size as usize }
    }

    pub const ALL: Page = Page { skip: 0, limit: usize::MAX };

    /// The window of the rows that are wanted; keeps no others in memory.
    pub fn pick<T, E>(
        self,
        rows: impl Iterator<Item = Result<T, E>>,
        mut wanted: impl FnMut(&T) -> Result<bool, E>,
    ) -> Result<Slice<T>, E> {
        let mut slice = Slice { items: Vec::new(), total: 0 };
        for row in rows {
            let row = row?;
            if wanted(&row)? {
                if slice.total >= self.skip as u64 && slice.items.len() < self.limit {
                    slice.items.push(row);
                }
                slice.total += 1;
            }
        }
        Ok(slice)
    }

    /// The window of rows that are already in memory.
    pub fn of<T>(self, rows: Vec<T>) -> Slice<T> {
        let total = rows.len() as u64;
        Slice { items: rows.into_iter().skip(self.skip).take(self.limit).collect(), total }
    }
}

/// The rows of a page, and how many there are in all.
#[derive(Clone, Debug)]
pub struct Slice<T> {
    pub items: Vec<T>,
    pub total: u64,
}

impl<T> Slice<T> {
    pub fn try_map<U, E>(self, f: impl FnMut(T) -> Result<U, E>) -> Result<Slice<U>, E> {
        Ok(Slice { items: self.items.into_iter().map(f).collect::<Result<_, E>>()?, total: self.total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pick_counts_what_it_leaves_out() {
        let even = |page: Page| page.pick((0..10).map(Ok::<_, ()>), |n| Ok(n % 2 == 0)).unwrap();
        let slice = even(Page { skip: 1, limit: 2 });
        assert_eq!((slice.items, slice.total), (vec![2, 4], 5));
        assert_eq!(even(Page { skip: 9, limit: 2 }).items, Vec::<i32>::new());
        assert!(Page::ALL.pick([Ok(1), Err("unreadable")].into_iter(), |_| Ok(true)).is_err());
    }
}
