//! Looks at patients, written down before the answer goes out.

use std::collections::BTreeSet;

use super::caller::{Caller, Who};
use crate::{
    base::{
        error::Result,
        id::{AnyId, PatientId},
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
        Who::Integration { row, .. } if integration::is_used_anew(row, cx.app.clock.now()) => Some(row.id),
        _ => None,
    };
    if unseen.is_empty() && used.is_none() {
        return Ok(());
    }
    let (actor, deed) = (caller.actor.clone(), look(&unseen, what));
    let is_look = !unseen.is_empty();
    cx.write(move |db| {
        if is_look {
            audit::write(db, &actor, &deed)?;
        }
        used.map_or(Ok(()), |id| integration::used(db, id))
    })?;
    cx.app.fhir.seen(&caller.key, &unseen);
    Ok(())
}

/// A look at these.
pub fn look(patients: &[PatientId], what: &str) -> Deed {
    let one = if let [one] = patients { one.any() } else { AnyId::NONE };
    Deed::new(Action::Look, Subject::Patient, one).about(patients.iter().copied()).purpose(Purpose::Fhir).fields([what])
}
