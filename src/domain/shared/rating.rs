//! Ratings: 1 to 5, printed as the mean with one decimal, `"0.0"` before the first.

use serde::{Deserialize, Serialize};

/// The sum and number of the ratings that somebody got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Score {
    pub sum: u64,
    pub count: u64,
}

impl Score {
    pub fn add(&mut self, rating: u8) {
        self.sum += u64::from(rating);
        self.count += 1;
    }

    /// With the ratings of another score.
    pub fn merge(&mut self, other: Score) {
        self.sum += other.sum;
        self.count += other.count;
    }

    /// The mean in tenths, rounded half up.
    pub fn tenths(self) -> u32 {
        match self.count {
            0 => 0,
            count => u32::try_from((self.sum * 20 + count) / (count * 2)).unwrap_or(u32::MAX),
        }
    }

    pub fn mean(self) -> String {
        format!("{}.{}", self.tenths() / 10, self.tenths() % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_have_one_decimal() {
        let mut score = Score::default();
        assert_eq!(score.mean(), "0.0");
        for rating in [5, 4, 4] {
            score.add(rating);
        }
        assert_eq!(score.mean(), "4.3");
        score.add(5);
        assert_eq!(score.mean(), "4.5");
    }
}
