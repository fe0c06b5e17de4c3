//! The domain: the clinic's terms and rules. Synchronous; no HTTP, no JSON shapes, no client's quirks.
//!
//! A verb takes a [`View`](crate::store::View) to read or a [`Tx`](crate::store::Tx) to change something, and its parameters in the words of the
//! documents. It answers with rows or with an error whose reason stands beside the rule.
//!
//! ## Contexts
//!
//! Each uses only those before it: [`shared`] → [`identity`] → [`notice`] → [`directory`] → [`care`] → [`money`] → [`free_clinic`] → [`team`] →
//! [`messaging`] → [`consultation`] → [`team_consult`] → [`relations`] → [`clinic_wide`]. What an earlier context has to tell a later one goes up
//! as an [event](shared::event).
//!
//! ## Glossary
//!
//! | English, as in the code | Chinese | volunteer_doctor | internet_hospital | im_contact | team_consult |
//! | --- | --- | --- | --- | --- | --- |
//! | account | 账号 | user | user | member | member |
//! | patient | 就诊人 | user (患者) | patient, 就诊人 | record, 病历 | family member, target_member |
//! | oneself (an account's own patient) | 本人 | user info | patient, relation 本人 | patient | member profile |
//! | doctor | 医生 | doctor, user of type 2 | doctor | doctor | doctor |
//! | assistant | 医助 | assistant, user of type 3 | | | |
//! | group assistant | 团队助理 | | | | assistant_id of a team |
//! | hospital, department | 医院, 科室 | hospital, departments | hospital, department | | |
//! | clinic | 诊所 | | | | clinic |
//! | org | 组织 | org | | | |
//! | clinic session | 义诊 | project | | appointment | |
//! | slot | 时段 | plan_time | | | |
//! | special event | 专题活动 | sp_project | | | |
//! | registration | 挂号, 预约 | diagnoses | | appointment | |
//! | casebook | 病历本, 主诉 | casebook | | | |
//! | deposit | 押金 | price, amount | | | |
//! | consultation | 咨询订单 | | consultation | appointment | |
//! | diagnosis | 诊断 | diag_result | treatment, diagnosis | | |
//! | team consult | 团队咨询 | | | appointment | consult |
//! | value-added service | 增值服务 | | | | vas |
//! | withdrawal | 提现 | | | | withdrawal |
//! | encounter | 就诊 | diagnoses | consultation | appointment | consult |
//! | conversation | 会话 | chat | chat | | im |
//! | leave message | 留言 | chat | | | |
//! | contact | 联系人 | | | contact | |
//! | favourite | 收藏 | | doctorCollection | | |
//! | complaint | 投诉 | | | | complaint |
//! | consent | 同意 | | | | consent |
//! | notice | 通知 | message | system chat | | |
//! | mimetype | 消息类型 | | type of a message | | mimetype, symptom_type |
//! | ledger, payment, refund | 账本, 支付, 退款 | order, sn | payment, outTradeNo | pay | wallet, fee_balance |
//! | dispatch | 转发 | | | send-to, call-to | im messages |
//!
//! Fields of rows keep a document's own word where only one document has the thing (`project_id` of a registration, `sn` of a deposit): who
//! comes from the document finds them.

pub mod care;
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

use crate::store::{TableInfo, Tables};

/// Every table, how long their rows are kept, and which of them change together.
pub const TABLES: &Tables =
    &Tables { infos: INFOS, kept_until: clinic_wide::retention::kept_until, touching: clinic_wide::touching::touching };

/// Every table, by code. A code is never given to another table.
#[rustfmt::skip]
const INFOS: &[TableInfo] = &[
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
    TableInfo::of::<directory::recorded_person::RecordedPerson>(),     // 64
    TableInfo::of::<directory::patient_score::PatientScore>(),         // 65
    TableInfo::of::<money::forfeit::KeptDeposit>(),       // 67
    TableInfo::of::<shared::upgrade_step::UpgradeStep>(),           // 68
    TableInfo::of::<identity::idempotency::Kept>(),                   // 73
    TableInfo::of::<messaging::change::Change>(),                // 60
    TableInfo::of::<identity::lockout::Lockout>(),                    // 70
    TableInfo::of::<identity::integration::Integration>(),            // 74
    TableInfo::of::<clinic_wide::clinic_face::ClinicFace>(),          // 75
    TableInfo::of::<shared::version::Version>(),                      // 88
    TableInfo::of::<relations::own_export::OwnExport>(),              // 89
    TableInfo::of::<clinic_wide::privacy_request::PrivacyRequest>(),  // 90
    TableInfo::of::<money::payout::Payout>(),                         // 91
    TableInfo::of::<relations::complaint::Complaint>(),               // 94
    TableInfo::of::<care::consent_text::ConsentText>(),               // 95
    TableInfo::of::<care::consent::Consent>(),                        // 96
    TableInfo::of::<care::signed_record::SignedRecord>(),             // 97
    TableInfo::of::<care::signed_record::AwaitedSignature>(),         // 98
];
