//! 2.2.13 留言信息 and 2.2.14 留言对话对象信息.

use serde::Serialize;

use super::person::UserView;
use crate::{
    base::{
        error::{INTERNAL, NOT_FOUND, Result},
        id::{AccountId, ConversationId, DoctorId, MessageId, PatientAccountId},
    },
    domain::{
        directory::{doctor, patient},
        identity::account::{Account, Role},
        messaging::{
            conversation::{self, Between, Conversation, Participant, Side},
            message::Message,
        },
        relations::privacy::{self, Reader},
    },
    store::View,
};

/// What stands for a message that was taken back: the document knows none, so its clients show it as the text.
const RETRACTED: &str = "[已撤回]";

/// The document's fields and when it was written.
#[derive(Serialize)]
pub struct ChatMessageView {
    id: MessageId,
    #[serde(rename = "type")]
    kind: u8,
    from_user_id: AccountId,
    to_user_id: AccountId,
    content: String,
    photo: Vec<String>,
    is_read: u8,
    dialog_id: String,
    from_user: FaceView,
    to_user: FaceView,
    created_at: String,
}

/// What the other side needs to show of a person.
#[derive(Clone, Serialize)]
struct FaceView {
    real_name: String,
    avatars: String,
}

/// Both sides of a dialog, for whoever prints its messages.
pub struct Sides {
    patient: (Participant, FaceView),
    doctor: (Participant, FaceView),
}

impl Sides {
    /// As `reader`, who is one of them, sees them.
    pub fn of(db: &View, dialog: ConversationId, reader: Reader) -> Result<Sides> {
        let participants = conversation::participants(db, dialog)?;
        let side =
            |side| participants.iter().find(|p| p.side == side).cloned().ok_or_else(|| INTERNAL.caused_by("a dialog without a side"));
        let (patient, doctor) = (side(Side::Patient)?, side(Side::Staff)?);
        let person = patient::of_account(db, &db.need(patient.member)?)?;
        let sight = privacy::glance(db, Some(reader), &person)?;
        let profile = doctor::profile(db, doctor.member.doctor())?;
        let face = FaceView { real_name: sight.name(&person.name), avatars: sight.person(person.avatar).unwrap_or_default() };
        Ok(Sides { patient: (patient, face), doctor: (doctor, FaceView { real_name: profile.name, avatars: profile.avatar }) })
    }

    pub fn message(&self, db: &View, message: Message) -> ChatMessageView {
        let (role, (from, from_user), (to, to_user)) = match message.from == self.patient.0.member {
            true => (Role::Patient, &self.patient, &self.doctor),
            false => (Role::Doctor, &self.doctor, &self.patient),
        };
        let (content, photo) = match message.mimetype.starts_with("image/") {
            _ if message.retracted_at.is_some() => (RETRACTED.to_owned(), Vec::new()),
            // A picture that was sent for itself, at another door.
            true => (String::new(), vec![message.content]),
            false => (message.content, message.images),
        };
        ChatMessageView {
            id: message.id,
            kind: role.number(),
            from_user_id: from.member,
            to_user_id: to.member,
            content,
            photo,
            is_read: u8::from(to.has_read(message.id)),
            dialog_id: message.conversation_id.to_string(),
            from_user: from_user.clone(),
            to_user: to_user.clone(),
            created_at: db.settings.clinic.zone.date_time(message.created_at),
        }
    }
}

/// The document's fields and how much the reader has not read.
#[derive(Serialize)]
pub struct ChatDialogView {
    id: ConversationId,
    patient_user_id: PatientAccountId,
    doctor_user_id: DoctorId,
    last_msg_id: String,
    last_msg: ChatMessageView,
    patient_user: UserView,
    doctor_user: UserView,
    unread_count: u32,
}

impl ChatDialogView {
    /// A dialog as `reader`, who is one of the two, sees it: at a glance.
    pub fn of(db: &View, mine: Participant, reader: Reader) -> Result<ChatDialogView> {
        let dialog: Conversation = db.need(mine.conversation_id)?;
        let sides = Sides::of(db, dialog.id, reader)?;
        let user = |id| {
            let account: Account = db.need(id)?;
            let sight = match account.role {
                Role::Patient => privacy::glance(db, Some(reader), &patient::of_account(db, &account)?)?,
                _ => privacy::oneself(Some(reader), account.id),
            };
            UserView::of(db, &account, sight)
        };
        let Between::Dialog(patient, doctor) = dialog.between() else { return Err(NOT_FOUND.err()) };
        Ok(ChatDialogView {
            id: dialog.id,
            patient_user_id: patient,
            doctor_user_id: doctor,
            last_msg_id: mine.last_message.to_string(),
            last_msg: sides.message(db, db.need(mine.last_message)?),
            patient_user: user(patient.account())?,
            doctor_user: user(doctor.account())?,
            unread_count: mine.unread,
        })
    }
}
