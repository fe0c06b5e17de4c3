//! 10 订单模块: ordering, paying, changing, listing and rating consultations.

use serde_json::Value;

use super::{
    chat, dialect, ids,
    view::consultation::{ConsultationItemView, ConsultationView, PaymentView},
};
use crate::{
    base::{
        error::{NOT_FOUND, Result, invalid, missing},
        id,
        money::{Fen, MOST},
        page::{Page, Slice},
    },
    domain::{
        consultation::{
            self, Consultation, OrderConsultation,
            evaluation::{self, Given},
            list::{self, ConsultationFilter},
            message,
            state::ConsultationStatus,
        },
        directory::patient::Patient,
        identity::audit::Purpose,
        money::payment::Payment,
        relations::privacy,
    },
    http::core::{
        context::Cx,
        fields::Fields,
        order_info::{self, Silence},
        reply::Reply,
        request::Request,
        table::{
            Access, DOCTOR, Endpoint, PATIENT,
            Run::{Look, Read, Write},
            post,
        },
    },
    store::{Tx, View},
};

const BOTH: Access = PATIENT.or(DOCTOR);

/// What an order may say beyond the document.
const FEE: &str = "`fee` (fen), where it is sent, is the price that was shown: 409 `price_changed` where it is another by now.";

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("10.1", "/consultation/create",         PATIENT, Write(order_consultation),   "创建咨询订单").says(FEE),
    post("10.2", "/consultation/update",         BOTH,    Write(change_consultation),  "修改订单信息"),
    post("10.3", "/consultation/list",           BOTH,    Look { own: list_own, look: list_treated }, "订单列表查询").without_key(),
    post("10.4", "/consultation/chatmessage",    BOTH,    Read(list_messages),         "查询订单的聊天消息"),
    post("10.5", "/consultation/payment/create", PATIENT, Write(create_payment),       "创建订单的支付订单"),
    post("own",  "/consultation/payment/query",  BOTH,    Read(query_payment),         "查询订单的支付订单"),
    post("own",  "/api/consultation/evaluate",   PATIENT, Write(evaluate_consultation),"评价订单"),
];

fn order_consultation(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let form = OrderConsultation {
        content: request.prose("content", 4_000)?,
        patient_id: ids::need(request, "patientId")?,
        doctor_id: ids::need(request, "doctorId")?,
        reason: request.text("consultationReason", 100)?,
        images: request.pictures_or_empty("images", 9)?,
        fee: request.amount("fee", 0..=MOST.0)?.map(Fen),
    };
    let consultation = consultation::order(db, cx.my_id()?, form)?;
    Reply::of(&ConsultationView::of(db, &consultation)?)
}

fn change_consultation(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let me = cx.me()?;
    let (id, wanted) = (ids::need(request, "consultationId")?, status(request)?.ok_or_else(|| missing("status"))?);
    let consultation = consultation::change(db, me.account, me.role, id, wanted)?;
    Reply::of(&ConsultationView::of(db, &consultation)?)
}

fn status(request: &Request) -> Result<Option<ConsultationStatus>> {
    let Some(code) = request.word_or_none("status", 20)? else { return Ok(None) };
    ConsultationStatus::from_code(&code).map(Some).ok_or_else(|| invalid("status", "应为 01 到 09"))
}

/// A user's own orders.
fn list_own(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let (page, found) = find(cx, db, request)?;
    let shown = found.try_map(|order| ConsultationItemView::of(db, &order, privacy::oneself(cx.reader(), order.user_id.account())))?;
    dialect::page(page, shown)
}

/// A doctor reads in full whom the doctor treats; that is a look, which is written down in the commit that answers it.
fn list_treated(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (page, found) = find(cx, db, request)?;
    let actor = cx.actor()?;
    let shown = found.try_map(|order| {
        let patient: Patient = db.need(order.patient_id)?;
        let sight = privacy::look(db, &actor, &patient, Purpose::Consultation)?;
        ConsultationItemView::of(db, &order, sight)
    })?;
    dialect::page(page, shown)
}

fn find(cx: &Cx, db: &View, request: &Request) -> Result<(Page, Slice<Consultation>)> {
    let (me, page) = (cx.me()?, request.skip_page()?);
    let wanted = ConsultationFilter {
        id: ids::asked(request, "consultationId")?,
        patient_id: ids::asked(request, "patientId")?,
        doctor_id: ids::asked(request, "doctorId")?,
        status: status(request)?,
    };
    Ok((page, list::list(db, me.account, me.role, &wanted, page)?))
}

fn list_messages(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let me = cx.me()?;
    let messages = message::list_of(db, me.account, me.role, ids::need(request, "consultationId")?)?;
    Reply::of(&chat::views(db, me.account, messages)?)
}

fn create_payment(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let payment = consultation::ask_payment(db, cx.my_id()?, ids::need(request, "consultationId")?)?;
    show_payment(cx, db, payment, Silence::Refuses)
}

fn query_payment(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let me = cx.me()?;
    let payment = match (ids::asked(request, "consultationId")?, request.word_or_none("outTradeNo", 64)?) {
        (Some(id), number) => {
            let payment = consultation::payment_of(db, me.account, me.role, id)?;
            if number.is_some_and(|number| number != payment.out_trade_no) {
                return Err(NOT_FOUND.err());
            }
            payment
        }
        (None, Some(number)) => consultation::payment_by_number(db, me.account, me.role, &number)?,
        (None, None) => return Err(missing("consultationId")),
    };
    show_payment(cx, db, payment, Silence::LeavesOut)
}

fn show_payment(cx: &Cx, db: &View, payment: Payment, silence: Silence) -> Result<Reply> {
    let view = PaymentView::of(db, &payment)?;
    order_info::answer(cx, db, [&payment.clone()], silence, move |info| Reply::of(&view.with_order_info(&payment, info)))
}

fn evaluate_consultation(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (id, answers) = (ids::need(request, "consultationId")?, answers(request)?);
    let consultation = evaluation::evaluate(db, cx.my_id()?, id, answers)?;
    Reply::of(&ConsultationView::of(db, &consultation)?)
}

/// `[{questionId, score}, {questionId, text}]`, as JSON or as a JSON text.
fn answers(request: &Request) -> Result<Vec<Given>> {
    let bad = || invalid("answers", "应为 [{questionId, score 或 text}]，1 到 50 项");
    let list = match request.json("answers")?.ok_or_else(|| missing("answers"))? {
        Value::Array(list) if (1..=50).contains(&list.len()) => list,
        _ => return Err(bad()),
    };
    list.into_iter()
        .map(|answer| {
            let Value::Object(members) = answer else { return Err(bad()) };
            let answer = Fields(members);
            let question = answer.text("questionId", 1_000)?;
            Ok(Given {
                question_id: id::from_hex(&question).ok_or_else(|| crate::base::error::NOT_FOUND.err())?,
                score: answer.integer_or_none("score", 1..=5)?.and_then(|score| u8::try_from(score).ok()),
                text: answer.prose_or_none("text", 1_000)?,
            })
        })
        .collect()
}
