//! Until when a row is kept: the years of `care.keep_*`, counted from what its class names. The one rule that [`Tx::delete`] obeys; it stands
//! here because the latest encounter of a patient may be of any kind.
//!
//! Sources: 互联网诊疗监管细则(试行) and 医疗机构管理条例实施细则 Art. 53 (records 15 years, what was said 3 years), 会计档案管理办法 (books 30 years).
//!
//! [`Tx::delete`]: crate::store::Tx::delete

use crate::{
    base::{
        error::{NOT_FOUND, Result},
        time::Time,
    },
    domain::directory::patient::Patient,
    domain::{
        messaging::conversation::{Conversation, ConversationKind},
        relations::encounter,
    },
    store::{About, Class, View},
};

/// When a row of that class may be deleted; `None` for at once.
pub fn kept_until(db: &View, class: Class) -> Result<Option<Time>> {
    let care = &db.settings.care;
    let kept = match class {
        Class::Record(about) => latest_encounter(db, about)?.map(|at| (at, care.keep_records)),
        Class::Said { conversation, at } => {
            let told = db.get::<Conversation>(conversation)?.is_some_and(|conversation| conversation.kind == ConversationKind::System);
            (!told).then_some((at, care.keep_process))
        }
        Class::Process(at) => Some((at, care.keep_process)),
        Class::Money(at) => Some((at, care.keep_money)),
        Class::Trail(at) => Some((at, care.keep_trail)),
        Class::Log | Class::Free => None,
    };
    Ok(kept.map(|(since, years)| years.after(since, &db.settings.clinic.zone)))
}

/// When the patient had an encounter that counts, the last time; now where one goes on, or where nobody knows the patient any more.
fn latest_encounter(db: &View, about: About) -> Result<Option<Time>> {
    let patient = match about {
        About::Patient(patient) => patient,
        About::Encounter(id) => match encounter::need(db, id) {
            Err(error) if error.is(&NOT_FOUND) => return Ok(Some(db.now)),
            encounter => encounter?.patient,
        },
    };
    let Some(patient) = db.get::<Patient>(patient)? else { return Ok(Some(db.now)) };
    let counting = encounter::of_user(db, patient.owner)?.into_iter().filter(|one| one.patient == patient.id && one.counts);
    Ok(counting.map(|one| if one.is_open() { db.now } else { one.at }).max())
}
