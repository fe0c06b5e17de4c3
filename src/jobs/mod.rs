//! Work that happens by itself. Scheduled jobs look at every tick (`scheduler.tick`) for work that has come due; the outbox worker
//! carries out what commits asked for. Both are rows in the store first, so work that was due while the server was down runs at start.

mod archive;
pub mod audit_head;
mod backups;
mod old_uploads;
pub mod outbox;
use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, task::JoinSet};

use crate::{
    app::App,
    base::error::Result,
    domain::{
        care::signed_record,
        consultation,
        free_clinic::{deposit, registration},
        identity::{audit::chain, captcha, idempotency, im_password, lockout, session},
        money::payment as payments,
        relations::own_export,
    },
    store::{DISK_FULL, Tx},
};

/// Timed work. `run` does a bounded part of what is due and answers how much it did; it is called again until nothing is left.
struct ScheduledJob {
    name: &'static str,
    run: fn(&mut Tx) -> Result<usize>,
}

#[rustfmt::skip]
const SCHEDULE: &[ScheduledJob] = &[
    ScheduledJob { name: "lapse unpaid holds",     run: registration::lapse_due },
    ScheduledJob { name: "end projects",           run: crate::domain::free_clinic::ending::end_due },
    ScheduledJob { name: "end consultations",      run: consultation::end_due },
    ScheduledJob { name: "forfeit kept deposits",  run: deposit::forfeit_due },
    ScheduledJob { name: "adopt kept deposits",    run: deposit::adopt },
    ScheduledJob { name: "close unpaid top-ups",   run: payments::close_due },
    ScheduledJob { name: "remind of signatures",   run: signed_record::remind_due },
    ScheduledJob { name: "forget sessions",        run: session::sweep },
    ScheduledJob { name: "forget failed sign-ins", run: lockout::sweep },
    ScheduledJob { name: "forget captchas",        run: captcha::sweep },
    ScheduledJob { name: "forget chat passwords",  run: im_password::sweep },
    ScheduledJob { name: "forget old answers",     run: idempotency::sweep },
    ScheduledJob { name: "forget copies of data",  run: own_export::sweep },
    ScheduledJob { name: "begin the audit chain",  run: chain::begin },
];

/// Runs until `stop` becomes true.
pub async fn run(app: Arc<App>, stop: watch::Receiver<bool>) {
    let mut tasks = JoinSet::new();
    tasks.spawn(tick(app.clone(), stop.clone()));
    for consumer in outbox::CONSUMERS {
        tasks.spawn(outbox::run(app.clone(), consumer, stop.clone()));
    }
    tasks.spawn(old_uploads::run(app.clone(), stop.clone()));
    tasks.spawn(backups::run(app.clone(), stop.clone()));
    tasks.spawn(archive::run(app.clone(), stop.clone()));
    tasks.spawn(audit_head::run(app, stop));
    while tasks.join_next().await.is_some() {}
}

async fn tick(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    // What was paid while the server was down is booked before its time counts as over; a provider that is silent holds nothing up for long.
    tokio::select! {
        _ = tokio::time::timeout(Duration::from_secs(20), outbox::payment::drain(&app)) => {}
        _ = stop.wait_for(|stop| *stop) => return,
    }
    let mut ticks = tokio::time::interval(app.settings.scheduler.tick.as_std().max(Duration::from_millis(10)));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        run_chores(&app).await;
        app.exports.sweep(app.clock.now());
        app.live.expire_calls(app.clock.now());
    }
}

/// Does everything that is due now and carries out what it asked for: for tests that move the clock, and do not wait.
///
/// Errors: those of the first event that cannot be carried out.
pub async fn settle(app: &App) -> Result<()> {
    outbox::payment::drain(app).await?;
    run_chores(app).await;
    app.exports.sweep(app.clock.now());
    outbox::worker::drain(app).await?;
    outbox::payment::drain(app).await?;
    app.live.expire_calls(app.clock.now());
    outbox::live::tell(app).await?;
    outbox::search::drain(app).await
}

/// Does everything that is due now.
async fn run_chores(app: &App) {
    for (number, chore) in (0..).zip(SCHEDULE) {
        loop {
            match app.store.write(chore.run).await {
                Ok(0) => {
                    app.troubles.chores.works(number);
                    break;
                }
                Ok(done) => tracing::debug!(chore = chore.name, done, "did what was due"),
                // The store tells of it.
                Err(error) if error.is(&DISK_FULL) => break,
                Err(error) => {
                    app.troubles.chores.failed(number, format_args!("{}: {}", chore.name, error.chain()));
                    break;
                }
            }
        }
    }
}
