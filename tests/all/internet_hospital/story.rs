//! Any order of events keeps the promises of a consultation.

use std::{path::Path, sync::Arc};

use proptest::prelude::*;
use xuanhu::{
    base::{
        id::{ConsultationId, DoctorId, PatientAccountId, PatientId},
        money::Fen,
        page::Page,
        settings::Settings,
        time::{Clock, HOUR, MINUTE, Time},
    },
    domain::{
        TABLES,
        clinic_wide::settlement,
        consultation::{
            self, Consultation, OrderConsultation,
            message::{self, Content, SendMessage},
            state::ConsultationStatus,
        },
        directory::{
            doctor::{self, DoctorChange},
            patient::{self, Certificate, NewPatient},
        },
        identity::account::{self, NewAccount, Role, Verify},
        messaging::{conversation::Side, message as said},
        money::{
            ledger::{self, Holder},
            payment::{Payment, PaymentStatus as Paid},
            refund,
        },
        shared::event::{self, WORK},
    },
    store::{Order, Store},
};

/// What can come, in any order and as often as it likes.
#[derive(Clone, Debug)]
enum Step {
    Order,
    Ask(usize),
    Pay(usize),
    Wish(usize, bool, u8),
    Say(usize, bool),
    Retract(usize),
    Wait(i64),
    Tick,
    Pump,
    /// An administrator decides on the oldest refund that waits.
    Decide(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let one = 0..4usize;
    prop_oneof![
        2 => Just(Step::Order),
        3 => one.clone().prop_map(Step::Ask),
        3 => one.clone().prop_map(Step::Pay),
        3 => (one.clone(), any::<bool>(), 1..=9u8).prop_map(|(i, patient, code)| Step::Wish(i, patient, code)),
        2 => (one.clone(), Just(true), Just(6u8)).prop_map(|(i, patient, code)| Step::Wish(i, patient, code)),
        5 => (one.clone(), any::<bool>()).prop_map(|(i, patient)| Step::Say(i, patient)),
        1 => one.prop_map(Step::Retract),
        2 => prop_oneof![Just(MINUTE), Just(31 * MINUTE), Just(20 * HOUR), Just(48 * HOUR)].prop_map(Step::Wait),
        2 => Just(Step::Tick),
        2 => Just(Step::Pump),
        1 => any::<bool>().prop_map(Step::Decide),
    ]
}

struct World {
    store: Store,
    clock: Arc<Clock>,
    user: PatientAccountId,
    patient: PatientId,
    doctor: DoctorId,
    orders: Vec<ConsultationId>,
}

impl World {
    fn new(dir: &Path, fee: i64, approval: bool) -> World {
        let given = [("payment.refund_approval", approval.to_string())];
        let settings = Arc::new(Settings::load(dir, &given, []).unwrap());
        let clock = Arc::new(Clock::stopped_at(Time(1_700_000_000_000)));
        let store = Store::open(&dir.join("store"), TABLES, settings, clock.clone()).unwrap();
        let (user, patient, doctor) = store
            .write_blocking(move |db| {
                let user = account::ensure_open_id(db, "wx")?.id.patient_account();
                let certificate = Certificate::Other(5, "E1".into());
                let form = NewPatient {
                    phone: "19900000001".into(),
                    certificate,
                    name: "甲".into(),
                    birthday: None,
                    sex: None,
                    card_no: None,
                    relation: None,
                };
                let patient = patient::create(db, user, form)?.id;
                let new = NewAccount { role: Role::Doctor, phone: None, username: None, password: None };
                let form =
                    DoctorChange { image_and_text_open: Some(true), image_and_text_price: Some(Fen(fee)), ..DoctorChange::default() };
                Ok((user, patient, doctor::bring_in(db, new, Verify::Enabled, form)?.id))
            })
            .unwrap();
        World { store, clock, user, patient, doctor, orders: Vec::new() }
    }

    fn row(&self, order: ConsultationId) -> Consultation {
        self.store.view().need(order).unwrap()
    }

    fn take(&mut self, step: &Step) {
        let (user, patient, doctor) = (self.user, self.patient, self.doctor);
        let order = |i: usize| self.orders.get(i % self.orders.len().max(1)).copied();
        // Refusals are part of the game; what they must not do is looked at afterwards.
        match *step {
            Step::Order => {
                let form = OrderConsultation {
                    // The same within a minute would be the first.
                    content: format!("痛{}", self.orders.len()),
                    patient_id: patient,
                    doctor_id: doctor,
                    reason: "复诊".into(),
                    images: vec!["/files/a.png".into()],
                    fee: None,
                };
                if self.orders.len() < 4 {
                    self.orders.push(self.store.write_blocking(move |db| consultation::order(db, user, form)).unwrap().id);
                }
            }
            Step::Ask(i) => {
                if let Some(id) = order(i) {
                    let _ = self.store.write_blocking(move |db| consultation::ask_payment(db, user, id));
                }
            }
            Step::Pay(i) => {
                let payment = order(i).and_then(|id| self.row(id).payment_id);
                if let Some(id) = payment {
                    let number = self.store.view().need::<Payment>(id).unwrap().out_trade_no;
                    let _ = self.store.write_blocking(move |db| settlement::paid(db, &number, None));
                }
            }
            Step::Wish(i, by_patient, code) => {
                let (caller, role) = if by_patient { (user.account(), Role::Patient) } else { (doctor.account(), Role::Doctor) };
                let wanted = ConsultationStatus::from_code(&code.to_string()).unwrap();
                if let Some(id) = order(i) {
                    let _ = self.store.write_blocking(move |db| consultation::change(db, caller, role, id, wanted));
                }
            }
            Step::Say(i, by_patient) => {
                let (caller, role) = if by_patient { (user.account(), Role::Patient) } else { (doctor.account(), Role::Doctor) };
                if let Some(id) = order(i) {
                    let form = SendMessage {
                        conversation_id: self.row(id).conversation_id,
                        consultation_id: id,
                        content: Content::Text("话".into()),
                        client_id: String::new(),
                    };
                    let _ = self.store.write_blocking(move |db| message::send(db, caller, role, form));
                }
            }
            Step::Retract(i) => {
                if let Some(id) = order(i) {
                    let last = said::list_of_consultation(&self.store.view(), id.encounter(), Side::Staff).unwrap().pop();
                    if let Some(last) = last {
                        let _ = self.store.write_blocking(move |db| message::retract(db, doctor.account(), last.id));
                    }
                }
            }
            Step::Wait(ms) => self.clock.advance(ms),
            Step::Tick => while self.store.write_blocking(consultation::end_due).unwrap() > 0 {},
            Step::Pump => self.pump(),
            Step::Decide(yes) => {
                let waiting = self
                    .store
                    .view()
                    .all::<refund::Refund>(Order::Oldest)
                    .map(Result::unwrap)
                    .find(|r| r.status == refund::RefundStatus::Pending && !r.approved);
                if let Some(waiting) = waiting {
                    self.store
                        .write_blocking(move |db| match yes {
                            true => refund::approve(db, waiting.id).map(drop),
                            false => settlement::refuse_refund(db, waiting.id).map(drop),
                        })
                        .unwrap();
                }
            }
        }
    }

    fn pump(&self) {
        loop {
            let next = self.store.view().events_after(WORK, 0).next().transpose().unwrap();
            let Some(next) = next else { return };
            let work = event::read(&next.bytes).unwrap();
            self.store
                .write_blocking(move |db| {
                    if let event::Event::RefundDue(id) = work {
                        settlement::refunded(db, id)?;
                    }
                    db.forget_events(WORK, next.seq)
                })
                .unwrap();
        }
    }

    /// What holds whatever happened.
    fn look(&self, max_replies: usize) {
        let view = self.store.view();
        assert_eq!(ledger::audit(&view).unwrap(), Vec::<String>::new());
        let mut earned = 0;
        for id in &self.orders {
            let row: Consultation = view.need(*id).unwrap();
            let held = ledger::balance(&view, Holder::Fee(*id)).unwrap();
            let payment: Option<Payment> = row.payment_id.map(|id| view.need(id).unwrap());
            let paid = payment.as_ref().map(|payment| payment.status);
            let free = row.fee == Fen::ZERO;
            let (money, statuses): (Fen, &[Paid]) = match row.status {
                ConsultationStatus::Unpaid => (Fen::ZERO, &[Paid::WaitForPay]),
                ConsultationStatus::Cancelled => (Fen::ZERO, &[Paid::Closed]),
                ConsultationStatus::Waiting | ConsultationStatus::InProgress => (row.fee, &[Paid::Paid]),
                // A refund that was refused leaves an expired order paid.
                ConsultationStatus::Expired => (row.fee, &[Paid::Refunding, Paid::Paid]),
                ConsultationStatus::RefundAsked => (row.fee, &[Paid::Refunding]),
                ConsultationStatus::Finished => (Fen::ZERO, &[Paid::Paid]),
                ConsultationStatus::ExpiredRefunded | ConsultationStatus::Refunded => (Fen::ZERO, &[Paid::Refunded]),
            };
            assert_eq!(held, money, "{row:?}");
            match paid {
                Some(paid) => assert!(statuses.contains(&paid), "{paid:?} {row:?}"),
                None => assert!(free || matches!(row.status, ConsultationStatus::Unpaid | ConsultationStatus::Cancelled), "{row:?}"),
            }
            if row.status == ConsultationStatus::Finished {
                earned += row.fee.0;
            }
            let has_timer = matches!(row.status, ConsultationStatus::Unpaid | ConsultationStatus::Waiting | ConsultationStatus::InProgress);
            assert_eq!(row.due.is_some(), has_timer, "{row:?}");
            let staff = said::list_of_consultation(&view, id.encounter(), Side::Staff).unwrap();
            let replies = staff.iter().filter(|message| message.from == self.doctor.account()).count();
            assert!(replies <= max_replies);
            assert_eq!(replies, row.replies as usize);
            let stands = staff.iter().any(|message| message.from == self.doctor.account() && message.retracted_at.is_none());
            match row.status {
                ConsultationStatus::Finished => assert!(stands, "paid for nothing: {row:?}"),
                ConsultationStatus::InProgress => assert!(replies > 0, "{row:?}"),
                // Taken back in time, a reply is none.
                ConsultationStatus::Expired | ConsultationStatus::ExpiredRefunded => assert!(!stands, "{row:?}"),
                _ => assert_eq!(replies, 0, "{row:?}"),
            }
            let begun = row.paid_at.is_some();
            let heard = said::list_of_consultation(&view, id.encounter(), Side::Patient).unwrap();
            assert_eq!(
                heard.len() - heard.iter().filter(|m| m.from == self.user.account()).count() - replies,
                2 * usize::from(begun) + usize::from(replies > 0)
            );
            assert_eq!(begun, !row.conversation_id.is_none());
        }
        assert_eq!(ledger::balance(&view, Holder::Income).unwrap().0, earned);
        let total = consultation::list::list(
            &view,
            self.user.account(),
            Role::Patient,
            &consultation::list::ConsultationFilter::default(),
            Page::ALL,
        )
        .unwrap()
        .total;
        assert_eq!(total, self.orders.len() as u64);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_story_keeps_the_promises(fee in prop_oneof![Just(0i64), 1..5_000i64], approval: bool, steps in proptest::collection::vec(step(), 1..60)) {
        let dir = tempfile::tempdir().unwrap();
        let mut world = World::new(dir.path(), fee, approval);
        world.take(&Step::Order);
        for step in &steps {
            world.take(step);
            world.look(3);
        }
        // In the end everything that is overdue is over, and nothing waits for the clock without a time.
        world.take(&Step::Wait(100 * HOUR));
        world.take(&Step::Tick);
        world.take(&Step::Pump);
        world.look(3);
        for id in &world.orders {
            prop_assert!(world.row(*id).due.is_none());
        }
        prop_assert_eq!(world.store.check(true).unwrap().problems, Vec::<String>::new());
    }
}
