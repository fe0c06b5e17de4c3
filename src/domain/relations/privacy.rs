//! Who may see what of a patient. Whoever sees more than a stranger does so by a right: it is the patient's own account, the treating doctor, a
//! doctor of the patient's team, the assistant who is bound to the patient, an administrator.
//!
//! * [`look`] is the one way to what the table calls looked at (identity number, telephone): it leaves a record in the audit log, one a caller,
//!   patient and hour.
//! * [`glance`] is for lists and front pages: it leaves no record and shows what needs none.
//! * [`oneself`] is for what nobody but the owner can see in full.

use crate::{
    base::{
        error::Result,
        id::{AccountId, AnyId, DoctorId, EncounterId, PatientAccountId, PatientId},
        mask::Viewer,
        time::HOUR,
    },
    domain::{
        directory::{
            display_name::{self, Face},
            follow,
            patient::{self, Patient},
        },
        free_clinic::assistant_binding,
        identity::{
            account::{Account, BY_ROLE, Role},
            audit::{self, Action, Actor, Deed, Purpose, Subject},
        },
        relations::encounter,
        shared::sight::Sight,
        team,
    },
    store::{Order, Tx, View, key},
};

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    pub account: AccountId,
    pub role: Role,
}

impl From<&Actor> for Reader {
    fn from(actor: &Actor) -> Reader {
        Reader { account: actor.account_id, role: actor.role }
    }
}

/// Looks at a patient, for this purpose. What the reader has no right to see stays a stranger's.
pub fn look(db: &mut Tx, actor: &Actor, patient: &Patient, purpose: Purpose) -> Result<Sight> {
    let viewer = viewer(db, actor.into(), patient)?;
    match viewer {
        Viewer::TreatingDoctor | Viewer::FamilyDoctor | Viewer::Assistant | Viewer::Administrator => {
            note(db, actor, Subject::Patient, patient.owner.any(), patient.id.known(), purpose)?;
            Ok(Sight::seen_by(viewer, true))
        }
        Viewer::Owner | Viewer::TeamDoctor | Viewer::Followed | Viewer::Stranger => Ok(Sight::seen_by(viewer, false)),
    }
}

/// An administrator looks at a doctor or an assistant.
pub fn look_at_staff(db: &mut Tx, actor: &Actor, staff: &Account) -> Result<Sight> {
    match actor.role {
        Role::Admin => {
            note(db, actor, Subject::person(staff.role), staff.id.any(), None, Purpose::Administration)?;
            Ok(Sight::seen_by(Viewer::Administrator, true))
        }
        _ => Ok(Sight::STRANGER),
    }
}

/// How somebody, or a record, prints to an administrator: for lists, and for comparing what comes back with it.
pub fn administrator(reader: Reader) -> Sight {
    match reader.role {
        Role::Admin => Sight::seen_by(Viewer::Administrator, false),
        _ => Sight::STRANGER,
    }
}

/// What an administrator is shown of somebody to whom this has just been done: the deed is in the audit log, and needs no look beside it.
pub fn administer(db: &mut Tx, actor: &Actor, action: Action, account: &Account) -> Result<Sight> {
    let deed = Deed::new(action, Subject::person(account.role), account.id).about(own_patient(db, account)?);
    audit::write(db, actor, &deed)?;
    Ok(match actor.role {
        Role::Admin => Sight::seen_by(Viewer::Administrator, true),
        _ => Sight::STRANGER,
    })
}

/// The account's own patient, where it is a patient's and has one.
pub fn own_patient(db: &View, account: &Account) -> Result<Option<PatientId>> {
    match account.role {
        Role::Patient => Ok(patient::oneself(db, account.id.patient_account())?.map(|patient| patient.id)),
        _ => Ok(None),
    }
}

/// What is to be shown whole, and why.
pub struct Reveal<'a> {
    pub account: &'a Account,
    /// Whom of the account's patients it is about, where it is a patient's.
    pub patient: Option<PatientId>,
    /// The names of the fields.
    pub fields: Vec<&'a str>,
    pub reason: String,
}

/// Everything of a patient, a doctor or an assistant, for an administrator who says why.
pub fn reveal(db: &mut Tx, actor: &Actor, asked: Reveal) -> Result<Sight> {
    match actor.role {
        Role::Admin => {
            let Reveal { account, patient, fields, reason } = asked;
            let deed = Deed::new(Action::Reveal, Subject::person(account.role), account.id).about(patient).fields(fields);
            audit::write(db, actor, &deed.purpose(Purpose::Administration).why(reason))?;
            Ok(Sight::seen_by(Viewer::Owner, true))
        }
        _ => Ok(Sight::STRANGER),
    }
}

/// The same of everybody of a role at once.
pub fn reveal_all(db: &mut Tx, actor: &Actor, role: Role, reason: &str) -> Result<Sight> {
    let everybody: Vec<AccountId> = db.ids(&BY_ROLE, key(&[&role.number()]), Order::Oldest).collect::<Result<_>>()?;
    for id in everybody {
        let account: Account = db.need(id)?;
        let patient = own_patient(db, &account)?;
        reveal(db, actor, Reveal { account: &account, patient, fields: Vec::new(), reason: reason.to_owned() })?;
    }
    Ok(match actor.role {
        Role::Admin => Sight::seen_by(Viewer::Owner, true),
        _ => Sight::STRANGER,
    })
}

/// What was said, found and photographed of an encounter, for an administrator who says why.
pub fn reveal_record(db: &mut Tx, actor: &Actor, encounter: Subject, id: EncounterId, reason: String) -> Result<Sight> {
    match actor.role {
        Role::Admin => {
            let patient = encounter::need(db, id)?.patient;
            let deed = Deed::new(Action::Reveal, encounter, id).about(patient).purpose(Purpose::Administration).why(reason);
            audit::write(db, actor, &deed)?;
            Ok(Sight::seen_by(Viewer::Owner, true))
        }
        _ => Ok(Sight::STRANGER),
    }
}

/// An administrator looks at an encounter: whom it is about, and how much was said and found.
pub fn look_at_encounter(db: &mut Tx, actor: &Actor, encounter: Subject, id: EncounterId) -> Result<()> {
    let patient = encounter::need(db, id)?.patient.known();
    audit::look(db, actor, (encounter, id), patient.as_slice(), Purpose::Administration)
}

/// What is shown of a patient without a record of it.
pub fn glance(db: &View, reader: Option<Reader>, patient: &Patient) -> Result<Sight> {
    match reader {
        Some(reader) => Ok(Sight::seen_by(viewer(db, reader, patient)?, false)),
        None => Ok(Sight::STRANGER),
    }
}

/// Of people whose owner alone sees more than everybody.
pub fn oneself(reader: Option<Reader>, owner: AccountId) -> Sight {
    match reader {
        Some(reader) if reader.account == owner && !owner.is_none() => Sight::seen_by(Viewer::Owner, false),
        _ => Sight::STRANGER,
    }
}

/// Somebody's name and picture at a glance.
pub fn face(db: &View, reader: Reader, account: &Account) -> Result<Face> {
    let sight = match account.role {
        Role::Patient => glance(db, Some(reader), &patient::of_account(db, account)?)?,
        _ => Sight::STRANGER,
    };
    display_name::face(db, account, sight)
}

/// What a member is called by another; empty where there is no such account.
pub fn name(db: &View, reader: AccountId, member: AccountId) -> Result<String> {
    let (Some(reader), Some(account)) = (db.get::<Account>(reader)?, db.get::<Account>(member)?) else { return Ok(String::new()) };
    Ok(face(db, Reader { account: reader.id, role: reader.role }, &account)?.name)
}

fn viewer(db: &View, reader: Reader, patient: &Patient) -> Result<Viewer> {
    Ok(match reader.role {
        Role::Admin => Viewer::Administrator,
        Role::Patient if reader.account == patient.owner.account() => Viewer::Owner,
        Role::Patient => Viewer::Stranger,
        Role::Assistant if assistant_binding::looks_after(db, reader.account.assistant(), patient.owner)? => Viewer::Assistant,
        Role::Assistant => Viewer::Stranger,
        Role::Doctor => doctor(db, reader.account, patient)?,
    })
}

fn doctor(db: &View, reader: AccountId, patient: &Patient) -> Result<Viewer> {
    let treated = encounter::treated(db, reader.doctor(), patient.owner)?;
    Ok(match () {
        () if treated.contains(&patient.id) => Viewer::TreatingDoctor,
        () if has_team_of(db, reader.doctor(), patient.owner)? => Viewer::TeamDoctor,
        () if !treated.is_empty() => Viewer::FamilyDoctor,
        () if follow::follows(db, patient.owner.account(), reader)? => Viewer::Followed,
        () => Viewer::Stranger,
    })
}

/// Whether the patient's account is a member of one of the doctor's teams.
fn has_team_of(db: &View, doctor: DoctorId, user: PatientAccountId) -> Result<bool> {
    for place in db.rows(&team::BY_DOCTOR, key(&[&doctor]), Order::Oldest) {
        if team::member::find(db, place?.team_id, user)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes the look down, unless the same reader has looked within the hour.
fn note(db: &mut Tx, actor: &Actor, thing: Subject, id: AnyId, patient: Option<PatientId>, purpose: Purpose) -> Result<()> {
    match audit::has_looked(db, actor.account_id, (thing, id), patient, db.now.plus(-HOUR))? {
        true => Ok(()),
        false => audit::look(db, actor, (thing, id), patient.as_slice(), purpose),
    }
}
