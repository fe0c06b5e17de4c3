//! All tests that look at the program from outside, in one binary: they link once and share a kit.

#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod access;
mod admin;
mod cli;
mod coverage;
mod crash;
mod crash_money;
mod delivery;
mod first_day;
mod gateway;
mod golden;
mod hostile;
mod house;
mod im_contact;
mod internet_hospital;
mod kit;
mod operation;
mod operator;
mod pages;
mod payment_wechat;
mod privacy;
mod push;
mod restored;
mod search;
mod sign_in;
mod store;
mod team_consult;
mod volunteer_doctor;
