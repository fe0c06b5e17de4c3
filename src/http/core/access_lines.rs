//! Who has looked at somebody's data, as it prints to that person and to the clinic's staff.

use schemars::JsonSchema;
use serde::Serialize;

use super::context::Cx;
use crate::{
    base::{
        error::{Result, invalid},
        id::{AnyId, PatientId},
        time::Time,
    },
    domain::relations::access_report::{Line, words},
    http::core::typed::{Word, form},
};

form! {
    pub struct Period {
        /// 从这一天或时刻起
        from: Option<Word<40>>,
        /// 到这一天（含）或时刻止
        to: Option<Word<40>>,
    }
}

impl Period {
    /// From one moment until before the other. Errors: `invalid_field`.
    pub fn times(&self, cx: &Cx) -> Result<(Time, Time)> {
        let read = |name, text: &Option<String>, ends, none| match text {
            Some(text) => {
                cx.app.settings.clinic.zone.day_or_moment(text, ends).ok_or_else(|| invalid(name, "应为日期或时间，如 2026-11-29"))
            }
            None => Ok(none),
        };
        Ok((read("from", &self.from, false, Time(0))?, read("to", &self.to, true, Time(i64::MAX))?))
    }
}

#[derive(Serialize, JsonSchema)]
pub struct LinesView {
    /// Newest first.
    items: Vec<LineView>,
    total: usize,
}

/// Somebody looked at something on a day.
#[derive(Serialize, JsonSchema)]
pub struct LineView {
    patient_id: PatientId,
    /// RFC 3339.
    at: String,
    /// A name, empty where the program's own key was shown.
    who: String,
    /// `doctor`, `assistant`, `admin`, `patient`.
    role: &'static str,
    /// In Chinese.
    what: String,
    /// In Chinese: the reason that was given, else the purpose.
    why: String,
    /// `look`, `reveal`, `export`.
    action: &'static str,
    /// What it was, as the audit log calls it.
    subject: &'static str,
    subject_id: AnyId,
}

impl LinesView {
    pub fn of(lines: Vec<Line>) -> LinesView {
        let items: Vec<LineView> = lines.into_iter().map(LineView::of).collect();
        LinesView { total: items.len(), items }
    }
}

impl LineView {
    fn of(line: Line) -> LineView {
        LineView {
            patient_id: line.patient,
            at: line.at.rfc3339(),
            who: words::who(&line),
            role: line.role.name(),
            what: words::what(&line),
            why: words::why(&line),
            action: line.action.name(),
            subject: line.thing.name(),
            subject_id: line.thing_id,
        }
    }
}
