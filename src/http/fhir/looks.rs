//! Looks at patients, written down before the answer goes out.

use std::collections::BTreeSet;

use super::caller::{Caller, Who};
use crate::{
    base::{
        error::Result,
        id::{Id, PatientId, kind},
    },
    domain::identity::{
        audit::{self, Action, Deed, Purpose, Subject},
        integration,
    },
    http::core::context::Cx,
};

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
    let (actor, noted, reason) = (caller.actor.clone(), unseen.clone(), format!("{what}: {} patients", unseen.len()));
    cx.write(move |db| {
        if !noted.is_empty() {
            let one = if let [one] = noted[..] { one } else { Id::<kind::Patient>::NONE };
            audit::write(db, &actor, &Deed::new(Action::Look, Subject::Patient, one).about(noted).purpose(Purpose::Fhir).why(reason))?;
        }
        used.map_or(Ok(()), |id| integration::used(db, id))
    })?;
    cx.app.fhir.seen(&caller.key, &unseen);
    Ok(())
}
