//! The kit: a running clinic in the test's own process, people who act through its public endpoints, and the contract that every
//! answer is held against.
//!
//! ```ignore
//! let clinic = Clinic::open();
//! let (doctor, patient) = (clinic.doctor(), clinic.patient());
//! let project = doctor.post("/project", json!({ … })).ok();
//! patient.post("/project/1/join", json!({})).refused(404, "not_found");
//! clinic.advance("25h"); // and whatever has come due is done
//! ```

#![allow(dead_code, unused_imports, reason = "a kit has more tools than today's tests use")]

mod browser;
mod client;
pub mod contract;
pub mod crowd;
pub mod frames;
mod outside;
mod people;
pub mod program;
pub mod raw;
pub mod reference;
pub mod sample;
mod server;
mod socket;

pub use browser::Browser;
pub use client::{Answer, Client, Request, encode};
pub use outside::{Asked, Outside};
pub use people::{Person, id_number, phone};
pub use server::{TestServer, data_dir, empty_dir, runtime};
pub use socket::Socket;

use std::time::{Duration, Instant};

/// How many rounds of kills: so many, or what `ROUNDS` says (`ROUNDS=50 cargo test --test all loss_of_the_machine`).
pub fn rounds(usual: usize) -> usize {
    std::env::var("ROUNDS").map_or(usual, |text| text.parse().expect("ROUNDS is a number"))
}

/// Waits for what another process or thread does soon.
#[track_caller]
pub fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !done() {
        assert!(Instant::now() < deadline, "{what} does not come about");
        std::thread::sleep(Duration::from_millis(20));
    }
}
