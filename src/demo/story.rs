//! What has happened in the demonstration clinic until now, step by step in its order.

use std::collections::BTreeMap;

use jiff::civil;

use super::{
    cast::{self, Cast, State},
    consulting::{self, Moment},
    ids::Ids,
    team_consulting::{self, Moment as TeamMoment},
    teams,
};
use crate::{
    base::{
        error::{INTERNAL, Result},
        id::Id,
        time::{DAY, HOUR, MINUTE, Time},
    },
    domain::{
        directory::follow,
        free_clinic::{
            assistant_binding,
            clinic_session::{self, PublishProject},
            joining::{self, JoinProject},
            registration,
            special_event::{self, SpecialEvent},
            visit,
        },
        messaging::{
            contact,
            leave_message::{self, Note},
            message::TEXT,
        },
        notice::{
            self, Audience,
            news::{self, Banner, News},
        },
        shared::role::Role,
    },
    store::{Tx, View},
};

/// Something that happened.
pub struct Step<'a> {
    pub at: Time,
    what: What<'a>,
}

enum What<'a> {
    Publish {
        project: &'a cast::Project,
        begin: Time,
        end: Time,
    },
    Event(&'a cast::SpecialProject, Time, Time),
    Tell(&'a cast::Notice),
    News(&'a cast::News),
    Banner(&'a cast::Banner),
    Join(&'a cast::Registration),
    Leave(&'a cast::Registration),
    Reject(&'a cast::Registration),
    Visit(&'a cast::Registration),
    Rate(&'a cast::Registration),
    /// One message of a chat, with its number in it.
    Say(&'a cast::Chat, usize),
    Consult(&'a cast::Consultation, Moment),
    Contact(&'a cast::Contact),
    Clinic(&'a cast::Clinic),
    Team(&'a cast::Team),
    Member(&'a cast::TeamMember),
    Family(&'a cast::Family),
    TeamConsult(&'a cast::TeamConsult, TeamMoment),
    Withdraw(&'a cast::Withdrawal),
    DecideWithdrawal(&'a cast::Withdrawal),
}

/// Everything that happened until now, in its order.
pub fn story<'a>(db: &View, cast: &'a Cast) -> Result<Vec<Step<'a>>> {
    let mut steps = Vec::new();
    let mut add = |at: Time, what| steps.push(Step { at: at.min(db.now), what });
    for (notice, n) in cast.notices.iter().zip(0..) {
        add(db.now.plus(-30 * DAY + n * DAY), What::Tell(notice));
    }
    for (news, n) in cast.news.iter().zip(0..) {
        add(db.now.plus(-20 * DAY + n * 2 * DAY), What::News(news));
    }
    for (banner, n) in cast.banners.iter().zip(0..) {
        add(db.now.plus(-8 * DAY + n * HOUR), What::Banner(banner));
    }
    for event in &cast.special_projects {
        let (begin, end) = session(db, event.date_offset_days, &event.begin, &event.end)?;
        add(db.now.plus(-9 * DAY), What::Event(event, begin, end));
    }
    let mut sessions = BTreeMap::new();
    for (project, n) in cast.projects.iter().zip(0..) {
        let (begin, end) = session(db, project.day, &project.begin, &project.end)?;
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
    for (chat, n) in cast.chats.iter().zip(0..) {
        for (said, m) in (0..chat.messages.len()).zip(0..) {
            add(db.now.plus(-3 * DAY + n * 5 * HOUR + m * 9 * MINUTE), What::Say(chat, said));
        }
    }
    for form in &cast.consultations {
        let (ago, moments) = consulting::moments(form);
        for (after, moment) in moments {
            add(db.now.plus(after - ago), What::Consult(form, moment));
        }
    }
    for (contact, n) in cast.contacts.iter().zip(0..) {
        add(db.now.plus(-HOUR + n * MINUTE), What::Contact(contact));
    }
    for (clinic, n) in cast.clinics.iter().zip(0..) {
        add(db.now.plus(-96 * DAY + n * HOUR), What::Clinic(clinic));
    }
    for (team, n) in cast.teams.iter().zip(0..) {
        add(db.now.plus(-95 * DAY + n * HOUR), What::Team(team));
    }
    for (family, n) in cast.families.iter().zip(0..) {
        add(db.now.plus(-94 * DAY + n * HOUR), What::Family(family));
    }
    for (member, n) in cast.team_members.iter().zip(0..) {
        add(db.now.plus(-member.days_ago * DAY + n * MINUTE), What::Member(member));
    }
    for form in &cast.team_consults {
        let (created, moments) = team_consulting::moments(db, form)?;
        for (after, moment) in moments {
            add(created.plus(after), What::TeamConsult(form, moment));
        }
    }
    for (form, n) in cast.withdrawals.iter().zip(0..) {
        if let Some(asked) = team_consulting::asked_at(db, form)? {
            add(asked.plus(n * 2 * HOUR), What::Withdraw(form));
            add(asked.plus((n * 2 + 1) * HOUR), What::DecideWithdrawal(form));
        }
    }
    steps.sort_by_key(|step| step.at); // stable: what is told first comes first
    Ok(steps)
}

/// When something of the cast takes place, `day` days from today.
pub fn session(db: &View, day: i32, begin: &str, end: &str) -> Result<(Time, Time)> {
    let zone = &db.settings.clinic.zone;
    let date = zone.today(db.now).checked_add(jiff::Span::new().days(day)).map_err(|e| INTERNAL.caused_by(e))?;
    let at = |clock: &str| {
        let time: civil::Time = clock.parse().map_err(|_| INTERNAL.caused_by(format!("{clock} is no time of day")))?;
        zone.moment(date, time).ok_or_else(|| INTERNAL.caused_by(format!("{date} has no {clock}")))
    };
    Ok((at(begin)?, at(end)?))
}

impl Step<'_> {
    pub fn happens(&self, db: &mut Tx, ids: &mut Ids) -> Result<()> {
        match self.what {
            What::Publish { project, begin, end } => publish(db, project, begin, end, ids),
            What::Event(event, begin, end) => announce(db, event, begin, end, ids),
            What::Tell(told) => tell(db, told),
            What::News(told) => inform(db, told),
            What::Banner(hung) => hang(db, hung),
            What::Say(chat, said) => say(db, chat, said, ids),
            What::Consult(form, moment) => consulting::happens(db, form, moment, ids),
            What::Contact(contact) => see(db, contact, ids),
            What::Clinic(form) => teams::found_clinic(db, form, ids),
            What::Team(form) => teams::found_team(db, form, ids),
            What::Member(form) => teams::join(db, form, ids),
            What::Family(form) => teams::tell_of_family(db, form, ids),
            What::TeamConsult(form, moment) => team_consulting::happens(db, form, moment, ids),
            What::Withdraw(form) => team_consulting::withdraw(db, form, ids),
            What::DecideWithdrawal(form) => team_consulting::decide(db, form),
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
        special_project_id: project.special_project.as_deref().map_or(Ok(Id::NONE), |event| ids.of(event))?,
    };
    let published = clinic_session::publish(db, ids.of(&project.doctor)?, form)?;
    ids.add(&project.key, published.id)
}

fn announce(db: &mut Tx, event: &cast::SpecialProject, begin: Time, end: Time, ids: &mut Ids) -> Result<()> {
    let row = SpecialEvent {
        id: Id::NONE,
        org_id: ids.of(&event.org)?,
        hospital_id: ids.of(&event.hospital)?,
        begin,
        end,
        expected: event.people_count,
        addr: event.addr.clone(),
        lng: event.lng.clone(),
        lat: event.lat.clone(),
        introduction: event.r#abstract.clone(),
        photo: event.photo.clone(),
        price: event.price,
        service_target: event.service_target.clone(),
        created_at: db.now,
    };
    let row = special_event::save(db, row)?;
    ids.add(&event.key, row.id)
}

fn inform(db: &mut Tx, told: &cast::News) -> Result<()> {
    let row = News {
        id: Id::NONE,
        reader: reader(told.r#type)?,
        title: told.title.clone(),
        photo: told.photo.clone(),
        content: told.content.clone(),
        published_at: db.now,
    };
    news::save(db, row).map(|_| ())
}

fn hang(db: &mut Tx, hung: &cast::Banner) -> Result<()> {
    let row = Banner {
        id: Id::NONE,
        reader: reader(hung.r#type)?,
        title: hung.title.clone(),
        photo: hung.photo.clone(),
        jump_mode: hung.jump_mode,
        jump_id: Id::from_number(hung.jump_id),
        href: hung.href.clone(),
        created_at: db.now,
    };
    news::save_banner(db, row).map(|_| ())
}

fn reader(number: i64) -> Result<Role> {
    Role::from_number(number).ok_or_else(|| INTERNAL.caused_by(format!("nobody reads what is for {number}")))
}

fn say(db: &mut Tx, chat: &cast::Chat, said: usize, ids: &Ids) -> Result<()> {
    let (patient, doctor) = (ids.of(&chat.patient)?, ids.of(&chat.doctor)?);
    let message = &chat.messages[said];
    let (from, to) = match message.from {
        cast::Speaker::Patient => (patient, doctor),
        cast::Speaker::Doctor => (doctor, patient),
    };
    let client_id = format!("demo-{patient}-{doctor}-{said}");
    leave_message::write(db, from, Note { to, mimetype: TEXT, content: message.content.clone(), images: Vec::new(), client_id }).map(|_| ())
}

fn see(db: &mut Tx, seen: &cast::Contact, ids: &Ids) -> Result<()> {
    let (owner, other) = (ids.of(&seen.owner)?, ids.of(&seen.other)?);
    if seen.follows {
        follow::follow(db, owner, other)?;
    }
    if let Some(nickname) = &seen.nickname {
        contact::rename(db, owner, other, nickname.clone())?;
    }
    if seen.refuses_calls {
        contact::set_can_call(db, owner, other, false)?;
    }
    contact::set_ban(db, owner, other, seen.is_ban).map(drop)
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

/// An assistant who takes a seat for a patient looks after that patient, and follows the doctor.
fn join(db: &mut Tx, form: &cast::Registration, ids: &Ids) -> Result<()> {
    let patient = ids.of(&form.patient)?;
    let assistant_id = form.assistant.as_deref().map_or(Ok(Id::NONE), |assistant| ids.of(assistant))?;
    if !assistant_id.is_none() && !assistant_binding::looks_after(db, assistant_id, patient)? {
        assistant_binding::tie(db, assistant_id, patient, false)?;
    }
    let wish = JoinProject { content: form.content.clone(), assistant_id, ..JoinProject::default() };
    let (registration, _) = joining::join(db, patient, ids.of(&form.project)?, wish)?;
    match assistant_id.known() {
        None => Ok(()),
        Some(assistant) => follow::follow(db, assistant.account(), registration.doctor_id.account()),
    }
}

fn booked(db: &View, form: &cast::Registration, ids: &Ids) -> Result<registration::Registration> {
    let all = registration::of_user_in_project(db, ids.of(&form.patient)?, ids.of(&form.project)?)?;
    all.into_iter().next().ok_or_else(|| INTERNAL.caused_by(format!("{} did not join {}", form.patient, form.project)))
}
