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
