//! The document's task list (任务列表): each task and the stories that prove it.

use std::collections::BTreeSet;

use super::{clinic, consult, family, founding, income, invitation, member, people, vas, wallet};
use crate::{
    gateway::{arrival, call, http, login, message, webrtc},
    kit::contract,
};

/// A test.
type Story = fn();

/// A task's id and its stories.
#[rustfmt::skip]
const TASKS: &[(&str, &[Story])] = &[
    ("doctor-profile-without-wallet",         &[people::a_doctors_profile_tells_nothing_of_money]),
    ("doctor-detail-expertise-and-honours",   &[people::a_doctor_tells_of_expertise_and_honours]),
    ("team-invitation-qr-code",               &[invitation::the_qr_code_holds_team_and_inviter, invitation::a_code_brings_a_doctor_in]),
    ("clinic-doctor-as-supervisor",           &[clinic::the_founder_supervises_until_another_is_named]),
    ("member-finds-clinic-by-name",           &[clinic::a_clinic_is_found_by_its_whole_name]),
    ("logout",                                &[people::signing_out_ends_the_session_and_nothing_else]),
    ("token-upload-at-login",                 &[people::a_phone_is_of_who_signed_in_last]),
    ("doctor-team-limit",                     &[founding::five_teams_founded_and_joined_together]),
    ("doctor-finds-team-by-name",             &[founding::doctors_find_teams_by_a_part_of_the_name]),
    ("personal-information-fields",           &[people::a_members_profile_has_all_that_was_asked_for]),
    ("spending-records",                      &[wallet::what_was_spent_is_listed]),
    ("family-member-changes",                 &[family::a_family_member_comes_changes_and_goes]),
    ("family-member-list",                    &[family::the_whole_family_and_one_of_it]),
    ("team-income-remaining-fees",            &[member::the_remaining_fees_of_all_members]),
    ("team-creation-agreement-field",         &[founding::a_team_has_an_agreement, member::nobody_joins_without_the_agreement]),
    ("delete-value-added-services",           &[vas::what_is_deleted_is_gone_from_every_list_and_stays_in_the_books]),
    ("patient-confirms-value-added-service",  &[vas::a_doctor_offers_and_the_patient_confirms_and_pays, vas::two_confirmations_at_once_pay_once]),
    ("team-income",                           &[income::a_team_earns_month_by_month, income::the_founder_withdraws_last_months_income_once]),
    ("team-income-withdrawable-total",        &[income::a_team_earns_month_by_month, income::the_days_of_withdrawal_are_a_setting]),
    ("team-income-withdrawal-history",        &[income::the_founder_withdraws_last_months_income_once]),
    ("team-income-month-record",              &[income::a_team_earns_month_by_month]),
    ("team-consult-history-totals",           &[income::the_summary_counts_everything]),
    ("team-handled-consultations",            &[consult::teams_list_what_they_have_taken_up]),
    ("my-team-consultations",                 &[consult::teams_list_what_they_have_taken_up]),
    ("my-team-value-added-services",          &[vas::what_is_deleted_is_gone_from_every_list_and_stays_in_the_books]),
    ("delete-consultations",                  &[consult::history_is_deleted_by_everybody_for_themselves]),
    ("create-consultation",                   &[consult::a_member_consults_the_team_for_oneself]),
    ("consultation-fields",                   &[consult::a_consult_may_be_for_a_family_member_and_in_any_form]),
    ("consultation-initial-participants",     &[consult::a_member_consults_the_team_for_oneself, consult::the_group_assistant_brings_doctors_in]),
    ("in-process-consultations",              &[consult::teams_list_what_they_have_taken_up]),
    ("history-consultations",                 &[consult::history_is_deleted_by_everybody_for_themselves]),
    ("consultation-value-added-services",     &[vas::a_doctor_offers_and_the_patient_confirms_and_pays]),
    ("im-server-addresses",                   &[http::addresses_follow_the_public_url, login::a_password_logs_in_as_often_as_one_likes_and_dies_with_its_session]),
    ("im-token",                              &[login::a_password_logs_in_as_often_as_one_likes_and_dies_with_its_session]),
    ("message-mimetypes",                     &[http::mimetypes_are_those_that_can_be_sent_and_the_clinics_own, message::what_may_not_be_said_is_refused_and_its_id_is_free_again]),
    ("private-message-im",                    &[message::a_message_goes_to_every_device_of_both, arrival::direct_messages_over_http]),
    ("multi-party-call",                      &[call::three_in_a_room_and_it_lasts_while_two_are_left, webrtc::two_browsers_see_and_hear_each_other]),
    ("get-consultation",                      &[consult::a_member_consults_the_team_for_oneself, consult::who_takes_no_part_sees_nothing]),
];

#[test]
fn every_task_has_its_story() {
    let document = contract::documents().iter().find(|document| document.name == "team-consult").unwrap();
    let asked: BTreeSet<&str> = document.json["tasks"].as_array().unwrap().iter().map(|task| task["id"].as_str().unwrap()).collect();
    let proved: BTreeSet<&str> = TASKS.iter().map(|(task, _)| *task).collect();
    assert_eq!((asked.len(), TASKS.len()), (38, 38), "each task stands here once");
    assert_eq!(proved, asked);
    assert!(TASKS.iter().all(|(_, stories)| !stories.is_empty()));
}
