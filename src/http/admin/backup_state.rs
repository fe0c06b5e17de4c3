//! `/admin/backups/state`: how backups and archive stand, and what an operator has to see to.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    app::{ArchiveHealth, Warning, Worry},
    base::{error::Result, time::SECOND},
    http::core::{
        context::Cx,
        table::{ADMIN, Endpoint},
        typed::{get, run},
    },
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("admin", "/admin/backups/state", ADMIN, run!(Heavy(show_state)), "备份状况")
        .says("Of the backups and the archive together; `/readyz` says the same warnings, but for one: that nothing is set up."),
];

#[derive(Serialize, JsonSchema)]
struct StateView {
    /// How often one is made by itself; null without `backup.dir`.
    every_seconds: Option<i64>,
    /// RFC 3339; null where there is none.
    newest: Option<String>,
    age_seconds: Option<i64>,
    /// null without `archive.dir`.
    archive: Option<ArchiveView>,
    warnings: Vec<WarningView>,
}

#[derive(Serialize, JsonSchema)]
struct ArchiveView {
    every_seconds: i64,
    /// For how long something that is saved has not been archived.
    lag_seconds: i64,
    /// null where there is none, or where the place cannot be reached. Where nothing is written, no segment is made.
    newest_segment_age_seconds: Option<i64>,
    newest_base_age_seconds: Option<i64>,
    /// Whether the archive can restore what it has.
    whole: bool,
}

#[derive(Serialize, JsonSchema)]
struct WarningView {
    kind: WorryView,
    /// In English, as `/readyz` says it.
    text: String,
    /// What the machine said, in English.
    why: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum WorryView {
    NotSetUp,
    Old,
    Failed,
    Damaged,
    Unreadable,
    ArchiveFails,
    ArchiveIncomplete,
    ArchiveBehind,
}

impl From<Worry> for WorryView {
    fn from(worry: Worry) -> WorryView {
        match worry {
            Worry::NotSetUp => WorryView::NotSetUp,
            Worry::Old => WorryView::Old,
            Worry::Failed => WorryView::Failed,
            Worry::Damaged => WorryView::Damaged,
            Worry::Unreadable => WorryView::Unreadable,
            Worry::ArchiveFails => WorryView::ArchiveFails,
            Worry::ArchiveIncomplete => WorryView::ArchiveIncomplete,
            Worry::ArchiveBehind => WorryView::ArchiveBehind,
        }
    }
}

impl From<ArchiveHealth> for ArchiveView {
    fn from(archive: ArchiveHealth) -> ArchiveView {
        let seconds = |age: i64| age / SECOND;
        ArchiveView {
            every_seconds: archive.every.ms() / SECOND,
            lag_seconds: archive.lag / SECOND,
            newest_segment_age_seconds: archive.segment_age.map(seconds),
            newest_base_age_seconds: archive.base_age.map(seconds),
            whole: archive.is_whole,
        }
    }
}

fn show_state(cx: &Cx, (): ()) -> Result<StateView> {
    let health = cx.app.backup_health();
    Ok(StateView {
        every_seconds: health.every.map(|every| every.ms() / SECOND),
        age_seconds: health.newest.map(|newest| cx.app.clock.now().since(newest).max(0) / SECOND),
        newest: health.newest.map(|newest| newest.rfc3339()),
        archive: health.archive.map(ArchiveView::from),
        warnings: health.warnings.into_iter().map(|Warning { worry, text, why }| WarningView { kind: worry.into(), text, why }).collect(),
    })
}
