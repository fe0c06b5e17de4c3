//! Refunds: money on its way back. They go out by themselves after the commit that asked for them, or wait for an administrator
//! where `payment.refund_approval` is on.

use serde::{Deserialize, Serialize};

use super::{
    forfeit,
    ledger::{self, Holder},
    payment::{Payment, PaymentStatus, Purpose},
};
use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{Id, PaymentId, RefundId, kind},
        money::Fen,
        secret,
        settings::PaymentProvider,
        time::Time,
    },
    domain::shared::event::{self, Event},
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, decode, key, unknown_version},
};

pub const REFUND_DECIDED: Reason = Reason::new(Kind::Conflict, "refund_decided", "该退款已处理，不能重复操作");
pub const NOT_PAID: Reason = Reason::new(Kind::Rule, "not_paid", "该订单没有可退的款项");

pub use v1::RefundStatus;
pub use v2::Refund;

pub mod v1 {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum RefundStatus {
        Pending,
        Done,
        Rejected,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Refund {
        pub id: RefundId,
        /// Our number of it with the provider.
        pub out_refund_no: String,
        pub payment_id: PaymentId,
        pub out_trade_no: String,
        pub purpose: Purpose,
        pub amount: Fen,
        pub status: RefundStatus,
        /// Why, for the administrator and the payer.
        pub reason: String,
        /// Whether an administrator has let it go where that is asked for.
        pub approved: bool,
        pub created_at: Time,
        pub done_at: Option<Time>,
    }
}

pub mod v2 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Refund {
        pub id: RefundId,
        /// Our number of it with the provider.
        pub out_refund_no: String,
        pub payment_id: PaymentId,
        pub out_trade_no: String,
        pub purpose: Purpose,
        pub amount: Fen,
        pub status: RefundStatus,
        /// Why, for the administrator and the payer.
        pub reason: String,
        /// Whether an administrator has let it go where that is asked for.
        pub approved: bool,
        /// The provider's word for why it does not get there by itself (WeChat: `ABNORMAL`, `CLOSED`); empty where nothing is wrong.
        pub stuck: String,
        pub created_at: Time,
        pub done_at: Option<Time>,
    }

    impl From<v1::Refund> for Refund {
        fn from(old: v1::Refund) -> Refund {
            let v1::Refund { id, out_refund_no, payment_id, out_trade_no, purpose, amount, status, reason, approved, created_at, done_at } =
                old;
            let stuck = String::new();
            Refund { id, out_refund_no, payment_id, out_trade_no, purpose, amount, status, reason, approved, stuck, created_at, done_at }
        }
    }
}

pub const BY_STATUS: Index<Refund> = Index::counted(1);
pub const BY_PAYMENT: Index<Refund> = Index::new(2);

impl Row for Refund {
    type Kind = kind::Refund;

    const TABLE: Table = Table { code: 18, name: "refund", version: 2 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Money(self.created_at)
    }

    fn refers_to(&self, to: &mut References) {
        to.needs(self.payment_id).recalls(self.purpose.thing());
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_STATUS, key(&[&(self.status as u8)]), Key::NONE);
        entries.add(&BY_PAYMENT, key(&[&self.payment_id]), Key::NONE);
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Refund> {
        match version {
            1 => decode::<v1::Refund>(body).map(Refund::from),
            _ => Err(unknown_version(Self::TABLE, version)),
        }
    }
}

impl RefundStatus {
    pub const fn name(self) -> &'static str {
        match self {
            RefundStatus::Pending => "pending",
            RefundStatus::Done => "done",
            RefundStatus::Rejected => "rejected",
        }
    }
}

/// Asks for all of a paid payment back. Errors: `not_paid`.
pub fn ask(db: &mut Tx, payment: PaymentId, reason: &str) -> Result<Refund> {
    let approved = !db.settings.payment.refund_approval;
    open(db, payment, reason, approved)
}

/// The same where the law wants the money back: nobody has to approve it. Errors: `not_paid`.
pub fn ask_approved(db: &mut Tx, payment: PaymentId, reason: &str) -> Result<Refund> {
    open(db, payment, reason, true)
}

fn open(db: &mut Tx, payment: PaymentId, reason: &str, approved: bool) -> Result<Refund> {
    let mut payment: Payment = db.need(payment)?;
    if payment.status != PaymentStatus::Paid {
        return Err(NOT_PAID.err());
    }
    payment.status = PaymentStatus::Refunding;
    payment.updated_at = db.now;
    db.put(&payment)?;
    if let Purpose::Deposit(registration) = payment.purpose {
        forfeit::release(db, registration)?;
    }
    let id = db.next_id()?;
    let refund = Refund {
        id,
        out_refund_no: format!("R{}{}", payment.out_trade_no, secret::digits(4)),
        payment_id: payment.id,
        out_trade_no: payment.out_trade_no,
        purpose: payment.purpose,
        amount: payment.amount,
        status: RefundStatus::Pending,
        reason: reason.to_owned(),
        approved,
        stuck: String::new(),
        created_at: db.now,
        done_at: None,
    };
    db.put(&refund)?;
    if refund.approved {
        send(db, &refund)?;
    }
    Ok(refund)
}

/// By both numbers that the provider knows it under.
pub fn by_numbers(db: &View, out_trade_no: &str, out_refund_no: &str) -> Result<Option<Refund>> {
    let Some(payment) = super::payment::by_number(db, out_trade_no)? else { return Ok(None) };
    let mut refunds = db.rows(&BY_PAYMENT, key(&[&payment.id]), Order::Newest);
    refunds.find(|refund| refund.as_ref().map_or(true, |refund: &Refund| refund.out_refund_no == out_refund_no)).transpose()
}

/// How long, all together, refunds of a payment were asked for until an administrator refused them. In milliseconds.
pub fn refused_after(db: &View, payment: PaymentId) -> Result<i64> {
    let mut refunds = db.rows(&BY_PAYMENT, key(&[&payment]), Order::Oldest);
    refunds.try_fold(0, |sum, refund| {
        let refund: Refund = refund?;
        let waited = refund.done_at.filter(|_| refund.status == RefundStatus::Rejected).map_or(0, |end| end.since(refund.created_at));
        Ok(sum + waited.max(0))
    })
}

/// It may go out: by those who ask the provider that took the money, or by the outbox worker where that is the embedded one.
fn send(db: &mut Tx, refund: &Refund) -> Result<()> {
    let due = Event::RefundDue(refund.id);
    match db.need::<Payment>(refund.payment_id)?.provider(db) {
        Some(PaymentProvider::Demo) => event::tell(db, &due),
        // Where it is not known who took it, and nobody takes any now, it waits for somebody who does.
        Some(PaymentProvider::Wechat) | None => event::tell_of_payment(db, &due),
    }
}

/// Notes why the provider does not send it, for the administrator.
pub fn note_stuck(db: &mut Tx, refund: RefundId, state: String) -> Result<()> {
    let refund: Refund = db.need(refund)?;
    db.put(&Refund { stuck: state, ..refund })
}

/// The provider has sent the money back. `Some` the first time, `None` when that is known already.
pub fn settle(db: &mut Tx, refund: RefundId) -> Result<Option<Refund>> {
    let mut refund: Refund = db.need(refund)?;
    if refund.status != RefundStatus::Pending {
        return Ok(None);
    }
    refund.status = RefundStatus::Done;
    refund.stuck.clear();
    refund.done_at = Some(db.now);
    db.put(&refund)?;
    let mut payment: Payment = db.need(refund.payment_id)?;
    payment.status = PaymentStatus::Refunded;
    payment.updated_at = db.now;
    db.put(&payment)?;
    ledger::transfer(db, payment.purpose.holder(), Holder::Outside, refund.amount, refund.id.any())?;
    Ok(Some(refund))
}

/// An administrator lets a waiting refund go. Errors: `refund_decided`.
pub fn approve(db: &mut Tx, refund: RefundId) -> Result<Refund> {
    let mut refund: Refund = db.need(refund)?;
    if refund.status != RefundStatus::Pending || refund.approved {
        return Err(REFUND_DECIDED.err());
    }
    refund.approved = true;
    db.put(&refund)?;
    send(db, &refund)?;
    Ok(refund)
}

/// An administrator refuses a waiting refund: the payment is paid as before. What it was for is put back by the caller.
/// Errors: `refund_decided`.
pub fn reject(db: &mut Tx, refund: RefundId) -> Result<Refund> {
    let mut refund: Refund = db.need(refund)?;
    if refund.status != RefundStatus::Pending || refund.approved {
        return Err(REFUND_DECIDED.err());
    }
    refund.status = RefundStatus::Rejected;
    refund.done_at = Some(db.now);
    db.put(&refund)?;
    let mut payment: Payment = db.need(refund.payment_id)?;
    payment.status = PaymentStatus::Paid;
    payment.updated_at = db.now;
    db.put(&payment)?;
    Ok(refund)
}
