//! Who and what there is in the clinic: patients, doctors, assistants, the places where they work, and who follows or keeps whom.

pub mod assistant;
pub mod clinic;
pub mod display_name;
pub mod doctor;
pub mod family_member;
pub mod favourite;
pub mod follow;
pub mod hospital;
pub mod member_profile;
pub mod org;
pub mod patient;
pub mod patient_score;
pub mod quick_reply;
pub mod recorded_person;
pub mod standing;
