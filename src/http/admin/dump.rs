//! `/admin/dump`: every entity as JSON lines, with a description of every field and the uploads. What `xuanhu dump` asks of a running server.

use tokio::sync::mpsc;

use crate::{
    app::App,
    base::error::{Result, invalid, missing},
    http::core::{
        context::Cx,
        reply::Reply,
        signature::{AnswerSpec, Content, Schemas},
        stream::Pieces,
        table::{ADMIN, Endpoint},
        typed::{Answer, Flag, Text, form, post, run},
    },
    tables::dump::{self, Source, Still, parcel},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("admin", "/admin/dump", ADMIN, run!(Heavy(dump_all)), "导出全部数据").without_key()
        .says("A tar of one file of JSON lines for each entity, and `fields.json`, which describes them, last. Masked, unless `full` is sent with a `reason`."),
];

form! {
    struct Dump {
        /// Mask nothing: the audit log keeps who was shown, and why
        full: Option<Flag>,
        /// Why, where nothing is masked
        reason: Option<Text<200>>,
    }
}

/// A dump on its way out.
struct Parcel(Reply);

impl Answer for Parcel {
    fn reply(self) -> Result<Reply> {
        Ok(self.0)
    }

    fn describe(_: &mut Schemas) -> AnswerSpec {
        AnswerSpec::of(Content::Other(&["application/x-tar"]))
    }
}

fn dump_all(cx: &Cx, form: Dump) -> Result<Parcel> {
    let full = form.full.unwrap_or(false);
    let reason = match (full, form.reason) {
        (true, None) => return Err(missing("reason")),
        (false, Some(_)) => return Err(invalid("reason", "只在 full 时填写")),
        (_, reason) => reason,
    };
    let actor = cx.actor()?;
    cx.write(move |db| dump::note(db, &actor, reason.as_deref()))?;
    let (send, receive) = mpsc::channel(Pieces::WAITING);
    let app = cx.app.clone();
    tokio::task::spawn_blocking(move || match send_all(&app, full, Pieces::new(send)) {
        Ok(pieces) => pieces.end(),
        Err(error) => tracing::error!(error = error.chain(), "a dump that was asked for broke off"),
    });
    Ok(Parcel(Reply::stream("application/x-tar", receive)))
}

fn send_all(app: &App, full: bool, mut pieces: Pieces) -> Result<Pieces> {
    let sent = write_all(app, full, &mut pieces);
    match sent {
        Ok(()) => Ok(pieces),
        Err(error) => {
            pieces.break_off();
            Err(error)
        }
    }
}

fn write_all(app: &App, full: bool, pieces: &mut Pieces) -> Result<()> {
    let still = Still::of(&app.store, &app.dir.join("exports"), &app.settings, &app.clock)?;
    let room = still.room()?;
    let dumped = dump::write(&Source { view: still.view(), instance: app.store.instance(), full }, &room)?;
    parcel::pack(&room, &app.dir.join("uploads"), &dumped, pieces).map(drop)
}
