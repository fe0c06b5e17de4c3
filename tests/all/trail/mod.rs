//! The trail: who did and who looked at what, that nobody can change it unseen, and what stood in a record before it was changed.

mod access;
mod chain;
mod operator;
mod versions;
