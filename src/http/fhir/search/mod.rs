//! Searching a type: [`query`] reads what is asked, [`wanted`] compares it with a resource, [`walk`] goes over rows in order, [`page`] seals the place
//! where the next page begins, [`bundle`] puts the answer together.

pub mod bundle;
pub mod date;
pub mod page;
pub mod query;
pub mod run;
pub mod shape;
pub mod walk;
pub mod wanted;
