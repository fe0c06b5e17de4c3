//! Who a patient is, and who may say so: the guards that `patient::Guard` asks for. Stands above the encounters because a person who has
//! been seen is no longer the owner's to exchange.
//!
//! A change of name, certificate, sex or birthday leaves old records as they are: each keeps whom it is about ([`recorded_person`]).

use super::encounter;
use crate::{
    base::error::{Kind, Reason, Result},
    domain::directory::{patient::Patient, recorded_person},
    store::Tx,
};

pub const IDENTITY_FIXED: Reason =
    Reason::new(Kind::Rule, "identity_fixed", "该就诊人已有就诊记录，证件号码不能修改，如有误请联系诊所更正");

/// What the owner of the account may change: the number of a certificate only before the first encounter that counts.
///
/// Errors: `identity_fixed`.
pub fn by_owner(db: &mut Tx, before: &Patient, after: &Patient) -> Result<()> {
    let other_number = !before.idno.is_empty() && (&before.idno, before.certificate_type) != (&after.idno, after.certificate_type);
    if other_number && encounter::of_user(db, before.owner)?.iter().any(|one| one.counts && one.patient == before.id) {
        return Err(IDENTITY_FIXED.err());
    }
    by_desk(db, before, after)
}

/// What the clinic may change: everything.
pub fn by_desk(db: &mut Tx, before: &Patient, _: &Patient) -> Result<()> {
    for past in encounter::of_user(db, before.owner)?.into_iter().filter(|one| one.is_past && one.patient == before.id) {
        recorded_person::keep(db, past.id, before)?;
    }
    Ok(())
}
