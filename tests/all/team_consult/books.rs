//! Whatever members, doctors and administrators do with consults, services and withdrawals, month after month: each answer is the one that a
//! plain account of the money expects, and what purses, expenses, incomes and the ledger show is that account.

use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*, sample::Index, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Value, json};

use super::{
    audit, bring_in, recharge,
    scene::{another, found, id, join},
};
use crate::kit::{Answer, Person, TestServer};

const FEES: [i64; 2] = [300, 170];
/// The days of withdrawal: half of the month, so that both sides of the border are met.
const DAYS: std::ops::RangeInclusive<u8> = 1..=15;

#[derive(Clone, Debug)]
enum Act {
    Recharge { who: Index, fen: i64 },
    TopUp { who: Index, team: Index, fen: i64 },
    Consult { who: Index, team: Index },
    Start { which: Index },
    Finish { which: Index, by_patient: bool },
    Cancel { which: Index },
    Offer { which: Index, fen: i64 },
    Confirm { which: Index },
    Reject { which: Index },
    Delete { which: Index },
    Withdraw { team: Index },
    Decide { which: Index, approve: bool },
    Wait { days: u8 },
}

fn act() -> impl Strategy<Value = Act> {
    let some = any::<Index>;
    prop_oneof![
        2 => (some(), 100i64..3_000).prop_map(|(who, fen)| Act::Recharge { who, fen }),
        1 => (some(), some(), 0i64..900).prop_map(|(who, team, fen)| Act::TopUp { who, team, fen }),
        4 => (some(), some()).prop_map(|(who, team)| Act::Consult { who, team }),
        4 => some().prop_map(|which| Act::Start { which }),
        3 => (some(), any::<bool>()).prop_map(|(which, by_patient)| Act::Finish { which, by_patient }),
        1 => some().prop_map(|which| Act::Cancel { which }),
        3 => (some(), 0i64..600).prop_map(|(which, fen)| Act::Offer { which, fen }),
        4 => some().prop_map(|which| Act::Confirm { which }),
        1 => some().prop_map(|which| Act::Reject { which }),
        1 => some().prop_map(|which| Act::Delete { which }),
        3 => some().prop_map(|team| Act::Withdraw { team }),
        2 => (some(), any::<bool>()).prop_map(|(which, approve)| Act::Decide { which, approve }),
        2 => (1u8..20).prop_map(|days| Act::Wait { days }),
    ]
}

#[derive(Default)]
struct Purse {
    wallet: i64,
    fees: [i64; 2],
    /// Expenses by kind and source.
    spent: BTreeMap<(&'static str, &'static str), i64>,
}

impl Purse {
    /// Fee balance first, then the wallet; all or nothing.
    fn pay(&mut self, team: usize, kind: &'static str, fen: i64) -> Option<(i64, i64)> {
        let fees = self.fees[team].min(fen);
        if self.wallet < fen - fees {
            return None;
        }
        self.take(team, kind, (fees, fen - fees));
        Some((fees, fen - fees))
    }

    /// Negative parts give back.
    fn take(&mut self, team: usize, kind: &'static str, (fees, wallet): (i64, i64)) {
        self.fees[team] -= fees;
        self.wallet -= wallet;
        *self.spent.entry((kind, "fee")).or_default() += fees;
        *self.spent.entry((kind, "wallet")).or_default() += wallet;
    }
}

struct Consult {
    id: u64,
    who: usize,
    team: usize,
    status: u8,
    paid: (i64, i64),
}

struct Offer {
    id: u64,
    consult: usize,
    fen: i64,
    status: u8,
    deleted: bool,
}

#[derive(Clone, Copy, Default)]
struct Month {
    earned: i64,
    pending: i64,
    withdrawn: i64,
    consults: u64,
    services: i64,
}

impl Month {
    fn left(self) -> i64 {
        self.earned - self.pending - self.withdrawn
    }
}

struct World {
    server: TestServer,
    /// Of both teams; the first is founder and group assistant of both, the second answers and offers.
    doctors: [Person; 2],
    people: [Person; 2],
    teams: [u64; 2],
    purses: [Purse; 2],
    consults: Vec<Consult>,
    offers: Vec<Offer>,
    months: BTreeMap<(usize, String), Month>,
    /// Withdrawals that wait: id, team, month, amount.
    waiting: Vec<(u64, usize, String, i64)>,
}

/// The answer is the one that is expected: this row, or a refusal with this slug.
fn is(answer: Answer, expected: Result<(), &str>) -> Option<Value> {
    match expected {
        Ok(()) => Some(answer.ok()),
        Err(slug) => {
            assert_eq!(answer.slug(), Some(slug), "{answer}");
            None
        }
    }
}

impl World {
    fn new() -> World {
        let days = format!("{}-{}", DAYS.start(), DAYS.end());
        let server = TestServer::with(&[("auth.session_ttl", "4000d"), ("team.withdrawal_days", &days)]);
        let doctors = [server.doctor(), server.doctor()];
        let people = [server.patient(), server.patient()];
        let teams = [found(&doctors[0], "甲队", FEES[0]), found(&doctors[0], "乙队", FEES[1])];
        for team in teams {
            bring_in(&doctors[0], &doctors[1], team);
            people.iter().for_each(|person| join(person, team, 0));
        }
        let purses = Default::default();
        World { server, doctors, people, teams, purses, consults: vec![], offers: vec![], months: BTreeMap::new(), waiting: vec![] }
    }

    /// `2026-03` of today, or of last month.
    fn month(&self, last: bool) -> String {
        let today = self.server.date(0);
        let days_into = today[8..].parse::<i64>().unwrap();
        self.server.date(if last { -days_into } else { 0 })[..7].to_owned()
    }

    fn this_month(&mut self, team: usize) -> &mut Month {
        let month = self.month(false);
        self.months.entry((team, month)).or_default()
    }

    fn perform(&mut self, act: Act) {
        match act {
            Act::Recharge { who, fen } => {
                recharge(&self.server, &self.people[who.index(2)], fen);
                self.purses[who.index(2)].wallet += fen;
            }
            Act::TopUp { who, team, fen } => {
                let (who, team) = (who.index(2), team.index(2));
                let enough = self.purses[who].wallet >= fen;
                let body = json!({ "agreement_accepted": true, "fee": fen });
                is(
                    self.people[who].post(format_args!("/team/{}/member", self.teams[team]), body),
                    enough.then_some(()).ok_or("insufficient_balance"),
                );
                if enough {
                    self.purses[who].take(team, "membership", (0, fen));
                    self.purses[who].fees[team] += fen;
                }
            }
            Act::Consult { who, team } => {
                let (who, team) = (who.index(2), team.index(2));
                let paid = self.purses[who].pay(team, "consult", FEES[team]);
                let answer = self.people[who].post("/consult", another(self.teams[team]));
                if let Some(made) = is(answer, paid.map(|_| ()).ok_or("insufficient_balance")) {
                    self.consults.push(Consult { id: id(&made, "consultation_id"), who, team, status: 0, paid: paid.unwrap() });
                }
            }
            Act::Wait { days } => self.server.advance(&format!("{days}d")),
            Act::Withdraw { team } => self.withdraw(team.index(2)),
            Act::Decide { which, approve } if !self.waiting.is_empty() => self.decide(which.index(self.waiting.len()), approve),
            Act::Start { which } | Act::Finish { which, .. } | Act::Cancel { which } | Act::Offer { which, .. }
                if !self.consults.is_empty() =>
            {
                // Mostly the newest: old ones are over.
                let from = self.consults.len().saturating_sub(4);
                self.consult_acts(from + which.index(self.consults.len() - from), act);
            }
            Act::Confirm { which } | Act::Reject { which } | Act::Delete { which } if !self.offers.is_empty() => {
                let from = self.offers.len().saturating_sub(4);
                self.offer_acts(from + which.index(self.offers.len() - from), act);
            }
            _ => {}
        }
    }

    fn consult_acts(&mut self, which: usize, act: Act) {
        let Consult { id: consult, who, team, status, paid } = self.consults[which];
        let open = if status < 2 { Ok(()) } else { Err("consult_over") };
        match act {
            Act::Start { .. } => {
                let body = json!({ "doctor_id": self.doctors[1].id });
                if is(self.doctors[0].post(format_args!("/consult/{consult}/doctor"), body), open).is_some() {
                    self.consults[which].status = 1;
                }
            }
            Act::Finish { by_patient, .. } => {
                // The second doctor is in the group from the start on.
                let by = if by_patient || status != 1 { &self.people[who] } else { &self.doctors[1] };
                let expected = if status == 0 { Err("consult_waiting") } else { open };
                if is(by.post(format_args!("/consult/{consult}/finish"), json!({})), expected).is_some() {
                    self.consults[which].status = 2;
                    let month = self.this_month(team);
                    month.earned += FEES[team];
                    month.consults += 1;
                }
            }
            Act::Cancel { .. } => {
                let expected = if status == 1 { Err("consult_started") } else { open };
                if is(self.people[who].post(format_args!("/consult/{consult}/cancel"), json!({})), expected).is_some() {
                    self.consults[which].status = 3;
                    self.purses[who].take(team, "consult", (-paid.0, -paid.1));
                }
            }
            Act::Offer { fen, .. } => {
                let body = json!({ "name": "随访", "amount": fen });
                // Where nobody was brought in, the second doctor is not in the group.
                let expected = if matches!(status, 0 | 3) { Err("not_found") } else { open };
                if let Some(made) = is(self.doctors[1].post(format_args!("/consult/{consult}/vas"), body), expected) {
                    self.offers.push(Offer { id: id(&made, "vas_id"), consult: which, fen, status: 0, deleted: false });
                }
            }
            _ => unreachable!(),
        }
    }

    fn offer_acts(&mut self, which: usize, act: Act) {
        let Offer { id: vas, consult, fen, status, deleted } = self.offers[which];
        let Consult { who, team, .. } = self.consults[consult];
        let there = if deleted { Err("not_found") } else { Ok(()) };
        match act {
            Act::Confirm { .. } => {
                let pays = there.is_ok() && status == 0;
                let paid = if pays { self.purses[who].pay(team, "vas", fen) } else { None };
                let expected = match status {
                    _ if deleted => there,
                    0 => paid.map(|_| ()).ok_or("insufficient_balance"),
                    1 => Ok(()),
                    _ => Err("vas_rejected"),
                };
                if is(self.people[who].post(format_args!("/vas/{vas}/confirm"), json!({})), expected).is_some() && pays {
                    self.offers[which].status = 1;
                    let month = self.this_month(team);
                    month.earned += fen;
                    month.services += fen;
                }
            }
            Act::Reject { .. } => {
                let expected = if !deleted && status == 1 { Err("vas_confirmed") } else { there };
                if is(self.people[who].post(format_args!("/vas/{vas}/reject"), json!({})), expected).is_some() {
                    self.offers[which].status = 2;
                }
            }
            Act::Delete { .. } => {
                if is(self.doctors[1].delete(format_args!("/vas/{vas}")), there).is_some() {
                    self.offers[which].deleted = true;
                }
            }
            _ => unreachable!(),
        }
    }

    fn withdraw(&mut self, team: usize) {
        let (month, day) = (self.month(true), self.server.date(0)[8..].parse::<u8>().unwrap());
        let record = self.months.entry((team, month.clone())).or_default();
        let left = record.left();
        let expected = match (DAYS.contains(&day), left) {
            (false, _) => Err("withdrawal_closed"),
            (true, 0) => Err("nothing_to_withdraw"),
            (true, _) => Ok(()),
        };
        if let Some(asked) = is(self.doctors[0].post(format_args!("/team/{}/withdrawal", self.teams[team]), json!({})), expected) {
            assert_eq!((&asked["amount"], &asked["month"]), (&json!(left), &json!(month)));
            record.pending += left;
            self.waiting.push((id(&asked, "withdrawal_id"), team, month, left));
        }
    }

    fn decide(&mut self, which: usize, approve: bool) {
        let (withdrawal, team, month, amount) = self.waiting.remove(which);
        let verb = if approve { "approve" } else { "reject" };
        self.server.admin().post(format_args!("/admin/withdrawals/{withdrawal}/{verb}"), json!({})).ok();
        let record = self.months.get_mut(&(team, month)).unwrap();
        record.pending -= amount;
        record.withdrawn += if approve { amount } else { 0 };
    }

    /// Everything that is printed is what was added up here.
    fn compare(&self) {
        audit(&self.server);
        for (person, purse) in self.people.iter().zip(&self.purses) {
            let profile = person.get("/member/profile").ok();
            assert_eq!(profile["balance"], purse.wallet);
            let from_wallet: i64 = purse.spent.iter().filter(|((_, source), _)| *source == "wallet").map(|(_, fen)| fen).sum();
            assert_eq!(profile["total_spent"], from_wallet);
            let mut printed: BTreeMap<(String, String), i64> = BTreeMap::new();
            let mut skip = 0;
            loop {
                let part = person.get(format_args!("/member/expenses?skip={skip}&limit=100")).ok();
                for item in part["items"].as_array().unwrap() {
                    let text = |key: &str| item[key].as_str().unwrap().to_owned();
                    *printed.entry((text("kind"), text("source"))).or_default() += item["amount"].as_i64().unwrap();
                }
                skip += 100;
                if skip >= id(&part, "total") {
                    break;
                }
            }
            let expected = purse
                .spent
                .iter()
                .filter(|(_, fen)| **fen != 0)
                .map(|((kind, source), fen)| ((kind.to_string(), source.to_string()), *fen));
            assert_eq!(printed.into_iter().filter(|(_, fen)| *fen != 0).collect::<BTreeMap<_, _>>(), expected.collect());
        }
        for (team, number) in self.teams.iter().zip(0..) {
            let fees: i64 = self.purses.iter().map(|purse| purse.fees[number]).sum();
            let months: Vec<_> =
                self.months.iter().filter(|((of, _), _)| *of == number).map(|((_, month), record)| (month, *record)).collect();
            let summary = self.doctors[1].get(format_args!("/team/{team}/consult_summary")).ok();
            assert_eq!(summary["total_income"], months.iter().map(|(_, record)| record.earned).sum::<i64>());
            let handled = self.consults.iter().filter(|consult| consult.team == number && matches!(consult.status, 1 | 2)).count();
            let offered = self.offers.iter().filter(|offer| !offer.deleted && self.consults[offer.consult].team == number).count();
            assert_eq!((&summary["consult_count"], &summary["my_consult_count"]), (&json!(handled), &json!(handled)));
            assert_eq!(summary["my_vas_count"], offered);
            let income = self.doctors[0].get(format_args!("/team/{team}/income")).ok();
            let of = |month: &str| months.iter().find(|(one, _)| *one == month).map_or_else(Month::default, |(_, record)| *record);
            let (this, last) = (of(&self.month(false)), of(&self.month(true)));
            let lapsed = self.server.date(0)[8..].parse::<u8>().unwrap() > *DAYS.end();
            assert_eq!((&income["this_month"], &income["remaining_fees"]), (&json!(this.earned), &json!(fees)));
            assert_eq!(income["withdrawable"], if lapsed { 0 } else { last.left() });
            for (month, record) in &months {
                let printed = self.doctors[1].get(format_args!("/team/{team}/withdrawal/{month}")).ok();
                assert_eq!(
                    (&printed["income"], &printed["withdrawn"], &printed["pending"]),
                    (&json!(record.earned), &json!(record.withdrawn), &json!(record.pending)),
                    "{month}"
                );
                let mine = printed["doctors"].as_array().unwrap().iter().find(|one| one["doctor_id"] == self.doctors[1].id);
                let mine = mine.map_or((0, 0), |one| (id(one, "consult_count"), one["vas_amount"].as_i64().unwrap()));
                assert_eq!(mine, (record.consults, record.services), "{month}");
            }
        }
    }
}

#[test]
fn consults_services_and_withdrawals_keep_the_books() {
    let mut runner = TestRunner::deterministic();
    let mut world = World::new();
    for _ in 0..14 {
        for act in vec(act(), 50).new_tree(&mut runner).unwrap().current() {
            world.perform(act);
        }
        world.compare();
    }
    // It was about something.
    let over = |status: u8| world.consults.iter().filter(|consult| consult.status == status).count();
    assert!(over(2) > 10 && over(3) > 3, "{} finished, {} cancelled", over(2), over(3));
    assert!(world.offers.iter().filter(|offer| offer.status == 1).count() > 5);
    assert!(world.months.values().any(|month| month.withdrawn > 0), "nothing was withdrawn");
}
