//! What the tables say of themselves, held against what the program does: every id that a row holds is declared (`Row::refers_to`); who is taken
//! out bars it, goes along or stays as declared; and when two accounts become one, nothing is left that names the other. No list of tables is
//! kept for it: a new table is here as soon as it is in `domain::TABLES`.

use std::{
    collections::BTreeSet,
    sync::{Arc, mpsc::channel},
};

use tempfile::TempDir;
use xuanhu::{
    base::{
        error::{NOT_FOUND, Result},
        id::{AccountId, AnyId},
        settings::Settings,
        time::{Clock, Time},
    },
    domain::{
        TABLES,
        clinic_wide::{merger, removal},
        directory::{
            assistant::Assistant,
            clinic::Clinic,
            doctor::Doctor,
            hospital::{Department, Hospital},
            org::Org,
            patient::Patient,
        },
        free_clinic::special_event::SpecialEvent,
        identity::account::{Account, Role, Verify},
        messaging::conversation::{Conversation, Participant},
        shared::region::Region,
        team::{Team, member::TeamMembership},
    },
    store::{Class, Facts, Fate, KEPT_BY_LAW, Order, Reference, Row, Store, Tx},
};

use crate::{golden, kit::sample::Sample};

/// So many sample rows of each table: variants of enums take turns in them.
const TURNS: u64 = 12;
/// Where the ids of other rows begin: those of the rows that are looked at are below.
const ELSEWHERE: u64 = 1_000_000;

/// Numbers of 64 bits that are no ids, at most so many in a row of a table.
#[rustfmt::skip]
const NO_IDS: &[(&str, usize)] = &[
    ("account", 1),      // voip
    ("audit", 1),        // the place in the chain
    ("chat_change", 2),  // the number of each delivery
    ("chat_time", 1),    // the stamp
    ("doctor", 3),       // service_minutes, sum and count of the score
    ("idempotency", 1),  // the process that is at it
    ("message", 2),      // the number of each delivery
    ("patient", 4),      // sums and counts of the scores
    ("patient_score", 4),
    ("registration", 1), // the casebook's, which is its own
    ("upload", 1),       // the size
];

#[test]
fn every_id_in_a_row_is_declared() {
    let wrong = each_row(|rehearse, table| {
        rehearse(Box::new(move |_, facts, numbers| {
            let declared = |number: &u64| *number == facts.id.number() || facts.references.iter().any(|one| one.id.number() == *number);
            let others = numbers.iter().filter(|number| !declared(number)).count();
            let allowed = NO_IDS.iter().find(|(name, _)| *name == table).map_or(0, |(_, count)| *count);
            let complaint = format!("{table}: {others} numbers are neither its id nor declared, at most {allowed} expected");
            (others > allowed).then_some(complaint).into_iter().collect()
        }))
    });
    assert!(wrong.is_empty(), "Row::refers_to forgets an id: {wrong:#?}");
}

#[test]
fn who_is_taken_out_is_barred_or_takes_along_as_declared() {
    let wrong = complaints_of_each(|tx, table, facts, reference| {
        let wrong = match (reference.fate, take_out(tx, facts, reference).unwrap()?) {
            (Fate::Bars, Ok(())) => "does not bar it".to_owned(),
            (Fate::Bars, Err(error)) if error.is(&removal::IN_USE) || error.is(&KEPT_BY_LAW) => return None,
            (_, Err(error)) => format!("stands in the way: {}", error.chain()),
            (Fate::Goes, Ok(())) if names(tx, table, reference.id) => "still names it".to_owned(),
            (Fate::Stays, Ok(())) if !names(tx, table, reference.id) => "went along".to_owned(),
            _ => return None,
        };
        Some(format!("{table}, when {} goes ({:?}): it {wrong}", reference.noun, reference.fate))
    });
    assert!(wrong.is_empty(), "clinic_wide::removal and Row::refers_to disagree: {wrong:#?}");
}

#[test]
fn nothing_names_an_account_that_became_another() {
    let wrong = complaints_of_each(|tx, table, facts, reference| match facts.class {
        Class::Trail(_) => None, // it says who it was
        _ => merged(tx, table, facts, reference),
    });
    assert!(wrong.is_empty(), "clinic_wide::merger and Row::refers_to disagree: {wrong:#?}");
}

/// What is wrong after the account that the reference names became another.
fn merged(tx: &mut Tx, table: &str, facts: &Facts, reference: &Reference) -> Option<String> {
    const PHONE: &str = "19900000001";
    if !["Account", "PatientAccount"].contains(&reference.noun) {
        return None;
    }
    let (from, to) = (AccountId::from_number(reference.id.number()), AccountId::from_number(2 * ELSEWHERE));
    tx.put(&Account { phone: None, open_id: Some("wx".into()), ..account(from, Role::Patient) }).unwrap();
    tx.put(&Account { phone: Some(PHONE.into()), open_id: None, ..account(to, Role::Patient) }).unwrap();
    // What is said goes along with who takes part.
    if let Some(conversation) = named(facts, "Conversation").map(AnyId::of) {
        let parts = tx.all::<Participant>(Order::Oldest).next().transpose().unwrap();
        let part = parts.unwrap_or_else(|| Participant { member: from, conversation_id: conversation, left_at: None, ..other() });
        tx.put(&Conversation { id: conversation, kind: part.kind, ..other() }).unwrap();
        tx.put(&part).unwrap();
    }
    // What somebody may spend in a team is a member's.
    if let Some(team_id) = named(facts, "Team").map(AnyId::of) {
        tx.put(&TeamMembership { team_id, member: from.patient_account(), ..other() }).unwrap();
    }
    if let Err(error) = merger::bind_phone(tx, from, PHONE.into()) {
        return Some(format!("{table} stands in the way: {}", error.chain()));
    }
    let now = rows(tx, table).into_iter().find(|row| row.id == facts.id);
    if names(tx, table, reference.id) {
        return Some(format!("{table} still names the account that is no more"));
    }
    let lost = facts.owner == Some(from) && now.is_some_and(|row| row.owner != Some(to));
    lost.then(|| format!("{table} is not the other's"))
}

/// What is wrong with the references of each table's sample rows, each time with nothing else in the store.
fn complaints_of_each(look: fn(&mut Tx, &'static str, &Facts, &Reference) -> Option<String>) -> BTreeSet<String> {
    each_row(|rehearse, table| {
        let count = rehearse(Box::new(|_, facts, _| vec![facts.references.len().to_string()]))[0].parse().unwrap();
        let look = |n: usize| rehearse(Box::new(move |tx, facts, _| look(tx, table, facts, &facts.references[n]).into_iter().collect()));
        (0..count).flat_map(look).collect()
    })
}

type Part = Box<dyn FnOnce(&mut Tx, &Facts, &[u64]) -> Vec<String> + Send>;

/// Goes through sample rows of every table, each alone in a store; `rehearse` runs a job with the row of which nothing is kept.
fn each_row(mut look: impl FnMut(&dyn Fn(Part) -> Vec<String>, &'static str) -> Vec<String>) -> BTreeSet<String> {
    let dir = TempDir::new().unwrap();
    let store = Store::open(dir.path(), TABLES, Arc::new(Settings::default()), Arc::new(Clock::stopped_at(Time(1_000)))).unwrap();
    let mut found = BTreeSet::new();
    for table in golden::tables() {
        for turn in 1..=TURNS {
            let rehearse = |part: Part| {
                let (tell, told) = channel();
                let put = table.put;
                let undone = store.write_blocking(move |tx| {
                    let (facts, numbers) = put(tx, turn)?;
                    tell.send(part(tx, &facts, &numbers)).unwrap();
                    Err::<(), _>(NOT_FOUND.err())
                });
                assert!(undone.is_err_and(|error| error.is(&NOT_FOUND)), "{}: a look at it failed", table.name);
                told.recv().unwrap()
            };
            found.extend(look(&rehearse, table.name));
        }
    }
    found
}

/// Puts what the reference names where somebody may take it out, and takes it out; `None` where nobody can.
fn take_out(tx: &mut Tx, facts: &Facts, reference: &Reference) -> Result<Option<Result<()>>> {
    let id = reference.id;
    Ok(Some(match reference.noun {
        "Account" | "PatientAccount" => {
            // What is said to an account lies in its system conversation.
            let chat = named(facts, "Conversation").filter(|_| reference.fate == Fate::Goes);
            let system_chat = chat.unwrap_or(AnyId::MAX).of();
            tx.put(&Account { system_chat, ..account(id.of(), Role::Patient) })?;
            removal::person(tx, id.of(), Role::Patient)
        }
        "Doctor" => {
            tx.put(&Doctor { id: id.of(), ..other() })?;
            person(tx, id, Role::Doctor)?
        }
        "Assistant" => {
            tx.put(&Assistant { id: id.of(), ..other() })?;
            person(tx, id, Role::Assistant)?
        }
        "Patient" => {
            let owner = named(facts, "PatientAccount").unwrap_or(AnyId::MAX);
            tx.put(&Patient { id: id.of(), owner: owner.of(), ..other() })?;
            person(tx, owner, Role::Patient)?
        }
        "Hospital" => tx.put(&Hospital { id: id.of(), ..other() }).and_then(|()| removal::hospital(tx, id.of())),
        "Department" => tx.put(&Department { id: id.of(), ..other() }).and_then(|()| removal::department(tx, id.of())),
        "Region" => tx.put(&Region { id: id.of(), ..other() }).and_then(|()| removal::region(tx, id.of())),
        "Org" => tx.put(&Org { id: id.of(), ..other() }).and_then(|()| removal::org(tx, id.of())),
        "SpecialEvent" => tx.put(&SpecialEvent { id: id.of(), ..other() }).and_then(|()| removal::special(tx, id.of())),
        "Clinic" => tx.put(&Clinic { id: id.of(), ..other() }).and_then(|()| removal::clinic(tx, id.of())),
        "Team" => tx.put(&Team { id: id.of(), ..other() }).and_then(|()| removal::team(tx, id.of())),
        _ => return Ok(None),
    }))
}

/// What else the row names: the first of a kind.
fn named(facts: &Facts, noun: &str) -> Option<AnyId> {
    facts.references.iter().find(|one| one.noun == noun).map(|one| one.id)
}

fn person(tx: &mut Tx, id: AnyId, role: Role) -> Result<Result<()>> {
    tx.put(&account(id.of(), role))?;
    Ok(removal::person(tx, id.of(), role))
}

fn account(id: AccountId, role: Role) -> Account {
    Account { id, role, verify: Verify::Enabled, ..other() }
}

/// A row whose ids are nobody else's.
fn other<R: Row>() -> R {
    R::deserialize(&mut Sample::after(ELSEWHERE)).unwrap()
}

fn names(tx: &Tx, table: &str, id: AnyId) -> bool {
    rows(tx, table).iter().any(|row| row.references.iter().any(|one| one.id == id))
}

fn rows(tx: &Tx, table: &str) -> Vec<Facts> {
    let info = TABLES.iter().find(|info| info.table.name == table).unwrap();
    info.facts(tx).unwrap()
}
