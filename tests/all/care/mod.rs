//! What the law asks of a clinic on the internet, rule by rule.

mod complaint;
mod consent;
mod fees;
