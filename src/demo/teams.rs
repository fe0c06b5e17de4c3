//! The demonstration clinic's teams: a clinic that doctors run, the teams they found, the members who top up and join.

use super::{cast, ids::Ids};
use crate::{
    base::{
        error::{INTERNAL, Result},
        id::Id,
        money::Fen,
        secret::{Signer, random},
    },
    domain::{
        clinic_wide::settlement,
        directory::{
            clinic,
            family_member::{self, FamilyMember},
            member_profile::{self, ProfileChange},
        },
        money::payment,
        relations::patient_identity,
        team::{self, NewTeam, invitation, member},
    },
    store::Tx,
};

pub fn found_clinic(db: &mut Tx, form: &cast::Clinic, ids: &mut Ids) -> Result<()> {
    let founder = ids.of(&form.founder)?;
    let made = clinic::found(db, founder, form.name.clone(), form.introduction.clone())?;
    for doctor in &form.doctors {
        clinic::add_doctor(db, founder, made.id, ids.of(doctor)?)?;
    }
    clinic::name_supervisor(db, founder, made.id, ids.of(&form.supervisor)?)?;
    ids.add(&form.key, made.id)
}

pub fn found_team(db: &mut Tx, form: &cast::Team, ids: &mut Ids) -> Result<()> {
    let founder = ids.of(&form.founder)?;
    let new = NewTeam {
        name: form.name.clone(),
        introduction: form.introduction.clone(),
        agreement: form.agreement.clone(),
        consult_fee: Fen(form.consult_fee),
        clinic_id: form.clinic.as_deref().map_or(Ok(Id::NONE), |clinic| ids.of(clinic))?,
    };
    let made = team::found(db, founder, new)?;
    // The codes are used at once: any key will do.
    let signer = Signer::new(&random());
    for doctor in &form.doctors {
        let (_, invited) = invitation::invite(db, founder, made.id)?;
        team::invitation::join(db, &signer, ids.of(doctor)?, made.id, &invited.code(&signer))?;
    }
    if let Some(assistant) = &form.assistant {
        team::name_assistant(db, founder, made.id, ids.of(assistant)?)?;
    }
    ids.add(&form.key, made.id)
}

/// Tops up the wallet, and joins with a part of it.
pub fn join(db: &mut Tx, form: &cast::TeamMember, ids: &Ids) -> Result<()> {
    let member = ids.of(&form.patient)?;
    let asked = payment::ask_recharge(db, member, Fen(form.recharge))?;
    settlement::paid(db, &asked.out_trade_no, None)?;
    member::join(db, member.patient_account(), ids.of(&form.team)?, true, Fen(form.fee)).map(drop)
}

pub fn tell_of_family(db: &mut Tx, form: &cast::Family, ids: &Ids) -> Result<()> {
    let owner = ids.of(&form.patient)?;
    let told = ProfileChange {
        pregnancy_count: Some(form.pregnancy_count),
        birth_count: Some(form.birth_count),
        menstrual_cycle: form.menstrual_cycle.clone(),
        menarche_age: Some(form.menarche_age),
        ..ProfileChange::default()
    };
    member_profile::change(db, owner, told, patient_identity::by_owner)?;
    for kin in &form.members {
        let birthday = kin.birthday.parse().map_err(|_| INTERNAL.caused_by(format!("{} is no birthday", kin.birthday)))?;
        let member = FamilyMember {
            name: Some(kin.name.clone()),
            relation: Some(kin.relation_type.clone()),
            sex: Some(kin.gender),
            birthday: Some(birthday),
            ..FamilyMember::default()
        };
        family_member::add(db, owner, member, patient_identity::by_owner)?;
    }
    Ok(())
}
