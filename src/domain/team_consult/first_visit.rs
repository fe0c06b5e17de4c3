//! Who of a group judges the earlier diagnosis, and what nobody does before, where the clinic refuses first visits (互联网诊疗管理办法(试行) Art. 16).

use super::row::TeamConsult;
use crate::{
    base::{
        error::Result,
        id::{AccountId, DoctorId},
    },
    domain::care::{
        first_visit::{Judged, UNJUDGED, is_refused},
        signed_record,
    },
    store::{Tx, View},
};

/// Whether the doctor treats: one of the group, but not the group assistant, who only brings doctors in, unless nobody else is there.
pub fn is_treating(consult: &TeamConsult, doctor: DoctorId) -> bool {
    consult.doctors.contains(&doctor) && (doctor != consult.assistant || consult.doctors.len() == 1)
}

/// Refuses a treating doctor who has not judged, where that is asked for. Errors: `unjudged`.
pub(super) fn need_judged(db: &View, consult: &TeamConsult, member: AccountId) -> Result<()> {
    let unjudged = !consult.judged.as_ref().is_some_and(|judged| judged.fits);
    match is_refused(db) && unjudged && is_treating(consult, member.doctor()) {
        true => Err(UNJUDGED.err()),
        false => Ok(()),
    }
}

/// Whether a reply says that the doctor has judged, for clients that know no judging (`care.judge`); then it is noted.
pub(super) fn judged_by_reply(db: &Tx, consult: &mut TeamConsult, member: AccountId) -> bool {
    let says = is_refused(db) && db.settings.care.judge_by_reply() && consult.judged.is_none() && is_treating(consult, member.doctor());
    if says {
        consult.judged = Some(Judged { fits: true, note: "回复即判断".into(), by: member.doctor(), at: db.now });
    }
    says
}

/// Whoever judged, or the first who treats, is to sign the record.
pub(super) fn await_signature(db: &mut Tx, consult: &TeamConsult) -> Result<()> {
    let judge = consult.judged.as_ref().map(|judged| judged.by);
    let doctor = judge.or_else(|| consult.doctors.iter().copied().find(|doctor| is_treating(consult, *doctor)));
    doctor.map_or(Ok(()), |doctor| signed_record::await_signature(db, consult.id.encounter(), doctor))
}
