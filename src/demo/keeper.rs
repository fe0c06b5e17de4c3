//! While a demonstration runs: one doctor answers patients by himself, so that whoever looks around alone sees a conversation, and there are
//! always free clinics to come, however long ago the clinic was filled in.
//!
//! Nothing here runs on a clinic that is no demonstration.

use std::{sync::Arc, time::Duration};

use super::{cast::Cast, story::session};
use crate::{
    app::App,
    base::{
        error::{Error, Kind, Result},
        id::SpecialEventId,
        page::Page,
        time::{SECOND, Time},
    },
    domain::{
        consultation::{self, Consultation, state::ConsultationStatus},
        free_clinic::clinic_session::{self, ClinicSession, PublishProject},
        identity::{
            account::{self, Account, Role},
            session as sign_ins,
        },
        messaging::conversation::ConversationKind,
        relations::dispatch::{
            SendTarget,
            conversations::{self, Listed},
            send::{self, Send},
        },
    },
    store::{DISK_FULL, Order, Tx, View, key},
};

/// What people read first.
const PAUSE: i64 = 3 * SECOND;
/// Fewer free clinics to come than this, and the doctors announce new ones.
const ENOUGH: usize = 6;
const LOOK: Duration = Duration::from_secs(2);

/// What the doctor says, one after another. A consultation has room for three.
const ANSWERS: [&str; 3] = [
    "您好，我是演示诊所的自动回复。请问症状从什么时候开始的？有没有发热，胃口和睡眠怎么样？",
    "谢谢，我记下了。先多喝水、注意休息，按时量体温。如果超过 38.5℃ 或精神变差，请尽快到医院就诊。（自动回复）",
    "这是本次咨询的最后一次回复：观察两三天，不见好就来门诊。祝早日康复！（自动回复）",
];

/// Runs until it is dropped. What fails is tried again at the next look.
pub async fn run(app: Arc<App>) {
    let since = app.clock.now();
    let Ok(cast) = Cast::read().map(Arc::new) else { return };
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let (one, other) = (cast.clone(), cast.clone());
        let done = [app.store.write(move |db| answer(db, &one, since)).await, app.store.write(move |db| announce(db, &other)).await];
        for error in done.into_iter().filter_map(Result::err).filter(|error| !error.is(&DISK_FULL)) {
            tracing::debug!(error = error.chain(), "the demonstration could not go on by itself");
        }
    }
}

/// Answers what patients have written since then, while nobody is signed in as the doctor. Answers how many.
pub fn answer(db: &mut Tx, cast: &Cast, since: Time) -> Result<usize> {
    let mut answered = 0;
    for form in cast.doctors.iter().filter(|doctor| doctor.answers_by_itself) {
        let Some(doctor) = account::by_phone(db, Role::Doctor, &form.phone)? else { continue };
        if sign_ins::list(db, Some(doctor.id), Page { skip: 0, limit: 1 }, |_| Ok(true))?.total > 0 {
            continue;
        }
        for listed in conversations::list(db, doctor.id, Page { skip: 0, limit: 100 })?.items {
            if let Some(answer) = due(db, &doctor, &listed, since)? {
                let content = answer.to_owned();
                let said = Send {
                    to: SendTarget::Conversation(listed.id),
                    mimetype: "text/plain".into(),
                    content,
                    images: Vec::new(),
                    client_id: String::new(),
                };
                match send::send(db, doctor.id, said) {
                    Ok(_) => answered += 1,
                    // A ban between the two, for instance: the others are answered all the same.
                    Err(error) if is_a_refusal(&error) => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
    Ok(answered)
}

/// What is to be said in a conversation now, if anything.
fn due(db: &View, doctor: &Account, listed: &Listed, since: Time) -> Result<Option<&'static str>> {
    let Some(last) = listed.last.as_ref().filter(|_| listed.may_write) else { return Ok(None) };
    let fresh = last.created_at >= since && last.created_at <= db.now.plus(-PAUSE) && last.retracted_at.is_none();
    // A patient waits who has just ordered, though the clinic may have had the last word.
    let order = match (listed.kind, listed.consultation) {
        (ConversationKind::Chat, Some(id)) => db.get::<Consultation>(id.consultation())?,
        (ConversationKind::Direct | ConversationKind::Dialog, _) => None,
        _ => return Ok(None),
    };
    let waits = order.as_ref().is_some_and(|order| consultation::due_status(order, db.now) == ConsultationStatus::Waiting);
    if !fresh || (last.from == doctor.id) || (last.from.is_none() && !waits) {
        return Ok(None);
    }
    let said = order.map_or(last.id.number(), |order| u64::from(order.replies));
    Ok(Some(ANSWERS[usize::try_from(said % ANSWERS.len() as u64).unwrap_or(0)]))
}

/// Announces the free clinics of the story anew, as many days from today as they were at first, where few are left. Answers how many.
pub fn announce(db: &mut Tx, cast: &Cast) -> Result<usize> {
    let to_come = db.rows::<ClinicSession>(&clinic_session::OPEN, key(&[]), Order::Newest).collect::<Result<Vec<_>>>()?;
    let to_come: Vec<_> = to_come.into_iter().filter(|session| session.begin > db.now).collect();
    if to_come.len() >= ENOUGH {
        return Ok(0);
    }
    let mut announced = 0;
    for project in cast.projects.iter().filter(|project| project.day > 0) {
        let Some(form) = cast.doctors.iter().find(|doctor| doctor.key == project.doctor) else { continue };
        let Some(doctor) = account::by_phone(db, Role::Doctor, &form.phone)? else { continue };
        let (begin, end) = session(db, project.day, &project.begin, &project.end)?;
        // The same again is no new one.
        if to_come.iter().any(|other| other.doctor_id == doctor.id.doctor() && other.begin < end && begin < other.end) {
            continue;
        }
        let form = PublishProject {
            begin,
            end,
            people_count: project.people_count,
            lng: project.lng.clone(),
            lat: project.lat.clone(),
            addr: project.addr.clone(),
            service_target: project.service_target.clone(),
            introduction: project.r#abstract.clone(),
            price: project.price,
            special_project_id: SpecialEventId::NONE,
        };
        match clinic_session::publish(db, doctor.id.doctor(), form) {
            Ok(_) => announced += 1,
            // An administrator may have shut the doctor out meanwhile.
            Err(error) if is_a_refusal(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(announced)
}

fn is_a_refusal(error: &Error) -> bool {
    matches!(error.kind(), Kind::Rule | Kind::Forbidden | Kind::Conflict | Kind::Malformed)
}
