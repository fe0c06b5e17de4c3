//! The demonstration clinic at awkward times of day, its books and seats, its logins, and stores that it stays out of.

use std::{collections::BTreeMap, sync::Arc};

use super::*;
use crate::{
    app::first_start,
    base::{
        settings::Settings,
        time::{Clock, DAY, Time},
    },
    domain::{
        self,
        directory::{clinic, doctor, hospital, org},
        free_clinic::{
            assistant_binding,
            clinic_session::{ClinicSession, SessionState},
            registration::Stage,
            special_event,
        },
        messaging::contact,
        money::ledger,
        notice::news,
        team,
        team_consult::{TeamConsult, vas::Vas, withdrawal::Withdrawal},
    },
    store::Order,
};

fn store_at(dir: &std::path::Path, now: Time) -> (Store, Arc<Clock>) {
    let clock = Arc::new(Clock::stopped_at(now));
    let store = Store::open(dir, domain::TABLES, Arc::new(Settings::default()), clock.clone()).unwrap();
    first_start::fill(&store).unwrap();
    (store, clock)
}

/// Windows and limits of the operator's own may be too short for the story, which is told by the usual ones.
#[test]
fn it_stands_whatever_the_rules() {
    let short = [
        ("consultation.pay_window", "4s"),
        ("consultation.reply_window", "4s"),
        ("consultation.max_replies", "1"),
        ("consultation.retract_window", "0s"),
        ("project.hold_window", "4s"),
        ("team.max_per_doctor", "1"),
        ("team.withdrawal_days", "31-31"),
        ("team.invitation_ttl", "4s"),
        ("payment.refund_approval", "true"),
        ("care.consent", "require"),
        ("care.first_visit", "refuse"),
    ];
    let dir = tempfile::tempdir().unwrap();
    let settings = Settings::load(dir.path(), &short.map(|(key, value)| (key, value.to_owned())), []).unwrap();
    let now = Time("2026-03-02T09:00:00+08".parse::<jiff::Timestamp>().unwrap().as_millisecond());
    let store = Store::open(&dir.path().join("store"), domain::TABLES, Arc::new(settings), Arc::new(Clock::stopped_at(now))).unwrap();
    first_start::fill(&store).unwrap();
    assert_eq!(load(&store).unwrap().people.len(), 22);
    sound(&store);
}

fn sound(store: &Store) {
    assert_eq!(store.check(true).unwrap().problems, Vec::<String>::new());
    assert_eq!(ledger::audit(&store.view()).unwrap(), Vec::<String>::new());
}

fn stages(store: &Store) -> BTreeMap<String, usize> {
    let mut stages = BTreeMap::new();
    for registration in store.view().all::<registration::Registration>(Order::Oldest) {
        *stages.entry(format!("{:?}", registration.unwrap().stage)).or_default() += 1;
    }
    stages
}

/// Midnight and noon in the clinic, a leap day, the turn of a year: the past must be past and the future free at any time of day.
#[test]
fn it_stands_at_any_time_of_any_day() {
    for now in ["2026-03-01T00:00:00+08", "2028-02-29T12:00:00+08", "2026-12-31T23:59:59.999+08"] {
        let now = Time(now.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let dir = tempfile::tempdir().unwrap();
        let (store, clock) = store_at(dir.path(), now);
        let logins = load(&store).unwrap();
        sound(&store);

        assert_eq!(logins.people.len(), 22);
        let expected = [("Booked", 6), ("Cancelled", 1), ("Done", 6), ("Held", 2), ("Missed", 2), ("Rejected", 1)];
        let expected: BTreeMap<String, usize> = expected.map(|(stage, n)| (stage.to_owned(), n)).into();
        assert_eq!(stages(&store), expected);
        let view = store.view();
        let projects: Vec<ClinicSession> = view.all(Order::Oldest).collect::<Result<_>>().unwrap();
        assert_eq!(projects.iter().filter(|project| project.state == SessionState::Ended).count(), 5);
        assert!(projects.iter().all(|project| project.created_at <= now && project.is_listed(now) == (project.begin > now)));
        let mut consultations = BTreeMap::new();
        for row in view.all::<consultation::Consultation>(Order::Oldest) {
            *consultations.entry(row.unwrap().status.code()).or_default() += 1;
        }
        let expected = [("01", 1), ("02", 1), ("03", 2), ("04", 1), ("07", 2), ("08", 1), ("09", 1)];
        let expected: BTreeMap<String, usize> = expected.map(|(status, n)| (status.to_owned(), n)).into();
        assert_eq!(consultations, expected);
        let mut consults = BTreeMap::new();
        for row in view.all::<TeamConsult>(Order::Oldest) {
            *consults.entry(row.unwrap().status.number()).or_default() += 1;
        }
        assert_eq!(consults, BTreeMap::from([(0, 1), (1, 2), (2, 2), (3, 1)]));
        let services = view.all::<Vas>(Order::Oldest).map(|vas| vas.unwrap().status.number());
        assert_eq!(services.collect::<Vec<_>>(), [1, 2, 0]);
        let withdrawals = view.all::<Withdrawal>(Order::Oldest).map(Result::unwrap).map(|one| (one.status.name(), one.amount.0));
        assert_eq!(withdrawals.collect::<Vec<_>>(), [("approved", 12_800), ("rejected", 3_000), ("pending", 3_000)]);
        assert_eq!(view.events_after(domain::shared::event::WORK, 0).count(), 0, "nothing is left to do");
        let totals = [
            view.total::<hospital::Hospital>(),
            view.total::<org::OrgMembership>(),
            view.total::<special_event::SpecialEvent>(),
            view.total::<news::News>(),
            view.total::<news::Banner>(),
            view.total::<consultation::evaluation::Evaluation>(),
            view.total::<assistant_binding::AssistantBinding>(),
            view.total::<contact::Contact>(),
            view.total::<clinic::Clinic>(),
            view.total::<team::TeamDoctor>(),
            view.total::<team::member::TeamMembership>(),
        ];
        assert_eq!(totals.map(Result::unwrap), [3, 8, 2, 6, 4, 2, 4, 4, 1, 6, 4]);
        assert_eq!(projects.iter().filter(|project| !project.special_project_id.is_none()).count(), 3);

        // As in life: a hold lapses when nobody pays, and the books and seats still agree.
        clock.advance(DAY);
        assert_eq!(store.write_blocking(registration::lapse_due).unwrap(), 2);
        sound(&store);
    }
}

#[test]
fn its_people_can_sign_in_and_their_scores_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = store_at(dir.path(), Time(1_780_000_000_000));
    let logins = load(&store).unwrap();
    let view = store.view();
    let login = logins.people.iter().find(|login| login.name == "苏叶青").unwrap();
    let account = account::by_phone(&view, login.role, &login.phone).unwrap().unwrap();
    assert!(account::password_fits(Some(&account), logins.password));
    assert!(account::need_verified(&view, account.id).is_ok());
    let doctor = doctor::profile(&view, account.id.doctor()).unwrap();
    assert_eq!((doctor.score.mean(), doctor.service_minutes), ("5.0".to_owned(), 150));
    let waiting = logins.people.iter().find(|login| login.role == Role::Doctor && !login.verified).unwrap();
    let waiting = account::by_phone(&view, Role::Doctor, &waiting.phone).unwrap().unwrap();
    assert!(account::need_verified(&view, waiting.id).unwrap_err().is(&account::NOT_VERIFIED));
    let done = view.all::<registration::Registration>(Order::Oldest).map(Result::unwrap).find(|r| r.stage == Stage::Done).unwrap();
    assert!(!done.diag_result.is_empty() && done.updated_at < view.now);
}

#[test]
fn a_store_with_people_is_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = store_at(dir.path(), Time(1_780_000_000_000));
    let new = account::NewAccount { role: Role::Patient, phone: Some("19900009001".into()), username: None, password: None };
    store.write_blocking(move |db| account::create(db, new).map(|_| ())).unwrap();
    let before = store.check(false).unwrap().rows;
    assert!(load(&store).err().unwrap().is(&NOT_EMPTY));
    assert_eq!(store.check(false).unwrap().rows, before);
}

#[test]
fn it_is_loaded_once() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = store_at(dir.path(), Time(1_780_000_000_000));
    load(&store).unwrap();
    assert!(load(&store).err().unwrap().is(&NOT_EMPTY));
    sound(&store);
}
