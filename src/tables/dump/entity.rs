//! What is dumped, one line an entity; what is not, and why.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use crate::{
    base::error::{INTERNAL, Result},
    domain::{
        care, clinic_wide, consultation, directory, free_clinic, identity, messaging, money, notice, relations, shared, team, team_consult,
    },
    store::{Order, Row, View},
};

/// A kind of row, as a dump sees it.
pub struct Entity {
    /// Of its table, and of its file.
    pub name: &'static str,
    /// What a row of it is.
    pub about: &'static str,
    pub(super) schema: fn(&mut SchemaGenerator) -> Schema,
    /// Hands on every row, the oldest first.
    pub(super) read: fn(&View, &mut Line<'_>) -> Result<()>,
}

/// Takes a row as the store has it.
pub type Line<'a> = dyn FnMut(Value) -> Result<()> + 'a;

impl Entity {
    /// What its file is called: `account.jsonl`.
    pub fn file(&self) -> String {
        format!("{}.jsonl", self.name)
    }
}

const fn entity<R: Row + JsonSchema>(about: &'static str) -> Entity {
    Entity {
        name: R::TABLE.name,
        about,
        schema: SchemaGenerator::root_schema_for::<R>,
        read: |view, line| {
            for row in view.all::<R>(Order::Oldest) {
                line(serde_json::to_value(row?).map_err(|e| INTERNAL.caused_by(e))?)?;
            }
            Ok(())
        },
    }
}

#[rustfmt::skip]
pub const ENTITIES: &[Entity] = &[
    entity::<identity::account::Account>("A login: one person in one role. Its id is that person's id everywhere."),
    entity::<clinic_wide::clinic_face::ClinicFace>("What the clinic itself is called."),
    entity::<identity::sms::Sms>("A text message that went out, or waits to."),
    entity::<identity::audit::AuditRecord>("Who did, or looked at, what."),
    entity::<shared::region::Region>("A province, city or county (GB/T 2260)."),
    entity::<shared::upload::Upload>("A file that somebody left; it lies in uploads/ under its name."),
    entity::<shared::dictionary::DiagnosisTerm>("A word that diagnoses are made of."),
    entity::<shared::dictionary::ConsultationReason>("A reason that a consultation may be asked for."),
    entity::<shared::dictionary::EvaluationQuestion>("A question that is asked after a consultation."),
    entity::<directory::hospital::Hospital>("A hospital."),
    entity::<directory::hospital::Department>("A department."),
    entity::<directory::patient::Patient>("A person who is treated. An account may have several: the family."),
    entity::<directory::doctor::Doctor>("What is told of a doctor; the id is the account's."),
    entity::<directory::assistant::Assistant>("What is told of an assistant; the id is the account's."),
    entity::<directory::member_profile::MemberProfile>("What a team's member tells of herself."),
    entity::<directory::patient_score::PatientScore>("How a patient was rated."),
    entity::<directory::recorded_person::RecordedPerson>("How a person was called when a visit took place."),
    entity::<directory::follow::Follow>("Somebody follows a doctor."),
    entity::<directory::favourite::Favourite>("A patient keeps a doctor among the favourites."),
    entity::<directory::quick_reply::QuickReply>("A doctor's ready sentence."),
    entity::<directory::clinic::Clinic>("A doctors' clinic."),
    entity::<directory::org::Org>("An organisation of doctors."),
    entity::<directory::org::OrgMembership>("A doctor in an organisation."),
    entity::<free_clinic::clinic_session::ClinicSession>("A free clinic (义诊) with its slots."),
    entity::<free_clinic::registration::Registration>("A seat in a free clinic, and the visit that came of it."),
    entity::<free_clinic::special_event::SpecialEvent>("An event that free clinics belong to."),
    entity::<free_clinic::assistant_binding::AssistantBinding>("An assistant is bound to a patient."),
    entity::<care::consent_text::ConsentText>("A text that people agree to."),
    entity::<care::consent::Consent>("Somebody has agreed to a text."),
    entity::<clinic_wide::privacy_request::PrivacyRequest>("What somebody asked of the clinic about the own data."),
    entity::<relations::complaint::Complaint>("A complaint, and what the clinic answered."),
    entity::<consultation::Consultation>("A consultation in writing and pictures."),
    entity::<consultation::diagnosis::Diagnosis>("What a doctor found in a consultation."),
    entity::<consultation::evaluation::Evaluation>("What a patient said of a consultation."),
    entity::<care::signed_record::SignedRecord>("A record as its doctor signed it."),
    entity::<team::Team>("A team of doctors."),
    entity::<team::TeamDoctor>("A doctor in a team."),
    entity::<team::member::TeamMembership>("A patient who belongs to a team."),
    entity::<team_consult::TeamConsult>("A consultation by a team."),
    entity::<team_consult::vas::Vas>("A service that a team's doctor offers within a consult."),
    entity::<team_consult::withdrawal::Withdrawal>("A team takes out a month's income."),
    entity::<messaging::conversation::Conversation>("Where people write to each other."),
    entity::<messaging::conversation::Participant>("Somebody in a conversation."),
    entity::<messaging::message::Message>("What was written."),
    entity::<messaging::contact::Contact>("What somebody has set about somebody else: a name, a ban."),
    entity::<relations::chat_time::ChatTime>("When two people last wrote to each other."),
    entity::<notice::Notice>("What the clinic has told somebody, or everybody."),
    entity::<notice::Seen>("How far somebody has read the notices."),
    entity::<notice::news::News>("An article."),
    entity::<notice::news::Banner>("A picture at the top of a page."),
    entity::<money::payment::Payment>("Money that was asked for, and whether it came."),
    entity::<money::refund::Refund>("Money that goes back."),
    entity::<money::ledger::LedgerEntry>("One side of a movement of money: those of a movement add up to nothing."),
    entity::<money::ledger::Balance>("What somebody has, as the ledger's entries add up."),
    entity::<money::payout::Payout>("Money that an account got back when it left."),
    entity::<money::expense::Expense>("What a member has spent."),
    entity::<money::forfeit::KeptDeposit>("A deposit that waits to become the clinic's."),
];

/// Tables that no dump holds: they live for minutes or days, or hold nothing but secrets.
#[rustfmt::skip]
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("session", "tokens of those who are signed in"),
    ("awaited_signature", "records that wait to be signed"),
    ("captcha", "pictures with letters that wait to be read"),
    ("im_password", "passwords for the chat, good for an hour"),
    ("idempotency", "answers that are kept for a day"),
    ("version", "records as they were before they were changed, as the store wrote them: a backup holds them"),
    ("own_export", "copies of own data that wait to be fetched"),
    ("reminder", "whom to remind of a visit"),
    ("integration", "tokens of other programs"),
    ("lockout", "failed sign-ins"),
    ("push_token", "addresses of phones"),
    ("chat_change", "what clients have to ask for again"),
    ("upgrade_step", "how far the store's own upgrade has come"),
];
