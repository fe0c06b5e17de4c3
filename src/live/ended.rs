//! Why a call has ended.

/// How a room ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Left,
    Declined,
    Missed,
}

impl Ended {
    pub const fn name(self) -> &'static str {
        match self {
            Ended::Left => "left",
            Ended::Declined => "declined",
            Ended::Missed => "missed",
        }
    }
}
