//! Money is whole fen (分, a hundredth of a yuan), signed where it is a movement. No floats.

use serde::{Deserialize, Serialize};

/// An amount in fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fen(pub i64);

impl schemars::JsonSchema for Fen {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Fen".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "format": "fen" })
    }
}

/// The largest amount that the clinic takes in one payment: 100,000 yuan.
pub const MOST: Fen = Fen(10_000_000);

impl Fen {
    pub const ZERO: Fen = Fen(0);

    pub fn from_yuan(yuan: u32) -> Fen {
        Fen(i64::from(yuan) * 100)
    }

    /// `"0.00"`, as volunteer_doctor prints amounts.
    pub fn yuan(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100)
    }
}

impl std::ops::Neg for Fen {
    type Output = Fen;
    fn neg(self) -> Fen {
        Fen(-self.0)
    }
}

impl std::ops::Add for Fen {
    type Output = Fen;
    fn add(self, other: Fen) -> Fen {
        Fen(self.0 + other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fen_print_as_yuan() {
        assert_eq!(Fen(0).yuan(), "0.00");
        assert_eq!(Fen(5).yuan(), "0.05");
        assert_eq!(Fen::from_yuan(50).yuan(), "50.00");
        assert_eq!(Fen(-1234).yuan(), "-12.34");
    }
}
