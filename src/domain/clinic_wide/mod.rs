//! What looks into every context: settlement of money, removal, merging of accounts, how long rows are kept, statistics, the search catalogue.

pub mod catalogue;
pub mod clinic_face;
pub mod closing;
pub mod course;
pub mod daily;
pub mod doubles;
pub mod fees;
pub mod merger;
pub mod privacy_request;
pub mod removal;
pub mod retention;
pub mod settlement;
pub mod shown;
pub mod soundness;
pub mod statistics;
pub mod touching;
pub mod withdrawing;
