//! Floor 2, the field: the trade's own terms and rules. Synchronous; no HTTP, no JSON shapes, no clients' quirks.
//!
//! A verb takes a [`View`](crate::store::View) to read or a [`Tx`](crate::store::Tx) to change something, and its parameters in the
//! words of the documents. It answers with rows or with an error whose reason stands beside the rule. A room uses only rooms before it:
//! region → account, session → hospital → notice, notification → patient, doctor, assistant → person, family, clinic, org → special →
//! ledger → expense, payment → team → project → contact, care, chat → consultation, team_consult → encounter → talk, address_book →
//! switchboard → chat_time → treatment → settlement → removal, merger, statistics, catalogue; news goes up as [`event`]s.

pub mod clinic_wide;
pub mod consultation;
pub mod directory;
pub mod free_clinic;
pub mod identity;
pub mod messaging;
pub mod money;
pub mod notice;
pub mod relations;
pub mod shared;
pub mod team;
pub mod team_consult;

use crate::store::TableInfo;

/// Every table, by code. A code is never given to another table.
#[rustfmt::skip]
pub const TABLES: &[TableInfo] = &[
    TableInfo::of::<identity::account::Account>(),                    // 1
    TableInfo::of::<identity::session::Session>(),                    // 2
    TableInfo::of::<identity::sms::Sms>(),                            // 3
    TableInfo::of::<identity::captcha::Captcha>(),                    // 4
    TableInfo::of::<shared::region::Region>(),                      // 5
    TableInfo::of::<directory::hospital::Hospital>(),                  // 6
    TableInfo::of::<directory::hospital::Department>(),                // 7
    TableInfo::of::<directory::patient::Patient>(),                    // 8
    TableInfo::of::<directory::doctor::Doctor>(),                      // 9
    TableInfo::of::<directory::assistant::Assistant>(),                // 10
    TableInfo::of::<directory::follow::Follow>(),                      // 11
    TableInfo::of::<notice::Notice>(),                      // 12
    TableInfo::of::<notice::Seen>(),                        // 13
    TableInfo::of::<shared::upload::Upload>(),                      // 14
    TableInfo::of::<money::ledger::LedgerEntry>(),                       // 15
    TableInfo::of::<money::ledger::Balance>(),                     // 16
    TableInfo::of::<money::payment::Payment>(),                    // 17
    TableInfo::of::<money::refund::Refund>(),             // 18
    TableInfo::of::<free_clinic::clinic_session::ClinicSession>(),                    // 19
    TableInfo::of::<free_clinic::registration::Registration>(), // 20
    TableInfo::of::<shared::dictionary::DiagnosisTerm>(),           // 21
    TableInfo::of::<shared::dictionary::ConsultationReason>(),      // 22
    TableInfo::of::<shared::dictionary::EvaluationQuestion>(),      // 23
    TableInfo::of::<identity::audit::AuditRecord>(),                       // 24
    TableInfo::of::<directory::org::Org>(),                            // 25
    TableInfo::of::<directory::org::OrgMembership>(),                     // 26
    TableInfo::of::<free_clinic::special_event::SpecialEvent>(),             // 27
    TableInfo::of::<notice::news::News>(),                          // 28
    TableInfo::of::<notice::news::Banner>(),                        // 29
    TableInfo::of::<free_clinic::assistant_binding::AssistantBinding>(),                       // 30
    TableInfo::of::<messaging::conversation::Conversation>(),                  // 31
    TableInfo::of::<messaging::message::Message>(),              // 32
    TableInfo::of::<messaging::conversation::Participant>(),                   // 33
    TableInfo::of::<messaging::contact::Contact>(),                    // 34
    TableInfo::of::<identity::im_password::ImPassword>(),             // 35
    TableInfo::of::<relations::chat_time::ChatTime>(),                 // 36
    TableInfo::of::<consultation::Consultation>(),          // 40
    TableInfo::of::<directory::quick_reply::QuickReply>(),             // 41
    TableInfo::of::<directory::favourite::Favourite>(),              // 42
    TableInfo::of::<consultation::diagnosis::Diagnosis>(),                // 43
    TableInfo::of::<consultation::evaluation::Evaluation>(),// 44
    TableInfo::of::<directory::clinic::Clinic>(),                      // 45
    TableInfo::of::<team::Team>(),                          // 46
    TableInfo::of::<team::TeamDoctor>(),                    // 47
    TableInfo::of::<team::member::TeamMembership>(),            // 48
    TableInfo::of::<team_consult::TeamConsult>(),           // 49
    TableInfo::of::<team_consult::vas::Vas>(),              // 50
    TableInfo::of::<team_consult::withdrawal::Withdrawal>(),// 51
    TableInfo::of::<identity::push_token::PushToken>(),               // 52
    TableInfo::of::<directory::member_profile::MemberProfile>(),       // 53
    TableInfo::of::<money::expense::Expense>(),                    // 55
    TableInfo::of::<money::forfeit::KeptDeposit>(),       // 67
    TableInfo::of::<shared::upgrade_step::UpgradeStep>(),           // 68
];
