//! All tests that look at the program from outside, in one binary: they link once and share a kit.

#![allow(clippy::duplicate_mod, reason = "each walkthrough brings the part that they share")]
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod access;
mod admin;
mod backup;
mod bad_day;
mod care;
mod cli;
mod coverage;
mod crash;
mod crash_money;
mod delivery;
mod delivery_clouds;
mod dump;
mod fhir;
mod first_day;
mod gateway;
mod golden;
mod history;
mod hostile;
mod house;
mod idempotency;
mod im_contact;
mod input;
mod internet_hospital;
mod kit;
mod limits;
mod notices;
mod openapi;
mod operation;
mod operator;
mod pages;
mod payment_wechat;
mod privacy;
mod push;
mod references;
mod releases;
mod restored;
mod retention;
mod search;
mod sign_in;
mod store;
mod supervised;
mod team_consult;
mod trail;
mod unread;
mod uploads;
mod volunteer_doctor;
mod walkthroughs;
