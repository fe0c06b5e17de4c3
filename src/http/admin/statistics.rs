//! `/admin/statistics`: how the clinic stands, and how its days went.

use serde_json::{Map, Value, json};

use super::{
    listing::{moment, takes_only},
    registrations::STAGES,
};
use crate::{
    base::{
        error::{Result, invalid},
        id::DoctorId,
        month::Month,
    },
    domain::{
        care::stop::StopReason,
        clinic_wide::{
            course,
            daily::{self, Day},
            statistics::{self, People, Statistics},
        },
        directory::doctor,
        free_clinic::clinic_session::SessionState,
        money::{payment::PaymentStatus as Paid, refund::RefundStatus as Returned},
        team_consult::{TeamConsultStatus as Consult, withdrawal::WithdrawalStatus as Decided},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{ADMIN, Endpoint, Run::Heavy, get},
    },
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("admin", "/admin/statistics",       ADMIN, Heavy(show_statistics), "统计"),
    get("admin", "/admin/statistics/daily", ADMIN, Heavy(list_days),       "每日统计"),
    get("admin", "/admin/statistics/care",  ADMIN, Heavy(show_course),     "复诊判断与终止统计"),
];

/// Days that are told of at most.
const MOST_DAYS: i64 = 366;
/// Days that are told of where nobody says from when.
const DAYS: i64 = 30;

fn show_statistics(cx: &Cx, request: &Request) -> Result<Reply> {
    takes_only(request, &[])?;
    Reply::of(&statistics_view(&statistics::read(&cx.view())?))
}

/// A row a day of the clinic's zone, the oldest first, days without anything too; `to` belongs to it. The last 30 days where nothing is asked.
fn list_days(cx: &Cx, request: &Request) -> Result<Reply> {
    takes_only(request, &["from", "to"])?;
    let db = cx.view();
    let zone = &db.settings.clinic.zone;
    let to = moment(&db, request, "to", true)?.map_or(zone.today(db.now), |end| zone.civil(end.plus(-1)).date());
    let from = match moment(&db, request, "from", false)? {
        Some(from) => zone.civil(from).date(),
        None => to.saturating_sub(jiff::Span::new().days(DAYS - 1)),
    };
    if from > to {
        return Err(invalid("from", "不能晚于 to"));
    }
    if to.since(from).is_ok_and(|span| i64::from(span.get_days()) >= MOST_DAYS) {
        return Err(invalid("from", format!("一次最多 {MOST_DAYS} 天")));
    }
    let days = daily::read(&db, from, to)?;
    // Of the period; its mean answer is of all answers, not of the days' means.
    let mut sum = day_view(&daily::sum(&days));
    sum.as_object_mut().map(|sum| sum.remove("date"));
    Reply::of(&json!({ "items": days.iter().map(day_view).collect::<Vec<_>>(), "total": days.len(), "sum": sum }))
}

/// Orders that were made from one day to another: stops by doctor and reason, and by month how many were judged and stopped.
fn show_course(cx: &Cx, request: &Request) -> Result<Reply> {
    takes_only(request, &["from", "to"])?;
    let db = cx.view();
    let course = course::read(&db, moment(&db, request, "from", false)?, moment(&db, request, "to", true)?)?;
    let stop = |((doctor, reason), count): (&(DoctorId, StopReason), &u64)| {
        Ok(json!({ "doctor_id": doctor, "doctor_name": doctor::profile(&db, *doctor)?.name, "reason": reason.name(), "count": count }))
    };
    let month = |(month, of): (&Month, &course::MonthOfCare)| json!({ "month": month.to_string(), "orders": of.orders, "judged": of.judged, "stopped": of.stopped });
    let stops = course.stops.iter().map(stop).collect::<Result<Vec<_>>>()?;
    Reply::of(&json!({ "stops": stops, "months": course.months.iter().map(month).collect::<Vec<_>>() }))
}

fn day_view(day: &Day) -> Value {
    json!({
        "date": day.date.to_string(),
        "bookings": day.bookings,
        "visits": day.visits,
        "no_shows": day.no_shows,
        "orders": day.orders,
        "answers": day.answers,
        "answer_minutes": day.answer_minutes(),
        "money_in": day.money_in.0,
        "money_back": day.money_back.0,
        "money_kept": day.money_kept.0,
    })
}

fn statistics_view(now: &Statistics) -> Value {
    let people = |people: People| json!({ "total": people.total, "waiting": people.waiting, "enabled": people.enabled, "disabled": people.disabled });
    let money = |(count, amount): (u64, crate::base::money::Fen)| json!({ "count": count, "amount": amount.0 });
    let registrations: Map<String, Value> =
        STAGES.iter().map(|(name, stage)| ((*name).to_owned(), now.registrations_in(*stage).into())).collect();
    json!({
        "patients": people(now.patients),
        "doctors": people(now.doctors),
        "assistants": people(now.assistants),
        "administrators": now.administrators,
        "hospitals": now.hospitals,
        "departments": now.departments,
        "clinics": now.clinics,
        "teams": now.teams,
        "members": now.members,
        "diagnosis_terms": now.diagnosis_terms,
        "sessions": now.sessions,
        "sms": now.sms,
        "projects": {
            "open": now.projects_in(SessionState::Open),
            "ended": now.projects_in(SessionState::Ended),
            "cancelled": now.projects_in(SessionState::Cancelled),
        },
        "registrations": registrations,
        "payments": {
            "wait_for_pay": money(now.payments_in(Paid::WaitForPay)),
            "paid": money(now.payments_in(Paid::Paid)),
            "closed": money(now.payments_in(Paid::Closed)),
            "refunding": money(now.payments_in(Paid::Refunding)),
            "refunded": money(now.payments_in(Paid::Refunded)),
        },
        "refunds": {
            "pending": money(now.refunds_in(Returned::Pending)),
            "done": money(now.refunds_in(Returned::Done)),
            "rejected": money(now.refunds_in(Returned::Rejected)),
            "to_approve": now.refunds_to_approve,
        },
        "deposits": {
            "held": money(now.deposits_held),
            "forfeited": money(now.deposits_forfeited),
        },
        "team_consults": {
            "waiting": now.team_consults_in(Consult::Waiting),
            "in_process": now.team_consults_in(Consult::InProcess),
            "finished": now.team_consults_in(Consult::Finished),
            "cancelled": now.team_consults_in(Consult::Cancelled),
        },
        "withdrawals": {
            "pending": money(now.withdrawals_in(Decided::Pending)),
            "approved": money(now.withdrawals_in(Decided::Approved)),
            "rejected": money(now.withdrawals_in(Decided::Rejected)),
        },
    })
}
