//! Floor 2, the field: the trade's own terms and rules. Synchronous; no HTTP, no JSON shapes, no clients' quirks.
//!
//! A verb takes a [`View`](crate::store::View) to read or a [`Tx`](crate::store::Tx) to change something, and its parameters in the
//! words of the documents. It answers with rows or with an error whose reason stands beside the rule. A room uses only rooms before it:
//! region → account, session → hospital → patient, doctor, assistant → person, family, clinic, org → special → ledger → expense, payment →
//! team → project → contact, care, chat → consultation, team_consult → encounter → talk, address_book → switchboard → chat_time →
//! treatment → settlement → removal, merger, statistics, catalogue; news goes up as [`event`]s.

pub mod account;
pub mod address_book;
pub mod assistant;
pub mod audit;
pub mod captcha;
pub mod care;
pub mod catalogue;
pub mod chat;
pub mod chat_time;
pub mod clinic;
pub mod collection;
pub mod consultation;
pub mod contact;
pub mod dictionary;
pub mod doctor;
pub mod encounter;
pub mod event;
pub mod expense;
pub mod family;
pub mod follow;
pub mod hospital;
pub mod im_password;
pub mod ledger;
pub mod member_profile;
pub mod merger;
pub mod mimetype;
pub mod news;
pub mod notice;
pub mod org;
pub mod patient;
pub mod payment;
pub mod person;
pub mod project;
pub mod push;
pub mod push_token;
pub mod quick_reply;
pub mod rating;
pub mod region;
pub mod removal;
pub mod role;
pub mod session;
pub mod settlement;
pub mod sms;
pub mod special;
pub mod statistics;
pub mod switchboard;
pub mod talk;
pub mod team;
pub mod team_consult;
pub mod treatment;
pub mod upload;

use crate::store::TableInfo;

/// Every table, by code. A code is never given to another table.
#[rustfmt::skip]
pub const TABLES: &[TableInfo] = &[
    TableInfo::of::<account::Account>(),                    // 1
    TableInfo::of::<session::Session>(),                    // 2
    TableInfo::of::<sms::Sms>(),                            // 3
    TableInfo::of::<captcha::Captcha>(),                    // 4
    TableInfo::of::<region::Region>(),                      // 5
    TableInfo::of::<hospital::Hospital>(),                  // 6
    TableInfo::of::<hospital::Department>(),                // 7
    TableInfo::of::<patient::Patient>(),                    // 8
    TableInfo::of::<doctor::Doctor>(),                      // 9
    TableInfo::of::<assistant::Assistant>(),                // 10
    TableInfo::of::<follow::Follow>(),                      // 11
    TableInfo::of::<notice::Notice>(),                      // 12
    TableInfo::of::<notice::Seen>(),                        // 13
    TableInfo::of::<upload::Upload>(),                      // 14
    TableInfo::of::<ledger::Entry>(),                       // 15
    TableInfo::of::<ledger::Balance>(),                     // 16
    TableInfo::of::<payment::Payment>(),                    // 17
    TableInfo::of::<payment::refund::Refund>(),             // 18
    TableInfo::of::<project::Project>(),                    // 19
    TableInfo::of::<project::registration::Registration>(), // 20
    TableInfo::of::<dictionary::DiagnosisTerm>(),           // 21
    TableInfo::of::<dictionary::ConsultationReason>(),      // 22
    TableInfo::of::<dictionary::EvaluationQuestion>(),      // 23
    TableInfo::of::<audit::Record>(),                       // 24
    TableInfo::of::<org::Org>(),                            // 25
    TableInfo::of::<org::Membership>(),                     // 26
    TableInfo::of::<special::SpecialProject>(),             // 27
    TableInfo::of::<news::News>(),                          // 28
    TableInfo::of::<news::Banner>(),                        // 29
    TableInfo::of::<care::Binding>(),                       // 30
    TableInfo::of::<chat::Conversation>(),                  // 31
    TableInfo::of::<chat::message::Message>(),              // 32
    TableInfo::of::<chat::Participant>(),                   // 33
    TableInfo::of::<contact::Contact>(),                    // 34
    TableInfo::of::<im_password::ImPassword>(),             // 35
    TableInfo::of::<chat_time::ChatTime>(),                 // 36
    TableInfo::of::<consultation::Consultation>(),          // 40
    TableInfo::of::<quick_reply::QuickReply>(),             // 41
    TableInfo::of::<collection::Collection>(),              // 42
    TableInfo::of::<treatment::Diagnosis>(),                // 43
    TableInfo::of::<consultation::evaluation::Evaluation>(),// 44
    TableInfo::of::<clinic::Clinic>(),                      // 45
    TableInfo::of::<team::Team>(),                          // 46
    TableInfo::of::<team::TeamDoctor>(),                    // 47
    TableInfo::of::<team::member::Membership>(),            // 48
    TableInfo::of::<team_consult::TeamConsult>(),           // 49
    TableInfo::of::<team_consult::vas::Vas>(),              // 50
    TableInfo::of::<team_consult::withdrawal::Withdrawal>(),// 51
    TableInfo::of::<push_token::PushToken>(),               // 52
    TableInfo::of::<member_profile::MemberProfile>(),       // 53
    TableInfo::of::<expense::Expense>(),                    // 55
];
