//! Who reads: an integration by its own token, a doctor, a patient, or whoever shows `admin.token`. What each may read of a type.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    outcome::{NOT_FOR_ROLE, TYPE_NOT_OPEN},
    print::Identifiers,
    served::{OpenTo, Served},
};
use crate::{
    base::{
        error::{Error, Result},
        id::{AnyId, DoctorId, Id, PatientAccountId, PatientId},
        time::Time,
    },
    domain::{
        clinic_wide::{privacy_request, shown},
        identity::{
            account::Role,
            audit::{self, Action, Actor, Subject},
            integration::{self, Integration, Shown},
        },
    },
    http::core::{
        access,
        context::{BAD_TOKEN, Cx},
        request::Request,
    },
    store::View,
};

/// One who was let in.
pub struct Caller {
    pub who: Who,
    /// Tells callers apart, whichever token they show: pages, rates and looks are bound to it.
    pub key: String,
    pub identifiers: Identifiers,
    pub actor: Actor,
}

pub enum Who {
    /// Whoever shows `admin.token`.
    Machine,
    Integration {
        row: Box<Integration>,
        /// Patients whose records are not used any more: to it they are deleted.
        restricted: BTreeMap<PatientId, Time>,
    },
    Doctor {
        id: DoctorId,
        treated: BTreeSet<PatientId>,
    },
    Patient {
        owner: PatientAccountId,
        family: BTreeSet<PatientId>,
    },
}

impl Caller {
    /// Errors: `bad_token`, `fhir_not_for_role`, `too_many_requests`.
    pub fn of(cx: &Cx, request: &Request) -> Result<Caller> {
        let view = cx.view();
        let Some(session) = cx.caller else { return Caller::integration(cx, &view, request) };
        let actor = cx.actor()?;
        let who = match session.role {
            Role::Admin if session.account.is_none() => Who::Machine,
            Role::Admin | Role::Assistant => return Err(NOT_FOR_ROLE.err()),
            Role::Doctor => {
                let id: DoctorId = cx.my_id()?;
                Who::Doctor { id, treated: shown::treated(&view, id)? }
            }
            Role::Patient => {
                let owner: PatientAccountId = cx.my_id()?;
                Who::Patient { owner, family: shown::family(&view, owner)? }
            }
        };
        let key = if let Who::Machine = who { "machine".to_owned() } else { format!("account {}", session.account) };
        if !matches!(who, Who::Machine) {
            cx.app.fhir.request(&key)?;
        }
        Ok(Caller { who, key, identifiers: Identifiers::Full, actor })
    }

    fn integration(cx: &Cx, view: &View, request: &Request) -> Result<Caller> {
        let token = access::token(&request.headers).unwrap_or_default();
        let found = integration::by_token(view, token)?.filter(|found| found.may_come_from(cx.address));
        let Some(found) = found else { return Err(refused(cx)) };
        let key = format!("integration {}", found.id);
        cx.app.fhir.request(&key)?;
        let identifiers = match found.identifiers {
            Shown::Masked => Identifiers::Masked,
            Shown::Match => Identifiers::Match,
            Shown::Full => Identifiers::Full,
        };
        let actor = Actor { account_id: found.id.any().of(), role: Role::Admin, address: cx.address.to_string() };
        Ok(Caller {
            who: Who::Integration { row: Box::new(found), restricted: privacy_request::restricted(view)? },
            key,
            identifiers,
            actor,
        })
    }

    /// Whether a type is open to the caller at all. Errors: `type_not_open`.
    pub fn need_open(&self, served: &Served) -> Result<()> {
        match self.opens(served) {
            true => Ok(()),
            false => Err(TYPE_NOT_OPEN.with(served.kind)),
        }
    }

    pub fn opens(&self, served: &Served) -> bool {
        match &self.who {
            Who::Machine => true,
            Who::Integration { row, .. } => row.may_read(served.kind),
            Who::Doctor { .. } => served.open_to != OpenTo::Patients,
            Who::Patient { .. } => true,
        }
    }

    /// Whether the caller reads without regard of persons.
    pub fn reads_everybody(&self) -> bool {
        matches!(self.who, Who::Machine | Who::Integration { .. })
    }

    /// Whether what is read of others is written down: nobody's reads of their own data are.
    pub fn is_watched(&self) -> bool {
        !matches!(self.who, Who::Patient { .. })
    }
}

/// A token of an integration that does not hold is written down once a minute, and answered as any other.
fn refused(cx: &Cx) -> Error {
    if let Err(error) = cx.app.throttle.request(cx.address) {
        return error;
    }
    if cx.app.fhir.refusal() {
        let actor = Actor { account_id: Id::NONE, role: Role::Admin, address: cx.address.to_string() };
        let noted = cx.app.store.write_blocking(move |db| audit::note(db, &actor, Action::TokenRefused, Subject::Integration, AnyId::NONE));
        if let Err(error) = noted {
            return error;
        }
    }
    BAD_TOKEN.err()
}
