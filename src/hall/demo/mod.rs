//! A fictional clinic for looking around and for trying clients: `serve --demo` fills an empty store with it.
//!
//! Nothing is put in as finished. The past is played again: each step is the domain's own verb, run at the time when it happened, so that
//! seats, counters, ratings and books come out as they do in life. All of it is one job: a kill leaves the store empty or full.

mod cast;
mod people;

use std::collections::BTreeMap;

use jiff::civil;

use crate::{
    base::{
        error::{INTERNAL, Kind, Reason, Result},
        id::Id,
        time::{DAY, HOUR, MINUTE, Time},
    },
    domain::{
        account::{self, Role},
        follow,
        notice::{self, Audience},
        project::{
            self, PublishProject,
            registration::{self, JoinProject},
            visit,
        },
    },
    store::{Store, Tx, View, key},
};
use cast::{Cast, State};

pub const NOT_EMPTY: Reason =
    Reason::new(Kind::Conflict, "not_empty", "this store already has people, and the demonstration clinic goes only into an empty one");

/// Everybody's. It is public: never for a clinic with real people.
pub const PASSWORD: &str = "xuanhu-demo";

/// How to sign in as the people of the demonstration clinic.
pub struct DemoLogins {
    pub password: &'static str,
    pub people: Vec<DemoLogin>,
}

pub struct DemoLogin {
    pub role: Role,
    pub phone: String,
    /// Empty for one who has not filled in a profile.
    pub name: String,
    /// Whether an administrator has let the person in; patients let themselves in by their profile.
    pub verified: bool,
}

/// Fills an empty store with the demonstration clinic, as it stands today. For a thread that may block.
///
/// Errors: `not_empty`.
pub fn load(store: &Store) -> Result<DemoLogins> {
    let cast = Cast::read()?;
    let password = account::hash_password(PASSWORD)?;
    let people = store.write_blocking(move |db| {
        if !is_empty(db)? {
            return Err(NOT_EMPTY.err());
        }
        let today = db.now;
        let mut ids = Ids::default();
        let people = people::arrive(db, &cast, &password, &mut ids)?;
        for step in story(db, &cast)? {
            db.set_now(step.at);
            registration::lapse_due(db)?;
            project::end_due(db)?;
            step.happens(db, &mut ids)?;
        }
        db.set_now(today);
        project::end_due(db)?;
        Ok(people)
    })?;
    Ok(DemoLogins { password: PASSWORD, people })
}

/// Whether there is nobody but administrators.
fn is_empty(db: &View) -> Result<bool> {
    for role in [Role::Patient, Role::Doctor, Role::Assistant] {
        if db.count(&account::BY_ROLE, key(&[&role.number()]))? > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The ids that the keys of the cast got.
#[derive(Default)]
struct Ids(BTreeMap<String, Id>);

impl Ids {
    fn add(&mut self, key: &str, id: Id) -> Result<()> {
        match self.0.insert(key.to_owned(), id) {
            None => Ok(()),
            Some(_) => Err(INTERNAL.caused_by(format!("two in the demonstration clinic are called {key}"))),
        }
    }

    fn of(&self, key: &str) -> Result<Id> {
        self.0.get(key).copied().ok_or_else(|| INTERNAL.caused_by(format!("the demonstration clinic has no {key}")))
    }
}

struct Step<'a> {
    at: Time,
    what: What<'a>,
}

enum What<'a> {
    Publish { project: &'a cast::Project, begin: Time, end: Time },
    Tell(&'a cast::Notice),
    Join(&'a cast::Registration),
    Leave(&'a cast::Registration),
    Reject(&'a cast::Registration),
    Visit(&'a cast::Registration),
    Rate(&'a cast::Registration),
}

/// Everything that happened until now, in its order.
fn story<'a>(db: &View, cast: &'a Cast) -> Result<Vec<Step<'a>>> {
    let mut steps = Vec::new();
    let mut add = |at: Time, what| steps.push(Step { at: at.min(db.now), what });
    for (notice, n) in cast.notices.iter().zip(0..) {
        add(db.now.plus(-30 * DAY + n * DAY), What::Tell(notice));
    }
    let mut sessions = BTreeMap::new();
    for (project, n) in cast.projects.iter().zip(0..) {
        let (begin, end) = session(db, project)?;
        add(begin.min(db.now).plus(-5 * DAY + n * 7 * MINUTE), What::Publish { project, begin, end });
        sessions.insert(project.key.as_str(), (begin, end));
    }
    for (form, n) in cast.registrations.iter().zip(0..) {
        let (begin, end) =
            *sessions.get(form.project.as_str()).ok_or_else(|| INTERNAL.caused_by(format!("no project {}", form.project)))?;
        let joined = match form.state {
            State::Held => db.now,
            _ => begin.min(db.now).plus(-2 * DAY + n * 11 * MINUTE),
        };
        add(joined, What::Join(form));
        match form.state {
            State::Held | State::Booked | State::Missed => {}
            State::Cancelled => add(joined.plus(3 * HOUR), What::Leave(form)),
            State::Rejected => add(joined.plus(5 * HOUR), What::Reject(form)),
            State::Done => {
                add(begin.plus((10 + n) * MINUTE), What::Visit(form));
                add(end.plus(3 * HOUR), What::Rate(form));
            }
        }
    }
    steps.sort_by_key(|step| step.at); // stable: what is told first comes first
    Ok(steps)
}

/// When a project of the cast takes place, counted from today.
fn session(db: &View, project: &cast::Project) -> Result<(Time, Time)> {
    let zone = &db.settings.clinic.zone;
    let date = zone.today(db.now).checked_add(jiff::Span::new().days(project.day)).map_err(|e| INTERNAL.caused_by(e))?;
    let at = |clock: &str| {
        let time: civil::Time = clock.parse().map_err(|_| INTERNAL.caused_by(format!("{clock} is no time of day")))?;
        zone.moment(date, time).ok_or_else(|| INTERNAL.caused_by(format!("{date} has no {clock}")))
    };
    Ok((at(&project.begin)?, at(&project.end)?))
}

impl Step<'_> {
    fn happens(&self, db: &mut Tx, ids: &mut Ids) -> Result<()> {
        match self.what {
            What::Publish { project, begin, end } => publish(db, project, begin, end, ids),
            What::Tell(told) => tell(db, told),
            What::Join(form) => join(db, form, ids),
            What::Leave(form) => registration::leave(db, ids.of(&form.patient)?, ids.of(&form.project)?),
            What::Reject(form) => {
                let booked = booked(db, form, ids)?;
                registration::reject(db, booked.doctor_id, booked.id, &form.reject_msg)
            }
            What::Visit(form) => {
                let booked = booked(db, form, ids)?;
                visit::confirm(db, booked.doctor_id, booked.id)?;
                visit::write_result(db, booked.doctor_id, booked.id, form.diag_result.clone(), Vec::new())?;
                match (form.patient_credit_score, form.patient_punctuality_score) {
                    (Some(credit), Some(punctuality)) => visit::rate_patient(db, booked.doctor_id, booked.id, credit, punctuality),
                    _ => Ok(()),
                }
            }
            What::Rate(form) => match form.doctor_score {
                Some(score) => {
                    let done = booked(db, form, ids)?;
                    visit::rate_doctor(db, done.user_id, done.id, score, form.doctor_comment.clone())
                }
                None => Ok(()),
            },
        }
    }
}

fn publish(db: &mut Tx, project: &cast::Project, begin: Time, end: Time, ids: &mut Ids) -> Result<()> {
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
        special_project_id: 0,
    };
    let published = project::publish(db, ids.of(&project.doctor)?, form)?;
    ids.add(&project.key, published.id)
}

fn tell(db: &mut Tx, told: &cast::Notice) -> Result<()> {
    let audience = match told.to.as_str() {
        "all" => Audience::Everybody,
        "patients" => Audience::Everyone(Role::Patient),
        "doctors" => Audience::Everyone(Role::Doctor),
        "assistants" => Audience::Everyone(Role::Assistant),
        other => return Err(INTERNAL.caused_by(format!("nobody is called {other}"))),
    };
    notice::publish(db, audience, &told.title, &told.content).map(|_| ())
}

/// An assistant who helps a patient follows that patient and the doctor: that is how they find each other.
fn join(db: &mut Tx, form: &cast::Registration, ids: &Ids) -> Result<()> {
    let patient = ids.of(&form.patient)?;
    let assistant_id = form.assistant.as_deref().map_or(Ok(0), |assistant| ids.of(assistant))?;
    let wish = JoinProject { content: form.content.clone(), assistant_id, ..JoinProject::default() };
    let (registration, _) = registration::join(db, patient, ids.of(&form.project)?, wish)?;
    if assistant_id != 0 {
        follow::follow(db, assistant_id, patient)?;
        follow::follow(db, assistant_id, registration.doctor_id)?;
    }
    Ok(())
}

fn booked(db: &View, form: &cast::Registration, ids: &Ids) -> Result<registration::Registration> {
    let all = registration::of_user_in_project(db, ids.of(&form.patient)?, ids.of(&form.project)?)?;
    all.into_iter().next().ok_or_else(|| INTERNAL.caused_by(format!("{} did not join {}", form.patient, form.project)))
}

#[cfg(test)]
mod tests;
