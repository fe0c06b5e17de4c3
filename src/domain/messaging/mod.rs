//! Messages of every kind: contacts, conversations, the inbox of each member, and which sleeping phones are woken.

pub mod change;
pub mod contact;
pub mod conversation;
pub mod hand_over;
pub mod leave_message;
pub mod membership;
pub mod message;
pub mod reading;
pub mod system;
