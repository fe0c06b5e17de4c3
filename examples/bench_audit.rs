//! How long it takes to look at the whole audit log: `cargo run --release --example bench_audit [RECORDS]`.

use std::{sync::Arc, time::Instant};

use xuanhu::{
    base::{
        id::{AccountId, AnyId, PatientId},
        settings::Settings,
        time::Clock,
    },
    domain::{
        TABLES,
        identity::{
            account::Role,
            audit::{self, Actor, Purpose, Subject, chain},
        },
    },
    store::{Store, Tx},
};

/// Records of one commit.
const AT_ONCE: u64 = 1_000;

fn main() {
    let records: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let dir = tempfile::TempDir::with_prefix_in("bench-audit-", ".").expect("a directory");
    let store = Store::open(dir.path(), TABLES, Arc::new(Settings::default()), Arc::new(Clock::system(0))).expect("a store");
    let begun = Instant::now();
    for part in 0..records / AT_ONCE {
        let look = move |db: &mut Tx| {
            (0..AT_ONCE).try_for_each(|n| {
                let number = part * AT_ONCE + n;
                let somebody =
                    Actor { account_id: AccountId::from_number(number % 50), role: Role::Doctor, address: "192.0.2.7".to_owned() };
                let patient = PatientId::from_number(5_000 + number % 2_000);
                audit::look(db, &somebody, (Subject::Patient, AnyId::from_number(9_000 + number)), &[patient], Purpose::Visit)
            })
        };
        store.write_blocking(look).expect("a commit");
    }
    println!("{records} records written: {:.2} s", begun.elapsed().as_secs_f64());
    for _ in 0..3 {
        let begun = Instant::now();
        let verdict = chain::verify(&store.view(), None).expect("a verdict");
        assert!(verdict.broken.is_none() && verdict.records == records);
        println!("verified: {:.2} s", begun.elapsed().as_secs_f64());
    }
}
