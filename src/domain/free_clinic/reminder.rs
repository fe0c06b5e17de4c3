//! Reminders of visits, a day before: in the system conversation, by the official WeChat account and, where there is an SMS provider, by a text
//! message. Who books later than that has just been told.

use serde::{Deserialize, Serialize};

use super::{
    registration::row::{Registration, Stage},
    telling,
};
use crate::{
    base::{
        error::Result,
        id::{Id, RegistrationId},
        settings::SmsProvider,
        time::{DAY, Time, Zone},
    },
    domain::{
        directory::{doctor, patient::Patient},
        identity::{account::Account, sms},
        notice::notification::Movement,
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

/// Reminders of one commit.
const SOME: usize = 100;

pub use v1::Reminder;

pub mod v1 {
    use super::*;

    /// Somebody is to be reminded.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Reminder {
        pub id: Id<Reminder>,
        pub registration_id: RegistrationId,
        /// When the visit was to be as this was planned: after a move another one tells.
        pub visit_time: Time,
        pub due: Time,
    }
}

const DUE: Index<Reminder> = Index::new(1);

impl Row for Reminder {
    type Kind = Self;

    const TABLE: Table = Table { code: 120, name: "reminder", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, to: &mut References) {
        to.recalls(self.registration_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&DUE, Key::NONE, key(&[&self.due]));
    }
}

/// Plans the reminder of a visit that was booked or moved.
pub fn plan(db: &mut Tx, registration: &Registration) -> Result<()> {
    let due = registration.visit_time.plus(-DAY);
    if registration.stage != Stage::Booked || due <= db.now {
        return Ok(());
    }
    let reminder = Reminder { id: db.next_id()?, registration_id: registration.id, visit_time: registration.visit_time, due };
    db.put(&reminder)
}

/// Reminds those whose visit is a day away, and forgets what there is nothing to say of any more. Answers how many that were.
pub fn remind_due(db: &mut Tx) -> Result<usize> {
    let until = key(&[&db.now.plus(1)]);
    let ids: Vec<_> = db.ids_between(&DUE, Key::NONE, Key::NONE, until, Order::Oldest).take(SOME).collect::<Result<_>>()?;
    for id in &ids {
        let reminder: Reminder = db.need(*id)?;
        db.delete::<Reminder>(reminder.id)?;
        let registration = db.get::<Registration>(reminder.registration_id)?;
        // Not of one that was called off or moved, and not after a long night of the server's.
        let stands = |one: &Registration| one.stage == Stage::Booked && one.visit_time == reminder.visit_time && one.visit_time > db.now;
        if let Some(registration) = registration.filter(stands) {
            remind(db, &registration)?;
        }
    }
    Ok(ids.len())
}

fn remind(db: &mut Tx, registration: &Registration) -> Result<()> {
    telling::tell(db, Movement::VisitTomorrow, registration)?;
    if !sends_reminders(db) {
        return Ok(());
    }
    let Some(phone) = phone(db, registration)? else { return Ok(()) };
    let doctor = doctor::profile(db, registration.doctor_id)?.name;
    let (clinic, when) = (&db.settings.clinic.name, when(&db.settings.clinic.zone, registration.visit_time));
    let text = format!("【{clinic}】您预约了{doctor}医生{when}的义诊，请按时到诊。");
    sms::tell(db, &phone, text, registration.visit_time).map(drop)
}

/// Without a provider nobody carries it; the clouds need a template of its own for what is no code.
fn sends_reminders(db: &View) -> bool {
    let sms = &db.settings.sms;
    match sms.provider {
        SmsProvider::Outbox => false,
        SmsProvider::Webhook => true,
        SmsProvider::Aliyun => sms.aliyun.template_reminder.is_some(),
        SmsProvider::Tencent => sms.tencent.template_reminder.is_some(),
    }
}

/// The patient's own, else that of whoever booked.
fn phone(db: &View, registration: &Registration) -> Result<Option<String>> {
    let own = db.get::<Patient>(registration.patient_id)?.map(|patient| patient.phone).filter(|phone| !phone.is_empty());
    match own {
        Some(phone) => Ok(Some(phone)),
        None => Ok(db.get::<Account>(registration.user_id.account())?.and_then(|account| account.phone)),
    }
}

/// `3月3日09:00`: short, as the clouds' variables are.
fn when(zone: &Zone, time: Time) -> String {
    let at = zone.civil(time);
    format!("{}月{}日{:02}:{:02}", at.month(), at.day(), at.hour(), at.minute())
}
