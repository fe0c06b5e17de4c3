//! 留言: a patient and a doctor write to each other (志愿医生 3.6). One dialog for each pair, made by its first message.
//!
//! A patient may write to any doctor who has been let in. A doctor answers in a dialog that there is, and begins one only with a patient
//! who follows the doctor or was registered with the doctor: nobody is written to by a stranger.

use super::{
    contact,
    conversation::{Between, Conversation, Side},
    message::{self, Message, Say, TOO_LONG},
};
use crate::{
    base::{
        error::{self, NOT_FOUND, Reason, Result, invalid},
        id::{AccountId, DoctorId, PatientAccountId},
    },
    domain::{
        directory::follow,
        free_clinic::registration,
        identity::account::{self, Account, Role, Verify},
    },
    store::{Tx, View},
};

pub const WRONG_RECIPIENT: Reason = Reason::new(error::Kind::Rule, "wrong_recipient", "患者只能给医生留言，医生只能给患者留言");
pub const MAY_NOT_TALK: Reason = Reason::new(error::Kind::Rule, "may_not_talk", "暂时不能给对方留言");

/// Of a text, and of the pictures beside it (3.6.2).
const MOST_CHARACTERS: usize = 256;
const MOST_IMAGES: usize = 3;

/// The form of 3.6.2.
#[derive(Clone, Debug)]
pub struct Note {
    pub to: AccountId,
    pub mimetype: &'static str,
    pub content: String,
    pub images: Vec<String>,
    /// The client's own id: sent again, it is the same message.
    pub client_id: String,
}

/// Writes to `note.to`.
///
/// Errors: `not_found`, `not_verified`, `wrong_recipient`, `contact_banned`, `may_not_talk`, `too_large`, `invalid_field`.
pub fn write(db: &mut Tx, from: AccountId, note: Note) -> Result<Message> {
    if let Some(sent) = message::by_client_id(db, from, &note.client_id)? {
        return Ok(sent);
    }
    let (patient, doctor) = need_may_write(db, from, note.to)?;
    if note.content.chars().count() > MOST_CHARACTERS {
        return Err(TOO_LONG.with(format!("留言最多 {MOST_CHARACTERS} 个字符")));
    }
    if note.images.len() > MOST_IMAGES {
        return Err(invalid("images", format!("留言最多 {MOST_IMAGES} 张图片")));
    }
    let members = [(patient.account(), Side::Patient), (doctor.account(), Side::Staff)];
    let dialog = super::conversation::open(db, Between::Dialog(patient, doctor), &members)?;
    let say =
        Say { client_id: note.client_id, mimetype: note.mimetype.into(), content: note.content, images: note.images, ..Say::default() };
    message::post(db, dialog, from, say)
}

/// Refuses who may not write to `to` now. Answers patient and doctor.
///
/// Errors: `not_found`, `not_verified`, `wrong_recipient`, `contact_banned`, `may_not_talk`.
pub fn need_may_write(db: &View, from: AccountId, to: AccountId) -> Result<(PatientAccountId, DoctorId)> {
    let from: Account = db.need(from)?;
    let to = db.get::<Account>(to)?.filter(|account| account.role != Role::Admin).ok_or_else(|| NOT_FOUND.err())?;
    let between = match (from.role, to.role) {
        (Role::Patient, Role::Doctor) => (from.id.patient_account(), to.id.doctor()),
        (Role::Doctor, Role::Patient) => (to.id.patient_account(), from.id.doctor()),
        _ => return Err(WRONG_RECIPIENT.err()),
    };
    if from.role == Role::Doctor {
        account::need_verified(db, from.id)?;
    }
    contact::need_no_ban(db, from.id, to.id)?;
    match may_write(db, &from, &to)? {
        true => Ok(between),
        false => Err(MAY_NOT_TALK.err()),
    }
}

fn may_write(db: &View, from: &Account, to: &Account) -> Result<bool> {
    match to.role {
        _ if to.verify == Verify::Disabled => Ok(false),
        Role::Doctor => Ok(to.verify == Verify::Enabled),
        _ => {
            let (patient, doctor) = (to.id.patient_account(), from.id.doctor());
            Ok(find(db, patient, doctor)?.is_some() || follow::follows(db, to.id, from.id)? || registration::has_met(db, doctor, patient)?)
        }
    }
}

fn find(db: &View, patient: PatientAccountId, doctor: DoctorId) -> Result<Option<Conversation>> {
    super::conversation::find(db, Between::Dialog(patient, doctor))
}
