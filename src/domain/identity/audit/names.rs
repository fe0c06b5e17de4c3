//! What actions, subjects and purposes are called: in `/admin/audit`, and in the text that the chain's hashes are made of. A name never changes.

use super::row::{Action, Purpose, Subject};
use crate::domain::identity::account::Role;

#[rustfmt::skip]
const ACTIONS: &[(Action, &str)] = &[
    (Action::Look,          "look"),
    (Action::Create,        "create"),
    (Action::Update,        "update"),
    (Action::Delete,        "delete"),
    (Action::Verify,        "verify"),
    (Action::ResetPassword, "reset_password"),
    (Action::SignIn,        "sign_in"),
    (Action::SignOut,       "sign_out"),
    (Action::Approve,       "approve"),
    (Action::Reject,        "reject"),
    (Action::Refund,        "refund"),
    (Action::Cancel,        "cancel"),
    (Action::Import,        "import"),
    (Action::Export,        "export"),
    (Action::SignInFailed,  "sign_in_failed"),
    (Action::Reveal,        "reveal"),
    (Action::Seal,          "seal"),
    (Action::ExportSelf,    "export_self"),
    (Action::Restrict,      "restrict"),
    (Action::PayOut,        "pay_out"),
    (Action::TokenRefused,  "token_refused"),
    (Action::Revoke,        "revoke"),
    (Action::Answer,        "answer"),
    (Action::Consent,       "consent"),
    (Action::Withdraw,      "withdraw"),
    (Action::Retire,        "retire"),
    (Action::Stop,          "stop"),
    (Action::Judge,         "judge"),
    (Action::Sign,          "sign"),
    (Action::Amend,         "amend"),
];

#[rustfmt::skip]
const PURPOSES: &[(Purpose, &str)] = &[
    (Purpose::None,           ""),
    (Purpose::Profile,        "profile"),
    (Purpose::Visit,          "visit"),
    (Purpose::Consultation,   "consultation"),
    (Purpose::AddressBook,    "address_book"),
    (Purpose::Administration, "administration"),
    (Purpose::Fhir,           "fhir"),
];

#[rustfmt::skip]
const THINGS: &[(Subject, &str)] = &[
    (Subject::Administrator,      "administrator"),
    (Subject::Doctor,             "doctor"),
    (Subject::Assistant,          "assistant"),
    (Subject::Patient,            "patient"),
    (Subject::Session,            "session"),
    (Subject::Region,             "region"),
    (Subject::Hospital,           "hospital"),
    (Subject::Department,         "department"),
    (Subject::Project,            "project"),
    (Subject::Registration,       "registration"),
    (Subject::Payment,            "payment"),
    (Subject::Refund,             "refund"),
    (Subject::DiagnosisTerm,      "diagnosis_term"),
    (Subject::ConsultationReason, "consultation_reason"),
    (Subject::EvaluationQuestion, "evaluation_question"),
    (Subject::Notice,             "notice"),
    (Subject::Table,              "table"),
    (Subject::Org,                "org"),
    (Subject::Membership,         "membership"),
    (Subject::SpecialProject,     "special_project"),
    (Subject::News,               "news"),
    (Subject::Banner,             "banner"),
    (Subject::Consultation,       "consultation"),
    (Subject::Clinic,             "clinic"),
    (Subject::Team,               "team"),
    (Subject::TeamConsult,        "team_consult"),
    (Subject::Withdrawal,         "withdrawal"),
    (Subject::Backup,             "backup"),
    (Subject::Audit,              "audit"),
    (Subject::PrivacyRequest,     "privacy_request"),
    (Subject::Complaint,          "complaint"),
    (Subject::Outbox,             "outbox"),
    (Subject::Integration,        "integration"),
    (Subject::Search,             "search"),
    (Subject::ConsentText,        "consent_text"),
    (Subject::Consent,            "consent"),
    (Subject::SignedRecord,       "signed_record"),
];

impl Action {
    pub fn name(self) -> &'static str {
        ACTIONS.iter().find(|(action, _)| *action == self).map_or("", |(_, name)| name)
    }

    pub fn from_name(name: &str) -> Option<Action> {
        ACTIONS.iter().find(|(_, known)| *known == name).map(|(action, _)| *action)
    }
}

impl Purpose {
    /// Empty for none.
    pub fn name(self) -> &'static str {
        PURPOSES.iter().find(|(purpose, _)| *purpose == self).map_or("", |(_, name)| name)
    }
}

impl Subject {
    pub fn name(self) -> &'static str {
        THINGS.iter().find(|(thing, _)| *thing == self).map_or("", |(_, name)| name)
    }

    pub fn from_name(name: &str) -> Option<Subject> {
        THINGS.iter().find(|(_, known)| *known == name).map(|(thing, _)| *thing)
    }

    /// What a person of that role is.
    pub const fn person(role: Role) -> Subject {
        match role {
            Role::Patient => Subject::Patient,
            Role::Doctor => Subject::Doctor,
            Role::Assistant => Subject::Assistant,
            Role::Admin => Subject::Administrator,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for (action, name) in ACTIONS {
            assert_eq!((Action::from_name(name), action.name()), (Some(*action), *name));
        }
        for (thing, name) in THINGS {
            assert_eq!((Subject::from_name(name), thing.name()), (Some(*thing), *name));
        }
        // The lists are whole: each variant stands at its own number.
        assert!(ACTIONS.iter().zip(0..).all(|((action, _), i)| *action as usize == i));
        assert!(THINGS.iter().zip(0..).all(|((thing, _), i)| *thing as usize == i));
        assert!(PURPOSES.iter().zip(0..).all(|((purpose, _), i)| *purpose as usize == i));
        assert_eq!((Action::from_name("x"), Subject::from_name("")), (None, None));
    }
}
