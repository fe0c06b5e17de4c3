//! The trail: who did and who looked at what, that nobody can change it unseen, and what stood in a record before it was changed.

mod chain;
mod looks;
mod operator;
mod versions;
