//! Looks at patients, written down before the answer goes out.

use std::collections::BTreeSet;

use super::caller::{Caller, Who};
use crate::{
    base::{
        error::Result,
        id::{Id, PatientId, kind},
    },
    domain::identity::{
        audit::{self, Action, Subject},
        integration,
    },
    http::core::context::Cx,
};

/// Patients that one record names at most.
const IN_A_RECORD: usize = 500;

/// Writes down at whom the caller looks, once a caller, patient and hour, and waits until that is on disk. `what` is the shape of the request: the
/// type and the names of its parameters, never their values.
pub fn note(cx: &Cx, caller: &Caller, patients: BTreeSet<PatientId>, what: &str) -> Result<()> {
    if !caller.is_watched() {
        return Ok(());
    }
    let unseen = cx.app.fhir.unseen(&caller.key, patients);
    let used = match &caller.who {
        Who::Integration(integration) if integration::is_used_anew(integration, cx.app.clock.now()) => Some(integration.id),
        _ => None,
    };
    if unseen.is_empty() && used.is_none() {
        return Ok(());
    }
    let (actor, noted, what) = (caller.actor.clone(), unseen.clone(), what.to_owned());
    cx.write(move |db| {
        for some in noted.chunks(IN_A_RECORD) {
            let list: Vec<String> = some.iter().map(PatientId::to_string).collect();
            let reason = format!("fhir {what}: {} patients: {}", some.len(), list.join(" "));
            let one = if let [one] = some { *one } else { Id::<kind::Patient>::NONE };
            audit::note_why(db, &actor, Action::Look, Subject::Patient, one, reason)?;
        }
        used.map_or(Ok(()), |id| integration::used(db, id))
    })?;
    cx.app.fhir.seen(&caller.key, &unseen);
    Ok(())
}
