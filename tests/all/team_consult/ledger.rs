//! Whatever members do with their wallets and fees: the books sum to zero, nobody owes, and records and balances agree.

use proptest::{collection::vec, prelude::*, sample::Index, strategy::ValueTree, test_runner::TestRunner};
use serde_json::json;
use xuanhu::base::id::Id;
use xuanhu::{
    base::money::Fen,
    domain::money::{
        expense::{self, Charge, ExpenseKind},
        ledger::Holder,
    },
};

use super::{audit, balance, found, recharge};
use crate::kit::{Person, TestServer};

#[derive(Clone, Debug)]
enum Act {
    Recharge { who: Index, fen: i64 },
    Join { who: Index, team: Index, fen: i64 },
    Spend { who: Index, team: Index, fen: i64 },
    GiveBack { which: Index },
}

fn act() -> impl Strategy<Value = Act> {
    let some = any::<Index>;
    prop_oneof![
        (some(), 1i64..5_000).prop_map(|(who, fen)| Act::Recharge { who, fen }),
        (some(), some(), 0i64..4_000).prop_map(|(who, team, fen)| Act::Join { who, team, fen }),
        (some(), some(), 0i64..4_000).prop_map(|(who, team, fen)| Act::Spend { who, team, fen }),
        some().prop_map(|which| Act::GiveBack { which }),
    ]
}

/// What one of them should have, kept beside the clinic.
#[derive(Clone, Default)]
struct Purse {
    recharged: i64,
    wallet: i64,
    fees: [i64; 2],
}

#[test]
fn books_and_balances_agree_whatever_happens() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let teams = [found(&doctor, "甲队"), found(&doctor, "乙队")];
    let people = [server.patient(), server.patient()];
    let mut purses = [Purse::default(), Purse::default()];
    // (who, team, from fees, from wallet, cause), until it is given back
    let mut spent: Vec<(usize, usize, i64, i64, u64)> = Vec::new();
    let mut cause = 1_000_000;
    let mut runner = TestRunner::deterministic();
    for round in 0..6 {
        let acts = vec(act(), 25).new_tree(&mut runner).unwrap().current();
        for act in acts {
            match act {
                Act::Recharge { who, fen } => {
                    let who = who.index(2);
                    recharge(&server, &people[who], fen);
                    purses[who].recharged += fen;
                    purses[who].wallet += fen;
                }
                Act::Join { who, team, fen } => {
                    let (who, team) = (who.index(2), team.index(2));
                    let form = json!({ "agreement_accepted": true, "fee": fen });
                    let answer = people[who].post(format_args!("/team/{}/member", teams[team]), form);
                    match fen <= purses[who].wallet {
                        true => {
                            purses[who].wallet -= fen;
                            purses[who].fees[team] += fen;
                            assert_eq!(answer.ok()["fee_balance"], purses[who].fees[team]);
                        }
                        false => drop(answer.refused(422, "insufficient_balance").status),
                    }
                }
                Act::Spend { who, team, fen } => {
                    let (who, team) = (who.index(2), team.index(2));
                    cause += 1;
                    let charge = Charge {
                        member: Id::from_number(people[who].id),
                        team: Id::from_number(teams[team]),
                        kind: ExpenseKind::Consult,
                        amount: Fen(fen),
                        to: Holder::ConsultFee(Id::from_number(cause)),
                        cause: Id::from_number(cause),
                    };
                    let split = server.app().store.write_blocking(move |db| expense::spend(db, charge));
                    let purse = &mut purses[who];
                    match fen <= purse.wallet + purse.fees[team] {
                        true => {
                            let from_fees = fen.min(purse.fees[team]);
                            let split = split.unwrap();
                            assert_eq!((split.from_fees.0, split.from_wallet.0), (from_fees, fen - from_fees));
                            purse.fees[team] -= from_fees;
                            purse.wallet -= fen - from_fees;
                            spent.push((who, team, from_fees, fen - from_fees, cause));
                        }
                        false => assert!(split.unwrap_err().is(&xuanhu::domain::money::ledger::INSUFFICIENT_BALANCE)),
                    }
                }
                Act::GiveBack { which } if !spent.is_empty() => {
                    let (who, team, from_fees, from_wallet, cause) = spent.swap_remove(which.index(spent.len()));
                    for _ in 0..2 {
                        server
                            .app()
                            .store
                            .write_blocking(move |db| {
                                expense::give_back(db, Id::from_number(cause), Holder::ConsultFee(Id::from_number(cause)))
                            })
                            .unwrap();
                    }
                    purses[who].fees[team] += from_fees;
                    purses[who].wallet += from_wallet;
                }
                Act::GiveBack { .. } => {}
            }
        }
        audit(&server);
        for (person, purse) in people.iter().zip(&purses) {
            agrees(&server, person, purse, &teams);
        }
        assert!(round < 5 || spent.len() > 3, "too little was spent to prove anything");
    }
}

fn agrees(server: &TestServer, person: &Person, purse: &Purse, teams: &[u64; 2]) {
    assert_eq!(balance(person), purse.wallet);
    let view = server.app().store.view();
    for (team, fees) in teams.iter().zip(purse.fees) {
        assert_eq!(expense::fee_balance(&view, Id::from_number(*team), Id::from_number(person.id)).unwrap().0, fees);
    }
    let spent = person.get("/member/profile").ok()["total_spent"].as_i64().unwrap();
    assert_eq!(spent + purse.wallet, purse.recharged, "recharged is spent or still there");
    let list = person.get("/member/expenses?limit=100").ok();
    let listed: i64 =
        list["items"].as_array().unwrap().iter().filter(|row| row["source"] == "wallet").map(|row| row["amount"].as_i64().unwrap()).sum();
    assert!(list["total"].as_i64().unwrap() > 100 || listed == spent, "{listed} listed, {spent} spent");
}
