//! Floor 4, the clockwork: what happens by itself. Chores look at every tick (`scheduler.tick`) for work that has come due; the pump
//! carries out what commits asked for. Both are rows in the store first, so work that was due while the server was down runs at start.

pub mod outbox;
use crate::domain::free_clinic::registration;
use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, task::JoinSet};

use crate::{
    app::Hall,
    base::error::Result,
    domain::{
        consultation,
        free_clinic::clinic_session,
        identity::{captcha, im_password, session},
        money::payment as payments,
    },
    store::{DISK_FULL, Tx},
};

/// Timed work. `run` does a bounded part of what is due and answers how much it did; it is called again until nothing is left.
struct Chore {
    name: &'static str,
    run: fn(&mut Tx) -> Result<usize>,
}

#[rustfmt::skip]
const CHORES: &[Chore] = &[
    Chore { name: "lapse unpaid holds",     run: registration::lapse_due },
    Chore { name: "end projects",           run: clinic_session::end_due },
    Chore { name: "end consultations",      run: consultation::end_due },
    Chore { name: "close unpaid top-ups",   run: payments::close_due },
    Chore { name: "forget sessions",        run: session::sweep },
    Chore { name: "forget captchas",        run: captcha::sweep },
    Chore { name: "forget chat passwords",  run: im_password::sweep },
];

/// Runs until `stop` becomes true.
pub async fn run(hall: Arc<Hall>, stop: watch::Receiver<bool>) {
    let mut tasks = JoinSet::new();
    tasks.spawn(tick(hall.clone(), stop.clone()));
    tasks.spawn(outbox::payment::run(hall.clone(), stop.clone()));
    tasks.spawn(outbox::sms::run(hall.clone(), stop.clone()));
    tasks.spawn(outbox::push::run(hall.clone(), stop.clone()));
    tasks.spawn(outbox::search::run(hall.clone(), stop.clone()));
    tasks.spawn(outbox::live::run(hall.clone(), stop.clone()));
    tasks.spawn(outbox::worker::run(hall, stop));
    while tasks.join_next().await.is_some() {}
}

async fn tick(hall: Arc<Hall>, mut stop: watch::Receiver<bool>) {
    // What was paid while the server was down is booked before its time counts as over; a provider that is silent holds nothing up for long.
    tokio::select! {
        _ = tokio::time::timeout(Duration::from_secs(20), outbox::payment::drain(&hall)) => {}
        _ = stop.wait_for(|stop| *stop) => return,
    }
    let mut ticks = tokio::time::interval(hall.settings.scheduler.tick.as_std().max(Duration::from_millis(10)));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut full = false;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        run_chores(&hall, &mut full).await;
        hall.live.expire_calls(hall.clock.now());
    }
}

/// Does everything that is due now and carries out what it asked for: for tests that move the clock, and do not wait.
///
/// Errors: those of the first event that cannot be carried out.
pub async fn settle(hall: &Hall) -> Result<()> {
    outbox::payment::drain(hall).await?;
    run_chores(hall, &mut false).await;
    outbox::worker::drain(hall).await?;
    outbox::payment::drain(hall).await?;
    hall.live.expire_calls(hall.clock.now());
    outbox::live::tell(hall).await?;
    outbox::search::drain(hall).await
}

/// Does everything that is due now. `full` is whether the disk was full the last time: that is said once, not at each tick.
async fn run_chores(hall: &Hall, full: &mut bool) {
    let was_full = std::mem::take(full);
    for chore in CHORES {
        loop {
            match hall.store.write(chore.run).await {
                Ok(0) => break,
                Err(error) if error.is(&DISK_FULL) => {
                    if !was_full && !*full {
                        tracing::error!("the disk is full: nothing that is due can be done until there is room");
                    }
                    *full = true;
                    break;
                }
                Ok(done) => tracing::debug!(chore = chore.name, done, "did what was due"),
                Err(error) => {
                    tracing::error!(chore = chore.name, error = error.chain(), "a chore failed; it is tried again at the next tick");
                    break;
                }
            }
        }
    }
}
