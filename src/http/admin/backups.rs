//! `/admin/backups`: the clinic's backups, made, looked at, taken away. One at a time is made; the rest is the business of `app` and `backup`.

use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::mpsc;

use super::listing::{self, Listing};
use crate::{
    app::{Backup, BackupState},
    base::{
        error::{INTERNAL, NOT_FOUND, Result},
        id::AnyId,
        needle::Straw,
    },
    domain::identity::audit::{self, Action, Subject},
    http::core::{
        context::Cx,
        range::{self, Asked},
        reply::Reply,
        request::Request,
        signature::{AnswerSpec, Content, Schemas},
        stream::Pieces,
        table::{ADMIN, Endpoint, Run::Heavy},
        typed::{Accepted, Answer, Empty, Flag, Path, delete, form, get, post, run, untyped},
    },
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/backups",               ADMIN, untyped(Heavy(list_backups)), "备份列表"),
    post  ("admin", "/admin/backups",               ADMIN, run!(Heavy(make_backup)),     "开始备份")
        .says("Answers at once; the row of the list tells when it is done. It lies in `backup.dir`, or in `backups/` of the data directory."),
    post  ("admin", "/admin/backups/stream",        ADMIN, run!(Heavy(stream_backup)),   "备份并下载").without_key()
        .says("The backup itself, which lies nowhere on the server. A connection that breaks has sent no backup."),
    get   ("admin", "/admin/backups/{name}",        ADMIN, run!(Heavy(download_backup)), "下载备份"),
    delete("admin", "/admin/backups/{name}",        ADMIN, run!(Heavy(delete_backup)),   "删除备份"),
    post  ("admin", "/admin/backups/{name}/verify", ADMIN, run!(Heavy(verify_backup)),   "核对备份").without_key()
        .says("Reads all of it, as a restore would: every checksum, every row, every count."),
];

/// What a backup is to a browser.
const BINARY: &str = "application/octet-stream";

form! {
    struct MakeBackup {
        /// Leave out the key and the secrets of the settings
        without_secrets: Option<Flag>,
    }
}

form! {
    struct ByName {
        name: Path<String>,
    }
}

form! {
    struct DownloadBackup {
        name: Path<String>,
        range: Asked,
    }
}

const LISTING: Listing<Backup> = Listing {
    filters: &[],
    time: Some(|backup| backup.created),
    sorts: &[
        ("name", |_, backup| Ok(backup.name.as_str().into())),
        ("created", |_, backup| Ok(backup.created.into())),
        ("bytes", |_, backup| Ok(backup.bytes.into())),
    ],
};

#[derive(Serialize, JsonSchema)]
struct BackupView {
    name: String,
    /// RFC 3339.
    created: String,
    bytes: u64,
    /// null until it has been looked at.
    rows: Option<u64>,
    /// Uploads; null until it has been looked at.
    files: Option<u64>,
    encrypted: bool,
    state: StateView,
    /// When all of it was last read and found to be well.
    verified_at: Option<String>,
    problem: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum StateView {
    Running,
    Done,
    Failed,
}

#[derive(Serialize, JsonSchema)]
struct VerdictView {
    ok: bool,
    rows: Option<u64>,
    files: Option<u64>,
    /// What is not well, in English.
    problems: Vec<String>,
}

impl From<Backup> for BackupView {
    fn from(backup: Backup) -> BackupView {
        let Backup { name, created, bytes, counts, encrypted, state, verified_at, problem } = backup;
        let state = match state {
            BackupState::Running => StateView::Running,
            BackupState::Done => StateView::Done,
            BackupState::Failed => StateView::Failed,
        };
        BackupView {
            name,
            created: created.rfc3339(),
            bytes,
            rows: counts.map(|(rows, _)| rows),
            files: counts.map(|(_, files)| files),
            encrypted,
            state,
            verified_at: verified_at.map(|at| at.rfc3339()),
            problem,
        }
    }
}

fn list_backups(cx: &Cx, request: &Request) -> Result<Reply> {
    let found = LISTING.find(&cx.view(), request, |asked| {
        let mut all = told(cx.app.backups())?;
        all.retain(|backup| asked.needle.is_among(&[Straw::Text(&backup.name)]));
        Ok(asked.page.of(all))
    })?;
    listing::reply(found, |backup| Ok(BackupView::from(backup)))
}

fn make_backup(cx: &Cx, form: MakeBackup) -> Result<Accepted<BackupView>> {
    note(cx, Action::Create)?;
    let begun = told(cx.app.begin_backup())?;
    let (app, name, without_secrets) = (cx.app.clone(), begun.name.clone(), form.without_secrets.unwrap_or(false));
    // What comes of it stands in the list, and in the log.
    tokio::task::spawn_blocking(move || drop(app.make_backup(&name, without_secrets)));
    Ok(Accepted(begun.into()))
}

/// A backup on its way out.
struct Stream(Reply);

impl Answer for Stream {
    fn reply(self) -> Result<Reply> {
        Ok(self.0)
    }

    fn describe(_: &mut Schemas) -> AnswerSpec {
        AnswerSpec::of(Content::Other(&[BINARY]))
    }
}

fn stream_backup(cx: &Cx, form: MakeBackup) -> Result<Stream> {
    note(cx, Action::Export)?;
    let (send, receive) = mpsc::channel(Pieces::WAITING);
    let (app, without_secrets) = (cx.app.clone(), form.without_secrets.unwrap_or(false));
    tokio::task::spawn_blocking(move || {
        let mut pieces = Pieces::new(send);
        match app.stream_backup(&mut pieces, without_secrets) {
            Ok(_) => pieces.end(),
            Err(error) => {
                tracing::error!(error = error.chain(), "a backup that was asked for broke off");
                pieces.break_off();
            }
        }
    });
    Ok(Stream(Reply::stream(BINARY, receive)))
}

/// A backup, all of it or a part.
struct File(Reply);

impl Answer for File {
    fn reply(self) -> Result<Reply> {
        Ok(self.0)
    }

    fn describe(_: &mut Schemas) -> AnswerSpec {
        let also = &[(206, "The part that was asked for."), (304, "The client has it.")];
        AnswerSpec { also, ..AnswerSpec::of(Content::Other(&[BINARY])) }
    }
}

fn download_backup(cx: &Cx, form: DownloadBackup) -> Result<File> {
    let path = cx.app.backup_path(&form.name)?;
    note(cx, Action::Export)?;
    let file = std::fs::File::open(path).map_err(|e| INTERNAL.caused_by(e))?;
    let length = file.metadata().map_err(|e| INTERNAL.caused_by(e))?.len();
    // Names are given once, and files never change.
    let etag = format!("\"{}\"", form.name);
    let reply = match form.range.answer(&etag, length) {
        range::Answer::Whole => Reply::file(BINARY, file, 0, length),
        range::Answer::Unchanged => Reply::bytes("", Vec::new()).status(304),
        range::Answer::Part { from, to } => {
            Reply::file(BINARY, file, from, to - from).status(206).header("content-range", format!("bytes {from}-{}/{length}", to - 1))
        }
        range::Answer::Beyond => return Err(range::NO_SUCH_RANGE.err()),
    };
    let name = format!("attachment; filename=\"{}\"", form.name);
    Ok(File(reply.header("etag", etag).header("accept-ranges", "bytes").header("content-disposition", name)))
}

fn delete_backup(cx: &Cx, form: ByName) -> Result<Empty> {
    if !told(cx.app.backups())?.iter().any(|one| one.name == form.name) {
        return Err(NOT_FOUND.err());
    }
    note(cx, Action::Delete)?;
    told(cx.app.delete_backup(&form.name))?;
    Ok(Empty)
}

fn verify_backup(cx: &Cx, form: ByName) -> Result<VerdictView> {
    let verdict = told(cx.app.verify_backup(&form.name))?;
    Ok(VerdictView {
        ok: verdict.problems.is_empty(),
        rows: verdict.counts.map(|(rows, _)| rows),
        files: verdict.counts.map(|(_, files)| files),
        problems: verdict.problems,
    })
}

/// What the operator's terminal is told of disks is the log's business here.
fn told<T>(result: Result<T>) -> Result<T> {
    result.map_err(|e| if e.message().is_ascii() { INTERNAL.caused_by(e.chain()) } else { e })
}

fn note(cx: &Cx, action: Action) -> Result<()> {
    let actor = cx.actor()?;
    cx.write(move |db| audit::note(db, &actor, action, Subject::Backup, AnyId::NONE))
}
