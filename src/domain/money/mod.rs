//! Money: the ledger, what members spend, payments that come in and refunds that go back.

pub mod expense;
pub mod forfeit;
pub mod ledger;
pub mod payment;
pub mod payout;
pub mod price;
pub mod refund;
