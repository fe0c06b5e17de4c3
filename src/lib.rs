//! # Xuanhu (悬壶): one binary that is a whole telemedicine server for a small clinic
//!
//! Four older client families see one clinic: the same doctor, patient and visit through every door.
//!
//! ## Floor plan
//!
//! Imports point down only; a test forbids upward ones and cycles.
//!
//! | floor | rooms | what happens there |
//! | --- | --- | --- |
//! | 6 door | `main`, [`cli`], [`server`] | commands, start and stop |
//! | 5 faces | [`api`], [`im`], [`web`] | HTTP families, the live gateway, embedded pages; they never import each other |
//! | 4 clockwork | [`jobs`] | timed work, and what commits asked for |
//! | 3 hall | [`hall`] | opens everything and hands it out |
//! | 2 field | [`domain`] | the trade's own terms and rules; no HTTP, no JSON |
//! | 1 cellar | [`store`], [`search`], [`gateways`] | typed rows in sled; the keyword index in tantivy; the outside world |
//! | 0 ground | [`base`] | error, id, time, money, page, secret, settings |
//!
//! ## A walk: a patient takes a seat
//!
//! `POST /project/{id}/join` comes through [`api::accept`], which guards the connection, into [`api::Door`]: the path is matched to a row of
//! `api::volunteer_doctor::patient`, the token to a session, the body to fields. The row says `Write`, so its handler becomes a job on the store's
//! one writer thread. It reads the form and calls [`domain::project::joining::join`], which takes the seat, asks for the deposit and answers
//! with rows; the handler makes a view of them. Only when the commit is on disk does the envelope of the family go out.
//!
//! ## A walk: the hold lapses
//!
//! Nobody pays. The registration lies in an index by the time at which its hold ends. [`jobs`] looks there at every tick and runs
//! [`domain::project::registration::lapse_due`] as a job: the seat is free, the payment closed. Was the server down? Then it happens at start.
//!
//! ## A walk: money goes back
//!
//! A doctor confirms the visit: [`domain::project::visit::confirm`] writes the refund, and an event in the same commit. The pump in [`jobs`] finds the
//! event, has the embedded provider send the money, and books it on the [`domain::ledger`] in the commit that forgets the event. A kill in between
//! repeats the step; booking it twice changes nothing. WeChat Pay takes longer: its refunds, and orders that it may know more of than it has
//! told, wait in a stream of events of their own until it says how they stand. Each payment goes back the way it came.
//!
//! ## A walk: a message reaches a phone
//!
//! Whoever writes, over HTTP or through the gateway, comes to the rules of that conversation and then to [`domain::chat::message::post`], which
//! gives the message its number in every participant's inbox and rings, all in one commit. [`jobs`] hears the bell and tells [`hall::live`];
//! each connection of [`im`] reads its member's inbox from where it was. A phone that is not connected is woken by `push`, if the clinic
//! has set that up, and reads from where it was when it comes back.
//!
//! ## To add an endpoint
//!
//! Two files: a row, a handler and a view in its chapter under `api`; the rule as a verb in its room under `domain`. And its entry in
//! `data/contract/`, its scenario in `tests/all/`: tests ask for both.

pub mod app;
pub mod base;
pub mod cli;
pub mod demo;
pub mod domain;
pub mod gateway;
pub mod http;
pub mod jobs;
pub mod live;
pub mod providers;
pub mod search;
pub mod server;
pub mod store;
pub mod tables;
pub mod web;
