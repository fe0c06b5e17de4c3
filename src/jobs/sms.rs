//! Carries text messages to the provider: at least once each, again and again with growing pauses, until the code in it has lost its use.
//! A message that cannot be delivered holds up no other.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use tokio::sync::watch;

use crate::{
    base::{
        error::Result,
        time::{MINUTE, SECOND, Time},
    },
    domain::sms::{self, Waiting},
    gateways::sms::Webhook,
    hall::Hall,
};

/// Messages on their way at the same time.
const AT_ONCE: usize = 8;

/// How long messages on their way may take after the stop: one that is delivered and not noted as such comes twice.
const LAST: Duration = Duration::from_secs(5);

/// What failed, by the number of its event: how often, and when it is tried again. A restart tries all at once.
type Pauses = HashMap<u64, (u32, Time)>;

/// Runs until `stop` becomes true; not at all where messages stay in the outbox.
pub(super) async fn run(hall: Arc<Hall>, mut stop: watch::Receiver<bool>) {
    let Some(webhook) = &hall.sms else { return };
    let mut committed = hall.store.committed();
    let mut pauses = Pauses::new();
    loop {
        let mut stop_late = stop.clone();
        let late = async {
            let _ = stop_late.wait_for(|stop| *stop).await;
            tokio::time::sleep(LAST).await;
        };
        tokio::select! {
            done = round(&hall, webhook, &mut pauses) => {
                if let Err(error) = done {
                    tracing::error!(error = error.chain(), "text messages could not be looked through; trying again");
                }
            }
            () = late => return,
        }
        tokio::select! {
            _ = committed.changed() => {}
            () = tokio::time::sleep(Duration::from_secs(1)), if !pauses.is_empty() => {}
            () = tokio::time::sleep(Duration::from_secs(60)) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Tries everything that is due once, and forgets what was taken.
async fn round(hall: &Hall, webhook: &Webhook, pauses: &mut Pauses) -> Result<()> {
    let (now, waiting) = {
        let view = hall.store.view();
        (view.now, sms::waiting(&view)?)
    };
    pauses.retain(|seq, _| waiting.iter().any(|waiting| waiting.seq == *seq));
    let due: Vec<_> = waiting.into_iter().filter(|waiting| pauses.get(&waiting.seq).is_none_or(|(_, next)| *next <= now)).collect();
    let outcomes: Vec<_> = stream::iter(due).map(|waiting| carry(webhook, waiting)).buffer_unordered(AT_ONCE).collect().await;
    let mut taken = Vec::new();
    for (seq, was_taken) in outcomes {
        match was_taken {
            true => taken.push(seq),
            false => {
                let tries = pauses.get(&seq).map_or(0, |(tries, _)| *tries) + 1;
                pauses.insert(seq, (tries, now.plus(pause(tries))));
            }
        }
    }
    match taken.is_empty() {
        true => Ok(()),
        false => hall.store.write(move |db| sms::taken(db, &taken)).await,
    }
}

/// Whether the message is off our hands.
async fn carry(webhook: &Webhook, waiting: Waiting) -> (u64, bool) {
    let Some(sms) = waiting.sms else {
        tracing::warn!(event = waiting.seq, "a text message was not delivered in time and is not worth sending any more");
        return (waiting.seq, true);
    };
    let delivered = webhook.deliver(&sms.phone, &sms.text, &sms.code).await;
    if let Err(error) = &delivered {
        tracing::warn!(sms = sms.id, %error, "a text message could not be delivered");
    }
    (waiting.seq, delivered.is_ok())
}

/// 1, 2, 4 … seconds, at most a minute.
fn pause(tries: u32) -> i64 {
    (SECOND << tries.saturating_sub(1).min(6)).min(MINUTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute() {
        assert_eq!([1, 2, 3, 6, 7, 100].map(pause), [SECOND, 2 * SECOND, 4 * SECOND, 32 * SECOND, MINUTE, MINUTE]);
    }
}
