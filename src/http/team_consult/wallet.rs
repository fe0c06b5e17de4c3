//! 任务列表 (消费记录, 充值): topping up the wallet, and what was spent.

use serde::Serialize;

use super::dialect;
use crate::{
    base::{
        error::{Result, missing},
        id::{AnyId, EncounterId, TeamId, VasId},
    },
    domain::money::{
        expense::{self, Expense, ExpenseKind},
        payment,
    },
    http::core::{
        context::Cx,
        order_info::{self, Silence},
        reply::Reply,
        request::Request,
        table::{
            Endpoint, PATIENT,
            Run::{Read, Write},
            get, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("own", "/wallet/recharge",  PATIENT, Write(recharge),      "钱包充值"),
    get ("own", "/member/expenses",  PATIENT, Read(list_expenses),  "消费详细记录"),
];

/// The money is in the wallet once the provider says that it was paid.
fn recharge(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let amount = dialect::fen(request, "amount", 1)?.ok_or_else(|| missing("amount"))?;
    let payment = payment::ask_recharge(db, cx.my_id()?, amount)?;
    let view = RechargeView { out_trade_no: payment.out_trade_no.clone(), amount: payment.amount.0, order_info: String::new() };
    order_info::answer(cx, db, [&payment.clone()], Silence::Refuses, move |info| {
        Reply::of(&RechargeView { order_info: info.of(&payment), ..view })
    })
}

#[derive(Serialize)]
struct RechargeView {
    out_trade_no: String,
    /// Fen.
    amount: i64,
    /// What the client hands to its payment SDK, a JSON text.
    order_info: String,
}

fn list_expenses(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    dialect::list(expense::list(db, cx.my_id()?, request.skip_page()?)?, |expense| Ok(ExpenseView::from(expense)))
}

/// A charge on fee balance and wallet is two of them.
#[derive(Serialize)]
struct ExpenseView {
    id: AnyId,
    kind: &'static str,
    source: &'static str,
    /// Fen.
    amount: i64,
    team_id: TeamId,
    consultation_id: Option<EncounterId>,
    vas_id: Option<VasId>,
    created: i64,
}

impl From<Expense> for ExpenseView {
    fn from(expense: Expense) -> ExpenseView {
        ExpenseView {
            id: expense.id.any(),
            kind: expense.kind.name(),
            source: expense.source.name(),
            amount: expense.amount.0,
            team_id: expense.team_id,
            consultation_id: (expense.kind == ExpenseKind::Consult).then_some(expense.cause.of()),
            vas_id: expense.vas_id(),
            created: expense.created_at.0,
        }
    }
}
