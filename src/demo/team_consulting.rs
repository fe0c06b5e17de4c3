//! The demonstration clinic's team consults, each played through until the state in which it lasts, and what the teams take out of what
//! they earned.

use jiff::{Span, civil};

use super::{
    cast::{self, Decision, Ending},
    ids::Ids,
};
use crate::{
    base::{
        error::{INTERNAL, Result},
        id::{AnyId, DoctorId, PatientAccountId},
        money::Fen,
        time::{DAY, HOUR, MINUTE, Time},
    },
    domain::{
        directory::patient,
        identity::account::Role,
        messaging::message::Say,
        shared::mimetype,
        team_consult::{
            self, CreateConsult, TeamConsult, group,
            vas::{self, OfferVas},
            withdrawal::{self, Withdrawal},
        },
    },
    store::{Order, Tx, View},
};

/// Something that happens in a team consult.
#[derive(Clone, Copy)]
pub enum Moment {
    Create,
    BringIn,
    /// The message and the service of that number.
    Say(usize),
    Offer(usize),
    Decide(usize),
    End,
}

/// When it was created, and what happened when after that.
pub fn moments(db: &View, form: &cast::TeamConsult) -> Result<(Time, Vec<(i64, Moment)>)> {
    let from = match form.before_month {
        Some(months_ago) => day_of_month(db, months_ago, 1)?.ok_or_else(|| INTERNAL.caused_by("a month without a first day"))?,
        None => db.now,
    };
    let mut happened = vec![(0, Moment::Create)];
    if !form.doctors.is_empty() {
        happened.push((HOUR, Moment::BringIn));
    }
    for (n, after) in (0..form.messages.len()).zip(0..) {
        happened.push((90 * MINUTE + after * 10 * MINUTE, Moment::Say(n)));
    }
    for (n, after) in (0..form.services.len()).zip(0..) {
        happened.push((4 * HOUR + after * HOUR, Moment::Offer(n)));
        happened.push((4 * HOUR + after * HOUR + 30 * MINUTE, Moment::Decide(n)));
    }
    if matches!(form.ending, Ending::Finished | Ending::Cancelled) {
        happened.push((8 * HOUR, Moment::End));
    }
    happened.sort_by_key(|(after, _)| *after);
    Ok((from.plus(-form.days_ago * DAY - form.hours_ago * HOUR), happened))
}

pub fn happens(db: &mut Tx, form: &cast::TeamConsult, moment: Moment, ids: &mut Ids) -> Result<()> {
    let patient = ids.of(&form.patient)?;
    if let Moment::Create = moment {
        let asked = CreateConsult {
            team_id: ids.of(&form.team)?,
            target: target(db, patient, form.family.as_deref())?,
            symptom_content: form.content.clone(),
            symptom_type: mimetype::TEXT.into(),
            images: Vec::new(),
            fee: None,
        };
        let made = team_consult::create(db, patient, asked)?;
        return ids.add(&form.key, made.id);
    }
    let id = ids.of(&form.key)?;
    match moment {
        Moment::Create => Ok(()),
        Moment::BringIn => {
            let doctors: Vec<DoctorId> = form.doctors.iter().map(|doctor| ids.of(doctor)).collect::<Result<_>>()?;
            let TeamConsult { assistant, .. } = db.need(id)?;
            group::bring_in(db, assistant, id, &doctors).map(drop)
        }
        Moment::Say(n) => {
            let said = &form.messages[n];
            let say = Say { mimetype: mimetype::TEXT.into(), content: said.content.clone(), ..Say::default() };
            team_consult::say(db, ids.of(&said.from)?, id, say).map(drop)
        }
        Moment::Offer(n) => {
            let service = &form.services[n];
            let offer = OfferVas { name: service.name.clone(), description: service.description.clone(), amount: Fen(service.amount) };
            let made = vas::offer(db, ids.of(&service.doctor)?, id, offer)?;
            ids.add(&service_key(form, n), made.id)
        }
        Moment::Decide(n) => {
            let service = ids.of(&service_key(form, n))?;
            match form.services[n].decision {
                Decision::Pending => Ok(()),
                Decision::Approved => vas::confirm(db, patient, service).map(drop),
                Decision::Rejected => vas::reject(db, patient, service).map(drop),
            }
        }
        Moment::End => match (form.ending, form.doctors.first()) {
            (Ending::Cancelled, _) => team_consult::cancel(db, patient, id).map(drop),
            (_, Some(doctor)) => team_consult::finish(db, ids.of(doctor)?, Role::Doctor, id).map(drop),
            (_, None) => team_consult::finish(db, patient.account(), Role::Patient, id).map(drop),
        },
    }
}

/// When a withdrawal is asked for: on the first day on which it can be; `None` where that day has not come.
pub fn asked_at(db: &View, form: &cast::Withdrawal) -> Result<Option<Time>> {
    let first = day_of_month(db, form.months_ago, db.settings.team.withdrawal_days.from)?;
    Ok(first.filter(|first| *first <= db.now).map(|first| first.plus(9 * HOUR)))
}

pub fn withdraw(db: &mut Tx, form: &cast::Withdrawal, ids: &Ids) -> Result<()> {
    let team: crate::domain::team::Team = db.need(ids.of(&form.team)?)?;
    withdrawal::ask(db, team.founder, team.id).map(drop)
}

/// The administrator's word on the newest withdrawal.
pub fn decide(db: &mut Tx, form: &cast::Withdrawal) -> Result<()> {
    let newest = db.all::<Withdrawal>(Order::Newest).next().transpose()?;
    let newest = newest.ok_or_else(|| INTERNAL.caused_by("nothing was asked for"))?;
    match form.decision {
        Decision::Pending => Ok(()),
        Decision::Approved => withdrawal::approve(db, newest.id).map(drop),
        Decision::Rejected => withdrawal::reject(db, newest.id).map(drop),
    }
}

fn service_key(form: &cast::TeamConsult, n: usize) -> String {
    format!("{}-service-{n}", form.key)
}

/// Oneself, or the family member of that name.
fn target(db: &View, patient: PatientAccountId, family: Option<&str>) -> Result<AnyId> {
    let Some(name) = family else { return Ok(patient.any()) };
    let found = patient::list(db, patient)?.into_iter().find(|one| one.name == name);
    found.map(|one| one.id.any()).ok_or_else(|| INTERNAL.caused_by(format!("there is no {name} in the family")))
}

/// The beginning of a day in the month so many months ago; `None` where that month has no such day.
fn day_of_month(db: &View, months_ago: i64, day: i8) -> Result<Option<Time>> {
    let zone = &db.settings.clinic.zone;
    let first = zone.today(db.now).first_of_month().checked_sub(Span::new().months(months_ago)).map_err(|e| INTERNAL.caused_by(e))?;
    Ok(civil::Date::new(first.year(), first.month(), day).ok().and_then(|date| zone.moment(date, civil::Time::midnight())))
}
