//! Free clinics (义诊): a doctor's sessions, their slots and registrations, the visit, special events, and the assistants who book for patients.

pub mod administration;
pub mod assistant_binding;
pub mod clinic_session;
pub mod deposit;
pub mod doctors;
pub mod ending;
pub mod history;
pub mod joining;
pub mod listing;
pub mod moving;
pub mod offer;
pub mod phase;
pub mod queue;
pub mod registration;
pub mod reminder;
pub mod slot;
pub mod special_event;
pub mod telling;
pub mod turnout;
pub mod visit;
