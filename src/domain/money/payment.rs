//! Payments: money that comes in for a registration's deposit or a consultation's fee, and goes back by `refund`.
//!
//! A payment is made together with what it is for, waits for the provider's word, and is settled once, however often that word comes.

use serde::{Deserialize, Serialize};

use super::ledger::{self, Holder};
use crate::{
    base::{
        error::{Kind, NOT_FOUND, Reason, Result},
        id::{AccountId, AnyId, ConsultationId, Id, PatientAccountId, PaymentId, RegistrationId, kind},
        money::Fen,
        secret,
        settings::PaymentProvider,
        time::Time,
    },
    domain::{
        identity::account::{self, Role},
        shared::event::{self, Event},
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, decode, key, unknown_version},
};

pub const PAYMENT_CLOSED: Reason = Reason::new(Kind::Conflict, "payment_closed", "支付订单已关闭，请重新下单");
pub const PAYMENTS_OFF: Reason = Reason::new(Kind::Rule, "payments_off", "本诊所暂未开通在线支付，请联系诊所");
pub const WRONG_AMOUNT: Reason = Reason::new(Kind::Rule, "wrong_amount", "支付金额与订单不符");

pub use v1::{PaymentStatus, Purpose};
pub use v2::Payment;

pub mod v1 {
    use super::*;

    /// What is paid. Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum Purpose {
        /// The deposit of this registration.
        Deposit(RegistrationId),
        /// The fee of this consultation.
        Consultation(ConsultationId),
        /// A top-up of this account's wallet.
        Recharge(PatientAccountId),
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum PaymentStatus {
        WaitForPay,
        Paid,
        Closed,
        Refunding,
        Refunded,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Payment {
        pub id: PaymentId,
        /// 29 digits: the moment in the clinic's zone and 15 random ones.
        pub out_trade_no: String,
        pub payer: PatientAccountId,
        pub purpose: Purpose,
        pub amount: Fen,
        pub status: PaymentStatus,
        pub description: String,
        pub created_at: Time,
        pub paid_at: Option<Time>,
        pub updated_at: Time,
    }
}

pub mod v2 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Payment {
        pub id: PaymentId,
        /// 29 digits: the moment in the clinic's zone and 15 random ones.
        pub out_trade_no: String,
        pub payer: PatientAccountId,
        pub purpose: Purpose,
        pub amount: Fen,
        pub status: PaymentStatus,
        pub description: String,
        /// Who takes it, and gives it back, whoever is the provider by then. `None` where an earlier version did not note it.
        pub provider: Option<PaymentProvider>,
        pub created_at: Time,
        pub paid_at: Option<Time>,
        pub updated_at: Time,
    }

    impl From<v1::Payment> for Payment {
        fn from(old: v1::Payment) -> Payment {
            let v1::Payment { id, out_trade_no, payer, purpose, amount, status, description, created_at, paid_at, updated_at } = old;
            Payment { id, out_trade_no, payer, purpose, amount, status, description, provider: None, created_at, paid_at, updated_at }
        }
    }
}

const BY_OUT_TRADE_NO: Index<Payment> = Index::new(1);
pub const BY_PAYER: Index<Payment> = Index::counted(2);
/// Top-ups that nobody has paid yet. Other payments close with what they are for; a top-up is for nothing but itself.
const OPEN_RECHARGES: Index<Payment> = Index::new(3);

impl Row for Payment {
    type Kind = kind::Payment;

    const TABLE: Table = Table { code: 17, name: "payment", version: 2 };

    const TOUCHED: bool = true;

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Money(self.created_at)
    }

    fn changed_at(&self) -> Time {
        self.updated_at
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.payer.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.needs(self.payer).recalls(self.purpose.thing());
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_OUT_TRADE_NO, key(&[&self.out_trade_no]), Key::NONE);
        entries.add(&BY_PAYER, key(&[&self.payer]), key(&[&self.created_at]));
        if let (Purpose::Recharge(_), PaymentStatus::WaitForPay) = (self.purpose, self.status) {
            entries.add(&OPEN_RECHARGES, Key::NONE, key(&[&self.created_at]));
        }
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Payment> {
        match version {
            1 => decode::<v1::Payment>(body).map(Payment::from),
            _ => Err(unknown_version(Self::TABLE, version)),
        }
    }
}

impl Payment {
    /// Who takes it: the provider of today where that was not noted; `None` where there is none either.
    pub fn provider(&self, db: &View) -> Option<PaymentProvider> {
        self.provider.or(db.settings.payment.provider)
    }
}

impl PaymentStatus {
    pub const fn name(self) -> &'static str {
        match self {
            PaymentStatus::WaitForPay => "WAIT_FOR_PAY",
            PaymentStatus::Paid => "PAID",
            PaymentStatus::Closed => "CLOSED",
            PaymentStatus::Refunding => "REFUNDING",
            PaymentStatus::Refunded => "REFUNDED",
        }
    }
}

impl Purpose {
    /// What is paid for: an encounter, or the account whose wallet it is.
    pub fn thing(self) -> AnyId {
        match self {
            Purpose::Deposit(registration) => registration.any(),
            Purpose::Consultation(consultation) => consultation.any(),
            Purpose::Recharge(account) => account.any(),
        }
    }

    /// Who holds the money once it is in.
    pub(super) fn holder(self) -> Holder {
        match self {
            Purpose::Deposit(registration) => Holder::Deposit(registration),
            Purpose::Consultation(consultation) => Holder::Fee(consultation),
            Purpose::Recharge(account) => Holder::Wallet(account),
        }
    }
}

/// Who takes money. Errors: `payments_off` where nobody does.
pub fn need_provider(db: &View) -> Result<PaymentProvider> {
    db.settings.payment.provider.ok_or_else(|| PAYMENTS_OFF.err())
}

/// Asks `payer` for `amount`. Errors: `payments_off`.
pub fn ask(db: &mut Tx, payer: PatientAccountId, purpose: Purpose, amount: Fen, description: String) -> Result<Payment> {
    let provider = need_provider(db)?;
    let payment = Payment {
        id: db.next_id()?,
        out_trade_no: new_number(db)?,
        payer,
        purpose,
        amount,
        status: PaymentStatus::WaitForPay,
        description,
        provider: Some(provider),
        created_at: db.now,
        paid_at: None,
        updated_at: db.now,
    };
    db.put(&payment)?;
    if provider != PaymentProvider::Demo {
        event::tell_of_payment(db, &Event::PaymentAsked(payment.id))?;
    }
    Ok(payment)
}

pub fn by_number(db: &View, out_trade_no: &str) -> Result<Option<Payment>> {
    db.first(&BY_OUT_TRADE_NO, key(&[&out_trade_no]))
}

/// Books what the provider says was paid. `Some` the first time: what the money was for now happens; `None` when it has already.
///
/// Errors: `not_found`, `payment_closed`, `wrong_amount`.
pub fn settle(db: &mut Tx, out_trade_no: &str, amount: Option<Fen>) -> Result<Option<Payment>> {
    let mut payment = by_number(db, out_trade_no)?.ok_or_else(|| NOT_FOUND.err())?;
    if amount.is_some_and(|amount| amount != payment.amount) {
        return Err(WRONG_AMOUNT.err());
    }
    match payment.status {
        PaymentStatus::WaitForPay => {}
        PaymentStatus::Closed => return Err(PAYMENT_CLOSED.err()),
        PaymentStatus::Paid | PaymentStatus::Refunding | PaymentStatus::Refunded => return Ok(None),
    }
    payment.status = PaymentStatus::Paid;
    payment.paid_at = Some(db.now);
    payment.updated_at = db.now;
    db.put(&payment)?;
    ledger::transfer(db, Holder::Outside, payment.purpose.holder(), payment.amount, payment.id.any())?;
    Ok(Some(payment))
}

/// Takes back that a payment was closed: the provider has the money all the same, from somebody who was a moment too late.
pub fn reopen(db: &mut Tx, out_trade_no: &str) -> Result<()> {
    match by_number(db, out_trade_no)? {
        Some(payment) if payment.status == PaymentStatus::Closed => {
            db.put(&Payment { status: PaymentStatus::WaitForPay, updated_at: db.now, ..payment })
        }
        _ => Ok(()),
    }
}

/// Closes a payment that nobody made. A paid one stays as it is.
pub fn close(db: &mut Tx, payment: PaymentId) -> Result<()> {
    let mut payment: Payment = db.need(payment)?;
    if payment.status == PaymentStatus::WaitForPay {
        payment.status = PaymentStatus::Closed;
        payment.updated_at = db.now;
        db.put(&payment)?;
    }
    Ok(())
}

/// Asks somebody for a top-up of the own wallet. It can be paid for `consultation.pay_window`. Errors: `not_found`, `payments_off`.
pub fn ask_recharge(db: &mut Tx, account: AccountId, amount: Fen) -> Result<Payment> {
    let account = account::need(db, account, Role::Patient)?.id;
    let description = format!("{}钱包充值", db.settings.clinic.name);
    ask(db, account.patient_account(), Purpose::Recharge(account.patient_account()), amount, description)
}

/// Closes top-ups whose time is over, some at a time. Answers how many.
pub fn close_due(db: &mut Tx) -> Result<usize> {
    let until = key(&[&db.now.plus(1 - db.settings.consultation.pay_window.ms())]);
    let due: Vec<_> = db.ids_between(&OPEN_RECHARGES, Key::NONE, Key::NONE, until, Order::Oldest).take(500).collect::<Result<_>>()?;
    due.iter().try_for_each(|id| close(db, *id))?;
    Ok(due.len())
}

/// What one account paid another has paid; what it tops up goes into the other's wallet.
pub fn hand_over(db: &mut Tx, from: PatientAccountId, to: PatientAccountId) -> Result<()> {
    let payments: Vec<Payment> = db.rows(&BY_PAYER, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    payments.into_iter().try_for_each(|payment| {
        let purpose = if payment.purpose == Purpose::Recharge(from) { Purpose::Recharge(to) } else { payment.purpose };
        db.put(&Payment { payer: to, purpose, ..payment })
    })
}

fn new_number(db: &View) -> Result<String> {
    let moment: String = db.settings.clinic.zone.date_time(db.now).chars().filter(char::is_ascii_digit).collect();
    loop {
        let number = format!("{moment}{}{}", secret::digits(9), secret::digits(6));
        if by_number(db, &number)?.is_none() {
            return Ok(number);
        }
    }
}
